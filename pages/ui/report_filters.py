"""Which time and whose numbers: one row of filters, kept in the address, the same for every tile."""

from typing import Any, Final

import streamlit as st

from crm_core.insights import kpi_filters, periods
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import NAMED, Period
from crm_core.kernel.access import Actor, Permission
from pages.ui import words

NAMES: Final = ("time", "days", "vs", "team", "owner", "segment", "country", "product")
OWN: Final = "own"
_TIMES: Final = {name: title for name, (title, _) in NAMED.items()} | {OWN: "Other days …"}


def ask(actor: Actor) -> Question:
    """The filters, and what they ask for; who has no choice of something does not see it."""
    known = kpi_filters.choices(actor)
    with st.container(horizontal=True, vertical_alignment="bottom", key="report-filters"):
        named = _choice("time", _TIMES, "Time", 170) or "month"
        period = _own_days() if named == OWN else None
        compare = _choice("vs", dict(periods.COMPARISONS), "Compared with", 170) or "previous"
        team = _pick("team", known["team"], "Every team", 150)
        owner = _pick("owner", known["owner"], "Everybody", 160)
        segment = _pick("segment", known["segment"], "All customers", 160)
        country = _country(actor)
    product = st.query_params.get("product", "")
    return Question(
        period or periods.named(named, words.today()) or periods.month_of(words.today()),
        compare, team_id=team, owner_id=owner, segment_id=segment, country=country,
        product_id=int(product) if _is_number(product) and actor.may(Permission.PRODUCTS_READ) else None,
    )  # fmt: skip


def address() -> dict[str, str]:
    """The filters as the address holds them, for links that keep them."""
    return {name: st.query_params[name] for name in NAMES if name in st.query_params}


def _choice(key: str, options: dict[str, str], label: str, width: int) -> str | None:
    chosen: str | None = st.selectbox(
        label, list(options), format_func=lambda one: options.get(one, one), key=key, bind="query-params",
        label_visibility="collapsed", width=width, index=list(options).index(_usual(options)), help=label,
    )  # fmt: skip
    return chosen


def _usual(options: dict[str, str]) -> str:
    return "month" if "month" in options else next(iter(options))


def _pick(key: str, known: list[tuple[int, str]], empty: str, width: int) -> int | None:
    options = {str(number): name for number, name in known}
    if len(options) < 2:
        return None
    chosen = st.selectbox(
        empty, list(options), index=None, format_func=lambda one: options.get(one, one), key=key,
        bind="query-params", placeholder=empty, label_visibility="collapsed", width=width,
    )  # fmt: skip
    return int(chosen) if chosen else None


def _country(actor: Actor) -> str:
    codes = kpi_filters.countries(actor)
    if len(codes) < 2:
        return ""
    chosen: str | None = st.selectbox(
        "Every country", codes, index=None, format_func=words.country_name, key="country",
        bind="query-params", placeholder="Every country", label_visibility="collapsed", width=160,
    )  # fmt: skip
    return chosen or ""


def _own_days() -> Period | None:
    usual = periods.month_of(words.today())
    chosen: Any = st.date_input(
        "Days",
        (usual.since, words.today()),
        key="days",
        label_visibility="collapsed",
        width=230,
        bind="query-params",
    )
    return Period(*chosen) if isinstance(chosen, tuple) and len(chosen) == 2 else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
