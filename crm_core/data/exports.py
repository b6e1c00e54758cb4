"""Lists that leave as a file: made with little memory, kept a day for the person who asked, and recorded."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from crm_core.data import export_columns, export_rows
from crm_core.data.export_columns import ExportColumn
from crm_core.data.export_rows import Filter
from crm_core.data.json_files import write_json, write_json_lines
from crm_core.data.spreadsheets import write_csv, write_xlsx
from crm_core.data.vcard_writer import write_vcards
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.values import dates
from crm_core.kernel.work import Work, use_case
from crm_core.people import custom_fields
from crm_core.people.types import Chosen
from crm_core.settings import Settings
from crm_core.team.company import company
from db.models import Export
from db.queries import exports as sql

FORMATS: Final = {
    "csv": "CSV for spreadsheets (UTF-8)",
    "xlsx": "Excel workbook",
    "vcf": "vCard 3.0, for telephones and mail programs",
    "vcf4": "vCard 4.0",
    "json": "JSON, one array",
    "jsonl": "JSON, one record a line",
}
_READS: Final = {
    "contacts": Permission.CONTACTS_READ, "accounts": Permission.CONTACTS_READ,
    "products": Permission.PRODUCTS_READ, "deals": Permission.DEALS_READ, "orders": Permission.ORDERS_READ,
    "interactions": Permission.INTERACTIONS_READ,
}  # fmt: skip
KEPT_FOR: Final = timedelta(hours=24)
EVERYTHING: Final = "everything"
"""The kind of a file with the whole base in it."""
_SUFFIXES: Final = {"vcf4": "vcf"}
_MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "vcf": "text/vcard; charset=utf-8",
    "vcf4": "text/vcard; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/jsonl; charset=utf-8",
    "zip": "application/zip",
}

Writer = Callable[[Path, Iterator[dict[str, Any]]], int]
Wished = Chosen | Filter | None
"""Which records: some, those that a filter leaves, or all."""


@dataclass(frozen=True)
class ExportDetail:
    """A file that was made: until when it lies where, and its SHA-256 digest."""

    id: int
    kind: str
    format: str
    file_name: str
    row_count: int
    digest: str
    created_at: datetime
    expires_at: datetime

    @property
    def url(self) -> str:
        """Where its maker downloads it."""
        return f"/files/{self.id}"


@dataclass(frozen=True)
class ExportFile:
    """What a download sends."""

    path: Path
    file_name: str
    media_type: str


@dataclass(frozen=True)
class _Wanted:
    """An export as it was asked for."""

    kind: str
    format: str
    chosen: Wished
    columns: Sequence[str] | None
    raw: bool


def create(
    who: Actor,
    kind: str,
    format_name: str = "csv",
    selection: Wished = None,
    columns: Sequence[str] | None = None,
    *,
    raw: bool = False,
) -> ExportDetail:
    """Make a file of records of one kind that its maker can download for 24 hours.

    Args:
        who: the person; only what they may see is in the file.
        kind: one of ``export_columns.KINDS``.
        format_name: one of ``FORMATS``.
        selection: ids, a list that names them, or a ``Filter``; None for everything.
        columns: import field names; None for all of them.
        raw: leave out the guard against formulas, to move records to another program.

    Raises:
        NotAllowed: the role includes no exports. Invalid: no such kind, format, column or rule.
    """
    who.require(Permission.CONTACTS_EXPORT)
    wanted = _checked(_Wanted(kind, format_name, selection, columns, raw))
    who.require(_READS[kind])
    folder = Settings.from_environment().exports_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep(who)
    path = folder / f"{secrets.token_hex(16)}.{_suffix(format_name)}"
    with _in_place(path) as unfinished:
        count = _write(who, wanted, unfinished)
    return _keep(who, wanted, path, count, KEPT_FOR)


def save(
    who: Actor,
    kind: str,
    target: Path,
    format_name: str,
    selection: Wished = None,
    *,
    raw: bool = False,
) -> ExportDetail:
    """Write the same file to a place of one's own, where it stays; recorded like every export.

    Raises:
        NotAllowed, Invalid: as in ``create``.
    """
    who.require(Permission.CONTACTS_EXPORT)
    wanted = _checked(_Wanted(kind, format_name, selection, None, raw))
    who.require(_READS[kind])
    with _in_place(target) as unfinished:
        count = _write(who, wanted, unfinished)
    return _keep(who, wanted, target, count, timedelta())


@use_case(Permission.CONTACTS_EXPORT, read=True)
def open_file(work: Work, export_id: int) -> ExportFile:
    """The file of an export, for the person who made it and as long as it lies there.

    Raises:
        NotFound: it is over, or it was made by somebody else: both look the same.
        NotAllowed: everything is in it, and the person may not have that any more.
    """
    row = work.get(Export, export_id)
    if row.owner_id is None or row.owner_id != work.actor.id:
        raise NotFound("This export does not exist, or it is not yours to see.")
    if row.kind == EVERYTHING:
        work.actor.require(Permission.EVERYTHING_EXPORT)
    if row.expires_at <= work.now or not row.file_path or not Path(row.file_path).exists():
        raise NotFound("This export is over: files are kept for a day. Export the list again.")
    return ExportFile(Path(row.file_path), row.file_name, _MEDIA_TYPES[row.format])


@use_case(Permission.CONTACTS_EXPORT, read=True)
def search(work: Work, limit: int = 20) -> list[ExportDetail]:
    """The files that this person made last."""
    return [_detail(row) for row in work.scalars(sql.made_by(work.actor.id, limit))]


@use_case(Permission.CONTACTS_EXPORT)
def sweep(work: Work) -> int:
    """Remove the files whose time is over, whoever made them; returns how many."""
    rows: list[Export] = work.as_system().scalars(sql.expired(work.now))
    for row in rows:
        Path(row.file_path).unlink(missing_ok=True)
        row.file_path = ""
    return len(rows)


@use_case(Permission.CONTACTS_EXPORT, read=True)
def _write(work: Work, wanted: _Wanted, path: Path) -> int:
    """Write all records in one reading transaction, so that the file shows one moment."""
    own = custom_fields.search(work, wanted.kind)
    columns = export_columns.chosen(export_columns.of(wanted.kind, own), wanted.columns)
    return _writer(wanted, columns)(path, export_rows.records(work, wanted.kind, wanted.chosen))


@use_case(Permission.CONTACTS_EXPORT)
def _keep(work: Work, wanted: _Wanted, path: Path, count: int, kept_for: timedelta) -> ExportDetail:
    """Store where the file lies, and that it was made: by whom, of what, how many, and its digest."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    today = work.now.astimezone(dates.zone_of(company().time_zone)).date()
    row = Export(
        owner_id=work.actor.id, kind=wanted.kind, format=wanted.format, row_count=count, digest=digest,
        file_name=f"{wanted.kind}-{today.isoformat()}.{_suffix(wanted.format)}",
        file_path=str(path) if kept_for else "", filters=_filters(wanted),
        created_at=work.now, expires_at=work.now + kept_for,
    )  # fmt: skip
    work.add(row)
    facts = {"count": count, "sha256": digest, "format": wanted.format, "filter": _filters(wanted)}
    work.record(f"{wanted.kind}.exported", row, **facts)
    return _detail(row)


