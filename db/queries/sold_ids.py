"""The ids of what a metric counts, for reports that split it further."""

from sqlalchemy import select

from db.queries import Rows, metrics
from db.queries.facts import Asked, narrowed


def of_metric(source: str, asked: Asked) -> Rows:
    """The ids of the rows of a source with the filters that are set."""
    facts = metrics.SOURCES[source](asked)
    found = narrowed(facts, asked.narrow, metrics.members(asked)).subquery("counted")
    return select(found.c.id).execution_options(**metrics.EVERY)
