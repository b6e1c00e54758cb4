"""Numbers, money, shares: exact, and read as the column writes them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.kernel.values import Problem, decimals, money
from crm_core.kernel.values.decimals import DecimalSign, decide_sign

POINT, COMMA = DecimalSign.POINT, DecimalSign.COMMA


@pytest.mark.parametrize(
    ("text", "sign", "minor"),
    [
        ("1.234,56 €", POINT, 123456),
        ("1234.5", POINT, 123450),
        ("(12.50)", POINT, -1250),
        ("12.50-", POINT, -1250),
        ("1 234,56", POINT, 123456),
        ("1'234.50", POINT, 123450),
        ("1.234", COMMA, 123400),
        ("1,234", POINT, 123400),
        ("1.234.567", POINT, 123456700),
        ("12,5", POINT, 1250),
        ("EUR 12", POINT, 1200),
        (".5", POINT, 50),
    ],
)
def test_an_amount_is_whole_cents(text: str, sign: DecimalSign, minor: int) -> None:
    assert money.parse(text, sign, "EUR") == (minor, "EUR")


def test_the_currency_decides_about_the_minor_unit() -> None:
    assert money.parse("500", POINT, "JPY") == (500, "JPY")
    assert money.parse("1.5", POINT, "KWD") == (1500, "KWD")
    assert money.parse("$1,234.56", POINT, "EUR") == (123456, "USD")
    assert money.parse("$5", POINT, "CAD") == (500, "CAD")
    assert money.parse("5 kr", POINT, "NOK") == (500, "NOK")


def test_more_decimals_than_the_currency_has_are_rounded_and_told() -> None:
    found = money.parse("12.345", POINT, "EUR")

    assert isinstance(found, Problem)
    assert found.kept == (1235, "EUR")


@pytest.mark.parametrize(
    "text", ["", "abc", "1,2,3", "12.34.5", "--5", "1" * 30, "12 apples", "nan", "1e999"]
)
def test_what_is_no_amount_is_a_problem(text: str) -> None:
    assert isinstance(money.parse(text, POINT, "EUR"), Problem)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_an_amount_written_out_is_read_back(minor: int, currency: str) -> None:
    written = str(money.to_decimal(minor, currency))
    sign = POINT

    found = money.parse(f"{money.to_decimal(minor, currency):f}", sign, currency)

    assert found == (minor, currency), written


def test_the_column_decides_the_decimal_sign() -> None:
    assert decide_sign(["1.234", "5,50"]) is COMMA
    assert decide_sign(["1,234", "5.50"]) is POINT
    assert decide_sign(["1,234"], "DE") is COMMA
    assert decide_sign(["1,234"], "US") is POINT


def test_shares_are_between_nothing_and_all() -> None:
    assert decimals.parse_share("50") == Decimal("0.5")
    assert decimals.parse_share("50 %", hundred=False) == Decimal("0.5")
    assert decimals.parse_share("0.5", hundred=False) == Decimal("0.5")
    assert isinstance(decimals.parse_share("101"), Problem)
    assert decimals.counts_in_hundredths(["50", "100"])
    assert not decimals.counts_in_hundredths(["0.5", "1"])


@given(st.text(max_size=20), st.sampled_from([POINT, COMMA]))
def test_no_text_is_too_strange_for_an_answer(text: str, sign: DecimalSign) -> None:
    assert isinstance(decimals.parse(text, sign), (Decimal, Problem))
    assert isinstance(decimals.parse_integer(text, sign), (int, Problem))
    assert isinstance(money.parse(text, sign, "EUR"), (tuple, Problem))
