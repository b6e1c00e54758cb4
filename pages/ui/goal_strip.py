"""How goals and the forecast of this month stand, on the start page."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.sales import forecast_snapshots, goals
from crm_core.sales.goal_types import GoalRow
from pages.ui import forecast_chart, goal_words, navigation, words
from pages.ui.guard import guard
from pages.ui.unchanged import Stand

MOST = 3


def draw(actor: Actor, stand: Stand) -> None:
    """The goals that are nearest, and what this month may bring; nothing where there is neither."""
    shown = _goals(stand) if actor.may(Permission.GOALS_READ) else []
    month = _month(stand) if actor.may(Permission.DEALS_READ) else None
    if not shown and month is None:
        return
    with st.container(key="home-goals"):
        places = st.columns(len(shown) + (month is not None))
    for place, goal in zip(places, shown, strict=False):
        with place.container(border=True, height="stretch", gap="xsmall"):
            value, target = (
                goal_words.amount(one, goal.measure, goal.currency) for one in (goal.value, goal.target)
            )
            st.markdown(f"**{words.md(goal.label)}** :gray[{words.md(goal.whose)}]")
            st.progress(min(goal.pace.share, 1.0), text=words.md(f"{value} of {target}"))
            st.markdown(f":small[{goal_words.pace(goal)}]")
            navigation.link("goals", "Goals", icon=":material/arrow_forward:")
    if month is not None:
        expected, reach = month
        with places[-1].container(border=True, height="stretch", gap=None):
            st.metric("Expected this month", expected, help=reach)
            navigation.link("forecast", "Forecast", icon=":material/arrow_forward:")


def _goals(stand: Stand) -> list[GoalRow]:
    """One's own first, then those of the team and the company."""
    with guard():
        found = stand.kept(goals.search)
        level = {"person": 2, "team": 1, "company": 0}
        return sorted(found, key=lambda goal: (goal.user_id != stand.actor.id, level[goal.level]))[:MOST]
    return []


def _month(stand: Stand) -> tuple[str, str] | None:
    """What was expected last night: drawing it anew would be too much for a page that is opened all day."""
    with guard():
        [month] = stand.kept(forecast_snapshots.compare, 1)
        if not month.kept:
            return None
        last = month.kept[-1]
        low, high = (forecast_chart.rounded(one, month.currency) for one in (last.low, last.high))
        said = f"80 of 100 times: {low} to {high}. Kept on {words.day(last.taken_on)}."
        return forecast_chart.rounded(last.expected, month.currency), said
    return None
