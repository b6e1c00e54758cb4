"""Imports: what waits, who works on it, what its rows came to."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Executable, Text, Update, and_, case, cast, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from db.models import Import, ImportChunk, ImportMapping, ImportRow, Tag, User
from db.queries import Rows
from db.upsert import insert_or_keep

_SHOWN = (
    "id", "kind", "file_name", "state", "owner_id", "rows_total", "rows_done", "created_count",
    "updated_count", "skipped_count", "rejected_count", "created_at", "finished_at",
)  # fmt: skip
WORKED_ON = ("checking", "queued", "running", "undoing")


def by_id(import_id: int) -> Rows:
    """One import."""
    return select(Import).where(Import.id == import_id)


def everything() -> Rows:
    """All imports as the list shows them, the latest first."""
    return select(*(getattr(Import, name) for name in _SHOWN)).order_by(Import.id.desc())


def waiting() -> Rows:
    """Imports that somebody has to work on, the oldest first: (id, worker, heartbeat)."""
    columns = (Import.id, Import.worker, Import.heartbeat_at)
    return select(*columns).where(Import.state.in_(WORKED_ON)).order_by(Import.id)


def queued() -> Rows:
    """Imports that wait to begin: (id, kind, options)."""
    columns = (Import.id, Import.kind, Import.options)
    return select(*columns).where(Import.state == "queued", Import.worker == "").order_by(Import.id)


def standing(import_ids: Collection[int]) -> Rows:
    """How far these imports are: (kind, state, name of the file)."""
    columns = (Import.kind, Import.state, Import.file_name)
    return select(*columns).where(Import.id.in_(import_ids)).order_by(Import.id)


def by_ids(import_ids: Collection[int]) -> Rows:
    """These imports."""
    return select(Import).where(Import.id.in_(import_ids))


def claim(import_id: int, worker: str, held_by: str, now: datetime) -> Update:
    """Make the import this worker's, provided that it still is ``held_by`` the one it was seen with."""
    return (
        update(Import)
        .where(Import.id == import_id, Import.worker == held_by, Import.state.in_(WORKED_ON))
        .values(
            worker=worker,
            heartbeat_at=now,
            started_at=case(
                (Import.state == "undoing", Import.started_at), else_=func.coalesce(Import.started_at, now)
            ),
            state=case((Import.state == "queued", "running"), else_=Import.state),
        )
    )


def advance(import_id: int, worker: str, now: datetime, added: Mapping[str, int]) -> Update:
    """Add to the counters and show a sign of life, provided that the import is still this worker's."""
    values: dict[str, Any] = {name: getattr(Import, name) + count for name, count in added.items()}
    return (
        update(Import)
        .where(Import.id == import_id, Import.worker == worker, Import.state.in_(WORKED_ON))
        .values(heartbeat_at=now, **values)
    )


def leave(import_id: int, worker: str, values: Mapping[str, Any]) -> Update:
    """Let go of an import, provided that it is this worker's."""
    return update(Import).where(Import.id == import_id, Import.worker == worker).values(worker="", **values)


def move(import_id: int, states: Collection[str], values: Mapping[str, Any]) -> Update:
    """Change an import, provided that it is in one of these states."""
    return update(Import).where(Import.id == import_id, Import.state.in_(states)).values(**values)


def wanted(import_id: int) -> Rows:
    """What somebody asked of the worker."""
    return select(Import.wanted).where(Import.id == import_id)


def rows_stored(import_id: int, phase: str) -> Rows:
    """The number of the last row that is stored."""
    return select(func.max(ImportChunk.last_row)).where(
        ImportChunk.import_id == import_id, ImportChunk.phase == phase
    )


def chunks(import_id: int, phase: str) -> Rows:
    """The outcomes of all chunks in order: (first row, last row, outcome)."""
    columns = (ImportChunk.first_row, ImportChunk.last_row, ImportChunk.outcome)
    chosen = (ImportChunk.import_id == import_id, ImportChunk.phase == phase)
    return select(*columns).where(*chosen).order_by(ImportChunk.first_row)


def chunk_at(import_id: int, phase: str, first_row: int) -> Rows:
    """The outcome of the chunk that begins here."""
    return select(ImportChunk.outcome).where(
        ImportChunk.import_id == import_id, ImportChunk.phase == phase, ImportChunk.first_row == first_row
    )


def changed_ids(import_id: int) -> Rows:
    """The records that an import changed."""
    return select(ImportRow.record_id).where(
        ImportRow.import_id == import_id, ImportRow.phase == "run", ImportRow.outcome == "update"
    )


def lines(import_id: int, phase: str, outcome: str = "", *, with_warnings: bool = False) -> Rows:
    """Remembered rows in the order of the file; all outcomes unless one is named."""
    statement = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.phase == phase)
    if outcome:
        statement = statement.where(ImportRow.outcome == outcome)
    if with_warnings:
        # Quotes inside of a message are escaped, so the text can only be the level of a problem.
        statement = statement.where(cast(ImportRow.problems, Text).contains('"level": "warning"'))
        statement = statement.where(ImportRow.outcome != "refuse")
    return statement.order_by(ImportRow.row_number)


def lines_between(import_id: int, phase: str, first: int, last: int) -> Rows:
    """Remembered rows of one chunk: (number, outcome, changes)."""
    columns = (ImportRow.row_number, ImportRow.outcome, ImportRow.changes)
    return select(*columns).where(
        ImportRow.import_id == import_id, ImportRow.phase == phase, ImportRow.row_number.between(first, last)
    )


