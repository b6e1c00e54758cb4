"""Goals as cards: how far, beside how far the period is; each number opens its rows."""

from collections.abc import Sequence

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.sales import goals
from crm_core.sales.goal_types import GoalEntry, GoalRow, Standing
from pages.ui import goal_dialogs, goal_words, navigation, words
from pages.ui.session import me

LEVELS = {"company": "Company", "team": "Teams", "person": "People"}
SHOWN = 100


def draw(actor: Actor, found: Sequence[GoalRow]) -> None:
    """The company first, then teams, then people."""
    for level, title in LEVELS.items():
        chosen = [goal for goal in found if goal.level == level]
        if not chosen:
            continue
        st.subheader(title, anchor=False)
        for first in range(0, len(chosen), 3):
            places = st.columns(3)
            for place, goal in zip(places, chosen[first : first + 3], strict=False):
                with place.container(border=True, height="stretch", gap="xsmall", key=f"goal-{goal.id}"):
                    _card(actor, goal)


def _card(actor: Actor, goal: GoalRow) -> None:
    value, target = (goal_words.amount(one, goal.measure, goal.currency) for one in (goal.value, goal.target))
    st.markdown(f"**{words.md(goal.whose)}** :gray[· {words.md(goal.label)}]")
    st.markdown(f"### {words.md(value)} :gray[:small[of {words.md(target)}]]")
    st.progress(
        min(goal.pace.share, 1.0),
        text=f"{goal.pace.share:.0%} reached, {goal.pace.gone:.0%} of the time gone",
    )
    st.markdown(goal_words.pace(goal))
    with st.container(horizontal=True, gap="small"):
        if st.button("Rows", key=f"rows-{goal.id}", icon=":material/list:", type="tertiary"):
            _rows(goal)
        if actor.may(Permission.GOALS_MANAGE) and st.button(
            "Change", key=f"change-{goal.id}", icon=":material/edit:", type="tertiary"
        ):
            goal_dialogs.change(goal)


@st.dialog("What counts", width="large")
def _rows(goal: GoalRow) -> None:
    page = goals.entries(me(), goal.id, Paging(size=SHOWN))
    value = goal_words.amount(goal.value, goal.measure, goal.currency)
    period = goal_words.period(goal.starts_on, goal.ends_on)
    st.markdown(words.md(f"{goal.label} · {goal.whose} · {period}: {value}"))
    for entry in page:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            _title(entry)
            shown = goal_words.amount(entry.value, goal.measure, goal.currency)
            st.markdown(words.md(f"{entry.owner_name} · {words.when(entry.at)} · {shown}"), width="content")
    if not page.items:
        st.caption("Nothing yet.")
    elif page.total > len(page):
        st.caption(f"The latest {len(page):,} of {words.number(page.total, is_capped=page.is_capped)}.")


def _title(entry: GoalEntry) -> None:
    title = words.md(entry.title or "Untitled")
    if entry.record == "deal":
        navigation.link("deal", title, icon=":material/handshake:", id=entry.id)
    elif entry.record == "customer":
        navigation.link("customer", title, icon=":material/person:", id=entry.id)
    elif entry.record == "order":
        navigation.link("orders", title, icon=":material/receipt_long:", id=entry.id)
    else:
        st.markdown(title, width="content")


def standings(found: Sequence[Standing], measure: str, currency: str) -> None:
    """The leaderboard: a bar a person, as long as what was reached."""
    most = max((one.value for one in found), default=0)
    for place, one in enumerate(found, 1):
        shown = goal_words.amount(one.value, measure, currency)
        share = f" · {one.share:.0%} of the goal" if one.share is not None else ""
        text = words.md(f"{place}. {one.name}: {shown}{share}")
        st.progress(max(0.0, min(one.value / most, 1.0)) if most > 0 else 0.0, text=text)
    if not found:
        st.caption("Nobody within your reach took part yet.")
