"""How many days deals took until they were won."""

from collections.abc import Sequence

from sqlalchemy import case, func, literal, select

from db.queries import Rows, metrics
from db.queries.facts import Asked, narrowed

_DAY = 86_400


def days_to_win(asked: Asked, ends: Sequence[int]) -> Rows:
    """Won deals by how long they took: step, deals; a step ends with so many days, the last has no end."""
    source = metrics.SOURCES["won_seconds"]
    rows = narrowed(source(asked), asked.narrow, metrics.members(asked)).subquery("won")
    steps = [(rows.c.value < (end + 1) * _DAY, literal(place)) for place, end in enumerate(ends)]
    step = case(*steps, else_=len(ends)).label("step")
    named = select(step).select_from(rows).subquery("named")
    told = select(named.c.step, func.count()).group_by(named.c.step)
    return told.execution_options(**metrics.EVERY)
