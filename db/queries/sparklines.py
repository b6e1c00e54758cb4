"""The course of many metrics at once: one statement for all tiles of a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import literal, select, union_all

from db.queries import Rows, metrics
from db.queries.facts import Asked

Bounds = Sequence[tuple[datetime, str]]
"""Ends of periods, in their order, with their names."""


def standing(wanted: Mapping[tuple[str, str], Asked]) -> Rows:
    """What sources add up to at several moments: source, name of the moment, currency, how many, sum."""
    sides = []
    for (source, name), asked in wanted.items():
        whole = metrics.total(source, asked).subquery()
        currency, count, total = whole.c
        columns = (currency.label("currency"), count.label("many"), total.label("total"))
        sides.append(select(literal(source).label("source"), literal(name).label("name"), *columns))
    told = union_all(*sides).subquery("standing")
    return select(told).execution_options(**metrics.EVERY)


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
