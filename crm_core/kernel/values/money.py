"""Amounts of money as whole minor units (cents) plus a currency of ISO 4217."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import get_currency_precision, list_currencies

from crm_core.kernel.values import decimals
from crm_core.kernel.values.decimals import DecimalSign
from crm_core.kernel.values.problem import Problem, shorten
from crm_core.kernel.values.text import fold

_SYMBOLS = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₺": "TRY", "₴": "UAH",
    "₩": "KRW",
    "₪": "ILS", "฿": "THB", "₫": "VND", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "kr": "SEK", "Fr.": "CHF",
    "SFr.": "CHF",
    "R$": "BRL", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD", "MX$": "MXN", "Rp": "IDR", "RM": "MYR", "₦": "NGN", "元": "CNY", "円": "JPY", "R": "ZAR",
}  # fmt: skip
_SHARED = {
    "$": "USD CAD AUD NZD MXN HKD SGD ARS CLP COP",
    "kr": "SEK NOK DKK ISK",
    "¥": "JPY CNY",
    "£": "GBP EGP",
}
_LOCALES = ("en", "de", "fr", "es", "it", "nl", "pt")
_MARK = re.compile(r"[^\W\d_]*[^\w\s.,'’`+\-−()]+|[^\W\d_]+\.?")
_NO_CENTS = re.compile(r"[.,](?:-|–|—|--)(?=\D*\Z)")
_PLAIN = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,2})?")
_MAX_MINOR = 2**63 - 1
_MOST = 10**19


def parse(text: str, sign: DecimalSign, currency: str) -> tuple[int, str] | Problem:
    """Minor units and currency of `1.234,56 €`, `$1,234.56`, `EUR 12`, `(12.50)`; `currency` where none is
    written.

    More decimals than the currency has are rounded half up, with a warning that keeps the rounded amount.
    """
    number: Decimal | Problem
    if _PLAIN.fullmatch(text):
        number = decimals.parse(text, sign)
    else:
        body = _NO_CENTS.sub("", text)
        mark = " ".join(_MARK.findall(body))
        if mark:
            written = _currency_of(mark, currency)
            if written is None:
                return _refused(text)
            currency = written
        number = decimals.parse(_MARK.sub("", body).strip(), sign)
    return _refused(text) if isinstance(number, Problem) else _minor(text, number, currency)


def parse_currency(text: str) -> str | Problem:
    """The three letters of a currency: from those letters, a symbol, or a name in seven languages."""
    found = text.upper() if text.upper() in _currencies() else _SYMBOLS.get(text) or _names().get(fold(text))
    return found or Problem(f"“{shorten(text)}” is not a currency we know. Write its code, as in EUR.", text)


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """How many decimals the minor unit has: EUR 2, JPY 0, KWD 3."""
    return int(get_currency_precision(currency))


def to_decimal(minor: int, currency: str) -> Decimal:
    """The amount in major units, exact."""
    return Decimal(minor).scaleb(-exponent(currency))


def to_minor(amount: Decimal, currency: str) -> int:
    """The amount in minor units, rounded half up."""
    return int(amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def _minor(text: str, number: Decimal, currency: str) -> tuple[int, str] | Problem:
    if abs(number) > _MOST or (minor := to_minor(number, currency)) > _MAX_MINOR or minor < -_MAX_MINOR:
        return Problem(f"“{shorten(text)}” is more than an amount can hold.", text)
    if to_decimal(minor, currency) != number:
        kept = (minor, currency)
        return Problem(
            f"“{shorten(text)}” has more decimals than {currency}; it was rounded.", text, kept=kept
        )
    return minor, currency


def _currency_of(mark: str, usual: str) -> str | None:
    if usual in _SHARED.get(mark, "").split():
        return usual
    found = parse_currency(mark)
    return None if isinstance(found, Problem) else found


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


@cache
def _names() -> dict[str, str]:
    names = {fold(symbol): code for symbol, code in _SYMBOLS.items()}
    for locale in _LOCALES:
        for code, spelled in Locale.parse(locale).currencies.items():
            names.setdefault(fold(spelled), code)
    return names | {
        "euros": "EUR",
        "dollar": "USD",
        "dollars": "USD",
        "pound": "GBP",
        "pounds": "GBP",
        "francs": "CHF",
    }


def _refused(text: str) -> Problem:
    return Problem(f"“{shorten(text)}” is not an amount of money. Write it as 1234.56 EUR.", text)
