"""Files with planted faults, hostile texts, and files that are no lists of people."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crm_core.data import import_lines, imports
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Paging
from db.models import Contact
from tests.data.importing import bring, check, contacts, count, draft, inbox, table
from tests.shared_data import shared

__all__ = ["inbox"]


@pytest.fixture(scope="session")
def workload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand contacts with faults, and a thousand that are there already."""
    folder = tmp_path_factory.mktemp("workload")
    generator = shared("workload/gen_workload.py")
    small = ("--contacts", "1000", "--deals", "1", "--activities", "200")
    subprocess.run(
        [sys.executable, str(generator), "--out", str(folder), *small], check=True, capture_output=True
    )
    return folder


def test_every_planted_fault_is_stored_refused_or_named(olga: Actor, inbox: Any, workload: Any) -> None:
    facts = json.loads((workload / "bad_1000.facts.json").read_text())
    import_id = draft(olga, workload / "bad_1000.csv")

    done = check(olga, import_id)

    # The generator counts records, not lines, and begins at two.
    refused = {
        line.number + 1: line for line in import_lines.rows(olga, import_id, "refuse", Paging(size=500))
    }
    warned = {
        line.number + 1: line for line in import_lines.rows(olga, import_id, "warning", Paging(size=500))
    }
    assert sorted(refused) == sorted(facts["too_many_columns"]["lines"])
    assert len(refused) == done.counts["rejected"]
    for field, kind in (
        ("email", "email_invalid"),
        ("created_at", "date_invalid"),
        ("last_name", "very_long_name"),
    ):
        named = [at for at, line in warned.items() if any(one["field"] == field for one in line.problems)]
        assert set(facts[kind]["lines"]) <= set(named), kind
    assert done.counts["skipped"] == facts["dup_in_file_exact"]["n"] + facts["dup_in_file_email_case"]["n"]
    assert done.counts["created"] + done.counts["skipped"] + done.counts["rejected"] == 1000


def test_known_people_are_recognised_in_any_case(olga: Actor, inbox: Any, workload: Any) -> None:
    bring(olga, workload / "contacts_1000.csv")

    again = bring(olga, workload / "dup_1000.csv")
    changed = bring(olga, workload / "dup_1000.csv", on_duplicate="update")

    assert (again.counts["created"], again.counts["skipped"]) == (0, 1000)
    assert (changed.counts["created"], changed.counts["updated"]) == (0, 250)
    assert count(Contact) == 1000


HOSTILE = (
    '=HYPERLINK("http://x.test","click")', "<script>alert(1)</script>", "'; DROP TABLE contacts; --",
    "{{7*7}}", "‮abc",
    "Zażółć gęślą jaźń", "山田太郎", "مرحبا", "👩‍👩‍👧", "\\N", "a\\tb", "%s%n", "NULL", "O'Brien",
    '"quoted"', "-1+1", "@SUM(A1)",
)  # fmt: skip


def test_hostile_texts_are_stored_as_they_are(olga: Actor, inbox: Any) -> None:
    rows = [(text, f"p{at}@x.test") for at, text in enumerate(HOSTILE)]

    done = bring(olga, table(inbox, ("Last Name", "Email"), rows), on_duplicate="update")

    assert done.counts["created"] == len(HOSTILE)
    stored = {one.email: one.last_name for one in contacts()}
    for at, text in enumerate(HOSTILE):
        assert stored[f"p{at}@x.test"] in (text, "") or text == "\\N", text


def test_refused_rows_come_back_without_formulas_and_can_be_mended(olga: Actor, inbox: Any) -> None:
    rows = [("Anna", "a@x.test", "", "too many"), ('=cmd|"/c calc"', "b@x.test", "", "too many")]
    path = table(inbox, ("First Name", "Email", "Phone"), rows)
    done = bring(olga, path)
    assert done.counts["rejected"] == 2

    with import_lines.rejects_csv(olga, done.id).open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)

    assert header == ["First Name", "Email", "Phone", "Line", "Reason", "Extra 1"]
    assert lines[1][0].startswith("'=cmd")
    assert all("may have slipped" in line[4] and line[5] == "too many" for line in lines)


def test_a_value_that_cannot_be_read_is_left_out_or_refuses_the_row(olga: Actor, inbox: Any) -> None:
    path = table(inbox, ("First Name", "Email", "Birthday"), [("Anna", "nonsense", "1980-01-15")])

    lenient = bring(olga, path)
    strict = bring(olga, path, strict=True)

    assert (lenient.counts["created"], lenient.counts["warnings"]) == (1, 1)
    assert (strict.counts["created"], strict.counts["rejected"]) == (0, 1)
    assert (contacts()[0].email, contacts()[0].birthday) == ("", "1980-01-15")


def test_leading_zeros_defaults_and_the_chosen_order_of_dates_survive(olga: Actor, inbox: Any) -> None:
    header = ("First Name", "ID", "Postal code", "Birthday", "Phone")
    path = table(inbox, header, [("Anna", "007", "01234", "02/03/1980", "0301234567")])

    bring(olga, path, date_order="MDY", region="DE", defaults={"city": "Berlin"}, tag="fair")

    [anna] = contacts()
    assert (anna.external_id, anna.postal_code, anna.birthday) == ("007", "01234", "1980-02-03")
    assert (anna.phone, anna.city) == ("+49301234567", "Berlin")


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n1234", b"%PDF-1.7 x", b"PK\x03\x04 broken"])
def test_what_is_no_table_is_refused_and_leaves_no_file(olga: Actor, inbox: Any, content: Any) -> None:
    path = inbox / "people.csv"
    path.write_bytes(content)

    with pytest.raises(Invalid):
        imports.receive(olga, path, path.name, "contacts")

    assert not any((inbox.parent / "data" / "imports").iterdir())


def test_a_kind_that_cannot_be_imported_is_refused_with_the_list_of_those_that_can(
    olga: Actor, inbox: Any
) -> None:
    with pytest.raises(Invalid, match="contacts, accounts"):
        draft(olga, table(inbox, ("A",), [("b",)]), "spaceships")
