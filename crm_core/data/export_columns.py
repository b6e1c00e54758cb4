"""What stands in an export: the columns of each kind, named so that our own import knows them again."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from crm_core.data import fields
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.choices import parse_tags
from crm_core.people.types import CustomFieldRow

KINDS: Final = ("contacts", "accounts", "products", "deals", "orders", "interactions")

# What is an input only: a contact has the parts of its name and address, and one answer about marketing mail.
_LEFT_OUT: Final = {
    "contacts": frozenset(("full_name", "address", "opt_in_at", "subscription_status")),
    "accounts": frozenset(("address",)),
    "orders": frozenset(("first_name", "last_name", "discount_rate")),
}
_HEADINGS: Final = {
    "external_id": "External ID",
    "email_secondary": "Other e-mails",
    "phone_secondary": "Other phones",
}
_SIMPLE_NUMBER = re.compile(r"\+[0-9]{4,15}")


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: the import field it holds, its heading in a table, and the type of its values."""

    name: str
    heading: str
    type: str


def of(kind: str, custom: Iterable[CustomFieldRow] = ()) -> tuple[ExportColumn, ...]:
    """All columns of a kind in the order people expect them, the company's own fields last.

    Raises:
        Invalid: there is no export of this kind.
    """
    if kind not in KINDS:
        raise Invalid(f"There is no export of “{kind}”. Choose one of {', '.join(KINDS)}.")
    found = [
        ExportColumn(one.name, _HEADINGS.get(one.name, one.label), one.type)
        for one in fields.of(kind)
        if one.name not in _LEFT_OUT.get(kind, ())
    ]
    taken = {column.heading.casefold() for column in found}
    taken |= {one.label.casefold() for one in fields.of(kind)}
    for row in custom:
        name = fields.CUSTOM + row.name
        found.append(ExportColumn(name, name if row.label.casefold() in taken else row.label, row.type))
        taken.add(row.label.casefold())
    return tuple(found)


def chosen(known: Sequence[ExportColumn], names: Sequence[str] | None) -> tuple[ExportColumn, ...]:
    """These columns, in this order; all when nobody chose.

    Raises:
        Invalid: one of them does not exist.
    """
    if names is None:
        return tuple(known)
    by_name = {column.name: column for column in known}
    missing = [name for name in dict.fromkeys(names) if name not in by_name]
    if missing or not names:
        raise Invalid(f"There is no column “{missing[0]}”." if missing else "Choose at least one column.")
    return tuple(by_name[name] for name in dict.fromkeys(names))


def cell(column: ExportColumn, value: Any) -> str | int | float:
    """A value as a table holds it, such that the import reads the same value again."""
    if isinstance(value, list | tuple):
        return " ::: ".join(map(_phone, value)) if column.type == "phone" else _listed(column, value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float):
        return value
    return _phone(value) if column.type == "phone" else str(value)


def is_plain_phone(column: ExportColumn, text: str) -> bool:
    """A number in international form: it begins with a plus sign and still cannot be a formula."""
    return column.type == "phone" and _SIMPLE_NUMBER.fullmatch(text) is not None


def _phone(stored: str) -> str:
    # The semicolon of `;ext=12` would part the cell in two.
    return stored.replace(";ext=", " ext. ")


def _listed(column: ExportColumn, values: Sequence[str]) -> str:
    joined = ", ".join(values)
    if column.type == "email" or parse_tags(joined) == list(values):
        return joined
    return json.dumps(list(values), ensure_ascii=False)
