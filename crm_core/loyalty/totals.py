"""The kept totals of the ledger: what expires in which month, and what came in and went on which day.

They are written once, at the end of a transaction and in one order, so that tills do not wait for each other.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from crm_core.kernel.work import Work
from crm_core.loyalty import ledger_rules as rules
from db.queries import loyalty_totals as sql


def note_expiry(work: Work, membership_id: int, changes: Mapping[date, int]) -> None:
    """The open lots of a member that expire in these months hold so many points more."""
    shard = rules.shard_of(membership_id)
    for month_on, points in changes.items():
        work.tallies[_keep_expiry][month_on, shard] += points


def note_posting(work: Work, way: str, membership_id: int, happened_at: datetime, points: int) -> None:
    """An entry of so many points was posted (below nought: they went); an empty ``way`` is not counted."""
    if not way:
        return
    day_on, shard = happened_at.astimezone(UTC).date(), rules.shard_of(membership_id)
    sums = work.tallies[_keep_days]
    sums[day_on, way, shard, "points"] += points if way == "given" else -points
    sums[day_on, way, shard, "entries"] += 1


def _keep_expiry(work: Work, sums: Counter[Any]) -> None:
    cells = [(*key, points) for key, points in sorted(sums.items()) if points]
    if cells:
        work.run(sql.note_expiry(cells))


def _keep_days(work: Work, sums: Counter[Any]) -> None:
    keys = sorted({key[:3] for key in sums})
    work.run(sql.note_days([(*key, sums[*key, "points"], sums[*key, "entries"]) for key in keys]))
