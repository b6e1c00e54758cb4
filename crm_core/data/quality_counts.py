"""Counting what all records lack: one pass, kept by owner and day, so that nobody has to wait for it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from crm_core.data.quality_checks import kind_of
from crm_core.kernel.values import dates
from crm_core.kernel.work import Work
from crm_core.team.company import company
from db.models import QualityDay
from db.queries import quality as sql
from db.queries.counting import capped

AT_ONCE: Final = 20_000
"""So many records are counted while somebody waits; more are counted by a worker."""


@dataclass
class OwnerCount:
    """What the records of one owner lack: how many records, the sum of their scores, findings by check."""

    records: int = 0
    score_sum: int = 0
    found: Counter[str] = field(default_factory=Counter)


Counts = dict[int, OwnerCount]
"""By the number of the owner; 0: nobody."""


def refresh(work: Work, record: str) -> bool:
    """Count anew within this transaction, if that is quick; says whether it was."""
    everyone = work.as_system()
    is_small = (work.scalar(capped(sql.numbers(record), AT_ONCE + 1)) or 0) <= AT_ONCE
    if is_small:
        store(everyone, record)
    work.session.info["scope"] = work.actor.scope
    return is_small


def store(everyone: Work, record: str) -> None:
    """Count all records, and keep that as what is known of today. Expects the eyes of the system."""
    keep(everyone, record, count(everyone, record))


def count(everyone: Work, record: str) -> Counts:
    """What all records lack, by owner. Of a million records this takes a while, but locks nothing."""
    kind = kind_of(record)
    keys = [check.key for check in kind.checks]
    found = {
        row.owner_id or 0: OwnerCount(
            row.records, row.score_sum, Counter({key: int(getattr(row, key)) for key in keys})
        )
        for row in everyone.tuples(sql.count_all(record, kind.shares, everyone.now))
    }
    for owner_id, key, number in everyone.tuples(sql.dismissed_counts(record, everyone.now)):
        owner = found[owner_id or 0]
        owner.score_sum += number * kind.shares.get(key, 0)
        owner.found[key] -= number
    return found


def keep(everyone: Work, record: str, counts: Counts) -> None:
    """Keep a count as what is known of today; an earlier one of this day is forgotten."""
    day_on = today(everyone.now)
    everyone.run(sql.forget_day(record, day_on))
    for owner_key, owner in ({0: OwnerCount()} | counts).items():
        everyone.add(
            QualityDay(
                record=record, day_on=day_on, owner_key=owner_key, records=owner.records,
                score_sum=owner.score_sum, counts=dict(+owner.found), counted_at=everyone.now,
            )
        )  # fmt: skip
    everyone.flush()


def is_due(work: Work, record: str) -> bool:
    """Was nothing counted today yet, or did an import come in since?"""
    newest = next(iter(work.tuples(sql.newest_day(record))), None)
    if newest is None or newest.day_on < today(work.now):
        return True
    return work.scalar(sql.imported_since(newest.counted_at)) is not None


def is_late(work: Work, record: str) -> bool:
    """Is the newest count older than two days, so that no worker can have been at work?"""
    newest = next(iter(work.tuples(sql.newest_day(record))), None)
    return newest is not None and work.now - newest.counted_at > timedelta(days=2)


def today(now: datetime) -> date:
    """The calendar day of an instant on the company's clocks."""
    return now.astimezone(dates.zone_of(company().time_zone)).date()
