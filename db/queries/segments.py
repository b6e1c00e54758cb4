"""Segments with their members, their days, and what they are made of."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Update,
    and_,
    func,
    insert,
    literal,
    not_,
    null,
    or_,
    select,
    update,
)

from db.base import UtcDateTime
from db.models import Campaign, Contact, Coupon, SavedView, Segment, SegmentDay, SegmentStay
from db.queries import Rows
from db.queries.lists import listed

_DAY = (SegmentDay.counted_on, SegmentDay.size, SegmentDay.entered, SegmentDay.left)
STAYING = SegmentStay.left_at.is_(None)


def by_key(key: str) -> Select[Any]:
    """The segment of this folded name, also an archived one."""
    return select(Segment).where(Segment.name_key == key)


def search(*, with_archived: bool) -> Select[Any]:
    """Segments by name."""
    statement = select(Segment).order_by(Segment.archived_at.is_not(None), Segment.name_key)
    return statement if with_archived else statement.where(Segment.archived_at.is_(None))


def ids_to_count(begin: datetime) -> Select[Any]:
    """Segments in use that nobody counted since this instant."""
    stale = or_(Segment.counted_at.is_(None), Segment.counted_at < begin)
    return select(Segment.id).where(Segment.archived_at.is_(None), stale).order_by(Segment.id)


def matching(condition: ColumnElement[bool]) -> Select[Any]:
    """The ids of the contacts that a condition lets through."""
    return select(Contact.id).where(condition)


def how_many(condition: ColumnElement[bool]) -> Select[Any]:
    """How many contacts a condition lets through."""
    return select(func.count()).select_from(Contact).where(condition)


def frequent(condition: ColumnElement[bool], field: str, most: int) -> Rows:
    """The most frequent values of a text field among those contacts, with how many have them."""
    column, number = getattr(Contact, field), func.count().label("number")
    wanted = select(column, number).where(condition, column != "").group_by(column)
    return wanted.order_by(number.desc(), column).limit(most)


def sample(condition: ColumnElement[bool], most: int) -> Rows:
    """Some contacts that match: id, name, company, e-mail. Those that came last, as they are known best."""
    columns = (Contact.id, Contact.name, Contact.company, Contact.email)
    return select(*columns).where(condition).order_by(Contact.id.desc()).limit(most)


def staying(segment_id: int) -> Select[Any]:
    """Those who are in a segment as far as it is known."""
    return select(SegmentStay.contact_id).where(SegmentStay.segment_id == segment_id, STAYING)


def size(segment_id: int) -> Select[Any]:
    """How many are in it; contacts in the bin do not count."""
    return select(func.count()).select_from(Contact).where(Contact.id.in_(staying(segment_id)))


def leave(segment_id: int, condition: ColumnElement[bool], at: datetime) -> Update:
    """Those who are in it but match no more leave."""
    gone = and_(SegmentStay.segment_id == segment_id, STAYING)
    still = SegmentStay.contact_id.in_(matching(condition))
    return update(SegmentStay).where(gone, not_(still)).values(left_at=at)


def newcomers(segment_id: int, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Those who match but are not in it."""
    return and_(condition, not_(Contact.id.in_(staying(segment_id))))


def enter(segment_id: int, condition: ColumnElement[bool], at: datetime) -> Insert:
    """Those who match but are not in it enter."""
    inside = matching(newcomers(segment_id, condition)).subquery()
    rows = select(literal(segment_id), inside.c.id, literal(at, UtcDateTime()), null()).select_from(inside)
    return insert(SegmentStay).from_select(["segment_id", "contact_id", "entered_at", "left_at"], rows)


def of_contacts(ids: Sequence[int]) -> ColumnElement[bool]:
    """These contacts and no others."""
    return listed(Contact.id, ids)


def take_out(segment_id: int, ids: Sequence[int], at: datetime) -> Update:
    """These contacts leave a list."""
    inside = and_(SegmentStay.segment_id == segment_id, STAYING)
    return update(SegmentStay).where(inside, listed(SegmentStay.contact_id, ids)).values(left_at=at)


def moved(segment_id: int, since: datetime, *, is_out: bool, most: int) -> Rows:
    """Who entered, or left, since then: contact, name, when; the latest first."""
    when = SegmentStay.left_at if is_out else SegmentStay.entered_at
    return (
        select(Contact.id, Contact.name, Contact.company, when.label("at"))
        .join(Contact, Contact.id == SegmentStay.contact_id)
        .where(SegmentStay.segment_id == segment_id, when >= since)
        .order_by(when.desc(), SegmentStay.id.desc())
        .limit(most)
    )


def days(ids: Sequence[int], since: date) -> Rows:
    """Segment, day, size, entered, left: in the order of the days."""
    return (
        select(SegmentDay.segment_id, *_DAY)
        .where(listed(SegmentDay.segment_id, ids), SegmentDay.counted_on >= since)
        .order_by(SegmentDay.segment_id, SegmentDay.counted_on)
    )


def day(segment_id: int, counted_on: date) -> Select[Any]:
    """What is kept of a segment and a day."""
    return select(SegmentDay).where(SegmentDay.segment_id == segment_id, SegmentDay.counted_on == counted_on)


def campaigns_with(segment_id: int) -> Rows:
    """Campaigns whose audience it is: id, name."""
    return select(Campaign.id, Campaign.name).where(Campaign.segment_id == segment_id).order_by(Campaign.name)


def coupons_with(segment_id: int) -> Rows:
    """Coupons that are for it: id, name."""
    return select(Coupon.id, Coupon.name).where(Coupon.segment_id == segment_id).order_by(Coupon.name)


def lines() -> Rows:
    """Rules that stand elsewhere, as lines: kind of place, key, name, line."""
    views = select(literal("saved list"), SavedView.id, SavedView.name, SavedView.state["rule"].as_string())
    campaigns = select(literal("campaign"), Campaign.id, Campaign.name, Campaign.rule)
    held = views.where(SavedView.state["rule"].as_string().contains("segment"))
    return held.union_all(campaigns.where(Campaign.rule.contains("segment")))  # type: ignore[return-value]
