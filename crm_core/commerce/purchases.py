"""What a customer bought: totals, latest orders, rhythm, favourite products."""

from datetime import timedelta
from typing import Any

from crm_core.commerce import rules
from crm_core.commerce.types import Bought, Liking, OrderRow, PurchaseSheet, Rhythm
from crm_core.kernel.access import Permission
from crm_core.kernel.values.dates import zone_of
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.models import Account, Contact
from db.queries import purchases as sql

LATEST = 5
LIKES = 5
LIKES_SINCE = timedelta(days=3 * 365)
DAYS = 200


@use_case(Permission.ORDERS_READ, read=True)
def of_contact(work: Work, contact_id: int) -> PurchaseSheet:
    """What a contact bought; its totals are the kept ones.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    contact = work.get(Contact, contact_id)
    return _sheet(work, work.rows(sql.kept(contact.id), Bought), sql.of_contact(contact.id))


@use_case(Permission.ORDERS_READ, read=True)
def of_account(work: Work, account_id: int) -> PurchaseSheet:
    """What a company bought: its own orders and those of its people, as far as this person sees them.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    account = work.get(Account, account_id)
    return _sheet(work, work.rows(sql.totals_of_account(account.id), Bought), sql.of_account(account.id))


def _sheet(work: Work, bought: list[Bought], whose: Any) -> PurchaseSheet:
    if not bought:
        return PurchaseSheet((), tuple(work.rows(sql.latest(whose, LATEST), OrderRow)), None, ())
    return PurchaseSheet(
        totals=tuple(bought),
        latest=tuple(work.rows(sql.latest(whose, LATEST), OrderRow)),
        rhythm=_rhythm(work, whose),
        likes=tuple(work.rows(sql.likes(whose, work.now - LIKES_SINCE, LIKES), Liking)),
    )


def _rhythm(work: Work, whose: Any) -> Rhythm | None:
    zone = zone_of(company().time_zone)
    return rules.rhythm([moment.astimezone(zone).date() for moment in work.scalars(sql.days(whose, DAYS))])
