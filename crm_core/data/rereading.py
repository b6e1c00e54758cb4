"""A received file read in another way than was detected, and how its dates are understood."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from crm_core.data import frames, imports, kinds, plans, readers, receiving, repairs
from crm_core.data.conversion import Context, convert
from crm_core.data.entities import ENTITIES
from crm_core.data.layouts import Layout, Options
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.values.dates import NO_YEAR
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.models import Import, ImportRow
from db.queries import imports as sql

_DATED = ("date", "instant", "birthday")


@dataclass(frozen=True)
class Reading:
    """How one column of dates is read: a cell of the file, what it is taken for, and the reason."""

    column: str
    text: str
    meaning: date | datetime | None
    sentence: str

    @property
    def has_year(self) -> bool:
        """Does the cell say a year (birthdays need not)?"""
        return self.meaning is not None and self.meaning.year != NO_YEAR


def settle_kind(who: Actor, import_id: int) -> str:
    """Find out what kind of record a file that just arrived holds, and map it as such."""
    path, name, layout = _found(who, import_id)
    kind = kinds.guess_columns(layout.columns, layout.sample, name).kind
    if kind in ENTITIES and kind != "contacts" and path.exists() and name:
        _store(who, import_id, kind, layout)
        return kind
    return "contacts"


def read_again(who: Actor, import_id: int, kind: str, options: Options) -> None:
    """Read the file in another way, or as another kind of record; the mapping is proposed anew.

    Raises:
        Invalid: the file cannot be read this way. Conflict: the import has begun.
        NotFound: the file is gone, or not this person's to see.
    """
    path, name, _ = _found(who, import_id)
    if not path.exists():
        raise NotFound(f"The file “{name}” is no longer here. Upload it again.")
    _store(who, import_id, kind, readers.inspect(path, name, options))


@use_case(Permission.IMPORTS_RUN, read=True)
def has_begun(work: Work, import_id: int) -> bool:
    """Is something of this import stored already?"""
    return bool(work.scalar(sql.rows_stored(work.get(Import, import_id).id, "run")))


@use_case(Permission.IMPORTS_RUN, read=True)
def dates(work: Work, import_id: int) -> list[Reading]:
    """How the columns of dates are read, judged by the first rows."""
    row = work.get(Import, import_id)
    layout, options, usual = frames.layout_of(row.layout), frames.options_of(row.options), company()
    context = Context(options.region or usual.country or None, usual.time_zone, usual.currency)
    custom = frames.custom(work, row.kind, layout.columns)
    plan = plans.make_plan(row.kind, layout.columns, row.mapping, layout.sample, context, custom)
    plan = frames.with_order(plan, options.date_order)
    found = []
    for one in plan.columns:
        cells = [cells[one.index] for cells in layout.sample if one.index < len(cells)]
        cells = [cell for cell in cells if cell.strip()]
        if one.field.type in _DATED and cells:
            read = convert(one.field, cells[0], one.context).value
            found.append(Reading(one.name, cells[0].strip(), read, one.context.dates.sentence))
    return found


@use_case(Permission.IMPORTS_RUN, read=True)
def _found(work: Work, import_id: int) -> tuple[Path, str, Layout]:
    """Where the file lies, what it is called, and how it is read so far."""
    row = work.get(Import, import_id)
    return frames.path_of(row), row.file_name, frames.layout_of(row.layout)


@use_case(Permission.IMPORTS_RUN)
def _store(work: Work, import_id: int, kind: str, layout: Layout) -> None:
    """Keep the new reading, with a mapping for it."""
    row = work.get(Import, import_id)
    if row.state not in imports.OPEN or work.scalar(sql.rows_stored(import_id, "run")):
        raise Conflict("This import has begun. Upload the file again to read it in another way.")
    lines = row.rows_total + row.layout["data_line"] - 1
    row.kind, row.layout = kind, frames.plain(layout)
    row.mapping = {guess.column: guess.field for guess in receiving.propose(work, kind, layout)}
    row.options = frames.plain(replace(frames.options_of(row.options), match_by=()))
    row.rows_total = max(lines - layout.data_line + 1, 0)
    row.state, row.message, row.wanted = "draft", "", ""
    # Other cells stand in the rows now: what was repaired in them means nothing any more.
    work.run(sql.forget(import_id, repairs.PHASE, ImportRow))
