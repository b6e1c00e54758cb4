"""One group of a metric: what it adds up to, and its rows."""

from sqlalchemy import BigInteger, cast, func, or_, select

from db.queries import Rows, metrics, sales_reports
from db.queries.facts import (
    Asked,
    Expression,
    Facts,
    customer_of,
    narrowed,
    place_of,
    team_of,
)

WITH_REGION = {"orders": "orders", "won_deals": "deals"}
"""Sources that sales reports split by region, with the names they have there."""


_DAY = 86_400


def total(source: str, asked: Asked, by: str, key: str) -> Rows:
    """What the group adds up to by currency: currency, how many, sum of values."""
    rows = _of_part(source, asked, by, key).subquery("part_facts")
    added = cast(func.coalesce(func.sum(rows.c.value), 0), BigInteger)
    summed = select(rows.c.currency, func.count(), added).group_by(rows.c.currency)
    return summed.execution_options(**metrics.EVERY)


def drill(source: str, asked: Asked, by: str, key: str) -> Rows:
    """The rows of the group, the most valuable first, as ``metrics.drill`` gives those of the whole."""
    ids = _of_part(source, asked, by, key).subquery("part_facts")
    whole = metrics.drill(source, asked).order_by(None).subquery("whole")
    kept = select(whole).where(whole.c.id.in_(select(ids.c.id)))
    ordered = kept.order_by(whole.c.currency, whole.c.value.desc(), whole.c.at.desc(), whole.c.id)
    return ordered.execution_options(**metrics.EVERY)


def _of_part(source: str, asked: Asked, by: str, key: str) -> Rows:
    facts = metrics.SOURCES[source](asked)
    rows = facts.rows
    if source not in metrics.NARROWED:
        rows = narrowed(facts, asked.narrow, metrics.members(asked))
    if by == "days":
        taken = rows.subquery("taken")
        above, _, until = key.partition("-")
        long = select(taken).where(taken.c.value >= int(above) * _DAY)
        return long.where(taken.c.value < (int(until) + 1) * _DAY) if until else long
    if by == "region":
        sold = sales_reports.Asked(WITH_REGION[source], None, None, asked.currency)
        return rows.where(facts.id.in_(sales_reports.ids_in(sold, by, key)))
    if by == "category":
        return rows
    part = _part(facts, by)
    if by in ("owner", "team"):
        return rows.where(part == int(key)) if key else rows.where(part.is_(None))
    return rows.where(part == key) if key else rows.where(or_(part == "", part.is_(None)))


def _part(facts: Facts, by: str) -> Expression:
    if by == "team":
        return team_of(facts)
    if by == "country":
        return place_of(facts)
    if by == "customer":
        return customer_of(facts)
    return facts.owner_id if by == "owner" else facts.kind
