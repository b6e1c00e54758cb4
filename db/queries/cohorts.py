"""In which months customers bought, how long until they came back, and how far a relationship went."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Subquery,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from db.models import Contact, Order, PurchaseTotal, Referral, Referrer
from db.queries import Rows
from db.queries.local_days import Earliest, LocalDay, LocalMonth

_STEPS = ("met", "basic", "buying", "speaking")


def members(zone: str, before: datetime, first: int, month: int, among: Rows | None = None) -> Rows:
    """Customers whose first order fell into one month and who bought in another (both as in ``months``):
    contact, name, orders of that month, the last of them; the most orders first."""
    columns = (LocalMonth(Order.ordered_at, zone).label("month"), Order.ordered_at.label("at"))
    ordered = _orders(before, *columns, among=among)
    began = select(ordered.c.contact_id).group_by(ordered.c.contact_id)
    began = began.having(func.min(ordered.c.month) == first)
    orders, last = func.count().label("orders"), func.max(ordered.c.at).label("last_at")
    told = select(ordered.c.contact_id, Contact.name, orders, last)
    told = told.join(Contact, Contact.id == ordered.c.contact_id)
    told = told.where(ordered.c.month == month, ordered.c.contact_id.in_(began))
    told = told.group_by(ordered.c.contact_id, Contact.name)
    return told.order_by(orders.desc(), last.desc(), ordered.c.contact_id)


def steps(zone: str, until: datetime, among: Rows | None = None) -> CompoundSelect[Any]:
    """How contacts went through the stages of a relationship: step, days that it took (empty where it was not
    made), contacts. An earlier stage begins with a later one at the latest."""
    days = _moments(zone, until, among)
    gaps = select(
        (days.c.basic - days.c.met).label("basic"),
        (days.c.buying - days.c.basic).label("buying"),
        (days.c.speaking - days.c.buying).label("speaking"),
    ).cte("gaps")
    counted = [
        select(literal(gap.key).label("step"), gap.label("days"), func.count().label("contacts")).group_by(
            gap
        )
        for gap in gaps.c
    ]
    return union_all(*counted)


def people(zone: str, until: datetime, place: int, among: Rows | None = None, *, only_here: bool) -> Rows:
    """Contacts that got to a stage of the relationship (0 to 3): contact, name, the day on which (days since
    1970-01-01); the latest first. ``only_here``: and that got no further."""
    days = _moments(zone, until, among)
    at = days.c[_STEPS[place]]
    told = select(days.c.contact_id, Contact.name, at.label("day"))
    told = told.join(Contact, Contact.id == days.c.contact_id)
    if place:
        told = told.where(at.is_not(None))
    if only_here and place + 1 < len(_STEPS):
        told = told.where(days.c[_STEPS[place + 1]].is_(None))
    return told.order_by(at.desc(), days.c.contact_id)


def _moments(zone: str, until: datetime, among: Rows | None) -> Subquery:
    """The days on which contacts got to each stage, one row each."""
    bought, told = _first_orders(until, among), _first_referrals(until)
    known = select(
        Contact.id.label("contact_id"),
        Contact.created_at.label("met"),
        case((Contact.first_touch_at <= until, Contact.first_touch_at), else_=None).label("heard"),
        bought.c.at.label("bought"),
        told.c.at.label("advocated"),
    )
    known = known.outerjoin(bought, bought.c.contact_id == Contact.id)
    known = known.outerjoin(told, told.c.contact_id == Contact.id)
    if among is not None:
        known = known.where(Contact.id.in_(among))
    # Written down in between: else each mention of a moment would look for it once more.
    moments = known.cte("moments").prefix_with("MATERIALIZED")
    was_there = or_(moments.c.met <= until, moments.c.heard.is_not(None), moments.c.bought.is_not(None))
    reached = [Earliest(*moments.c[place:]).label(name) for place, name in enumerate(_STEPS, 1)]
    ends = select(moments.c.contact_id, *reached).where(was_there).cte("ends").prefix_with("MATERIALIZED")
    days = (LocalDay(ends.c[name], zone).label(name) for name in _STEPS)
    return select(ends.c.contact_id, *days).subquery()


def _first_orders(until: datetime, among: Rows | None) -> Subquery:
    found = select(PurchaseTotal.contact_id, func.min(PurchaseTotal.first_at).label("at"))
    found = found.where(PurchaseTotal.first_at <= until).group_by(PurchaseTotal.contact_id)
    return (found if among is None else found.where(PurchaseTotal.contact_id.in_(among))).subquery("bought")


def _first_referrals(until: datetime) -> Subquery:
    told = select(Referrer.contact_id, func.min(Referral.referred_at).label("at"))
    told = told.join(Referrer, Referrer.id == Referral.referrer_id).where(Referral.referred_at <= until)
    return told.group_by(Referrer.contact_id).subquery("told")


def _orders(before: datetime, *columns: Any, among: Rows | None = None) -> Subquery:
    counted = (Order.contact_id.is_not(None), Order.status != "cancelled", Order.ordered_at < before)
    found = select(Order.contact_id, *columns).where(*counted)
    return (found if among is None else found.where(Order.contact_id.in_(among))).subquery()
