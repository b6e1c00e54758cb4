"""What became of campaigns: counts by variant, the people behind every count, orders against messages.

Every count and the list of its people have the same condition, so that they agree.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Float, Integer, and_, case, cast, func, or_, select

from db.models import Campaign, CampaignVariant, Contact, Order, Recipient
from db.moments import days_after
from db.queries import Rows
from db.queries.lists import listed

MEASURES: Final = (
    "people", "sent", "delivered", "opened", "clicked", "replied", "bounced", "unsubscribed", "visited",
    "converted", "scanned", "failed", "pending", "held", "excluded", "sent_again", "opened_again",
    "clicked_again", "unsubscribed_again",
)  # fmt: skip
"""What is counted. ``people`` are those who were to get it and are waited for no more, or were held back.

A second message to the same people is counted apart (``…_again``), so that the others stay shares of people.
"""

_COUNTED: Final = ("held", "sent", "failed", "unclear")


def by_variant(campaign_ids: Collection[int]) -> Rows:
    """Counts of these campaigns: campaign, variant, its name, every measure, and of money: sum, sum of
    squares, people who spent some."""
    rows = _rows(campaign_ids)
    is_person = _conditions(rows)["people"]
    money = case((is_person, rows.c.revenue), else_=0)
    sums = [
        func.coalesce(cast(func.sum(_one(condition)), Integer), 0).label(name)
        for name, condition in _conditions(rows).items()
    ]
    columns = (CampaignVariant.campaign_id, CampaignVariant.id.label("variant_id"), CampaignVariant.name)
    statement = (
        select(
            *columns, *sums, func.coalesce(cast(func.sum(money), BigInteger), 0).label("revenue"),
            func.coalesce(func.sum(cast(money, Float) * cast(money, Float)), 0.0).label("squares"),
            func.coalesce(cast(func.sum(_one(money != 0)), Integer), 0).label("spenders"),
        )
        .select_from(CampaignVariant)
        .outerjoin(rows, rows.c.variant_id == CampaignVariant.id)
        .where(listed(CampaignVariant.campaign_id, campaign_ids))
    )  # fmt: skip
    return statement.group_by(*columns).order_by(CampaignVariant.campaign_id, CampaignVariant.id)


def people(campaign_id: int, measure: str, variant: str, without: str) -> Rows:
    """Who stands behind a count, the first message first.

    Args:
        measure: one of ``MEASURES``.
        variant: the name of one, empty for all but ``without``.
        without: the name of a variant that is left out of all.
    """
    rows = _rows([campaign_id])
    chosen = CampaignVariant.name == variant if variant else CampaignVariant.name != without
    return (
        select(
            rows.c.id, rows.c.contact_id, Contact.name, rows.c.address, CampaignVariant.name.label("variant"),
            rows.c.state, rows.c.sent_at, rows.c.opened_at, rows.c.clicked_at, rows.c.is_converted,
            rows.c.revenue,
        )
        .select_from(rows)
        .join(CampaignVariant, CampaignVariant.id == rows.c.variant_id)
        .outerjoin(Contact, Contact.id == rows.c.contact_id)
        .where(_conditions(rows)[measure], chosen)
        .order_by(rows.c.id)
    )  # fmt: skip


def campaigns(limit: int) -> Rows:
    """Campaigns that were sent or imported, the latest first."""
    moment = func.coalesce(Campaign.started_at, Campaign.created_at)
    chosen = Campaign.state.in_(("sending", "paused", "done", "cancelled", "imported"))
    return select(Campaign).where(chosen).order_by(moment.desc(), Campaign.id.desc()).limit(limit)


def by_name(name_key: str) -> Rows:
    """The campaign of this folded name: its id."""
    return select(Campaign.id).where(Campaign.name_key == name_key)


def touches(since: datetime | None, until: datetime | None, days: int, only: str) -> Rows:
    """Orders of a period with the messages that reached their buyers at most so many days before: order,
    currency, what stayed of it, campaign, moment; in the order of orders and moments.

    Args:
        only: ``clicked`` counts the moments of clicks, ``sent`` those of sending.
    """
    moment = Recipient.clicked_at if only == "clicked" else Recipient.sent_at
    chosen = [Order.status != "cancelled", moment <= Order.ordered_at, Recipient.bounced_at.is_(None)]
    chosen.append(days_after(moment, cast(days, Integer)) > Order.ordered_at)
    if since is not None:
        chosen.append(Order.ordered_at >= since)
    if until is not None:
        chosen.append(Order.ordered_at < until)
    columns = (Order.id, Order.currency, Order.total - Order.refunded, Recipient.campaign_id, moment)
    return (
        select(*columns)
        .join(Recipient, Recipient.contact_id == Order.contact_id)
        .where(*chosen)
        .order_by(Order.id, moment, Recipient.id)
    )


def names(campaign_ids: Collection[int]) -> Rows:
    """(campaign, name)."""
    return select(Campaign.id, Campaign.name).where(listed(Campaign.id, campaign_ids))


def _rows(campaign_ids: Collection[int]) -> Any:
    """Recipients with what they bought in the window behind their message; who was held back, behind the
    first message of the campaign. For imported campaigns the file said what they bought."""
    is_imported = Campaign.state == "imported"
    has_bought = _orders(Order.id).exists()
    money = _orders(func.sum(_in_currency())).scalar_subquery()
    is_first = Recipient.wave == 0
    converted = case(
        (is_imported, Recipient.is_converted),
        (~is_first, False),
        else_=or_(Recipient.is_converted, has_bought),
    )
    revenue = case((is_imported, Recipient.revenue), (~is_first, 0), else_=func.coalesce(money, 0))
    statement = select(
        Recipient.id, Recipient.contact_id, Recipient.address, Recipient.variant_id, Recipient.wave,
        Recipient.state, Recipient.sent_at, Recipient.opened_at, Recipient.clicked_at, Recipient.replied_at,
        Recipient.bounced_at, Recipient.unsubscribed_at, Recipient.scanned_at, Recipient.is_visited,
        converted.label("is_converted"), cast(revenue, BigInteger).label("revenue"),
    ).join(Campaign, Campaign.id == Recipient.campaign_id)  # fmt: skip
    chosen = statement.where(listed(Recipient.campaign_id, campaign_ids))
    # Orders are looked up once a row, however many sums are made of them.
    return chosen.cte("received").prefix_with("MATERIALIZED")


def _orders(what: Any) -> Rows:
    begun = func.coalesce(Recipient.sent_at, Campaign.started_at)
    chosen = (
        Order.contact_id == Recipient.contact_id,
        Order.status != "cancelled",
        Order.ordered_at >= begun,
        Order.ordered_at < days_after(begun, Campaign.window_days),
    )
    return select(what).where(*chosen).correlate(Recipient, Campaign)


def _in_currency() -> ColumnElement[int]:
    return case((Order.currency == Campaign.currency, Order.total - Order.refunded), else_=0)


def _conditions(rows: Any) -> dict[str, ColumnElement[bool]]:
    row = rows.c
    left = row.state.in_(("sent", "unclear"))
    is_sent, is_again = and_(left, row.wave == 0), and_(left, row.wave > 0)
    is_opened = or_(row.opened_at.is_not(None), row.clicked_at.is_not(None))
    is_person = and_(row.wave == 0, row.state.in_(_COUNTED))
    return {
        "people": is_person,
        "sent": is_sent,
        "delivered": and_(is_sent, row.bounced_at.is_(None)),
        "opened": and_(is_sent, is_opened),
        "clicked": and_(is_sent, row.clicked_at.is_not(None)),
        "replied": and_(is_sent, row.replied_at.is_not(None)),
        "bounced": and_(row.state != "held", row.wave == 0, row.bounced_at.is_not(None)),
        "unsubscribed": and_(is_sent, row.unsubscribed_at.is_not(None)),
        "visited": and_(is_person, row.is_visited),
        "converted": and_(is_person, row.is_converted),
        "scanned": and_(is_sent, row.scanned_at.is_not(None), ~is_opened),
        "failed": row.state == "failed",
        "pending": row.state.in_(("pending", "sending")),
        "held": row.state == "held",
        "excluded": and_(row.state == "excluded", row.wave == 0),
        "sent_again": is_again,
        "opened_again": and_(is_again, is_opened),
        "clicked_again": and_(is_again, row.clicked_at.is_not(None)),
        "unsubscribed_again": and_(is_again, row.unsubscribed_at.is_not(None)),
    }


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
