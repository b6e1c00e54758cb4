"""How large segments are over time: counted every night, and when somebody asks."""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import CrmError
from crm_core.kernel.work import Work, begin, use_case
from crm_core.marketing import segments
from crm_core.marketing.segment_types import Mover
from crm_core.people import buying_classes
from crm_core.people.rule_moment import RFM, moment
from crm_core.team.company import company
from db.models import FittedModel, Segment, SegmentDay
from db.queries import models as models_sql
from db.queries import rfm as rfm_sql
from db.queries import rules as rule_sql
from db.queries import segments as sql

MOST_MOVERS: Final = 100
_log = logging.getLogger(__name__)


@use_case(Permission.SEGMENTS_READ)
def refresh(work: Work, segment_id: int) -> int:
    """Count a segment anew, over all contacts, and note who entered and left; returns its size.

    Raises:
        NotFound: there is none.
        Invalid: its rule asks for something that is gone.
    """
    system = work.as_system()
    row = system.get(Segment, segment_id)
    entered = left = 0
    if not row.is_static:
        inside = rule_sql.condition(segments.rule_of(system, row.id), moment(system))
        left = system.run(sql.leave(row.id, inside, work.now))
        entered = segments.enter(system, row.id, inside)
    row.size, row.counted_at = int(system.scalar(sql.size(row.id)) or 0), work.now
    _keep(system, row, entered, left)
    return row.size


@use_case(Permission.SEGMENTS_READ, read=True)
def movers(work: Work, segment_id: int, days: int = 30, *, is_out: bool = False) -> list[Mover]:
    """Who entered a segment in the last days, or left it: at most a hundred, the latest first.

    Raises:
        NotFound: there is no such segment.
    """
    row = work.get(Segment, segment_id)
    since = work.now - timedelta(days)
    return work.rows(sql.moved(row.id, since, is_out=is_out, most=MOST_MOVERS), Mover)


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Count a segment that nobody counted today; returns whether there was one.

    A segment whose rule cannot be asked any more keeps its size, and the others are counted all the same.
    """
    if is_stopping():
        return False
    with begin(SYSTEM, write=False) as work:
        stale: list[int] = work.scalars(sql.ids_to_count(_midnight(work)))
    for number in stale[:1]:
        try:
            if _are_fifths_old():
                cut_fifths(SYSTEM)
            refresh(SYSTEM, number)
        except CrmError as error:
            _log.warning("segment %s could not be counted: %s", number, error.message)
            _skip(number)
    return bool(stale)


@use_case(Permission.SEGMENTS_EDIT)
def cut_fifths(work: Work) -> int:
    """Learn where the fifths of all customers end, as the report about them tells; returns how many.

    In a large company, buying classes and scores in rules are those of the last time this was done.
    """
    system = work.as_system()
    whose, day = buying_classes.now(system)
    people = int(system.scalar(rfm_sql.count(whose)) or 0)
    ends = buying_classes.cuts(system, whose, day, people)[0] if people else rfm_sql.Cuts((), (), ())
    row: FittedModel | None = system.scalar(models_sql.latest(RFM))
    if row is None:
        row = system.add(FittedModel(name=RFM, numbers={}, quality={}, is_in_use=True, fitted_at=work.now))
    row.numbers = {
        "last": [at.isoformat() for at in ends.last_at], "orders": ends.orders, "revenue": ends.revenue,
        "currency": whose.currency,
    }  # fmt: skip
    row.quality, row.fitted_at = {"customers": people}, work.now
    return people


def _are_fifths_old() -> bool:
    with begin(SYSTEM, write=False) as work:
        row: FittedModel | None = work.scalar(models_sql.latest(RFM))
        return row is None or row.fitted_at < _midnight(work)


def _midnight(work: Work) -> datetime:
    zone = ZoneInfo(company().time_zone)
    return datetime.combine(work.now.astimezone(zone).date(), time.min, zone)


def _skip(segment_id: int) -> None:
    with begin(SYSTEM) as work:
        work.get(Segment, segment_id).counted_at = work.now


def _keep(system: Work, row: Segment, entered: int, left: int) -> None:
    """One row a day: the last size, and all that moved."""
    today = system.now.astimezone(ZoneInfo(company().time_zone)).date()
    day: SegmentDay | None = system.scalar(sql.day(row.id, today))
    if day is None:
        day = system.add(SegmentDay(segment_id=row.id, counted_on=today, size=0, entered=0, left=0))
    day.size, day.entered, day.left = row.size or 0, day.entered + entered, day.left + left
