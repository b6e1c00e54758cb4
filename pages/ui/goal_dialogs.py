"""Setting, changing and taking away goals."""

from datetime import date

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.sales import goals
from crm_core.sales.goal_measures import MEASURES
from crm_core.sales.goal_types import GoalRow, NewGoal
from crm_core.team.company import company
from pages.ui import goal_words, order_money, words
from pages.ui.guard import guard
from pages.ui.session import me

LABELS = {name: measure.label for name, measure in MEASURES.items()}


@st.dialog("Set a goal")
def add(begin: date, end: date) -> None:
    """A form for a goal of this period."""
    actor = me()
    st.caption(goal_words.period(begin, end))
    whose = _whose(actor)
    with st.container(gap="small"):
        chosen = st.selectbox("For", list(whose), format_func=lambda key: whose[key][2], key="goal-whose")
        measure = st.selectbox("Measure", list(LABELS), format_func=LABELS.__getitem__, key="goal-measure")
        target = _target(measure, company().currency, None, "goal-target")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-goal"):
            st.rerun()
        if st.button("Set goal", key="save-goal", type="primary") and chosen is not None:
            user_id, team_id, name = whose[chosen]
            new = NewGoal(measure, target, begin, end, user_id, team_id, company().currency)
            with guard(done=f"The goal of {name} is set.", rerun=True):
                goals.add(me(), new)


@st.dialog("Change the goal")
def change(goal: GoalRow) -> None:
    """A form for another target; a goal can be taken away here, too."""
    st.markdown(words.md(f"{goal.label} · {goal.whose} · {goal_words.period(goal.starts_on, goal.ends_on)}"))
    target = _target(goal.measure, goal.currency, goal.target, f"goal-target-{goal.id}-{goal.version}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Take away", key="remove-goal", icon=":material/delete:", type="tertiary"):
            with guard(done="The goal is taken away. What was reached stays.", rerun=True):
                goals.remove(me(), goal.id)
        if st.button("Save", key="save-goal", type="primary"):
            with guard(done="The goal is changed.", rerun=True):
                goals.change(me(), goal.id, target, version=goal.version)


def _target(measure: str, currency: str, now: int | None, key: str) -> int:
    if MEASURES[measure].is_money:
        typed = st.number_input(
            f"Target ({currency})", min_value=0.0, value=order_money.shown(now, currency) or 0.0, key=key,
            format=order_money.picture(currency),
        )  # fmt: skip
        return order_money.amount_of(float(typed), currency)
    return int(st.number_input("Target", min_value=0, value=now or 0, step=1, key=f"{key}-count"))


def _whose(actor: Actor) -> dict[str, tuple[int | None, int | None, str]]:
    people, teams = goals.choices(actor)
    found: dict[str, tuple[int | None, int | None, str]] = {}
    if actor.scope.is_everything:
        found["company"] = (None, None, company().name or "The company")
    found |= {f"team-{key}": (None, key, f"Team {name}") for key, name in teams}
    return found | {f"person-{key}": (key, None, name) for key, name in people}
