"""Turns what somebody wrote behind an operator into a value of the right type, or says why it cannot be."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import countries, languages
from crm_core.kernel.values.text import clean, fold
from crm_core.marketing.rule_fields import COUNTS_OF_DAYS, Field
from db.rule_tree import Value

MAX_TEXT = 300
MAX_DAYS = 36_500
MAX_NUMBER = Decimal(10) ** 15
ME = "me"


def value_of(field: Field, operator: str, raw: Any) -> Value:
    """One value for this field and operator.

    Raises:
        Invalid: with a sentence that names the field.
    """
    if operator in COUNTS_OF_DAYS:
        return _whole(field, raw, 0, 366 if field.type == "birthday" else MAX_DAYS)
    if operator == "in_month":
        return _whole(field, raw, 1, 12)
    return _BY_TYPE[field.type](field, raw)


def _text(field: Field, raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise _refusal(field, raw, "needs a text")
    text = clean(str(raw))
    if not text:
        raise Invalid(f"Say what {field.label} should be compared with, or ask whether it is empty.")
    if len(text) > MAX_TEXT:
        raise Invalid(f"The text for {field.label} is longer than {MAX_TEXT} characters.")
    return text


def _choice(field: Field, raw: Any) -> str:
    text = _text(field, raw)
    if field.name.endswith("country"):
        found = countries.parse(text)
        return found if isinstance(found, str) else text
    if field.name == "language":
        found = languages.parse(text)
        return found if isinstance(found, str) else text
    wanted = fold(text)
    for code, word in field.choices.items():
        if wanted in (fold(code), fold(word)):
            return code
    return text


def _phone(field: Field, raw: Any) -> str:
    text = _text(field, raw)
    if any(letter.isalpha() for letter in text):
        return text
    digits = "".join(letter for letter in text if letter.isdigit())
    return "+" * text.startswith("+") + digits if digits else text


def _owner(field: Field, raw: Any) -> str | int:
    return ME if raw == ME else _whole(field, raw, 1, 2**53)


def _whole(field: Field, raw: Any, least: int, most: int) -> int:
    number = _number(field, raw)
    if number != number.to_integral_value() or not least <= number <= most:
        raise _refusal(field, raw, f"needs a whole number from {least:,} to {most:,}")
    return int(number)


def _score(field: Field, raw: Any) -> int:
    return _whole(field, raw, 1, 5)


def _number(field: Field, raw: Any) -> Decimal:
    if isinstance(raw, str | int | float | Decimal) and not isinstance(raw, bool):
        try:
            number = Decimal(str(raw).strip())
        except InvalidOperation:
            raise _refusal(field, raw, "needs a number") from None
        if number.is_finite() and abs(number) <= MAX_NUMBER and number.as_tuple().exponent >= -9:  # type: ignore[operator]
            return number.normalize() if number else Decimal(0)
    raise _refusal(field, raw, "needs a number")


def _day(field: Field, raw: Any) -> date:
    if isinstance(raw, date):
        return raw
    try:
        day = date.fromisoformat(str(raw).strip())
    except ValueError:
        raise _refusal(field, raw, "needs a day like 2026-03-31") from None
    if not 1900 <= day.year <= 2200:
        raise _refusal(field, raw, "needs a day between 1900 and 2200")
    return day


def _yes_no(field: Field, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    answer = {"yes": True, "true": True, "no": False, "false": False}.get(str(raw).strip().lower())
    if answer is None:
        raise _refusal(field, raw, "needs yes or no")
    return answer


def _refusal(field: Field, raw: Any, need: str) -> Invalid:
    return Invalid(f"The field “{field.label}” {need}, not “{str(raw)[:60]}”.")


_BY_TYPE: dict[str, Callable[[Field, Any], Value]] = {
    "text": _text,
    "points": _text,
    "phones": _phone,
    "choice": _choice,
    "tags": _text,
    "many": _choice,
    "owner": _owner,
    "number": _number,
    "money": _number,
    "measure": _number,
    "score": _score,
    "segment": _text,
    "date": _day,
    "day": _day,
    "instant": _day,
    "yes_no": _yes_no,
}
