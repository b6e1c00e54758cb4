"""What people of campaigns bought in the window behind their message."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, select

from db.models import Campaign, Order, Recipient
from db.moments import days_after
from db.queries import Rows

COUNTED = ("held", "sent", "failed", "unclear")
"""States of people whose purchases are compared: those who were to get a message, and those held back."""


def of_contact(contact_id: int) -> Rows:
    """(recipient, first order, revenue) of everything that a contact got, as the orders stand now."""
    return _bought(Recipient.contact_id == contact_id)


def of_campaign(campaign_id: int) -> Rows:
    """The same of everybody who got a campaign."""
    return _bought(Recipient.campaign_id == campaign_id)


def _bought(whose: ColumnElement[bool]) -> Rows:
    """What those recipients bought in their windows.

    Who was held back has the window that begins with the campaign. Money in another currency than that of the
    campaign is not counted.
    """
    begun = func.coalesce(Recipient.sent_at, Campaign.started_at)
    stayed: Any = case((Order.currency == Campaign.currency, Order.total - Order.refunded), else_=0)
    bought = and_(
        Order.contact_id == Recipient.contact_id,
        Order.status != "cancelled",
        Order.deleted_at.is_(None),
        Order.ordered_at >= begun,
        Order.ordered_at < days_after(begun, Campaign.window_days),
    )
    return (
        select(
            Recipient, func.min(Order.ordered_at).label("first"),
            cast(func.coalesce(func.sum(stayed), 0), BigInteger).label("revenue"),
        )
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .outerjoin(Order, bought)
        .where(
            whose, Recipient.wave == 0, Recipient.state.in_(COUNTED),
            Campaign.state != "imported",
        )
        .group_by(Recipient.id)
    )  # fmt: skip
