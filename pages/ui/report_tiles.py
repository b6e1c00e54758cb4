"""Numbers as tiles: what they are, what they were, and the way to the rows they are made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import streamlit as st
from babel.numbers import format_compact_currency

from crm_core.insights import metrics, patience, sparklines
from crm_core.insights.metric_table import AREAS, DAYS, HOURS, MEAN, METRICS, MONEY, SCORE, SHARE
from crm_core.insights.metric_types import Amount, Figure, Question
from crm_core.insights.sparklines import Course
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.values import money
from crm_core.kernel.work import Clock
from pages.ui import navigation, report_filters, unchanged, words
from pages.ui.fragments import secured
from pages.ui.report_cache import as_of
from pages.ui.session import me
from pages.ui.unchanged import Stand

REFRESH_SECONDS: Final = 10
_COMPACT: Final = 100_000
_IN_A_ROW: Final = 4
_OF_ALL: Final = 5
_GOOD: Final = {True: "normal", False: "inverse", None: "off"}


@secured(Permission.REPORTS_READ, run_every=REFRESH_SECONDS)
def draw(question: Question) -> None:
    """All numbers by area; drawn anew by themselves, at no cost while nothing has changed."""
    actor = me()
    stand = unchanged.look(actor)
    found = figures(actor, question, stand=stand)
    shown = courses(actor, question, [figure.metric.name for figure in found], stand)
    for area in AREAS:
        mine = [figure for figure in found if figure.metric.area == area]
        if mine:
            st.subheader(area, anchor=False)
            row_of(mine, shown, _OF_ALL)
    _told(found)


@secured(Permission.REPORTS_READ, run_every=REFRESH_SECONDS)
def some(question: Question, names: Sequence[str]) -> None:
    """The named numbers that this person may see, in one row; drawn anew by themselves."""
    actor = me()
    chosen = [name for name in names if actor.may(METRICS[name].permission)]
    if not chosen:
        return
    stand = unchanged.look(actor)
    found = figures(actor, question, chosen, stand)
    # Five stand in one row: a single tile in a row of its own looks forgotten.
    width = _OF_ALL if len(found) == _OF_ALL else _IN_A_ROW
    row_of(found, courses(actor, question, chosen, stand), width)
    _told(found)


def figures(
    actor: Actor, question: Question, names: Sequence[str] = (), stand: Stand | None = None
) -> list[Figure]:
    """Numbers, counted once for everybody with the same rights as long as nothing happens.

    ``stand``: how things stand, where that is known already.
    """
    key, chosen = (stand or unchanged.look(actor)).key, tuple(names)
    found, made_at = _kept(key, question, chosen, actor)
    if made_at is not None:
        _kept.clear(key, question, chosen, actor)
        st.caption(as_of(made_at))
    return found


def courses(
    actor: Actor, question: Question, names: Sequence[str], stand: Stand | None = None
) -> Mapping[str, Course]:
    """How numbers went within their period, kept as long as nothing happens; of those that stand at a moment,
    where they stood at the ends of the periods before, which nothing changes any more."""
    key, chosen = (stand or unchanged.look(actor)).key, tuple(names)
    states = tuple(name for name in chosen if METRICS[name].is_state)
    before = _kept_standing((key[0], key[2]), question, states, actor) if states else {}
    return {**_kept_courses(key, question, chosen, actor), **before}


def row_of(
    found: Sequence[Figure], shown: Mapping[str, Course] = MappingProxyType({}), width: int = _IN_A_ROW
) -> None:
    """Tiles, so many in a row."""
    for begin in range(0, len(found), width):
        with st.container(key=f"tiles-{found[begin].metric.name}"):
            places = st.columns(width)
        for place, figure in zip(places, found[begin : begin + width], strict=False):
            with place.container(border=True, height="stretch", gap=None):
                tile(figure, shown.get(figure.metric.name, ()))


def tile(figure: Figure, course: Course = ()) -> None:
    """One number with its meaning, its comparison, its course, and its rows."""
    metric = figure.metric
    points = [float(value) for value in course if value is not None]
    if metric.is_state and points and figure.value is not None:
        points.append(float(figure.value))
    st.metric(
        metric.title, number(figure, figure.amounts[0]), help=metric.meaning, **delta(figure),
        chart_data=points if len(points) > 2 and any(points) else None, chart_type="area",
    )  # fmt: skip
    beside = [number(figure, amount) for amount in figure.amounts[1:]]
    if figure.goal:
        reached = (figure.value or 0) / figure.goal
        st.progress(min(max(reached, 0.0), 1.0))
        beside.append(
            f"{reached:.0%} of the goal of {text(figure, figure.goal, figure.currency, is_short=True)}"
        )
    if beside:
        st.caption(words.md(" · ".join(beside)))
    counted = sum(amount.count for amount in figure.amounts)
    if counted:
        address = report_filters.address() | {"view": view(), "number": metric.name}
        navigation.link("reports", words.count(counted, metric.noun), icon=":material/table_rows:", **address)
    else:
        st.caption("Nothing in this time")


def view() -> str:
    """The report that the address names; the one of all numbers where it names none."""
    return st.query_params.get("view", "overview")


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
    if unit == SCORE:
        return f"{value:,.1f}"
    if unit == HOURS:
        return f"{value:,.1f} hours"
    return f"{value:,.1f} days" if unit == DAYS else words.number(int(value))


def change(figure: Figure) -> str | None:
    """How much more or less than before, in words; nothing where nothing is compared."""
    if figure.previous is None or figure.value_before is None or figure.value is None:
        return None
    if figure.metric.unit == SHARE:
        return f"{(figure.change or 0) * 100:+.1f} points"
    if figure.metric.unit == SCORE:
        return f"{figure.change or 0:+.1f}"
    if figure.change is None:
        return None
    return f"{figure.change:+.0%}" if figure.metric.sums != MEAN or figure.change else "±0%"


def delta(figure: Figure) -> dict[str, Any]:
    """How a tile tells the change: its words, and whether it is good; no change is neither."""
    said = change(figure)
    if said is not None and not any(digit in said for digit in "123456789"):
        return {"delta": "no change", "delta_color": "off", "delta_arrow": "off"}
    return {"delta": said, "delta_color": _GOOD[figure.metric.is_good_up]}


def _told(found: Sequence[Figure]) -> None:
    """Which days the numbers are about, and when they were taken."""
    first = next(iter(found), None)
    if first is None:
        return
    period, other = first.period, first.previous_period
    told = f"{words.day(period.since)} – {words.day(period.until)}"
    beside = f", compared with {words.day(other.since)} – {words.day(other.until)}" if other else ""
    now = f"{Clock.now().astimezone(words.zone()):%H:%M:%S}"
    st.caption(f"{told}{beside}. As of {now}; drawn anew by itself.")


@st.cache_data(ttl=300, max_entries=300, show_spinner=False)
def _kept(
    key: tuple[str, int, str], question: Question, names: tuple[str, ...], _actor: Actor
) -> tuple[list[Figure], datetime | None]:
    """The actor is no key: what matters of it stands in ``key``. With it, of when it is when it is older."""
    with patience.patient(patience.PAGE_SECONDS) as told:
        return metrics.figures(_actor, question, names) if key else [], told.made_at


@st.cache_data(ttl=300, max_entries=300, show_spinner=False)
def _kept_courses(
    key: tuple[str, int, str], question: Question, names: tuple[str, ...], _actor: Actor
) -> dict[str, Course]:
    with patience.patient(patience.PAGE_SECONDS):
        return dict(sparklines.courses(_actor, question, names)) if key else {}


@st.cache_data(ttl=3600, max_entries=300, show_spinner=False)
def _kept_standing(
    key: tuple[str, str], question: Question, names: tuple[str, ...], _actor: Actor
) -> dict[str, Course]:
    """What was known then is not changed by what happens now: kept for an hour whatever happens."""
    return dict(sparklines.standing(_actor, question, names)) if key else {}
