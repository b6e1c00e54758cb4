"""Goals: what people, teams and the company want to reach, how far they are, and who is ahead."""

from datetime import date, timedelta

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.sales import goals
from crm_core.sales.goal_measures import MEASURES, following, period_of
from crm_core.sales.goal_types import GoalRow
from crm_core.team.company import company
from pages.ui import goal_cards, goal_dialogs, goal_words, words
from pages.ui.goal_dialogs import LABELS
from pages.ui.guard import guard
from pages.ui.session import me, require

KINDS = {"month": "Month", "quarter": "Quarter", "year": "Year"}
_DAY = "goals.day"


def head(actor: Actor, begin: date, end: date) -> None:
    """Title, and the way to a new goal."""
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Goals", anchor=False)
    if actor.may(Permission.GOALS_MANAGE):
        with acts.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Set a goal", key="add-goal", type="primary", icon=":material/add:"):
                goal_dialogs.add(begin, end)


def period() -> tuple[date, date]:
    """The period that is looked at, as far as it was chosen."""
    named = {title: kind for kind, title in KINDS.items()}
    kind = st.session_state.get("gkind") or named.get(st.query_params.get("gkind", "")) or "month"
    return period_of(st.session_state.get(_DAY) or words.today(), kind)


def choose_period(begin: date, end: date) -> None:
    """Month, quarter or year, and the way back and forth."""
    with st.container(horizontal=True, vertical_alignment="center", key="goal-period"):
        st.segmented_control(
            "Period", list(KINDS), default="month", required=True, format_func=KINDS.__getitem__, key="gkind",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", width="content"):
            st.button("", key="period-back", icon=":material/chevron_left:", help="The period before",
                      on_click=_go, args=(begin - timedelta(days=1),))  # fmt: skip
            st.markdown(f"**{goal_words.period(begin, end)}**", width="content")
            st.button("", key="period-on", icon=":material/chevron_right:", help="The period after",
                      on_click=_go, args=(end + timedelta(days=1),))  # fmt: skip


def nothing(actor: Actor, begin: date, end: date) -> None:
    """What to do while there are no goals."""
    with st.container(border=True, horizontal_alignment="center", key="no-goals"):
        st.markdown(f"**No goals for {goal_words.period(begin, end)}.**", width="content")
        if actor.may(Permission.GOALS_MANAGE):
            st.caption("Set the first one above, or copy those of another period there.", width="content")
        else:
            st.caption("Whoever leads your team sets them; then you follow yours here.", width="content")


def copy_on(actor: Actor, found: list[GoalRow], begin: date, end: date) -> None:
    """The way to the same goals in the next period."""
    following_one = goal_words.period(*following(begin, end))
    if actor.may(Permission.GOALS_MANAGE) and st.button(
        f"Copy these to {following_one}", key="copy-goals", icon=":material/content_copy:"
    ):
        with guard():
            made = goals.copy_on(me(), [goal.id for goal in found])
            st.toast(words.md(f"{words.count(made, 'goal')} set for {following_one}."))


def leaders(actor: Actor, begin: date, end: date) -> None:
    """Who reached what, of one measure."""
    with st.container(border=True, key="leaderboard"):
        title, choice = st.columns([3, 2], vertical_alignment="center")
        title.subheader("Leaderboard", anchor=False)
        measure = choice.selectbox(
            "Measure", list(LABELS), format_func=LABELS.__getitem__, key="leader-measure",
            label_visibility="collapsed",
        )  # fmt: skip
        with guard():
            found = goals.leaderboard(actor, measure, begin, end)
            goal_cards.standings(found, measure, company().currency if MEASURES[measure].is_money else "")


def _go(day: date) -> None:
    st.session_state[_DAY] = day


asking = require(Permission.GOALS_READ)
first, last = period()
head(asking, first, last)
choose_period(first, last)
shown = [
    goal for goal in goals.search(asking, first, last) if (goal.starts_on, goal.ends_on) == (first, last)
]
if shown:
    goal_cards.draw(asking, shown)
    copy_on(asking, shown, first, last)
else:
    nothing(asking, first, last)
leaders(asking, first, last)
