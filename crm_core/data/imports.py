"""Imports: receive a file, plan it, look at what will happen, let it happen, take it back.

An import is a row with a state; workers find it there. ``plan`` and what follows say only what is wanted.
"""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from crm_core.data import frames, import_plans, import_views, mapping, meanings, readers, receiving
from crm_core.data.entities import ENTITIES
from crm_core.data.import_lines import without_added
from crm_core.data.import_types import ImportDetail, ImportEntry, ImportOptions
from crm_core.data.layouts import Layout, Options
from crm_core.data.mapping import Guess
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.settings import Settings
from db.models import Import
from db.queries import imports as sql

OPEN: Final = ("draft", "checked", "failed", "stopped")
"""States in which everything about an import may still change, as long as nothing of it is stored."""


def receive(
    who: Actor, source: Path | BinaryIO, file_name: str, kind: str, layout: Options | None = None
) -> int:
    """Take a file in, look at its shape, propose a mapping; returns the id of the new import.

    Args:
        who: the person whose import this is.
        source: the file, or a stream of its bytes.
        file_name: as people know it.
        kind: of ``ENTITIES``.
        layout: what the person overrides of encoding, separator, header line and sheet.

    Raises:
        NotAllowed: the role does not import. Invalid: the file is no readable table, or the kind unknown.
    """
    who.require(Permission.IMPORTS_RUN)
    if kind not in ENTITIES:
        raise Invalid(f"“{kind}” cannot be imported yet. Choose one of: {', '.join(ENTITIES)}.")
    who.require(ENTITIES[kind].permission)
    folder = Settings.from_environment().imports_dir / uuid4().hex
    folder.mkdir(parents=True, mode=0o700)
    try:
        digest, size, lines = receiving.copy(source, folder / "file")
        shape = readers.inspect(folder / "file", file_name, layout)
        return _register(who, kind, shape, Path(folder.name) / "file", (digest, size, lines))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@use_case(Permission.IMPORTS_RUN)
def _register(work: Work, kind: str, layout: Layout, path: Path, facts: tuple[str, int, int]) -> int:
    """Store a received file as an import in draft; ``facts`` are its digest, size in bytes, and lines."""
    digest, size, lines = facts
    guesses = receiving.propose(work, kind, layout)
    known = meanings.learned(work, kind, mapping.layout_key(kind, without_added(layout.columns)))
    row = work.add(
        Import(
            owner_id=work.actor.id, kind=kind, file_name=layout.file_name[:300], file_digest=digest,
            file_path=str(path), file_size=size, layout=frames.plain(layout), state="draft", wanted="",
            mapping={guess.column: guess.field for guess in guesses},
            options=frames.plain(ImportOptions(meanings=known)),
            message="", rows_total=max(lines - layout.data_line + 1, 0), summary={}, created_at=work.now,
        )
    )  # fmt: skip
    work.flush()
    return row.id


@use_case(Permission.IMPORTS_RUN, read=True)
def guesses(work: Work, import_id: int) -> list[Guess]:
    """What each column is believed to hold, with the reason and a few cells; a remembered mapping wins."""
    row = work.get(Import, import_id)
    return receiving.propose(work, row.kind, frames.layout_of(row.layout))


@use_case(Permission.IMPORTS_RUN)
def plan(
    work: Work,
    import_id: int,
    mapping: Mapping[str, str | None] | None = None,
    options: ImportOptions | None = None,
) -> None:
    """Set which column fills which field (columns that are not named stay as they are), and the options.

    A dry run that was made before is void.

    Raises:
        Invalid: an unknown column, field or option. Conflict: the import has begun.
    """
    row = work.get(Import, import_id)
    if row.state not in OPEN or work.scalar(sql.rows_stored(import_id, "run")):
        raise Conflict(
            "This import has begun. Undo it, or receive the file again to import it in another way."
        )
    if mapping:
        row.mapping = {**row.mapping, **import_plans.checked_mapping(work, row, mapping)}
    if options is not None:
        if options.meanings is None:
            options = replace(options, meanings=row.options.get("meanings"))
        row.options = frames.plain(import_plans.checked_options(work, options, row.kind))
    row.state, row.message, row.wanted = "draft", "", ""


@use_case(Permission.IMPORTS_RUN)
def check(work: Work, import_id: int) -> None:
    """Ask for the dry run; a worker begins within a second."""
    is_stored = bool(work.scalar(sql.rows_stored(import_id, "run")))
    _start(work, import_id, OPEN[:3] if is_stored else OPEN, "checking")


