"""Who recommends us, whom they brought, and what these bought."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from db.models import (
    Activity,
    Contact,
    ContactPoint,
    Feedback,
    Order,
    PointEntry,
    PurchaseTotal,
    Referral,
    Referrer,
)
from db.queries import Rows

REFERRER = (
    "id", "version", "contact_id", "kind", "state", "code", "terms", "compensation", "points_referrer",
    "points_friend", "started_at",
)  # fmt: skip
REFERRAL = (
    "id", "contact_id", "referrer_id", "state", "channel", "reason", "order_id", "referred_at", "settled_at",
)  # fmt: skip
PAID = ("paid", "shipped", "delivered", "returned")
FEWEST_ORDERS = 2


def by_code(code_key: str) -> Rows:
    """The referrer with this code."""
    return select(Referrer).where(Referrer.code_key == code_key)


def of_contact(contact_id: int) -> Rows:
    """The referrer that a contact is."""
    return select(Referrer).where(Referrer.contact_id == contact_id)


def last_move(referrer_id: int) -> Rows:
    """The trace of the last merge that a referrer followed."""
    mine = and_(Activity.subject_type == "referrers", Activity.subject_id == referrer_id)
    statement = select(Activity).where(mine, Activity.name == "referrer.moved")
    return statement.order_by(Activity.id.desc()).limit(1)


def locked_of_friend(contact_id: int) -> Rows:
    """How a friend came; nobody else settles it until the transaction ends."""
    return _locked().where(Referral.contact_id == contact_id)


def locked_of_order(order_id: int) -> Rows:
    """The referral that an order brought the reward of; nobody else settles it until the transaction ends."""
    return _locked().where(Referral.order_id == order_id)


def brought_by(contact_id: int) -> Rows:
    """The contact that brought a contact, unless that was refused."""
    statement = select(Referrer.contact_id).join(Referral, Referral.referrer_id == Referrer.id)
    mine = and_(Referral.contact_id == contact_id, Referral.state != "refused")
    return statement.where(mine).execution_options(with_deleted=True)


def ways_to(contact_id: int) -> Rows:
    """All addresses and numbers of a contact: (kind, value)."""
    mains = [
        select(literal(kind).label("kind"), column.label("value")).where(
            Contact.id == contact_id, column != ""
        )
        for kind, column in (("email", Contact.email), ("phone", Contact.phone), ("phone", Contact.mobile))
    ]
    further = select(ContactPoint.kind, ContactPoint.value).where(
        ContactPoint.contact_id == contact_id, ContactPoint.kind.in_(("email", "phone"))
    )
    ways = union_all(*mains, further).subquery()
    return select(ways.c.kind, ways.c.value)


def paid_orders(contact_id: int, before: datetime, but: int | None) -> Rows:
    """An order from before a moment that a contact paid for and kept, other than this one."""
    was_paid = or_(Order.paid_at.is_not(None), Order.status.in_(PAID))
    kept = and_(Order.status != "cancelled", or_(Order.total == 0, Order.refunded < Order.total))
    statement = select(Order.id).where(Order.contact_id == contact_id, was_paid, kept)
    statement = statement.where(Order.ordered_at < before)
    return (statement.where(Order.id != but) if but is not None else statement).limit(1)


def rewards(referral_id: int) -> Rows:
    """The entries that a referral brought both sides."""
    mine = and_(PointEntry.source == "referrals", PointEntry.source_id == referral_id)
    return select(PointEntry.id).where(mine, PointEntry.kind == "earn").order_by(PointEntry.id)


def referrers(currency: str, kind: str = "", state: str = "") -> Rows:
    """Who recommends us, with what it brought in one currency; those who brought most come first."""
    friends, rewarded, worth = _brought(currency)
    statement = (
        select(
            *(getattr(Referrer, name) for name in REFERRER), Contact.name,
            func.coalesce(friends, 0).label("friends"), func.coalesce(rewarded, 0).label("rewarded"),
            func.coalesce(worth, 0).label("worth"),
        )
        .join(Contact, Contact.id == Referrer.contact_id)
        .order_by(func.coalesce(worth, 0).desc(), Referrer.id)
    )  # fmt: skip
    statement = statement.where(Referrer.kind == kind) if kind else statement
    return statement.where(Referrer.state == state) if state else statement


def one_referrer(referrer_id: int, currency: str) -> Rows:
    """As ``referrers``, one of them."""
    return referrers(currency).where(Referrer.id == referrer_id)


def referrals(currency: str, referrer_id: int | None = None, state: str = "") -> Rows:
    """Who brought whom, the latest first, with what the friend bought so far in one currency."""
    friend, bringer = aliased(Contact), aliased(Contact)
    worth = (
        select(cast(func.coalesce(func.sum(PurchaseTotal.revenue), 0), BigInteger))
        .where(PurchaseTotal.contact_id == Referral.contact_id, PurchaseTotal.currency == currency)
        .correlate(Referral)
        .scalar_subquery()
    )
    statement = (
        select(
            *(getattr(Referral, name) for name in REFERRAL), friend.name.label("friend"),
            bringer.name.label("referrer"), Referrer.code,
            case((Referral.state == "refused", 0), else_=worth).label("worth"),
        )
        .join(friend, friend.id == Referral.contact_id)
        .join(Referrer, Referrer.id == Referral.referrer_id)
        .join(bringer, bringer.id == Referrer.contact_id)
        .order_by(Referral.referred_at.desc(), Referral.id.desc())
    )  # fmt: skip
    statement = statement.where(Referral.referrer_id == referrer_id) if referrer_id else statement
    return statement.where(Referral.state == state) if state else statement


def sums(currency: str) -> Rows:
    """Of all referrals: (state, number, what the friends bought in one currency)."""
    bought = (
        select(PurchaseTotal.contact_id, PurchaseTotal.revenue)
        .where(PurchaseTotal.currency == currency)
        .subquery()
    )
    worth = cast(func.coalesce(func.sum(bought.c.revenue), 0), BigInteger)
    return (
        select(Referral.state, func.count(), worth)
        .select_from(Referral)
        .outerjoin(bought, bought.c.contact_id == Referral.contact_id)
        .group_by(Referral.state)
    )


def likely_advocates(currency: str, since: datetime, limit: int) -> Rows:
    """Customers who bought most and not only once, since a moment, with what speaks for them."""
    friends = (
        select(func.count())
        .select_from(Referral)
        .join(Referrer, Referrer.id == Referral.referrer_id)
        .where(Referrer.contact_id == Contact.id, Referral.state == "rewarded")
        .correlate(Contact)
        .scalar_subquery()
    )
    nps = (
        select(Feedback.score)
        .where(Feedback.contact_id == Contact.id, Feedback.kind == "nps", Feedback.deleted_at.is_(None))
        .order_by(Feedback.answered_at.desc(), Feedback.id.desc())
        .limit(1)
        .correlate(Contact)
        .scalar_subquery()
    )
    return (
        select(
            Contact.id.label("contact_id"), Contact.name, Contact.company, Contact.rating, Contact.lifecycle,
            PurchaseTotal.orders, PurchaseTotal.last_at, friends.label("friends"),
            func.coalesce(Referrer.kind, "").label("kind"), nps.label("nps"),
        )
        .join(PurchaseTotal, PurchaseTotal.contact_id == Contact.id)
        .outerjoin(Referrer, and_(Referrer.contact_id == Contact.id, Referrer.state == "active"))
        .where(PurchaseTotal.currency == currency, PurchaseTotal.orders >= FEWEST_ORDERS)
        .where(PurchaseTotal.last_at >= since)
        .order_by(PurchaseTotal.revenue.desc(), Contact.id)
        .limit(limit)
    )  # fmt: skip


def _locked() -> Rows:
    found = select(Referral).with_for_update(of=Referral)
    return found.execution_options(populate_existing=True, with_deleted=True)


def _brought(currency: str) -> tuple[Any, Any, Any]:
    bought = select(PurchaseTotal).where(PurchaseTotal.currency == currency).subquery()
    counts = Referral.state != "refused"

    def of(value: Any) -> Any:
        statement = select(value).select_from(Referral)
        statement = statement.outerjoin(bought, bought.c.contact_id == Referral.contact_id)
        return (
            statement.where(Referral.referrer_id == Referrer.id, counts).correlate(Referrer).scalar_subquery()
        )

    rewarded = func.sum(case((Referral.state == "rewarded", 1), else_=0))
    return of(func.count()), of(rewarded), of(cast(func.sum(bought.c.revenue), BigInteger))
