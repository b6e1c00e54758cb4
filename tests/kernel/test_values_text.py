"""Cleaning, emptiness and folding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.kernel.values import clean, fold, is_blank


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("  Ann ", "Ann"),
        ("\u00a0\ufeffAnn\u200b", "Ann"),
        ("A\x00nn\x07", "Ann"),
        ("two\r\nlines", "two\nlines"),
        ('="00123"', "00123"),
        ("'123", "123"),
        ("'1234AB", "1234AB"),
        ("'+31612345678", "+31612345678"),
        ("'=1+1", "=1+1"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("'90s Diner", "'90s Diner"),
        ('=HYPERLINK("x")', '=HYPERLINK("x")'),
        ("e\u0301", "é"),
    ],
)
def test_a_cell_is_read_as_the_person_meant_it(cell: str, meant: str) -> None:
    assert clean(cell) == meant


@given(st.text())
def test_a_cleaned_cell_can_be_stored_and_shown(text: str) -> None:
    cleaned = clean(text)

    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert "\x00" not in cleaned
    assert "\r" not in cleaned


def test_null_is_nothing_but_not_as_a_name() -> None:
    assert is_blank("NULL")
    assert is_blank("n/a", names=True)
    assert not is_blank("Null", names=True)
    assert not is_blank("NA"), "the code of Namibia"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łukasz  Weiß", "lukasz weiss"),
        ("Søren Ångström", "soren angstrom"),
        ("YILMAZ", "yilmaz"),
        ("Yılmaz", "yilmaz"),
        ("İstanbul", "istanbul"),
        ("Đorđe", "dorde"),
        ("Œuvre Æon", "oeuvre aeon"),
        ("Дмитрий", "дмитрии"),
        ("한국", "한국"),
        ("\uff21\uff22\uff23", "abc"),
    ],
)
def test_folding_forgets_case_accents_and_strokes(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_folding_does_not_depend_on_blanks_at_the_ends(text: str) -> None:
    assert fold(f"  {text}\t") == fold(text)
