"""What the import has to know of each kind of record; a new kind is a new entry here and its own rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crm_core.data import account_records, contact_records
from crm_core.data.import_types import Key
from crm_core.people.fields import OPTIONS
from db import lengths
from db.models import Account, AccountTag, Contact, ContactPoint, ContactTag, Tag

Derive = Callable[[Mapping[str, Any], tuple[tuple[str, str, str], ...], Mapping[str, int]], dict[str, Any]]


@dataclass(frozen=True)
class Entity:
    """One kind of record.

    ``columns`` are compared and written, ``derived`` follow from them; ``child`` is the column by
    which rows that belong to the record name it. ``linked`` is the column that refers to a company.
    ``references`` names the other records that an import of this kind makes when asked to
    (``ImportOptions.create_missing``), in the plural.
    """

    kind: str
    noun: str
    model: type[Contact] | type[Account]
    tag_model: type[ContactTag] | type[AccountTag]
    child: str
    linked: str
    columns: tuple[str, ...]
    derived: tuple[str, ...]
    derive: Derive
    keys_of: Callable[..., tuple[Key, ...]]
    references: tuple[str, ...] = ()

    @property
    def limits(self) -> dict[str, int]:
        """The longest text of each column, and of points (``website``) and tags."""
        found = lengths.of(self.model) | {"tags": lengths.of(Tag)["name"]}
        return {"website": lengths.of(ContactPoint)["value"]} | found

    @property
    def options(self) -> dict[str, tuple[str, ...]]:
        """The words that fields with a fixed choice may have."""
        return {name: words for name, words in OPTIONS.items() if name in self.columns}


_CONTACT: Final = (*contact_records.COLUMNS, "birthday", "company")

ENTITIES: Final[dict[str, Entity]] = {
    "contacts": Entity(
        "contacts", "contact", Contact, ContactTag, "contact_id", "account_id",
        _CONTACT, contact_records.DERIVED, contact_records.derived, contact_records.keys_of,
        ("companies",),
    ),
    "accounts": Entity(
        "accounts", "company", Account, AccountTag, "account_id", "parent_id",
        ("name", *account_records.COLUMNS, "annual_revenue", "currency", "domain"), account_records.DERIVED,
        account_records.derived, account_records.keys_of,
    ),
}  # fmt: skip
