"""In which months customers bought, how long until they came back, and how far a relationship went."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from db.models import Contact, Interaction, Order, PurchaseTotal, Referral, Referrer
from db.queries import Rows
from db.queries.local_days import LocalDay, LocalMonth

_STEPS = ("met", "basic", "buying", "speaking")


def months(zone: str, before: datetime, among: Rows | None = None) -> Rows:
    """Customers by the month of their first order and the months in which they bought: first month, month
    (year times twelve plus month from nought), customers."""
    ordered = _orders(before, LocalMonth(Order.ordered_at, zone).label("month"), among=among)
    each = select(ordered.c.contact_id, ordered.c.month).distinct().subquery()
    first = func.min(each.c.month).over(partition_by=each.c.contact_id).label("first")
    told = select(first, each.c.month).subquery()
    by = (told.c.first, told.c.month)
    return select(*by, func.count().label("customers")).group_by(*by).order_by(*by)


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


def returns(zone: str, before: datetime, until_day: int, among: Rows | None = None) -> Rows:
    """How many customers came back after how many days: days from the first to the second day of buying, or
    until ``until_day`` (days since 1970-01-01) for those who did not; whether they did; customers."""
    ordered = _orders(before, LocalDay(Order.ordered_at, zone).label("day"), among=among)
    days = select(ordered.c.contact_id, ordered.c.day).distinct().subquery()
    place = func.row_number().over(partition_by=days.c.contact_id, order_by=days.c.day).label("place")
    placed = select(days.c.contact_id, days.c.day, place).subquery()
    ends = (
        select(
            func.min(placed.c.day).label("first"),
            func.max(case((placed.c.place == 2, placed.c.day))).label("second"),
        )
        .where(placed.c.place <= 2)
        .group_by(placed.c.contact_id)
        .subquery()
    )
    told = select(
        (func.coalesce(ends.c.second, until_day) - ends.c.first).label("days"),
        case((ends.c.second.is_not(None), 1), else_=0).label("came_back"),
    ).subquery()
    by = (told.c.days, told.c.came_back)
    return select(*by, func.count().label("customers")).group_by(*by).order_by(*by)


def repeaters(before: datetime, among: Rows | None = None) -> Rows:
    """Customers in all, those with more than one order, orders in all."""
    ordered = _orders(before, among=among)
    each = (
        select(ordered.c.contact_id, func.count().label("orders")).group_by(ordered.c.contact_id).subquery()
    )
    many = case((each.c.orders > 1, 1), else_=0)
    return select(
        func.count().label("customers"),
        func.coalesce(cast(func.sum(many), BigInteger), 0).label("repeaters"),
        func.coalesce(cast(func.sum(each.c.orders), BigInteger), 0).label("orders"),
    )


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
    heard, bought, advocated = _first_touch(until), _first_order(until), _first_referral(until)
    known = (
        select(
            Contact.id.label("contact_id"),
            Contact.created_at.label("met"),
            heard.c.at.label("heard"),
            bought.c.at.label("bought"),
            advocated.c.at.label("advocated"),
        )
        .outerjoin(heard, heard.c.contact_id == Contact.id)
        .outerjoin(bought, bought.c.contact_id == Contact.id)
        .outerjoin(advocated, advocated.c.contact_id == Contact.id)
        .where(or_(Contact.created_at <= until, heard.c.at.is_not(None), bought.c.at.is_not(None)))
    )
    if among is not None:
        known = known.where(Contact.id.in_(among))
    moments = known.subquery()
    met, basic, buying, speaking = (
        LocalDay(_earliest(*moments.c[place:]), zone).label(name) for place, name in enumerate(_STEPS, 1)
    )
    return select(moments.c.contact_id, met, basic, buying, speaking).subquery()


def _earliest(*moments: Any) -> Any:
    """The first of some moments, any of which may be missing."""
    found = moments[-1]
    for moment in reversed(moments[:-1]):
        found = case((or_(found.is_(None), and_(moment.is_not(None), moment <= found)), moment), else_=found)
    return found


def _first_touch(until: datetime) -> Subquery:
    columns = (Interaction.contact_id, func.min(Interaction.happened_at).label("at"))
    touched = (
        Interaction.contact_id.is_not(None),
        Interaction.kind != "note",
        Interaction.happened_at <= until,
    )
    return select(*columns).where(*touched).group_by(Interaction.contact_id).subquery()


def _first_order(until: datetime) -> Subquery:
    columns = (PurchaseTotal.contact_id, func.min(PurchaseTotal.first_at).label("at"))
    return (
        select(*columns).where(PurchaseTotal.first_at <= until).group_by(PurchaseTotal.contact_id).subquery()
    )


def _first_referral(until: datetime) -> Subquery:
    columns = (Referrer.contact_id, func.min(Referral.referred_at).label("at"))
    joined = select(*columns).join(Referral, Referral.referrer_id == Referrer.id)
    return joined.where(Referral.referred_at <= until).group_by(Referrer.contact_id).subquery()


def _orders(before: datetime, *columns: Any, among: Rows | None = None) -> Subquery:
    counted = (Order.contact_id.is_not(None), Order.status != "cancelled", Order.ordered_at < before)
    found = select(Order.contact_id, *columns).where(*counted)
    return (found if among is None else found.where(Order.contact_id.in_(among))).subquery()
