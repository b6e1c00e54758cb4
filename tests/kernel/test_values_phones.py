"""Phone numbers: the answers of the library, and no number lost."""

import csv
import json

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.kernel.values import Problem, phones
from tests.shared_data import shared

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
SEPARATORS = st.sampled_from(["", "", "", " ", "-", ".", ") ", "  "])


def by_library(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164 + (f";ext={number.extension}" if number.extension else "")


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    region = draw(st.sampled_from(REGIONS))
    code = draw(st.sampled_from(CODES))
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or "0"
    start = draw(st.sampled_from(["", "", f"+{code}", "+", trunk, str(code), "00"]))
    digits = draw(st.text("0123456789", min_size=1, max_size=15))
    cut = draw(st.integers(0, len(digits)))
    return f"{start}{draw(SEPARATORS)}{digits[:cut]}{draw(SEPARATORS)}{digits[cut:]}", region


@given(written())
@settings(max_examples=300, deadline=None)
def test_the_short_way_gives_the_librarys_answer(case: tuple[str, str]) -> None:
    text, region = case
    expected = by_library(text, region)

    found = phones.parse(text, region)

    if expected is not None:
        assert found == expected
    elif isinstance(found, str):
        digits = "".join(sign for sign in text if sign.isdigit())
        assert "+" not in text
        assert by_library("+" + digits, region) == found


@pytest.mark.parametrize("region", REGIONS)
def test_an_example_of_every_region_is_read_in_every_format(region: str) -> None:
    number = phonenumbers.example_number(region)
    assert number is not None

    for form in (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL):
        text = phonenumbers.format_number(number, form)
        assert phones.parse(text, region) == by_library(text, region)


def test_published_examples_give_their_number() -> None:
    with shared("04_validity/phone_examples.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    wrong = [row for row in rows if phones.parse(row["national_format"], row["region"]) != row["e164"]]

    assert len(rows) == 538
    assert wrong == []


def test_published_parsings_give_their_number_where_it_is_possible() -> None:
    cases = json.loads(shared("04_validity/phone_parse.json").read_text(encoding="utf-8"))

    for case in cases:
        found = phones.parse(case["text"], case["region"])
        if isinstance(found, Problem):
            assert not phonenumbers.is_possible_number(phonenumbers.parse(case["e164"]))
        else:
            assert found == case["e164"]


def test_an_impossible_number_is_kept_as_written_with_a_warning() -> None:
    found = phones.parse("0123-45678 (ask for Jo)", "US")

    assert isinstance(found, Problem)
    assert (found.level, found.kept) == ("warning", "0123-45678 (ask for Jo)")


def test_a_rounded_number_is_told_apart() -> None:
    found = phones.parse("4.91512E+12", "DE")

    assert isinstance(found, Problem)
    assert "spreadsheet" in found.message
    assert found.kept == "4.91512E+12"


def test_a_text_without_digits_is_not_a_number() -> None:
    found = phones.parse("call me", "DE")

    assert isinstance(found, Problem)
    assert found.kept is None


def test_an_extension_stays_with_its_number() -> None:
    stored = phones.parse("+1 650 253 0000 ext. 12", None)

    assert stored == "+16502530000;ext=12"
    assert phones.split_extension("+16502530000;ext=12") == ("+16502530000", "12")
    assert phones.key("+16502530000;ext=12") == "16502530000"


def test_several_numbers_of_one_cell_are_found() -> None:
    found, problems = phones.parse_all("+46 70 123 45 67 ::: +46 8 123 456", "SE")

    assert found == ["+46701234567", "+468123456"]
    assert problems == []
    assert phones.parse_all("030 1234567 / 0171 2345678", "DE")[0] == ["+49301234567", "+491712345678"]
    assert phones.parse_all("030 / 1234567", "DE")[0] == ["+49301234567"]


def test_a_number_that_lost_its_plus_is_recognised() -> None:
    assert phones.parse("33611111111", "US") == "+33611111111"


@given(st.text(max_size=60), st.sampled_from([None, "DE", "US", "AR", "??"]))
def test_no_text_is_too_strange_for_an_answer(text: str, region: str | None) -> None:
    found, problems = phones.parse_all(text, region)

    assert isinstance(found, list)
    assert all(problem.level == "warning" for problem in problems)


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("+49408419790", "+49 40 8419790"),
        ("+31612345678", "+31 6 12345678"),
        ("+390612345678;ext=12", "+39 06 1234 5678 ext. 12"),
        ("ask at the front desk", "ask at the front desk"),
        ("+999123", "+999123"),
        ("", ""),
    ],
)
def test_a_stored_number_reads_in_groups(stored: str, read: str) -> None:
    assert phones.shown(stored) == read


@given(st.text(max_size=40) | st.from_regex(r"\A\+[0-9]{4,15}\Z"))
def test_reading_a_number_changes_no_digit(text: str) -> None:
    if phones.split_extension(text)[1]:
        return
    assert [sign for sign in phones.shown(text) if sign.isdigit()] == [
        sign for sign in text if sign.isdigit()
    ]
