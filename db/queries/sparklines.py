"""The course of many metrics at once: one statement for all tiles of a page."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import literal, select, union_all

from db.queries import Rows, metrics
from db.queries.facts import Asked

Bounds = Sequence[tuple[datetime, str]]
"""Ends of periods, in their order, with their names."""


def courses(wanted: Sequence[tuple[str, Asked]], bounds: Bounds) -> Rows:
    """What sources add up to, period by period: source, period, currency, how many, sum."""
    sides = []
    for source, asked in wanted:
        steps = metrics.by_time(source, asked, bounds).subquery()
        period, currency, count, total = steps.c
        columns = (period.label("period"), currency.label("currency"), count.label("many"))
        sides.append(select(literal(source).label("source"), *columns, total.label("total")))
    told = union_all(*sides).subquery("courses") if len(sides) > 1 else sides[0].subquery("courses")
    return select(told).execution_options(**metrics.EVERY)
