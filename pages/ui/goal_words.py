"""How goals read: amounts of their measure, pace, periods."""

from datetime import date
from typing import Final

from crm_core.sales import goal_measures
from crm_core.sales.goal_types import GoalRow
from pages.ui import words

PACES: Final = {
    goal_measures.REACHED: (":material/trophy:", "green", "Reached"),
    goal_measures.AHEAD: (":material/trending_up:", "green", "Ahead"),
    goal_measures.ON_TRACK: (":material/check_circle:", "green", "On track"),
    goal_measures.BEHIND: (":material/trending_down:", "orange", "Behind"),
    goal_measures.MISSED: (":material/close:", "red", "Missed"),
    goal_measures.PLANNED: (":material/event_upcoming:", "gray", "Not begun"),
}


def amount(value: int, measure: str, currency: str) -> str:
    """A value of a measure: money, or a number."""
    return words.money(value, currency) if goal_measures.MEASURES[measure].is_money else f"{value:,}"


def pace(goal: GoalRow) -> str:
    """How it goes, in coloured words: “Behind by €12,000”."""
    icon, color, word = PACES[goal.pace.word]
    gap = amount(abs(goal.pace.gap), goal.measure, goal.currency)
    if goal.pace.word in (goal_measures.AHEAD, goal_measures.BEHIND):
        word = f"{word} by {gap}"
    elif goal.pace.word == goal_measures.MISSED:
        word = f"Missed by {amount(goal.target - goal.value, goal.measure, goal.currency)}"
    return f"{icon} :{color}[{words.md(word)}]"


def period(begin: date, end: date) -> str:
    """A period as people say it: ``March 2026``, ``Q1 2026``, ``2026``, or its two days."""
    kind = goal_measures.kind_of(begin, end)
    if kind == "month":
        return f"{begin:%B %Y}"
    if kind == "quarter":
        return f"Q{(begin.month - 1) // 3 + 1} {begin.year}"
    return f"{begin.year}" if kind == "year" else f"{words.day(begin)} to {words.day(end)}"
