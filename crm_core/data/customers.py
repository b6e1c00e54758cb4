"""Whom a row means: its person and its company, as keys in the order in which they count. Pure."""

import hashlib
from collections.abc import Mapping
from typing import Any

from crm_core.data.import_types import Key
from crm_core.kernel.values import names
from crm_core.kernel.values.text import fold
from crm_core.people import rules

_ADDRESS = ("city", "postal_code", "country")


def person(
    values: Mapping[str, Any], name_field: str = "full_name", email_field: str = "email"
) -> dict[str, str]:
    """The values of the contact that a row speaks of."""
    found = {
        name: str(values[name]) for name in ("first_name", "middle_name", "last_name") if values.get(name)
    }
    if not found and values.get(name_field):
        parts = names.split(str(values[name_field]))
        found = {"first_name": parts.first, "middle_name": parts.middle, "last_name": parts.last}
    found |= {name: str(values[name]) for name in _ADDRESS if values.get(name)}
    if values.get(email_field):
        found["email"] = str(values[email_field]).lower()
    return {name: value for name, value in found.items() if value}


def contact_keys(
    values: Mapping[str, Any], name_field: str = "full_name", email_field: str = "email"
) -> tuple[Key, ...]:
    """What the contact of a row is known by: ID, then address; the name only where there is neither.

    Two people may have one name, so a name means nobody where the file knows more of them.
    """
    found: list[Key] = []
    if values.get("customer_external_id"):
        found.append(("external_id", str(values["customer_external_id"])))
    if values.get(email_field):
        found.append(("email", str(values[email_field]).lower()))
    if found:
        return tuple(found)
    who = person(values, name_field, email_field)
    if who.get("first_name") or who.get("last_name"):
        # A person without anything but a name gets an ID made of it, to be known again in the same file.
        key = rules.name_key(who)
        found += [("external_id", made_id(key)), ("name", key)]
    return tuple(found)


def made_id(*parts: str) -> str:
    """An ID for what has none in its file: the same words make the same one."""
    return "row-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def company_keys(values: Mapping[str, Any]) -> tuple[Key, ...]:
    """What the company of a row is known by: its name, an ID or a domain that stands in its place."""
    text = str(values.get("company") or "")
    if not text:
        return ()
    found: list[Key] = [("name", fold(text)[:300]), ("external_id", text[:200])]
    if "." in text and " " not in text:
        found.append(("domain", text.lower().removeprefix("www.")))
    return tuple(found)
