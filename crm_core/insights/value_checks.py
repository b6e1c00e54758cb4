"""How a model of buying did: against days that it had not seen, and by how often customers had come back."""

from datetime import date, timedelta

import numpy as np

from crm_core.insights.buying import Buyers
from crm_core.insights.customer_value_types import Holdout, RepeatGroup
from crm_core.insights.likelihood import Reals

WEEK = 7
LAST_GROUP = 7
"""Whoever came back so often or more stands in one group."""


def holdout(who: Buyers, expected: Reals, later: Reals, weeks: float, known: date, until: date) -> Holdout:
    """What was expected of the days after ``known``, ``weeks`` long, against what came until ``until``."""
    people = who.people
    age = np.maximum(who.age, 1 / WEEK)
    return Holdout(
        since=known + timedelta(days=1),
        until=until,
        expected=float((people * expected).sum()),
        actual=int((people * later).sum()),
        mae=float((people * np.abs(expected - later)).sum() / people.sum()),
        naive=float((people * who.repeats / age * weeks).sum()),
    )


def by_repeats(who: Buyers, expected: Reals, later: Reals | None) -> tuple[RepeatGroup, ...]:
    """Means by how often customers had come back; without ``later`` nothing has come yet."""
    rows = []
    for repeats in range(LAST_GROUP + 1):
        among = who.repeats >= repeats if repeats == LAST_GROUP else who.repeats == repeats
        people = who.people[among]
        if not people.sum():
            continue
        actual = None if later is None else float(np.average(later[among], weights=people))
        name = f"{repeats}+" if repeats == LAST_GROUP else str(repeats)
        mean = float(np.average(expected[among], weights=people))
        rows.append(RepeatGroup(name, int(people.sum()), mean, actual))
    return tuple(rows)
