"""Data quality: what is missing, wrong or stale, how complete the records are, and how that changes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from crm_core.data import duplicates, quality_counts
from crm_core.data.check_types import Check
from crm_core.data.quality_checks import PEOPLE, kind_of
from crm_core.data.quality_counts import today
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from db.models import QualityDismissal
from db.queries import quality as sql

SHOWN_DAYS: Final = 90


@dataclass(frozen=True)
class Finding:
    """A check with the number of records that it finds, as of the last count."""

    check: Check
    count: int

    @property
    def urgency(self) -> int:
        """What the list is sorted by: how many there are, and how much each matters."""
        return self.count * self.check.weight


@dataclass(frozen=True)
class Overview:
    """The work list of one kind of record, the most urgent first, as of ``counted_at`` (None: never).

    ``score`` is the mean of the scores of all records, from 0 to 100; None where there are no records.
    ``pairs`` counts likely duplicates that wait for a decision; None for people who cannot merge.
    """

    record: str
    records: int
    score: float | None
    findings: tuple[Finding, ...]
    counted_at: datetime | None
    pairs: int | None


@dataclass(frozen=True)
class Day:
    """One day of the trend: the score of the base, and how many findings there were."""

    on: date
    score: float
    findings: int


@dataclass(frozen=True)
class RecordQuality:
    """How complete one record is, from 0 to 100, and what it lacks, the dearest first."""

    score: int
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """One record that a check finds; ``values`` are the columns that people tell it by."""

    id: int
    name: str
    owner_id: int | None
    values: Mapping[str, Any]


@use_case(Permission.CONTACTS_READ, read=True)
def overview(work: Work, record: str) -> Overview:
    """The work list as of the last count, of the records within reach.

    Raises:
        Invalid: nothing is checked in this kind of record.
    """
    kind = kind_of(record)
    newest = next(iter(work.tuples(sql.newest_day(record))), None)
    rows = _days(work, record, newest.day_on) if newest else []
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(row.counts)
    records = sum(row.records for row in rows)
    found = [Finding(check, counts[check.key]) for check in kind.checks if counts[check.key]]
    return Overview(
        record,
        records,
        _mean(sum(row.score_sum for row in rows), records),
        tuple(sorted(found, key=lambda one: (-one.urgency, one.check.title))),
        newest.counted_at if newest else None,
        _pairs(work, record),
    )


@use_case(Permission.CONTACTS_READ, read=True)
def trend(work: Work, record: str, days: int = SHOWN_DAYS) -> list[Day]:
    """The score of the base and the number of findings, day by day, of the records within reach."""
    kind_of(record)
    by_day: dict[date, list[Any]] = {}
    for row in _days(work, record, today(work.now) - timedelta(days=days)):
        by_day.setdefault(row.day_on, []).append(row)
    return [
        Day(on, mean, sum(sum(row.counts.values()) for row in rows))
        for on, rows in by_day.items()
        if (mean := _mean(sum(row.score_sum for row in rows), sum(row.records for row in rows))) is not None
    ]


@use_case(Permission.CONTACTS_READ, read=True)
def of_record(work: Work, record: str, record_id: int) -> RecordQuality:
    """How complete one record is now, and what it lacks.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    shares = sorted(
        (check for check in kind_of(record).checks if check.share), key=lambda check: -check.share
    )
    found = next(
        iter(work.tuples(sql.of_one(record, record_id, [check.key for check in shares], work.now))), None
    )
    if found is None:
        raise NotFound("This record does not exist, or it is not yours to see.")
    lacking = [check for check, is_found in zip(shares, found, strict=True) if is_found]
    return RecordQuality(100 - sum(check.share for check in lacking), tuple(check.lacks for check in lacking))


@use_case(Permission.CONTACTS_READ, read=True)
def search(work: Work, record: str, finding: str, paging: Paging = Paging()) -> Page[Found]:  # noqa: B008 - frozen
    """The records that a check finds at this moment, by name.

    Raises:
        NotFound: there is no such check. Invalid: nothing is checked in this kind of record.
    """
    kind_of(record).check(finding)
    return work.page(sql.listed(record, finding, work.now), paging, _found)


@use_case(Permission.CONTACTS_READ, read=True)
def dismissed(work: Work, record: str, finding: str, paging: Paging = Paging()) -> Page[Found]:  # noqa: B008
    """The records of which somebody said that they are right, by name."""
    kind_of(record).check(finding)
    return work.page(sql.dismissed(record, finding), paging, _found)


@use_case(Permission.CONTACTS_EDIT)
def dismiss(work: Work, record: str, finding: str, ids: Sequence[int]) -> int:
    """Say that what a check finds in these records is right: it is not listed again. Returns how many.

    Raises:
        NotFound: the check finds none of these records, or they are not yours to see.
    """
    kind_of(record).check(finding)
    there = work.scalars(sql.matching(record, finding, work.now, ids)) if ids else []
    if not there:
        raise NotFound("None of these records is on the list any more.")
    column = {"contacts": "contact_id", "accounts": "account_id"}.get(record, "")
    for one in there:
        said = QualityDismissal(record=record, finding=finding, record_id=one, actor_id=work.actor.id)
        said.dismissed_at = work.now
        if column:
            setattr(said, column, one)
        work.add(said)
    work.flush()
    quality_counts.refresh(work, record)
    return len(there)


@use_case(Permission.CONTACTS_EDIT)
def reopen(work: Work, record: str, finding: str, ids: Sequence[int]) -> int:
    """Let a check list these records again. Returns how many were dismissed."""
    kind_of(record).check(finding)
    count = work.run(sql.undismiss(record, finding, ids))
    quality_counts.refresh(work, record)
    return count


def _days(work: Work, record: str, since: date) -> Sequence[Any]:
    scope = work.actor.scope
    return work.tuples(sql.days(record, since, scope.owner_ids, unowned=scope.unowned))


def _pairs(work: Work, record: str) -> int | None:
    if record not in PEOPLE or not work.actor.may(Permission.DUPLICATES_MERGE):
        return None
    return sum(duplicates.counts(work, record).values())


def _mean(score_sum: int, records: int) -> float | None:
    return round(score_sum / records, 1) if records else None


def _found(*, id: int, name: str, owner_id: int | None, **values: Any) -> Found:
    return Found(id, name, owner_id, values)