@use_case(Permission.IMPORTS_RUN)
def run(work: Work, import_id: int) -> None:
    """Ask for the import itself; a worker begins within a second. After a dry run it keeps to that."""
    if work.get(Import, import_id).state == "checked" and work.scalar(sql.repairs_waiting(import_id)):
        raise Conflict("You repaired rows since the check. Check again, then import what you have seen.")
    row = _start(work, import_id, ("draft", "checked"), "queued")
    receiving.remember(work, row)


@use_case(Permission.IMPORTS_RUN)
def stop(work: Work, import_id: int) -> None:
    """Ask the worker to stop behind the chunk it is at. What is stored stays; ``resume`` goes on."""
    row = work.get(Import, import_id)
    if row.state not in ("checking", "queued", "running"):
        raise Conflict("This import is not running.")
    if row.worker:
        row.wanted = "stop"
    else:
        row.state = "draft" if row.state == "checking" else "stopped"
        row.message = "Stopped by hand."


@use_case(Permission.IMPORTS_RUN)
def resume(work: Work, import_id: int, *, anyway: bool = False) -> None:
    """Go on behind the last stored row.

    Args:
        work: the open transaction.
        import_id: which one.
        anyway: accept that rows come out otherwise than the dry run said, because the base changed.
    """
    row = _start(work, import_id, ("stopped", "failed"), "queued")
    if anyway:
        row.options = {**row.options, "go_on": True, "after": []}
        row.summary = {name: value for name, value in row.summary.items() if name != "differs"}


@use_case(Permission.IMPORTS_RUN)
def undo(work: Work, import_id: int) -> None:
    """Ask to take everything back; records that people touched since stay and are listed.

    Undoing what is undone already changes nothing.

    Raises:
        Conflict: the import is still running, or nothing of it is stored.
    """
    row = work.get(Import, import_id)
    if row.state in ("undone", "undoing"):
        return
    if row.state in ("running", "queued", "checking") and not _is_idle(row):
        raise Conflict("This import is still running. Stop it first, then undo it.")
    if not work.scalar(sql.rows_stored(import_id, "run")):
        raise Conflict("Nothing of this import is stored, so there is nothing to undo.")
    row.state, row.worker, row.wanted, row.message = "undoing", "", "", ""
    row.summary = {**row.summary, "undone_by": work.actor.name, "undone_by_id": work.actor.id}


@use_case(Permission.IMPORTS_RUN, read=True)
def get(work: Work, import_id: int) -> ImportDetail:
    """Everything about one import, with its progress."""
    return import_views.detail(work.get(Import, import_id), work.now)


@use_case(Permission.IMPORTS_RUN, read=True)
def search(work: Work, paging: Paging) -> Page[ImportEntry]:
    """All imports that one may see, the latest first."""
    return work.page(sql.everything(), paging, ImportEntry)


@use_case(Permission.IMPORTS_RUN, read=True)
def earlier(work: Work, import_id: int) -> list[ImportEntry]:
    """Imports of the very same file (by its content) that are in the base already, the latest first."""
    row = work.get(Import, import_id)
    return work.rows(sql.same_file(row.file_digest, row.kind, import_id), ImportEntry)


def discard(who: Actor, import_id: int) -> None:
    """Throw away an import that stored nothing, with its file.

    Raises:
        Conflict: something of it is stored, or it is under way.
    """
    shutil.rmtree(_discard(who, import_id).parent, ignore_errors=True)


@use_case(Permission.IMPORTS_RUN)
def _discard(work: Work, import_id: int) -> Path:
    """Forget an import; returns where its file lies."""
    row = work.get(Import, import_id)
    if row.state not in OPEN or work.scalar(sql.rows_stored(import_id, "run")):
        raise Conflict("This import has begun. Stop it, then undo it to take back what is stored.")
    path = frames.path_of(row)
    work.delete(row)
    return path


def _start(work: Work, import_id: int, states: tuple[str, ...], state: str) -> Import:
    row = work.get(Import, import_id)
    work.actor.require(ENTITIES[row.kind].permission)
    if row.state not in states:
        raise Conflict(import_views.cannot(row.state))
    if not any(row.mapping.values()):
        raise Invalid("No column is mapped to a field yet. Map at least one.")
    row.state, row.wanted, row.message, row.worker, row.heartbeat_at = state, "", "", "", None
    row.started_at, row.finished_at = None, None
    row.summary = {**row.summary, "from_row": work.scalar(sql.rows_stored(import_id, "run")) or 0}
    return row


def _is_idle(row: Import) -> bool:
    return row.state == "queued" and not row.worker
