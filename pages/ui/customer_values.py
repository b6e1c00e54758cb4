"""Field values of a customer as people read them: countries by name, lists in one line, safe links."""

import re
from calendar import month_name
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from babel import Locale

from crm_core.people.types import CustomFieldRow
from pages.ui import words

CUSTOM = "custom."
_WEB = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_IN_ADDRESS = ":/?#@!$&'*+,;=%~"
LONGEST_SHOWN = 300
FITTING_MAIL = 24  # letters that stand in the narrow column of facts


def labels(kind: str, custom: Sequence[CustomFieldRow] = ()) -> Mapping[str, str]:
    """What people call the admin's own fields; all others are named by ``words.label``."""
    return {f"{CUSTOM}{field.name}": field.label for field in custom if field.record == kind}


def name_of(field: str, kind: str, own: Mapping[str, str]) -> str:
    """The label of any field of this kind of record."""
    return own.get(field) or words.label(field, kind)


def text_of(field: str, value: Any, owners: Mapping[int, str] | None = None) -> str:
    """A stored value in one line, cut where it is very long; a dash for nothing."""
    if value in (None, "", [], ()):
        return words.NOTHING
    if field == "owner" and isinstance(value, int):
        return (owners or {}).get(value, "Somebody else")
    if field == "country":
        return words.country_name(str(value))
    if field in ("phone", "mobile"):
        return words.phone(value)
    if field == "phone_secondary" and isinstance(value, list | tuple):
        return ", ".join(words.phone(one) for one in value)
    if field == "language":
        return _language(str(value))
    if field == "birthday":
        return _birthday(str(value))
    if field in ("lifecycle", "lead_status", "preferred_channel"):
        return words.sentence(str(value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    flat = " ".join(str(value).split())
    return flat if len(flat) <= LONGEST_SHOWN else flat[: LONGEST_SHOWN - 1] + "…"


def mail(address: str) -> str:
    """A link that opens the mail program, as markdown; a long address is told whole on hovering."""
    whole = f' "{words.md(address)}"' if len(address) > FITTING_MAIL else ""
    return f"[{words.md(address)}](mailto:{quote(address, safe='@+')}{whole})"


def call(number: str) -> str:
    """A link that dials, as markdown; a text that holds no number stays a text."""
    dialled = re.sub(r"[^+\d]", "", number.lower().partition("x")[0])
    return f"[{words.md(words.phone(number))}](tel:{dialled})" if dialled.strip("+") else words.md(number)


def web(address: str) -> str:
    """A link to a page of the web, as markdown; anything but http and https stays a text."""
    if not _WEB.match(address):
        return words.md(address)
    shown = re.sub(r"^https?://(www\.)?", "", address, flags=re.IGNORECASE).rstrip("/")
    return f"[{words.md(shown)}]({quote(address, safe=_IN_ADDRESS)})"


def lines(text: str) -> str:
    """A text of several lines as markdown that shows it letter by letter, line by line."""
    return "  \n".join(words.md(line) for line in text.splitlines() if line.strip())


def _language(tag: str) -> str:
    """The language of a tag in English, with the region in brackets: ``Portuguese (BR)``."""
    code, _, region = tag.partition("-")
    name = str(Locale.parse("en").languages.get(code, code))
    return f"{name} ({region})" if region else name


def _birthday(iso: str) -> str:
    """``1 April 1979``, or ``1 April`` where the year is unknown."""
    year, month, day = iso.rsplit("-", 2)
    return f"{int(day)} {month_name[int(month)]} {year.strip('-')}".strip()