def updates_after(import_id: int, number: int, limit: int) -> Rows:
    """Rows that changed a record, from behind this row on."""
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == "run", ImportRow.outcome == "update")
    after = ImportRow.row_number > number
    return select(ImportRow).where(*chosen, after).order_by(ImportRow.row_number).limit(limit)


def updates_between(import_id: int, first: int, last: int) -> Rows:
    """The rows of a part of the file that changed a record."""
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == "run", ImportRow.outcome == "update")
    between = ImportRow.row_number.between(first, last)
    return select(ImportRow).where(*chosen, between).order_by(ImportRow.row_number)


def forget(import_id: int, phase: str, table: type[ImportChunk] | type[ImportRow]) -> Delete:
    """Remove what is remembered of one phase."""
    return delete(table).where(table.import_id == import_id, table.phase == phase)


def repairs(import_id: int, numbers: Collection[int] | None = None) -> Rows:
    """The rows that somebody repaired by hand: (number, what is done with it, its cells now)."""
    columns = (ImportRow.row_number, ImportRow.outcome, ImportRow.cells)
    statement = select(*columns).where(ImportRow.import_id == import_id, ImportRow.phase == "repair")
    return statement if numbers is None else statement.where(ImportRow.row_number.in_(numbers))


def repairs_waiting(import_id: int) -> Rows:
    """How many repaired rows the last dry run or run did not know of yet."""
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == "repair")
    return select(func.count(ImportRow.id)).where(*chosen, ImportRow.outcome.in_(("mend", "drop")))


def settle_repairs(import_id: int) -> Update:
    """What was repaired by hand is known to the dry run or the run from now on."""
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == "repair")
    known = case((ImportRow.outcome == "drop", "dropped"), else_="mended")
    waiting = ImportRow.outcome.in_(("mend", "drop"))
    return update(ImportRow).where(*chosen, waiting).values(outcome=known)


def refused_and_repaired(import_id: int, after: int, limit: int) -> Rows:
    """Rows that the run refused and somebody repaired since: (number, line, what is done with it, cells)."""
    repair = aliased(ImportRow)
    pair = (repair.import_id == ImportRow.import_id, repair.row_number == ImportRow.row_number)
    columns = (ImportRow.row_number, ImportRow.line, repair.outcome, repair.cells)
    statement = select(*columns).join(repair, and_(*pair, repair.phase == "repair"))
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == "run", ImportRow.outcome == "refuse")
    waiting = repair.outcome.in_(("mend", "drop"))
    statement = statement.where(*chosen, waiting, ImportRow.row_number > after)
    return statement.order_by(ImportRow.row_number).limit(limit)


def refusals(import_id: int, phase: str, limit: int) -> Rows:
    """Why rows were refused, in the order of the file: (number, problems)."""
    columns = (ImportRow.row_number, ImportRow.problems)
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == phase, ImportRow.outcome == "refuse")
    return select(*columns).where(*chosen).order_by(ImportRow.row_number).limit(limit)


def refused_numbers(import_id: int, phase: str, limit: int) -> Rows:
    """The numbers of the refused rows, in the order of the file."""
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == phase, ImportRow.outcome == "refuse")
    return select(ImportRow.row_number).where(*chosen).order_by(ImportRow.row_number).limit(limit)


def lines_at(import_id: int, phase: str, numbers: Collection[int]) -> Rows:
    """These remembered rows, in the order of the file."""
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == phase, ImportRow.row_number.in_(numbers))
    return select(ImportRow).where(*chosen).order_by(ImportRow.row_number)


def forget_lines(import_id: int, phase: str, numbers: Collection[int]) -> Delete:
    """Remove what is remembered of these rows."""
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == phase, ImportRow.row_number.in_(numbers))
    return delete(ImportRow).where(*chosen)


def chunks_of(import_id: int, phase: str, first: int, last: int) -> Rows:
    """The chunks that hold rows from the first to the last of these."""
    chosen = (ImportChunk.import_id == import_id, ImportChunk.phase == phase)
    overlap = (ImportChunk.first_row <= last, ImportChunk.last_row >= first)
    return select(ImportChunk).where(*chosen, *overlap).order_by(ImportChunk.first_row)


def names_of_users() -> Rows:
    """Everybody who can own records: (id, e-mail, sign-in name, name)."""
    columns = (User.id, User.email, User.username, User.name)
    return select(*columns).where(User.is_active).order_by(User.id)


def add_tags(rows: Collection[dict[str, Any]]) -> Executable:
    """Make tags that do not exist yet, marked with the import that needed them."""
    return insert_or_keep(Tag, list(rows), ("name_key",))


def same_file(digest: str, kind: str, but: int) -> Rows:
    """Earlier imports of the very same file that are still in the base."""
    chosen = (Import.file_digest == digest, Import.kind == kind, Import.id != but, Import.state == "done")
    return everything().where(*chosen)


def remembered(layout_key: str) -> Rows:
    """The mapping that was used for this layout before."""
    return select(ImportMapping).where(ImportMapping.layout_key == layout_key)


def of_person(user_id: int | None) -> Rows:
    """The user an import belongs to."""
    return select(User).where(or_(User.id == user_id))
