"""Who comes onto a journey and why: by what happened, by marks of campaigns, by the calendar."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import String, Subquery, cast, exists, func, literal, select, union_all

from db.models import (
    Activity,
    Campaign,
    CampaignEvent,
    Contact,
    JourneyRun,
    Membership,
    Order,
    PointLot,
    PurchaseTotal,
    Recipient,
)
from db.queries import Rows
from db.queries.lists import pairs
from db.queries.local_days import LocalDay
from db.queries.rule_comparisons import Condition

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MARKS = {"campaign.opened": "open", "campaign.clicked": "click", "campaign.replied": "reply"}
_UNDONE = ("cancelled", "returned")


def of_marks(on: str, options: Mapping[str, Any], since: datetime, until: datetime) -> Rows:
    """What readers, not machines, did to campaigns within a time: contact, cause."""
    cause = literal("mark:") + cast(CampaignEvent.id, String)
    found = select(CampaignEvent.contact_id, cause.label("cause")).where(
        CampaignEvent.kind == _MARKS[on], CampaignEvent.is_machine.is_(False),
        CampaignEvent.contact_id.is_not(None),
        CampaignEvent.happened_at > since, CampaignEvent.happened_at <= until,
    )  # fmt: skip
    if name := options.get("campaign"):
        named = select(Campaign.id).where(func.lower(Campaign.name) == str(name).lower())
        ours = select(Recipient.id).where(Recipient.campaign_id.in_(named))
        found = found.where(CampaignEvent.recipient_id.in_(ours))
    return found


def of_days(on: str, options: Mapping[str, Any], days: Sequence[date], zone: str) -> Rows | None:
    """Whom the calendar means on these days, in their order: contact, cause; None when no day counts."""
    ways = [_OF_DAY[on](options, day, ZoneInfo(zone), day == days[-1]) for day in days]
    parts = [way for way in ways if way is not None]
    if not parts:
        return None
    whole = union_all(*parts).subquery()
    columns = tuple(whole.c)
    return select(columns[0].label("contact_id"), columns[1].label("cause"))


def happened(names: Sequence[str], since: datetime) -> Rows:
    """Activities of these names about a contact since then: contact, id, facts."""
    return (
        select(Activity.contact_id, Activity.id, Activity.facts)
        .where(Activity.name.in_(names), Activity.recorded_at >= since, Activity.contact_id.is_not(None))
        .order_by(Activity.id)
    )


def happened_between(names: Sequence[str], first: int, last: int) -> Rows:
    """Activities of these names by the numbers of a bulk act: contact, id, name, facts."""
    return select(Activity.contact_id, Activity.id, Activity.name, Activity.facts).where(
        Activity.id.between(first, last), Activity.name.in_(names), Activity.contact_id.is_not(None)
    )


def entering(
    found: Rows, condition: Condition, journey_id: int, since: datetime | None, *, is_once: bool
) -> Rows:
    """Those of the found who may come in: contact, cause; one row a contact unless each cause counts.

    Args:
        found: contact and cause.
        condition: what a contact must fulfil.
        since: whoever came in after this moment does not again; None when each cause counts.
        is_once: whoever came in ever does not again.
    """
    causes = found.subquery()
    contact, cause = tuple(causes.c)[:2]
    earlier = exists().where(JourneyRun.journey_id == journey_id, JourneyRun.contact_id == contact)
    same = earlier.where(JourneyRun.cause == cause)
    chosen = (
        select(Contact.id, cause.label("cause") if since is None and not is_once else func.min(cause))
        .join(causes, contact == Contact.id)
        .where(Contact.deleted_at.is_(None), condition)
    )
    if is_once:
        return chosen.where(~earlier).group_by(Contact.id).order_by(Contact.id)
    if since is None:
        return chosen.where(~same).order_by(Contact.id)
    lately = earlier.where(JourneyRun.created_at > since)
    return chosen.where(~lately, ~same).group_by(Contact.id).order_by(Contact.id)


def these(contact_ids: Sequence[int], cause: str) -> Rows:
    """These contacts for one cause."""
    return select(Contact.id, literal(cause).label("cause")).where(Contact.id.in_(contact_ids))


Day = Callable[[Mapping[str, Any], date, ZoneInfo, bool], Rows | None]


def _birthday(options: Mapping[str, Any], day: date, _zone: ZoneInfo, _is_last: bool) -> Rows:
    target = day + timedelta(days=int(options.get("days", 0)))
    keys = [target.month * 100 + target.day]
    if keys == [228] and target.year % 4:
        keys.append(229)  # kept on the 28th in years without one
    return select(Contact.id, literal(f"birthday:{target.year}")).where(Contact.birth_day.in_(keys))


def _purchase(options: Mapping[str, Any], day: date, zone: ZoneInfo, _is_last: bool) -> Rows:
    begin, end = _bounds(day - timedelta(days=int(options["days"])), zone)
    cause = literal("order:") + cast(Order.id, String)
    return select(Order.contact_id, cause).where(*_bought(begin, end))


def _anniversary(options: Mapping[str, Any], day: date, zone: ZoneInfo, _is_last: bool) -> Rows:
    year = day.year - int(options["years"])
    then = day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)
    begin, end = _bounds(then, zone)
    return (
        select(Order.contact_id, literal(f"bought:{then}:{day.year}")).where(*_bought(begin, end)).distinct()
    )


def _inactive(options: Mapping[str, Any], day: date, zone: ZoneInfo, is_last: bool) -> Rows:
    begin, end = _bounds(day - timedelta(days=int(options["days"])), zone)
    last = func.max(PurchaseTotal.last_at, type_=PurchaseTotal.last_at.type)
    cause = literal("quiet:") + cast(LocalDay(last, zone.key), String)
    found = select(PurchaseTotal.contact_id, cause).group_by(PurchaseTotal.contact_id).having(last < end)
    return found if is_last and options.get("earlier") else found.having(last >= begin)


def _silent(options: Mapping[str, Any], day: date, zone: ZoneInfo, is_last: bool) -> Rows:
    begin, end = _bounds(day - timedelta(days=int(options["days"])), zone)
    cause = literal("silent:") + cast(LocalDay(Contact.last_touch_at, zone.key), String)
    found = select(Contact.id, cause).where(Contact.last_touch_at < end)
    return found if is_last and options.get("earlier") else found.where(Contact.last_touch_at >= begin)


def _date(options: Mapping[str, Any], day: date, _zone: ZoneInfo, _is_last: bool) -> Rows:
    target = day + timedelta(days=int(options.get("days", 0)))
    value = Contact.custom[str(options["field"]).removeprefix("custom.")].as_string()
    if options.get("yearly"):
        same = func.substr(value, 6, 5) == target.strftime("%m-%d")
        return select(Contact.id, literal(f"date:{target}")).where(same)
    return select(Contact.id, literal(f"date:{target}")).where(
        func.substr(value, 1, 10) == target.isoformat()
    )


def _points(options: Mapping[str, Any], day: date, zone: ZoneInfo, _is_last: bool) -> Rows:
    target = day + timedelta(days=int(options["days"]))
    begin, end = _bounds(target, zone)
    return (
        select(Membership.contact_id, literal(f"points:{target}"))
        .join(PointLot, PointLot.membership_id == Membership.id)
        .where(
            PointLot.remaining > 0, PointLot.expires_at >= begin, PointLot.expires_at < end,
            Membership.merged_into_id.is_(None),
        )
        .distinct()
    )  # fmt: skip


def _daily(_options: Mapping[str, Any], day: date, _zone: ZoneInfo, is_last: bool) -> Rows | None:
    # Who matches is known for today alone: days that were missed are not made up for.
    return select(Contact.id, literal(f"day:{day}")) if is_last else None


def _weekly(options: Mapping[str, Any], day: date, _zone: ZoneInfo, _is_last: bool) -> Rows | None:
    is_it = WEEKDAYS[day.weekday()] == options["weekday"]
    return select(Contact.id, literal(f"week:{day}")) if is_it else None


_OF_DAY: dict[str, Day] = {
    "birthday": _birthday,
    "purchase": _purchase,
    "anniversary": _anniversary,
    "inactive": _inactive,
    "silent": _silent,
    "date": _date,
    "points_expiring": _points,
    "daily": _daily,
    "weekly": _weekly,
}


def _bought(begin: datetime, end: datetime) -> tuple[Condition, ...]:
    return (
        Order.contact_id.is_not(None), Order.deleted_at.is_(None), Order.status.not_in(_UNDONE),
        Order.ordered_at >= begin, Order.ordered_at < end,
    )  # fmt: skip


def _bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a day begins and ends by the clocks of a zone."""
    begin, end = (
        datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + timedelta(days=1))
    )
    return begin, end


def counted(found: Rows) -> Rows:
    """How many rows a statement gives."""
    rows: Subquery = found.order_by(None).subquery()
    return select(func.count()).select_from(rows)


def these_causes(happened: Sequence[tuple[int, int]]) -> Rows:
    """Contacts with the activities that brought them: contact, cause."""
    table, number, cause = pairs([(contact, f"activity:{key}") for contact, key in happened])
    return select(number.label("contact_id"), cause.label("cause")).select_from(table)
