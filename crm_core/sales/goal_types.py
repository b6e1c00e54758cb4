"""Frozen shapes of goals: what comes in and what goes out."""

from dataclasses import dataclass
from datetime import date, datetime

from crm_core.sales.goal_measures import Pace


@dataclass(frozen=True)
class NewGoal:
    """A goal to set: ``target`` in minor units of ``currency`` for money, else a count.

    ``user_id`` for a person, ``team_id`` for a team, neither for the company. Both days belong to it.
    """

    measure: str
    target: int
    starts_on: date
    ends_on: date
    user_id: int | None = None
    team_id: int | None = None
    currency: str = ""


@dataclass(frozen=True)
class GoalRow:
    """A goal with what was reached. ``level`` is ``person``, ``team`` or ``company``; see ``Pace``."""

    id: int
    version: int
    measure: str
    label: str
    is_money: bool
    currency: str
    level: str
    whose: str
    user_id: int | None
    team_id: int | None
    starts_on: date
    ends_on: date
    target: int
    value: int
    pace: Pace


@dataclass(frozen=True)
class GoalEntry:
    """A row that counts for a goal: ``record`` says what ``id`` is the number of."""

    record: str
    id: int
    title: str
    owner_id: int | None
    owner_name: str
    at: datetime
    value: int


@dataclass(frozen=True)
class Standing:
    """A person on the leaderboard: what was reached, and the own goal where there is one."""

    user_id: int
    name: str
    value: int
    target: int | None

    @property
    def share(self) -> float | None:
        """The part of the own goal that is reached."""
        return self.value / self.target if self.target else None
