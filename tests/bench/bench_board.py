"""What the server needs for a board of 20,000 open deals, its list, a drop, and for many at once."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from crm_core.sales import deals, pipelines
from crm_core.sales.types import DealQuery
from db.models import Deal, StageChange
from db.queries import contact_list as contact_sql
from tests.bench.base_of import COMPANY, NOW
from tests.bench.measuring import Measurement, Setting, benchmark, median_ms
from tests.bench.workload import databases

DEALS, CONTACTS = 20_000, 10_000
BOARD, FILTERED, DROP = 300.0, 300.0, 150.0
"""Milliseconds of the server that a step may take."""

_COLUMNS = (
    "id", "name", "pipeline_id", "stage_id", "status", "amount", "currency", "judgement", "close_on",
    "opened_at", "stage_since", "contact_id", "owner_id", "rank", "custom", "search_text", "version",
    "is_sample", "created_at", "updated_at",
)  # fmt: skip
_CHANGE = ("deal_id", "to_stage_id", "status", "amount", "currency", "changed_at", "recorded_at")


@benchmark
def board_sqlite(setting: Setting) -> Iterator[Measurement]:
    """Board, list and drop on SQLite."""
    yield from _measured(setting, "sqlite")


@benchmark
def board_postgres(setting: Setting) -> Iterator[Measurement]:
    """The same on Postgres."""
    yield from _measured(setting, "postgres")


def fill(how_many: int) -> None:
    """Put open deals into the default pipeline, spread over its stages, with contacts and owners."""
    with begin(OPERATOR) as work:
        stages = pipelines.get(work, pipelines.default(work).id).stages
        people = work.scalars(contact_sql.ids())
        keys = work.reserve(Deal, how_many)
        rows: list[tuple[Any, ...]] = []
        for place, key in enumerate(keys):
            stage, since = stages[place * 7 % len(stages)], NOW - timedelta(days=place % 90)
            name = f"{COMPANY[place % len(COMPANY)]} {place}"
            amount, day = 1000 * (place % 500), date(2026, 3, 2) + timedelta(days=place % 120)
            rows.append(
                (key, name, stage.pipeline_id, stage.id, "open", amount, "EUR", "", day, since, since,
                 people[place % len(people)], None, place << 20, {}, name.lower(), 1, False,
                 since, since)
            )  # fmt: skip
        work.insert(Deal, _COLUMNS, rows)
        changes = ((row[0], row[3], "open", row[5], "EUR", row[10], row[10]) for row in rows)
        work.insert(StageChange, _CHANGE, changes)
        work.settle(Deal)


def _measured(setting: Setting, engine: str) -> Iterator[Measurement]:
    how_many = setting.rows(DEALS)
    with databases(setting.folder, engine) as made:
        _url, olga = made.filled(CONTACTS)
        fill(how_many)
        for name, act, most in _steps(olga):
            yield Measurement(f"{name}, {how_many:,} deals, {engine}", median_ms(act), "ms", at_most=most)


def _steps(olga: Actor) -> Iterator[tuple[str, Callable[[], object], float]]:
    board = deals.board(olga, DealQuery())
    if board.count < len(board.columns):
        raise RuntimeError("The base is empty.")
    columns = [column.stage.id for column in board.columns]
    cards = [card.id for card in board.columns[0].cards]
    turn = count()

    def drop() -> None:
        number = next(turn)
        place = columns[number % 2]
        above = cards[1 + number % 5] if place == columns[0] else None
        deals.move(olga, cards[0], place, version=None, before_id=above)

    for query, name in (
        (DealQuery(), "board"),
        (DealQuery(text="acme"), "board, searched"),
        (DealQuery(rotting=True, without_next_step=True), "board, rotting without next step"),
    ):
        yield name, partial(deals.board, olga, query), BOARD if name == "board" else FILTERED
    by_amount = DealQuery(status="open", paging=Paging(3, 50, "-amount"))
    yield "list by amount", lambda: deals.search(olga, by_amount), FILTERED
    yield "list by company", lambda: deals.search(olga, DealQuery(paging=Paging(1, 50, "company"))), FILTERED
    yield "drop", drop, DROP
