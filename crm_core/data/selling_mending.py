"""What deals, orders and products should say instead, as far as it follows from what is around them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from crm_core.data.quality_mending import Known

SOON: Final = timedelta(days=30)


def close_soon(_row: Any, known: "Known") -> dict[str, Any]:
    """The deal is expected thirty days from today."""
    return {"close_on": known.today + SOON} if known.today else {}


def seller_of_customer(row: Any, known: "Known") -> dict[str, Any]:
    """Whoever looks after the customer sold it."""
    customers = (("contact", row.contact_id), ("account", row.account_id))
    owner_id = next((known.sellers[one] for one in customers if one in known.sellers), None)
    return {"actor_id": owner_id} if owner_id else {}


def category_of_kin(row: Any, known: "Known") -> dict[str, Any]:
    """The one category of all products whose article number begins alike."""
    category = known.categories.get(beginning(row.sku))
    return {"category": category} if category else {}


def beginning(sku: str | None) -> str:
    """What stands before the first dash of an article number: its family; empty without a dash."""
    first, dash, _ = (sku or "").partition("-")
    return first if dash else ""
