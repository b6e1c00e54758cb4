"""Figures as flat rows, the way reports leave for programs: money as decimal text, shares from 0 to 1."""

from collections.abc import Iterable
from typing import Any

from crm_core.insights.metric_table import MONEY
from crm_core.insights.metric_types import Amount, Figure
from crm_core.kernel.values import money


def rows_of(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """One row a metric and currency: measure, value, unit (a currency for money), previous, goal."""
    return [row for figure in figures for row in _rows(figure)]


def plain(value: float | None, figure: Figure, currency: str) -> str | float | None:
    """A number as programs read it."""
    if value is None or figure.metric.unit != MONEY:
        return value
    return str(money.to_decimal(int(value), currency))


def _rows(figure: Figure) -> list[dict[str, Any]]:
    earlier = {amount.currency: amount for amount in figure.previous or ()}
    told = []
    for place, amount in enumerate(figure.amounts):
        currency = amount.currency
        then = earlier.get(currency, Amount(currency)).value(figure.metric) if figure.previous else None
        goal = figure.goal if place == 0 else None
        told.append(
            {
                "measure": figure.metric.name,
                "value": plain(amount.value(figure.metric), figure, currency),
                "unit": currency or figure.metric.unit,
                "previous": plain(then, figure, currency),
                "goal": plain(goal, figure, currency),
            }
        )
    return told
