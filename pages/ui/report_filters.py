"""Which time and whose numbers: one row of filters, kept in the address, the same for every tile."""

from datetime import date
from typing import Any, Final, Literal

import streamlit as st

from crm_core.insights import kpi_filters, periods
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import NAMED, Period
from crm_core.kernel.access import Actor, Permission
from pages.ui import words

NAMES: Final = ("time", "days", "vs", "team", "owner", "segment", "country", "product", "asof")
OWN: Final = "own"
_TIMES: Final = {name: title for name, (title, _) in NAMED.items()} | {OWN: "Other days …"}


def ask(actor: Actor, prefix: str = "", days: Period | None = None, *, has_compare: bool = True) -> Question:
    """The filters, and what they ask for; who has no choice of something does not see it.

    Args:
        prefix: begins the names under which they are kept in the session instead of the address.
        days: which days are proposed where own ones are wanted.
        has_compare: whether there is another time to compare with.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{prefix}report-filters"):
        named = _choice(f"{prefix}time", _TIMES, "Time", 170) or "month"
        period = _own_days(f"{prefix}days", days) if named == OWN else None
        compare = "none"
        if has_compare:
            compare = _choice(f"{prefix}vs", dict(periods.COMPARISONS), "Compared with", 170) or "previous"
        with st.popover("Filters", icon=":material/filter_list:"):
            whose, told = _whose(actor, prefix)
    found = Question(_period(named, period), compare, **whose)
    if told:
        st.caption(":material/filter_alt: Only " + words.md(" · ".join(told)))
    return found


def ask_period() -> Question:
    """Which time a report is about, for one that has no other filters."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="report-filters"):
        named = _choice("time", _TIMES, "Time", 170) or "month"
        period = _own_days() if named == OWN else None
    return Question(_period(named, period), compare="none")


def ask_customers(actor: Actor, *, has_day: bool) -> Question:
    """Which customers a report is about, and as of which day: what reports about customers can tell."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="report-filters"):
        known = _known(actor)
        whose, of_whom = _picked(known, {"team": "Every team", "owner": "Everybody"}, "", 200)
        with st.popover("Filters", icon=":material/filter_list:"):
            which, told = _picked(known, {"segment": "All customers", "product": "Buyers of any product"})
            country = _country(actor, "country")
            as_of = _day() if has_day else None
    told += [words.country_name(country)] if country else []
    said = [f"Only the customers of {words.joined([*of_whom, *told])}"] if of_whom or told else []
    said += [f"as it was known on {words.day(as_of)}"] if as_of else []
    if said:
        st.caption(":material/filter_alt: " + words.md(", ".join(said)))
    return Question(periods.month_of(words.today()), as_of=as_of, country=country, **whose, **which)


def nobody(question: Question, otherwise: str, icon: str) -> None:
    """Say that there is nobody to tell about: with these filters, or ``otherwise``."""
    whose = (question.owner_id, question.team_id, question.segment_id, question.product_id, question.as_of)
    is_narrowed = bool(question.country) or any(one is not None for one in whose)
    st.info("There is no customer with these filters." if is_narrowed else otherwise, icon=icon)


def ask_reach(actor: Actor) -> Question:
    """Whose records a report is about, for one that has no other filters."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="report-filters"):
        whose, told = _picked(
            kpi_filters.choices(actor), {"team": "Every team", "owner": "Everybody"}, "", 200
        )
    if told:
        st.caption(":material/filter_alt: Only what belongs to " + words.md(" · ".join(told)))
    return Question(periods.month_of(words.today()), **whose)


def _period(named: str, own: Period | None) -> Period:
    return own or periods.named(named, words.today()) or periods.month_of(words.today())


def _whose(actor: Actor, prefix: str) -> tuple[dict[str, Any], list[str]]:
    """The filters that are seldom needed, and those that are set, in words."""
    labels = {
        "team": "Every team",
        "owner": "Everybody",
        "segment": "All customers",
        "product": "All products",
    }
    chosen, told = _picked(_known(actor), labels, prefix)
    chosen["country"] = _country(actor, f"{prefix}country")
    told += [words.country_name(chosen["country"])] if chosen["country"] else []
    chosen["as_of"] = _day(f"{prefix}asof")
    told += [f"as it was known on {words.day(chosen['as_of'])}"] if chosen["as_of"] else []
    return chosen, told


def _known(actor: Actor) -> dict[str, kpi_filters.Choices]:
    known = kpi_filters.choices(actor)
    if actor.may(Permission.PRODUCTS_READ):
        known["product"] = kpi_filters.products_to_choose(actor)
    return known


def _picked(
    known: dict[str, kpi_filters.Choices], labels: dict[str, str], prefix: str = "", width: int = 300
) -> tuple[dict[str, Any], list[str]]:
    """A list to choose from for each label; what is chosen, and what that is called."""
    chosen: dict[str, Any] = {}
    told = []
    for name, empty in labels.items():
        found = _pick(f"{prefix}{name}", known.get(name, []), empty, width)
        chosen[f"{name}_id"] = found
        told += [dict(known[name])[found]] if found is not None else []
    return chosen, told


def _day(key: str = "asof") -> date | None:
    day: Any = st.date_input(
        "As it was known on", None, max_value=words.today(), key=key, width=220, bind=_place(key),
        help="The numbers as they were at the end of that day, whatever was changed since.",
    )  # fmt: skip
    return day if isinstance(day, date) else None


def address() -> dict[str, str]:
    """The filters as the address holds them, for links that keep them."""
    return {name: st.query_params[name] for name in NAMES if name in st.query_params}


def _choice(key: str, options: dict[str, str], label: str, width: int) -> str | None:
    chosen: str | None = st.selectbox(
        label, list(options), format_func=lambda one: options.get(one, one), key=key,
        bind=_place(key), label_visibility="collapsed", width=width, help=label,
        index=list(options).index(_usual(options)) if _place(key) else 0,
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
        bind=_place(key), placeholder=empty, label_visibility="collapsed", width=width,
    )  # fmt: skip
    return int(chosen) if chosen else None


def _country(actor: Actor, key: str) -> str:
    codes = kpi_filters.countries(actor)
    if len(codes) < 2:
        return ""
    chosen: str | None = st.selectbox(
        "Every country", codes, index=None, format_func=words.country_name, key=key,
        bind=_place(key), placeholder="Every country", label_visibility="collapsed", width=300,
    )  # fmt: skip
    return chosen or ""


def _place(key: str) -> Literal["query-params"] | None:
    """Where a filter is kept: in the address, or in the session alone."""
    return "query-params" if key in NAMES else None


def _own_days(key: str = "days", days: Period | None = None) -> Period | None:
    usual = days or Period(periods.month_of(words.today()).since, words.today())
    chosen: Any = st.date_input(
        "Days",
        (usual.since, usual.until),
        key=key,
        label_visibility="collapsed",
        width=230,
        bind=_place(key),
    )
    return Period(*chosen) if isinstance(chosen, tuple) and len(chosen) == 2 else None
