"""Where the kinds of events stand that rules speak of: their tables, and the columns behind their fields."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, and_, any_, func, or_, select

from db.models import (
    Campaign,
    CampaignVariant,
    Coupon,
    CouponCode,
    CouponUse,
    Deal,
    Feedback,
    Interaction,
    Membership,
    Order,
    OrderLine,
    Pipeline,
    PointEntry,
    PointLot,
    Product,
    Recipient,
    Referral,
    Referrer,
    Stage,
    Task,
    TextSentiment,
)
from db.queries.rule_comparisons import BY_TYPE, Condition
from db.rule_tree import Leaf, Moment
from db.session import current

Joined = Callable[[], Select[Any]]


@dataclass(frozen=True)
class Source:
    """Where a kind of event stands.

    Args:
        rows: gives the statement that returns the contact of each.
        contact: the column with the contact.
        columns: by the names that rules use.
        currency: the column that an amount's currency stands in; amounts of others are left out.
        sums: what can be summed beside the count; each in thousandths, minor units or whole ones.
        key: what is counted, where several rows are one.
        named: columns of other tables, as (own key, what finds the keys).
    """

    rows: Joined
    contact: Any
    columns: dict[str, Any] = field(default_factory=dict)
    currency: Any = None
    sums: dict[str, Any] = field(default_factory=dict)
    key: Any = None
    named: dict[str, Callable[[Leaf, Moment], Condition]] = field(default_factory=dict)


def _by_key(key: Any, model: Any, column: Any) -> Callable[[Leaf, Moment], Condition]:
    """A value of another table, which is found first: there are few of them."""
    return lambda leaf, moment: _among(key, select(model.id).where(BY_TYPE[leaf.type](column, leaf, moment)))


def _among(key: Any, found: Select[Any]) -> Condition:
    """Is the key one of these? Postgres looks into an index for a list, but not always for a statement."""
    if current().is_sqlite:
        return and_(key.is_not(None), key.in_(found))
    return and_(key.is_not(None), key == any_(func.array(found.scalar_subquery(), type_=ARRAY(BigInteger))))


def _product(leaf: Leaf, moment: Moment) -> Condition:
    """By name or article number; a line without a product has only its own name."""
    text = BY_TYPE["text"]
    known = select(Product.id).where(or_(text(Product.name, leaf, moment), text(Product.sku, leaf, moment)))
    return or_(
        _among(OrderLine.product_id, known),
        and_(OrderLine.product_id.is_(None), text(OrderLine.name, leaf, moment)),
    )


_OF_ORDER = {
    "ordered": Order.ordered_at, "channel": Order.channel, "coupon": Order.coupon, "status": Order.status,
}  # fmt: skip
_REVENUE = Order.total - Order.refunded
_PIECES = {"quantity": OrderLine.quantity - OrderLine.returned}
_WHAT = {"product": _product, "category": _by_key(OrderLine.product_id, Product, Product.category)}
LINES = Source(
    lambda: select(OrderLine.buyer_id), OrderLine.buyer_id,
    {"ordered": OrderLine.bought_at, "quantity": OrderLine.quantity / 1000.0}, None, _PIECES,
    OrderLine.order_id, _WHAT,
)  # fmt: skip
"""Purchases as long as nothing of their orders is asked but the day: the lines know their buyers."""

SOURCES: dict[str, Source] = {
    "purchases": Source(
        lambda: select(Order.contact_id).join(OrderLine, OrderLine.order_id == Order.id),
        Order.contact_id,
        {**_OF_ORDER, "quantity": OrderLine.quantity / 1000.0, "amount": OrderLine.total},
        Order.currency,
        {**_PIECES, "revenue": OrderLine.total}, Order.id, _WHAT,
    ),
    "orders": Source(
        lambda: select(Order.contact_id), Order.contact_id, {**_OF_ORDER, "amount": _REVENUE},
        Order.currency, {"revenue": _REVENUE},
    ),
    "deals": Source(
        lambda: select(Deal.contact_id), Deal.contact_id,
        {"status": Deal.status, "lost_reason": Deal.lost_reason, "amount": Deal.amount,
         "opened": Deal.opened_at, "closed": Deal.closed_at, "closes": Deal.close_on, "owner": Deal.owner_id},
        Deal.currency, {"amount": Deal.amount}, Deal.id,
        {"stage": _by_key(Deal.stage_id, Stage, Stage.name),
         "pipeline": _by_key(Deal.pipeline_id, Pipeline, Pipeline.name)},
    ),
    "tasks": Source(
        lambda: select(Task.contact_id), Task.contact_id,
        {"kind": Task.kind, "status": Task.status, "title": Task.title, "due": Task.due_on,
         "done": Task.done_at, "owner": Task.owner_id},
    ),
    "interactions": Source(
        lambda: select(Interaction.contact_id), Interaction.contact_id,
        {"kind": Interaction.kind, "direction": Interaction.direction, "outcome": Interaction.outcome,
         "subject": Interaction.subject, "happened": Interaction.happened_at},
    ),
    "messages": Source(
        lambda: select(Recipient.contact_id), Recipient.contact_id,
        {"state": Recipient.state,
         **{name: getattr(Recipient, f"{name}_at") for name in (
             "sent", "opened", "clicked", "replied", "bounced", "unsubscribed", "visited", "converted")}},
        None, {"revenue": Recipient.revenue}, Recipient.id,
        {"campaign": _by_key(Recipient.campaign_id, Campaign, Campaign.name),
         "channel": _by_key(Recipient.campaign_id, Campaign, Campaign.channel),
         "variant": _by_key(Recipient.variant_id, CampaignVariant, CampaignVariant.name)},
    ),
    "points": Source(
        lambda: select(Membership.contact_id).join(PointEntry, PointEntry.membership_id == Membership.id),
        Membership.contact_id,
        {"kind": PointEntry.kind, "points": PointEntry.points, "happened": PointEntry.happened_at},
        None, {"points": PointEntry.points},
    ),
    "lots": Source(
        lambda: select(Membership.contact_id)
        .join(PointLot, PointLot.membership_id == Membership.id)
        .where(PointLot.remaining > 0),
        Membership.contact_id,
        {"earned": PointLot.earned_at, "expires": PointLot.expires_at, "left": PointLot.remaining},
        None, {"points": PointLot.remaining},
    ),
    "coupons": Source(
        lambda: select(CouponUse.contact_id).where(CouponUse.cancelled_at.is_(None)), CouponUse.contact_id,
        {"used": CouponUse.used_at, "discount": CouponUse.discount}, CouponUse.currency,
        {"discount": CouponUse.discount}, CouponUse.id,
        {"name": _by_key(CouponUse.coupon_id, Coupon, Coupon.name),
         "code": _by_key(CouponUse.code_id, CouponCode, CouponCode.code)},
    ),
    "referrals": Source(
        lambda: select(Referrer.contact_id).join(Referral, Referral.referrer_id == Referrer.id),
        Referrer.contact_id,
        {"state": Referral.state, "code": Referrer.code, "referred": Referral.referred_at,
         "settled": Referral.settled_at},
    ),
    "feedback": Source(
        lambda: select(Feedback.contact_id).where(Feedback.deleted_at.is_(None)), Feedback.contact_id,
        {"kind": Feedback.kind, "source": Feedback.source, "score": Feedback.score,
         "comment": Feedback.comment, "answered": Feedback.answered_at},
    ),
    "texts": Source(
        lambda: select(TextSentiment.contact_id).where(TextSentiment.score.is_not(None)),
        TextSentiment.contact_id,
        {"mood": TextSentiment.score, "written": TextSentiment.written_at},
    ),
}  # fmt: skip
