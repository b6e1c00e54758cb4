"""Imports as pages and programs see them: counts, progress, one line of status."""

from datetime import datetime
from typing import Final

from crm_core.data import frames
from crm_core.data.import_types import ImportDetail
from db.models import Import

_STATUS: Final = {
    "draft": "Not started", "checking": "Dry run", "checked": "Ready to import", "queued": "Waiting",
    "running": "Importing", "stopped": "Stopped", "done": "Imported", "failed": "Failed",
    "undoing": "Undoing", "undone": "Undone",
}  # fmt: skip
_CANNOT: Final = {
    "checking": "The dry run is under way. Wait for it or stop it.",
    "queued": "This import is about to start already.",
    "running": "This import is running already.",
    "stopped": "This import was stopped. Let it go on, or undo it.",
    "done": "This import is done. To change something, undo it or import another file.",
    "failed": "This import failed. Let it go on, or undo it.",
    "undoing": "This import is being undone.",
    "undone": "This import was undone. Receive the file again to import it anew.",
    "draft": "This import has not started yet.",
    "checked": "This import has not started yet.",
}


def cannot(state: str) -> str:
    """Why something is not possible in this state."""
    return _CANNOT[state]


def counts_of(row: Import) -> dict[str, int]:
    """The six figures of an import."""
    return {
        "created": row.created_count,
        "updated": row.updated_count,
        "skipped": row.skipped_count,
        "rejected": row.rejected_count,
        "warnings": row.warning_count,
        "possible_duplicates": row.duplicate_count,
    }


def detail(row: Import, now: datetime) -> ImportDetail:
    """The import with its progress at this moment."""
    ended = row.finished_at if row.state in ("done", "undone") else None
    seconds = ((ended or now) - row.started_at).total_seconds() if row.started_at else 0.0
    is_moving = row.state in ("checking", "running")
    rate = max(row.rows_done - row.summary.get("from_row", 0), 0) / seconds if seconds > 0 else 0.0
    missing = max(row.rows_total - row.rows_done, 0)
    return ImportDetail(
        id=row.id, kind=row.kind, file_name=row.file_name, state=row.state, status=_status(row),
        message=row.message, owner_id=row.owner_id, rows_total=max(row.rows_total, row.rows_done),
        rows_done=row.rows_done, counts=counts_of(row), rate=rate, seconds=seconds,
        seconds_left=missing / rate if is_moving and rate else None,
        columns=tuple(row.layout["columns"]), sample=tuple(tuple(cells) for cells in row.layout["sample"]),
        layout=row.layout, mapping=row.mapping, options=frames.options_of(row.options), summary=row.summary,
        created_at=row.created_at, started_at=row.started_at, finished_at=row.finished_at,
    )  # fmt: skip


def _status(row: Import) -> str:
    if row.state in ("checking", "undoing") and not row.worker:
        return f"{_STATUS[row.state]}: waiting for a worker"
    return _STATUS[row.state]
