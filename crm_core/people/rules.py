"""What can be decided about people and companies without a database."""

from collections.abc import Iterable, Mapping
from typing import Any

from crm_core.kernel.values.text import fold

LIFECYCLES = ("subscriber", "lead", "qualified", "opportunity", "customer", "advocate", "former", "other")
LEAD_STATUSES = ("new", "contacted", "working", "qualified", "unqualified", "nurturing", "converted")
CHANNELS = ("email", "phone", "sms", "post", "social")
# Three parts of a name, or a folded one, can be longer than the column that repeats them.
_LONGEST_NAME, _LONGEST_COMPANY = 600, 300
POINT_KINDS = ("email", "phone", "website", "linkedin", "x", "facebook", "instagram", "other")


def display_name(values: Mapping[str, Any]) -> str:
    """What people read as the name: the full name, else the e-mail, the company, the phone."""
    parts = (values.get(part) or "" for part in ("first_name", "middle_name", "last_name"))
    name = " ".join(part for part in parts if part)
    for other in ("full_name", "name", "email", "company", "phone", "mobile"):
        name = name or (values.get(other) or "")
    return name or "(no name)"


def name_key(values: Mapping[str, Any]) -> str:
    """The folded name that lists are sorted by: last name first, as in a phone book."""
    last, first = values.get("last_name") or "", values.get("first_name") or ""
    ordered = f"{last} {first}".strip() or display_name(values)
    return fold(ordered)


def search_text(name: str, company: str, *reachable: str) -> str:
    """All that one can be found by, folded, in one text: name, company, e-mails, phones (as digits)."""
    found = [fold(name), fold(company)]
    found += [_digits(value) if value[0] == "+" else fold(value) for value in reachable if value]
    return "\n".join(part for part in found if part)


def search_needle(query: str) -> str:
    """What a person typed, in the form of ``search_text``; a phone number loses blanks and leading zeros."""
    digits = _digits(query)
    if len(digits) >= 3 and not any(letter.isalpha() or letter == "@" for letter in query):
        return digits.lstrip("0")
    return fold(query)


def birth_day(birthday: str) -> int | None:
    """Month * 100 + day of an ISO birthday (``1979-04-01`` or ``--04-01``); None when there is none."""
    if len(birthday) < 7:
        return None
    month, day = birthday[-5:].split("-")
    return int(month) * 100 + int(day)


def derived(values: Mapping[str, Any], further: Iterable[str] = ()) -> dict[str, Any]:
    """The columns of a contact that follow from its others; ``further`` are its other e-mails and phones."""
    name = display_name(values)
    get = values.get
    return {
        "name": name[:_LONGEST_NAME],
        "name_key": name_key(values)[:_LONGEST_NAME],
        "birth_day": birth_day(get("birthday") or ""),
        "search_text": search_text(
            name, get("company") or "", get("email") or "", get("phone") or "", get("mobile") or "", *further
        ),
    }


def derived_of_account(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an account that follow from its others."""
    name = values.get("name") or ""
    return {
        "name_key": fold(name)[:_LONGEST_COMPANY],
        "search_text": search_text(name, "", values.get("domain") or "", values.get("phone") or ""),
    }


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
