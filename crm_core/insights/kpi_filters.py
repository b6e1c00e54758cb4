"""Whose numbers are meant: filters as people name them, and what there is to choose from."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from crm_core.commerce import products
from crm_core.insights import metrics
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import segments
from db.queries import metrics as sql

Choices = list[tuple[int, str]]


class Words(NamedTuple):
    """Filters as names or numbers; empty for all. ``country`` is two letters."""

    team: str = ""
    owner: str = ""
    product: str = ""
    segment: str = ""
    country: str = ""


@use_case(Permission.KPIS_READ, read=True)
def choices(work: Work) -> dict[str, Choices]:
    """What this person can filter by: ids and names of ``owner``, ``team``, ``segment``."""
    owners, teams = metrics.people(work)
    seen = segments.search(work) if work.actor.may(Permission.SEGMENTS_READ) else []
    return {"owner": owners, "team": teams, "segment": [(row.id, row.name) for row in seen]}


@use_case(Permission.PRODUCTS_READ, read=True)
def products_to_choose(work: Work) -> Choices:
    """The active products by name, as many as a list to choose from can hold."""
    return [(row.id, row.name) for row in products.choices(work)]


@use_case(Permission.KPIS_READ, read=True)
def countries(work: Work) -> list[str]:
    """The countries that customers come from, the most frequent first."""
    return [str(code) for code in work.scalars(sql.countries())]


@use_case(Permission.REPORTS_READ, read=True)
def within(work: Work, owner_id: int | None = None, team_id: int | None = None) -> Actor:
    """This person with a reach of no more than the customers of one owner, or of the people of one team.

    Reports that are told for a reach are told for those customers then. Without either nothing changes.

    Raises:
        Invalid: nobody of them is within the own reach.
    """
    if owner_id is None and team_id is None:
        return work.actor
    chosen = [
        row.id
        for row in work.tuples(sql.people())
        if work.actor.scope.covers(row.id) and owner_id in (None, row.id) and team_id in (None, row.team_id)
    ]
    if not chosen:
        raise Invalid(
            "There is nobody whom you see with these filters. Choose another person or team.",
            fields={"owner": "Choose somebody within your reach."},
        )
    return replace(work.actor, scope=replace(work.actor.scope, owner_ids=tuple(chosen), unowned=False))


@use_case(Permission.KPIS_READ, read=True)
def question(work: Work, plain: Question, words: Words) -> Question:
    """A question with its filters found by their names.

    Raises:
        Invalid: field by field, what does not exist or is not within reach.
    """
    known = choices(work)
    if words.product:
        found = products.choices(work, words.product)
        known["product"] = [(row.id, name) for row in found for name in (row.name, row.sku or "") if name]
    wrong: dict[str, str] = {}
    ids: dict[str, int | None] = {}
    for name in ("team", "owner", "product", "segment"):
        wanted = getattr(words, name)
        ids[f"{name}_id"] = _found(wanted, known.get(name, [])) if wanted else None
        if wanted and ids[f"{name}_id"] is None:
            wrong[name] = f"There is no {name} “{wanted[:60]}” that you can see."
    country = words.country.strip().upper()
    if country and (len(country) != 2 or not country.isalpha()):
        wrong["country"] = "Give two letters, such as DE."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    return replace(plain, **ids, country=country)  # type: ignore[arg-type]


def _found(wanted: str, known: Iterable[tuple[int, str]]) -> int | None:
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else None
    for key, name in known:
        if key == number or fold(name) == fold(wanted):
            return key
    return None
