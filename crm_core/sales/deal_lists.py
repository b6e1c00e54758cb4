"""Deals as lists, tables and boards: the same question to the same statements, whatever shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page
from crm_core.kernel.work import Work
from crm_core.people.search_words import search_words
from crm_core.sales import pipelines, rules
from crm_core.sales.types import Board, BoardColumn, Cursor, DealQuery, DealRow, StageRow, Sums
from crm_core.team.company import company
from db.models import Stage
from db.queries import deal_list as sql
from db.queries import deals as deal_sql
from db.queries import pipelines as pipeline_sql
from db.queries.deal_list import DealFilter

CARDS = 50
USUAL_SORT = "-updated"


def asked(work: Work, query: DealQuery) -> DealFilter:
    """The question in terms of columns: days become instants, “mine” a user, rotting a list of stages."""
    # The shell and the system own nothing: no user has the number -1.
    owner = (work.actor.id or -1) if query.mine else query.owner_id
    rotten = None
    if query.rotting:
        stages: list[Stage] = work.scalars(pipeline_sql.stages())
        rotten = rules.rotten_before(stages, work.now)
    return DealFilter(
        words=search_words(query.text),
        pipeline_id=query.pipeline_id,
        stage_id=query.stage_id,
        status=query.status,
        owner=owner,
        team_id=query.team_id,
        amount=(query.amount_from, query.amount_to),
        currency=query.currency,
        close_on=(query.close_from, query.close_to),
        closed_at=_instants(query.closed_from, query.closed_to),
        opened_at=_instants(query.created_from, query.created_to),
        contact_id=query.contact_id,
        account_id=query.account_id,
        product_id=query.product_id,
        lost_reason=query.lost_reason,
        rotten=rotten,
        without_next_step=query.without_next_step,
        deleted=query.deleted,
    )


def search(work: Work, query: DealQuery) -> Page[DealRow]:
    """One page of the deals that match, each with its next step."""
    paging = query.paging if query.paging.sort else replace(query.paging, sort=USUAL_SORT)
    if paging.sort_field not in sql.SORTS:
        known = ", ".join(sql.SORTS)
        raise Invalid(f"Deals cannot be sorted by “{paging.sort_field[:40]}”. Choose one of {known}.")
    chosen = sql.rows().where(*sql.conditions(asked(work, query)))
    statement = sql.ordered(chosen, paging.sort_field, is_descending=paging.is_descending)
    page: Page[dict[str, Any]] = work.page(_with_deleted(statement, query), paging, dict)
    return Page(tuple(shown(work, page.items)), paging, page.total, page.is_capped)


def ids(work: Work, query: DealQuery, cap: int) -> tuple[int, ...]:
    """The ids of the deals that match, at most so many, in rising order."""
    statement = sql.ids(asked(work, query)).limit(cap)
    return tuple(work.scalars(_with_deleted(statement, query)))


def totals(work: Work, query: DealQuery) -> tuple[int, Sums]:
    """How many deals match, and what they add up to in each currency."""
    found = work.tuples(_with_deleted(sql.sums(asked(work, query)), query))
    return sum(row[1] for row in found), rules.sums_of((row[0], row[2]) for row in found)


def board(work: Work, query: DealQuery, pipeline_id: int | None) -> Board:
    """The open deals of a pipeline: sums of whole columns, and their first cards."""
    chosen = pipelines.get(work, pipelines.default_id(work) if pipeline_id is None else pipeline_id)
    question = _open_in(work, query)
    counted: dict[int, list[Any]] = {}
    for stage_id, *rest in work.tuples(sql.stage_sums(question, [stage.id for stage in chosen.stages])):
        counted.setdefault(stage_id, []).append(rest)
    columns = _columns(work, question, chosen.stages, counted)
    everything = [row for rows in counted.values() for row in rows]
    return Board(
        chosen,
        tuple(columns),
        sum(row[1] for row in everything),
        rules.sums_of((row[0], row[2]) for row in everything),
    )


def more(
    work: Work, query: DealQuery, stage_id: int, after: Cursor | None, limit: int
) -> tuple[DealRow, ...]:
    """The next cards of a column."""
    statement = sql.column(_open_in(work, query), stage_id, after, limit)
    return tuple(shown(work, [dict(row._mapping) for row in work.tuples(statement)]))


def one(work: Work, deal_id: int) -> DealRow:
    """One deal as lists show it."""
    statement = sql.rows().where(sql.is_deal(deal_id))
    return shown(work, [dict(row._mapping) for row in work.tuples(statement)])[0]


def shown(work: Work, found: Iterable[dict[str, Any]]) -> list[DealRow]:
    """Rows with what follows from them: days in the stage, whether that is too long, and the next step."""
    rows = [dict(row) for row in found]
    keys = [row["id"] for row in rows]
    steps = dict(map(tuple, work.tuples(deal_sql.next_steps(keys)))) if keys else {}
    return [_row(row, steps, work.now) for row in rows]


def _columns(
    work: Work, question: DealFilter, stages: Sequence[StageRow], counted: dict[int, list[Any]]
) -> list[BoardColumn]:
    """The columns with their cards; next steps of all of them are asked for at once."""
    found = {}
    for stage in stages:
        statement = sql.column(question, stage.id, None, CARDS)
        held = stage.id in counted
        found[stage.id] = [dict(row._mapping) for row in work.tuples(statement)] if held else []
    cards: dict[int, list[DealRow]] = {}
    for card in shown(work, [row for rows in found.values() for row in rows]):
        cards.setdefault(card.stage_id, []).append(card)
    columns = []
    for stage in stages:
        mine, sums = tuple(cards.get(stage.id, ())), counted.get(stage.id, [])
        count = sum(row[1] for row in sums)
        following = (mine[-1].rank, mine[-1].id) if count > len(mine) and mine else None
        amounts = rules.sums_of((row[0], row[2]) for row in sums)
        columns.append(BoardColumn(stage, count, amounts, mine, following))
    return columns


def _row(row: dict[str, Any], steps: dict[int, date | None], now: datetime) -> DealRow:
    own, of_stage, rot_days = row["probability"], row.pop("stage_probability"), row.pop("rot_days")
    row["probability"] = rules.chance(row["status"], own, of_stage)
    for name in ("contact_name", "company", "owner_name"):
        row[name] = row[name] or ""
    return DealRow(
        **row,
        days_in_stage=rules.days_between(row["stage_since"], row["closed_at"] or now),
        is_rotting=rules.is_rotting(row["status"], row["stage_since"], rot_days, now),
        next_step_on=steps.get(row["id"]),
        has_next_step=row["id"] in steps,
    )


def _open_in(work: Work, query: DealQuery) -> DealFilter:
    return replace(asked(work, query), status=rules.OPEN, pipeline_id=None, stage_id=None, deleted=False)


def _instants(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """From the beginning of one day to the end of another, in the company's time zone."""
    zone = ZoneInfo(company().time_zone)

    def begins(day: date) -> datetime:
        return datetime.combine(day, time.min, zone).astimezone(UTC)

    return (begins(first) if first else None), (begins(last + timedelta(1)) if last else None)


def _with_deleted(statement: Any, query: DealQuery) -> Any:
    return statement.execution_options(with_deleted=True) if query.deleted else statement
