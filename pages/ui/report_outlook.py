"""Forecast and trend: what the coming months may bring, beside what the past ones brought."""

from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.insights import metrics, periods
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel.access import Actor
from crm_core.kernel.values import money
from crm_core.sales import forecast
from crm_core.sales.forecast_types import ForecastRow
from crm_core.team.company import company
from pages.ui import navigation, report_table, words
from pages.ui.report_charts import BLUE, GREEN, axis

AHEAD: Final = 6


def draw(actor: Actor, _: Question) -> None:
    """Twelve months of won deals, six of forecast with its interval, and the same as a table."""
    past = _past(actor)
    ahead = [row for row in forecast.report(actor, periods=AHEAD).rows if row.currency == company().currency]
    if not any(value for _, value in past) and not any(row.expected or row.weighted for row in ahead):
        st.info(
            "As soon as there are deals, the forecast and the trend show here.", icon=":material/query_stats:"
        )
        return
    with st.container(border=True):
        st.markdown("**Won deals, and what is expected**")
        _chart(past, ahead)
    with st.container(border=True):
        st.markdown("**The coming months**")
        _table(ahead)
        navigation.link(
            "forecast", "To the forecast, its deals and how true it was", icon=":material/query_stats:"
        )


def _past(actor: Actor) -> list[tuple[str, int]]:
    month = periods.month_of(words.today())
    begin = periods.month_of(month.since - timedelta(days=340)).since
    question = Question(Period(begin, month.until), compare="none")
    parts = metrics.series(actor, "revenue_won", question, "month")
    return [(part.key, part.amount.total) for part in parts if part.amount.currency == company().currency]


def _chart(past: list[tuple[str, int]], ahead: list[ForecastRow]) -> None:
    own = company().currency
    rows: list[dict[str, Any]] = [
        {"month": _month(begin), "won": _major(value), "shown": words.money(value, own)}
        for begin, value in past
    ]
    rows += [
        {"month": _month(row.starts_on.isoformat()), "expected": _major(row.expected), "low": _major(row.low),
         "high": _major(row.high), "shown": words.money(row.expected, own),
         "reach": f"{words.money(row.low, own)} to {words.money(row.high, own)}"}
        for row in ahead if row.starts_on is not None and row.expected is not None
    ]  # fmt: skip
    x = {"field": "month", "type": "ordinal", "sort": None, "axis": axis(labelAngle=0, labelOverlap="parity")}
    y = axis(None, format="~s", tickCount=4)
    tips = [{"field": "month", "title": "Month"},
            {"field": "shown", "title": "Amount"}]  # fmt: skip
    spec: dict[str, Any] = {
        "height": 280,
        "encoding": {"x": x},
        "layer": [
            {"mark": {"type": "bar", "color": GREEN, "width": {"band": 0.6}, "cornerRadiusEnd": 3},
             "encoding": {"y": {"field": "won", "type": "quantitative", "axis": y}, "tooltip": tips}},
            {"mark": {"type": "rule", "color": BLUE, "strokeWidth": 2.5},
             "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 90, "color": BLUE},
             "encoding": {"y": {"field": "expected", "type": "quantitative"},
                          "tooltip": [*tips, {"field": "reach", "title": "80 of 100 times"}]}},
        ],
    }  # fmt: skip
    st.vega_lite_chart(pa.Table.from_pylist(_filled(rows)), spec, key="outlook")
    best = max(past, key=lambda one: one[1])
    st.caption(
        words.md(f"Bars are what was won, most in {_month(best[0])} with {words.money(best[1], own)}. "
                 "Points are what history expects; the true value lies on their line 80 times out of 100.")
    )  # fmt: skip


def _table(ahead: list[ForecastRow]) -> None:
    columns = ("Month", "Won", "Open, by stage", "Committed", "Best case", "Expected", "From", "To")
    rows = [
        (f"{row.starts_on:%b %Y}" if row.starts_on else "Other days",
         *(words.money(value, row.currency) for value in
           (row.won, row.weighted, row.committed, row.best_case, row.expected, row.low, row.high)))
        for row in ahead
    ]  # fmt: skip
    report_table.draw(columns, rows, "forecast", right=columns[1:])


def _month(first_day: str) -> str:
    return f"{date.fromisoformat(first_day):%b %y}"


def _major(minor: int | None) -> float | None:
    return None if minor is None else float(money.to_decimal(minor, company().currency))


def _filled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = ("month", "won", "expected", "low", "high", "shown", "reach")
    return [{name: row.get(name) for name in names} for row in rows]
