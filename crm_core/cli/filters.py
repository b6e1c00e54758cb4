"""The filters of reports as options: the same names as in the address of the pages and in the API."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

import click

from crm_core.insights import customer_sets, kpi_filters
from crm_core.insights.customer_sets import CustomerSet
from crm_core.insights.kpi_filters import Words
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel.access import Actor

F = TypeVar("F", bound=Callable[..., Any])

_ANY_DAY, _LAST_DAY = date(1990, 1, 1), date(2200, 1, 1)

OPTIONS: Final = {
    "team": "Name or number of a team.",
    "owner": "Name or number of a person.",
    "product": "Name, SKU or number of a product.",
    "segment": "Name or number of a segment.",
    "country": "Two letters, such as DE.",
}


def filtered(function: F) -> F:
    """The options ``--team --owner --product --segment --country`` of a command."""
    for name, told in reversed(OPTIONS.items()):
        function = click.option(f"--{name}", default="", help=told)(function)
    return function


def words_of(asked: dict[str, Any]) -> Words:
    """What these options say; they are taken out of ``asked``."""
    return Words(*(asked.pop(name) for name in OPTIONS))


def customers(actor: Actor, words: Words) -> tuple[Actor, CustomerSet]:
    """Who asks, with the reach that team and owner leave, and the set of customers that is meant.

    Raises:
        Invalid: one of the names does not exist, or nobody is left within reach.
    """
    if not any(words):
        return actor, customer_sets.EVERYBODY
    found = kpi_filters.question(actor, Question(Period(_ANY_DAY, _ANY_DAY)), words)
    return kpi_filters.within(actor, found.owner_id, found.team_id), customer_sets.of_question(found)


def asked_for(
    actor: Actor, days: tuple[date | None, date | None], words: Words, as_of: date | None = None
) -> Question:
    """The question about a period (without an end that is not said) that these filters mean.

    Raises:
        Invalid: one of the names does not exist, or is not within reach.
    """
    period = Period(days[0] or _ANY_DAY, days[1] or _LAST_DAY)
    return kpi_filters.question(actor, Question(period, "none", as_of=as_of), words)
