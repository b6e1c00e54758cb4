"""The kept totals of the ledger: written with every posting, read by reports, added up anew by proofs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Delete,
    Executable,
    and_,
    case,
    cast,
    delete,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from db.models import ExpiryTotal, PointDay, PointEntry
from db.queries import Rows
from db.session import current
from db.upsert import insert_or_add

_EXPIRY = ("month_on", "shard", "points")
DAY = ("day_on", "way", "shard", "points", "entries")


def note_expiry(cells: Sequence[tuple[Any, ...]]) -> Executable:
    """Add to the kept totals of months: (month, shard, points), each once and in order."""
    rows = [dict(zip(_EXPIRY, cell, strict=True)) for cell in cells]
    return insert_or_add(ExpiryTotal, rows, _EXPIRY[:2], _EXPIRY[2:])


def note_days(cells: Sequence[tuple[Any, ...]]) -> Executable:
    """Add to the kept totals of days: (day, way, shard, points, entries), each once and in order."""
    rows = [dict(zip(DAY, cell, strict=True)) for cell in cells]
    return insert_or_add(PointDay, rows, DAY[:3], DAY[3:])


def posted(since: date, until: date) -> Rows:
    """What entries of whole days in UTC came to, the last one left out: (way, entries, points)."""
    sums = (cast(func.sum(column), BigInteger) for column in (PointDay.entries, PointDay.points))
    mine = (PointDay.day_on >= since, PointDay.day_on < until)
    return select(PointDay.way, *sums).where(*mine).group_by(PointDay.way)


def counted_days(shards: int) -> Rows:
    """All entries added up anew, as they are kept: (day, way, shard, points, entries)."""
    before = aliased(PointEntry)
    is_spent = PointEntry.kind == "redeem"
    way = case(
        (is_spent | (before.kind == "redeem"), "spent"),
        (PointEntry.kind == "expire", "expired"),
        else_="given",
    )
    keys = (_day(PointEntry.happened_at), way, PointEntry.membership_id % shards)
    points = case((way == "given", PointEntry.points), else_=-PointEntry.points)
    taken_back = and_(before.id == PointEntry.reverses_id, PointEntry.kind == "reverse")
    return (
        select(*keys, cast(func.sum(points), BigInteger), func.count())
        .select_from(PointEntry)
        .outerjoin(before, taken_back)
        .where(PointEntry.kind != "transfer")
        .group_by(*keys)
    )


def kept_days() -> Rows:
    """The kept totals of days that hold anything: (day, way, shard, points, entries)."""
    columns = [getattr(PointDay, name) for name in DAY]
    return select(*columns).where((PointDay.points != 0) | (PointDay.entries != 0))


def forget_days() -> Delete:
    """Remove the kept totals of days."""
    return delete(PointDay)


def _day(moment: Any) -> Any:
    if current().is_sqlite:
        return type_coerce(func.date(moment), Date)
    return cast(moment, Date)