def _checked(wanted: _Wanted) -> _Wanted:
    export_columns.of(wanted.kind)
    if wanted.format not in FORMATS:
        raise Invalid(f"There is no format “{wanted.format}”. Choose one of {', '.join(FORMATS)}.")
    if wanted.kind != "contacts" and wanted.format in ("vcf", "vcf4"):
        raise Invalid("Only people fit into vCards. Export this as CSV, XLSX or JSON.")
    if wanted.kind not in ("contacts", "accounts") and isinstance(wanted.chosen, Filter):
        raise Invalid("Rules and words choose people and companies only. Export all, or name the ids.")
    if wanted.kind == "accounts" and isinstance(wanted.chosen, Filter) and wanted.chosen.rule:
        raise Invalid("Rules choose contacts only. Export all companies, or name their ids.")
    return wanted


def _writer(wanted: _Wanted, columns: Sequence[ExportColumn]) -> Writer:
    if wanted.format in ("csv", "xlsx"):
        table = write_csv if wanted.format == "csv" else write_xlsx
        return lambda path, records: table(path, columns, records, raw=wanted.raw)
    if wanted.format in ("vcf", "vcf4"):
        return partial(write_vcards, version="3.0" if wanted.format == "vcf" else "4.0")
    as_json = write_json if wanted.format == "json" else write_json_lines
    return lambda path, records: as_json(path, columns, records)


@contextmanager
def _in_place(path: Path) -> Iterator[Path]:
    """A file to write that gets its name only when it is whole."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _suffix(format_name: str) -> str:
    return _SUFFIXES.get(format_name, format_name)


def _filters(wanted: _Wanted) -> dict[str, Any]:
    if isinstance(wanted.chosen, Filter):
        return {"rule": wanted.chosen.rule, "text": wanted.chosen.text}
    return {"chosen": "all" if wanted.chosen is None else "some"}


def _detail(row: Export) -> ExportDetail:
    return ExportDetail(
        row.id, row.kind, row.format, row.file_name, row.row_count, row.digest, row.created_at, row.expires_at
    )
