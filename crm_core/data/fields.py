"""What a column of an import can be mapped to, per kind: for the wizard, `--map`, the API and the memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from crm_core.data.field_table import PARTS, TABLE

FieldType = Literal[
    "name", "full_name", "text", "long_text", "email", "phone", "url", "profile", "country", "language",
    "time_zone",
    "date", "instant", "birthday", "part", "money", "currency", "integer", "number", "share", "yes_no",
    "consent",
    "tags", "choice", "deal_status", "duration", "code",
]  # fmt: skip

KINDS: Final = (
    "contacts", "accounts", "products", "deals", "orders", "interactions", "users", "campaign-results",
)  # fmt: skip

CUSTOM: Final = "custom."
"""What stands before the name of a custom field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing an import can fill. `many`: several columns may be mapped to it, their values are joined."""

    name: str
    label: str
    type: FieldType
    help: str
    many: bool = False
    options: tuple[str, ...] = ()


@cache
def of(kind: str) -> tuple[Field, ...]:
    """The fields of a kind, in the order people expect to see them. Unknown kinds have none."""
    return tuple(_field(row) for row in TABLE.get(kind, ()))


def vocabulary(kind: str, custom: Iterable[Field] = ()) -> dict[str, Field]:
    """Every name a mapping of this kind may use, with parts of composed values and custom fields."""
    parts = [_field(row) for row in PARTS.get(kind, ())]
    return {field.name: field for field in (*of(kind), *parts, *custom)}


def custom_field(name: str, label: str, type: FieldType, options: tuple[str, ...] = ()) -> Field:
    """A field the admin added; its name is written `custom.<name>`."""
    return Field(f"{CUSTOM}{name}", label, type, "A field of your company.", type == "tags", options)


def _field(row: tuple[str, str, FieldType, str]) -> Field:
    name, label, kind, words = row
    return Field(name, label, kind, words, name in ("email_secondary", "phone_secondary", "tags", "street"))
