"""Numbers as tiles: what they are, what they were, and the way to the rows they are made of."""

from collections.abc import Sequence
from typing import Final

import streamlit as st
from babel.numbers import format_compact_currency

from crm_core.insights import metrics
from crm_core.insights.metric_table import AREAS, DAYS, MEAN, MONEY, SHARE
from crm_core.insights.metric_types import Amount, Figure, Question
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.values import money
from crm_core.kernel.work import Clock
from pages.ui import navigation, report_filters, words
from pages.ui.fragments import secured
from pages.ui.report_cache import for_person
from pages.ui.session import me

REFRESH_SECONDS: Final = 10
_COMPACT: Final = 100_000
_IN_A_ROW: Final = 4


@secured(Permission.REPORTS_READ, run_every=REFRESH_SECONDS)
def draw(question: Question) -> None:
    """All numbers by area; drawn anew by themselves, at no cost while nothing has changed."""
    actor = me()
    found = figures(actor, question)
    for area in AREAS:
        mine = [figure for figure in found if figure.metric.area == area]
        if mine:
            st.subheader(area, anchor=False)
            row_of(mine)
    st.caption(
        f"{_compared(found)} As of {Clock.now().astimezone(words.zone()):%H:%M:%S}; drawn anew by itself."
    )


def figures(actor: Actor, question: Question, names: Sequence[str] = ()) -> list[Figure]:
    """Numbers, counted once for everybody with the same rights as long as nothing happens."""
    key = (for_person(actor), metrics.pulse(actor), words.today().isoformat())
    return _kept(key, question, tuple(names), actor)


def row_of(found: Sequence[Figure]) -> None:
    """Tiles, four in a row."""
    for begin in range(0, len(found), _IN_A_ROW):
        with st.container(key=f"tiles-{found[begin].metric.name}"):
            places = st.columns(_IN_A_ROW)
        for place, figure in zip(places, found[begin : begin + _IN_A_ROW], strict=False):
            with place.container(border=True, height="stretch", gap=None):
                tile(figure)


def tile(figure: Figure) -> None:
    """One number with its meaning, its comparison, and its rows."""
    metric = figure.metric
    color = {True: "normal", False: "inverse", None: "off"}[metric.is_good_up]
    st.metric(
        metric.title, number(figure, figure.amounts[0]), change(figure), help=metric.meaning,
        delta_color=color,  # type: ignore[arg-type]  # the three words that it knows
    )  # fmt: skip
    beside = [number(figure, amount) for amount in figure.amounts[1:]]
    if figure.goal:
        beside.append(f"goal {text(figure, figure.goal, figure.currency)}")
    if beside:
        st.caption(words.md(" · ".join(beside)))
    counted = sum(amount.count for amount in figure.amounts)
    if counted:
        address = report_filters.address() | {"view": "overview", "number": metric.name}
        navigation.link("reports", words.count(counted, metric.noun), icon=":material/table_rows:", **address)
    else:
        st.caption("Nothing in this time")


def number(figure: Figure, amount: Amount) -> str:
    """The number of one currency as it fits on a tile."""
    return text(figure, amount.value(figure.metric), amount.currency, is_short=True)


def text(figure: Figure, value: float | None, currency: str, *, is_short: bool = False) -> str:
    """A number as people read it."""
    unit = figure.metric.unit
    if value is None:
        return words.NOTHING
    if unit == MONEY:
        major = money.to_decimal(int(value), currency)
        if is_short and abs(major) >= _COMPACT:
            return str(format_compact_currency(major, currency, locale="en", fraction_digits=2))
        return words.money(int(value), currency)
    if unit == SHARE:
        return f"{value:.1%}"
    return f"{value:,.1f} days" if unit == DAYS else words.number(int(value))


def change(figure: Figure) -> str | None:
    """How much more or less than before, in words; nothing where nothing is compared."""
    if figure.previous is None or figure.value_before is None or figure.value is None:
        return None
    if figure.metric.unit == SHARE:
        return f"{(figure.change or 0) * 100:+.1f} points"
    if figure.change is None:
        return None
    return f"{figure.change:+.0%}" if figure.metric.sums != MEAN or figure.change else "±0%"


def _compared(found: Sequence[Figure]) -> str:
    first = next(iter(found), None)
    if first is None:
        return ""
    period, other = first.period, first.previous_period
    told = f"{words.day(period.since)} – {words.day(period.until)}"
    return (
        f"{told}, compared with {words.day(other.since)} – {words.day(other.until)}." if other else f"{told}."
    )


@st.cache_data(ttl=300, max_entries=300, show_spinner=False)
def _kept(
    key: tuple[str, int, str], question: Question, names: tuple[str, ...], _actor: Actor
) -> list[Figure]:
    """``key`` says who asks, when something last happened, and which day it is; the actor is no key."""
    return metrics.figures(_actor, question, names) if key else []
