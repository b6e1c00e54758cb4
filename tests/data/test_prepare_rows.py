"""A row of cells becomes values, problems, or a refusal with a reason."""

import csv
import json
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.data import fields, mapping
from crm_core.data.conversion import Context, convert
from crm_core.data.plans import Plan, make_plan, with_defaults
from crm_core.data.preparing import Prepared, prepare, prepare_all
from tests.shared_data import shared

EUROPE = Context(region="NL", zone="Europe/Berlin", currency="EUR")


def plan_of(kind: str, columns: list[str], rows: list[list[str]], context: Context = EUROPE) -> Plan:
    found = {guess.column: guess.field for guess in mapping.propose(kind, columns, rows)}
    return make_plan(kind, columns, found, rows, context)


def prepared(kind: str, columns: str, *rows: str) -> list[Prepared]:
    cells = [row.split("|") for row in rows]
    return list(prepare_all(cells, plan_of(kind, columns.split("|"), cells)))


def test_a_bad_value_is_left_out_and_the_row_goes_on() -> None:
    [row] = prepared("contacts", "First Name|Email|Birthday|Country", "Ann|not-an-email|30.02.1980|Atlantis")

    assert row.values == {"first_name": "Ann"}
    assert [(one.field, one.level) for one in row.problems] == [
        ("email", "warning"), ("birthday", "warning"), ("country", "warning")]  # fmt: skip
    assert not row.refused


def test_an_impossible_phone_is_kept_with_a_warning() -> None:
    [row] = prepared("contacts", "Name|Phone", "Ann Berg|12 34")

    assert row.values["phone"] == "12 34"
    assert row.problems[0].column == "Phone"


def test_several_addresses_of_one_cell_are_all_kept() -> None:
    [row] = prepared(
        "contacts", "Name|Email|Email 2|Phone", "A B|a@x.example, b@x.example|c@x.example|06 12345678"
    )

    assert row.values["email"] == "a@x.example"
    assert row.values["email_secondary"] == ["b@x.example", "c@x.example"]
    assert row.values["phone"] == "+31612345678"


def test_the_footer_of_a_report_is_refused_and_says_so() -> None:
    rows = prepared(
        "contacts", "Contact ID|First Name|Email", "1|Ann|a@x.example", "Grand Totals (1 records)||"
    )

    assert [row.refused for row in rows] == [False, True]
    assert any("footer" in one.message for one in rows[1].problems)


@pytest.mark.parametrize("kind", fields.KINDS)
def test_a_row_without_identity_is_refused(kind: str) -> None:
    row = prepare([], make_plan(kind, [], {}, [], EUROPE))

    assert row.refused
    assert row.problems[0].message.endswith(".")


def test_a_strict_plan_refuses_rows_with_wrong_values_but_not_kept_phones() -> None:
    plan = make_plan("contacts", ["n", "e", "p"], {"n": "full_name", "e": "email", "p": "phone"}, [], EUROPE)
    strict = Plan(plan.kind, plan.columns, plan.context, (), True)

    assert prepare(["Ann", "nope", ""], strict).refused
    assert not prepare(["Ann", "nope", ""], plan).refused
    assert not prepare(["Ann", "", "12 34"], strict).refused


def test_a_full_name_and_a_birthday_are_put_together_and_apart() -> None:
    [row] = prepared("contacts", "Name|Birth Year|Birth Month|Birth Day", "Dr. Ann van Dijk|1972|1|3")

    assert (row.values["salutation"], row.values["first_name"], row.values["last_name"]) == (
        "Dr.",
        "Ann",
        "van Dijk",
    )
    assert row.values["birthday"] == date(1972, 1, 3)


def test_amounts_are_in_the_currency_of_their_row() -> None:
    rows = prepared(
        "deals", "Title|Value|Currency|Probability|Close date", "a|500|JPY|50|1/2/2025", "b|1.234,50||100|"
    )

    assert (rows[0].values["amount"], rows[0].values["currency"]) == (500, "JPY")
    assert (rows[1].values["amount"], rows[1].values["currency"]) == (123450, "EUR")
    assert rows[0].values["probability"] == Decimal("0.5")


def test_an_ambiguous_date_column_follows_the_others_and_says_so() -> None:
    cells = [["1", "01/02/2025", "12/31/2024"]]
    plan = make_plan("deals", ["d", "c", "w"], {"d": "deal", "c": "close_date", "w": "won_at"}, cells, EUROPE)

    assert prepare(cells[0], plan).values["close_date"] == date(2025, 1, 2)
    assert any("m/d/y" in sentence for sentence in plan.assumptions)


def test_defaults_fill_what_a_row_leaves_empty() -> None:
    named = make_plan("contacts", ["n", "s"], {"n": "full_name", "s": "source"}, [], EUROPE)
    plan = with_defaults(named, {"source": "Fair"})

    assert prepare(["Ann", ""], plan).values["source"] == "Fair"
    assert prepare(["Ann", "Web"], plan).values["source"] == "Web"


def test_a_plan_travels_to_another_process() -> None:
    plan = plan_of("contacts", ["Name", "Phone"], [["Ann", "06 12345678"]])

    assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301 - our own bytes


def test_one_field_is_converted_as_in_an_import() -> None:
    words = fields.vocabulary("contacts")

    assert convert(words["created_at"], "2021-04-01 09:12", EUROPE).value == datetime(
        2021, 4, 1, 7, 12, tzinfo=UTC
    )
    assert convert(words["x_url"], "@ann", EUROPE).value == "https://x.com/ann"
    assert convert(words["last_name"], "Null", EUROPE).value == "Null"
    assert convert(words["city"], "Null", EUROPE).value is None


@given(st.lists(st.text(max_size=25), max_size=8))
def test_no_row_is_too_strange_to_prepare(cells: list[str]) -> None:
    names = ["full_name", "email", "phone", "birthday", "country", "created_at", "email_consent", "website"]
    plan = make_plan("contacts", names, {name: name for name in names}, [cells], EUROPE)

    row = prepare(cells, plan)

    assert row.refused or row.values


def test_published_records_come_out_as_expected() -> None:
    files = json.loads(shared("03_crm_exports/expected.json").read_text(encoding="utf-8"))["files"]
    names = """google_contacts_classic shopify_customers brevo pipedrive_people thunderbird_us outlook_com
    ghost_members dynamics365_leads"""
    for name in (f"{stem}.csv" for stem in names.split()):
        facts = files[name]
        with shared(f"03_crm_exports/{name}").open(encoding=facts["encoding"], newline="") as lines:
            columns, *cells = list(csv.reader(lines, delimiter=facts["delimiter"]))
        rows = list(prepare_all(cells, plan_of("contacts", columns, cells, Context(region="NL"))))
        assert not any(row.refused for row in rows)
        for wanted, row in zip(facts["expected_records"], rows, strict=False):
            for field, value in wanted.items():
                assert told(row, field) == value, (name, field)


def told(row: Prepared, field: str) -> object:
    if field == "phones":
        numbers = [row.values.get("phone"), row.values.get("mobile"), *row.values.get("phone_secondary", [])]
        return [number for number in numbers if number]
    value = row.values.get(field)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    return value.isoformat() if isinstance(value, date) else value
