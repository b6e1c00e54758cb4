"""What follows from what. The one place to read it: after X, do Y, in the same transaction."""

from crm_core.kernel.work import REACTIONS, Reaction
from crm_core.sales import customers

AFTER: dict[str, tuple[Reaction, ...]] = {
    "deal.won": (customers.welcome,),
    "contact.changed": (customers.follow_name,),
    "account.changed": (customers.follow_name,),
}


def connect() -> None:
    """Make the table known to the kernel."""
    REACTIONS.clear()
    REACTIONS.update(AFTER)
