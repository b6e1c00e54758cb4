"""Campaigns as sending leaves them behind: rows for tests of results."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import begin
from crm_core.people import contacts
from db.models import Campaign, CampaignVariant, Order, Recipient
from tests.people import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def campaign(name: str = "Spring", **values: Any) -> int:
    """A campaign that was sent on Monday, and how long its window is: two weeks."""
    usual: dict[str, Any] = {
        "channel": "email", "state": "done", "salt": "x", "currency": "EUR", "created_at": MONDAY,
        "updated_at": MONDAY, "started_at": MONDAY, "finished_at": MONDAY,
    }  # fmt: skip
    with begin(SYSTEM) as work:
        row = work.add(Campaign(name=name, name_key=fold(name), **{**usual, **values}))
        work.flush()
        return row.id


def variant(campaign_id: int, name: str) -> int:
    """A variant of it."""
    with begin(SYSTEM) as work:
        row = work.add(CampaignVariant(campaign_id=campaign_id, name=name))
        work.flush()
        return row.id


def recipient(campaign_id: int, variant_id: int, contact_id: int | None = None, **values: Any) -> int:
    """Somebody who got it on Monday."""
    usual: dict[str, Any] = {"state": "sent", "sent_at": MONDAY}
    if values.get("state", "sent") != "sent":
        del usual["sent_at"]
    with begin(SYSTEM) as work:
        row = work.add(
            Recipient(
                campaign_id=campaign_id, variant_id=variant_id, contact_id=contact_id, **{**usual, **values}
            )
        )
        work.flush()
        return row.id


def bought(contact_id: int, at: datetime, total: int, **values: Any) -> None:
    """An order, in minor units."""
    usual = {"status": "paid", "currency": "EUR", "created_at": at, "updated_at": at}
    with begin(SYSTEM) as work:
        number = f"{contact_id}-{at.isoformat()}-{total}"
        work.add(
            Order(number=number, contact_id=contact_id, ordered_at=at, total=total, **{**usual, **values})
        )


def people(who: Actor, names: Iterable[str]) -> list[int]:
    """Contacts with these first names."""
    return [contacts.create(who, {"first_name": name, "email": f"{name}@x.test"}) for name in names]
