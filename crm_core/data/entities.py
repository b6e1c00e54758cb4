"""What the import has to know of each kind of record; a new kind is a new entry here and its own rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crm_core.data import account_records, contact_records
from crm_core.data.campaign_result_loading import CampaignResultLoader
from crm_core.data.deal_loading import DealLoader
from crm_core.data.import_types import Key
from crm_core.data.interaction_loading import InteractionLoader
from crm_core.data.loaders import Loader
from crm_core.data.order_loading import OrderLoader
from crm_core.data.product_loading import ProductLoader
from crm_core.data.user_loading import UserLoader
from crm_core.kernel.access import Permission
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
    (``ImportOptions.create_missing``), in the plural. ``loader`` brings in the kinds that are neither
    people nor companies, and has what else they need. ``permission`` is asked for beside that to import.
    """

    kind: str
    noun: str
    model: Any
    tag_model: Any
    child: str
    linked: str
    columns: tuple[str, ...]
    derived: tuple[str, ...]
    derive: Derive
    keys_of: Callable[..., tuple[Key, ...]]
    references: tuple[str, ...] = ()
    loader: Loader | None = None
    permission: Permission = Permission.IMPORTS_RUN

    @property
    def title(self) -> str:
        """The column that people know a record by."""
        return self.loader.title if self.loader else "name"

    @property
    def limits(self) -> dict[str, int]:
        """The longest text of each column, and of points (``website``) and tags."""
        found = lengths.of(self.model) | {"tags": lengths.of(Tag)["name"]}
        return {"website": lengths.of(ContactPoint)["value"]} | found

    @property
    def options(self) -> dict[str, tuple[str, ...]]:
        """The words that fields with a fixed choice may have."""
        return {name: words for name, words in OPTIONS.items() if name in self.columns}


def _loaded(noun: str, loader: Loader, permission: Permission) -> Entity:
    """A kind of record that its loader knows everything about."""
    return Entity(
        loader.kind, noun, loader.model, None, "", "", loader.columns, (), _nothing_derived, _no_keys,
        loader.references, loader, permission,
    )  # fmt: skip


def _nothing_derived(*_: Any) -> dict[str, Any]:
    return {}


def _no_keys(*_: Any) -> tuple[Key, ...]:
    return ()


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
    "products": _loaded("product", ProductLoader(), Permission.PRODUCTS_MANAGE),
    "deals": _loaded("deal", DealLoader(), Permission.DEALS_EDIT),
    "orders": _loaded("order", OrderLoader(), Permission.ORDERS_EDIT),
    "interactions": _loaded("entry", InteractionLoader(), Permission.INTERACTIONS_EDIT),
    "users": _loaded("person of the team", UserLoader(), Permission.USERS_MANAGE),
    "campaign-results": _loaded("campaign result", CampaignResultLoader(), Permission.CAMPAIGNS_WRITE),
}  # fmt: skip
