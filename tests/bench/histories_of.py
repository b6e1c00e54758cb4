"""What the app keeps of every order, for the reports about all customers: written for a made-up company."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, DateTime, text

from crm_core.commerce import order_history

PART: Final = 20_000
_BOUGHT: Final = text(
    "SELECT contact_id, ordered_at, total - refunded FROM orders WHERE contact_id >= :first "
    "AND contact_id < :last AND status <> 'cancelled'"
).columns(ordered_at=DateTime())
_KEEP: Final = text("UPDATE purchase_totals SET history = :history WHERE contact_id = :whose")


def keep(connection: Connection, contacts: int) -> None:
    """Write the histories of the contacts from 1 on."""
    for first in range(1, contacts + 1, PART):
        bought: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
        for contact_id, at, value in connection.execute(_BOUGHT, {"first": first, "last": first + PART}):
            bought[contact_id].append((at.replace(tzinfo=UTC), value))
        kept = [{"whose": key, "history": order_history.written(made)} for key, made in bought.items()]
        connection.execute(_KEEP, kept)
        connection.commit()
