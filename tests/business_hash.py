"""One number for all that a company would call its data: equal before and after means nothing was lost."""

import hashlib
import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import inspect, select

from crm_core.data.archive_shape import leaving
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from db.base import Base
from db.models import Activity, ContactCount, PurchaseTotal, Setting

# Every table but those that tell what was done, who may come in, and what is worked out anew.
BESIDE = {
    "activities", "imports", "import_chunks", "import_rows", "import_mappings", "exports", "copies",
    "duplicate_pairs", "duplicate_runs", "merges", "settings", "users", "teams", "sign_ins",
    "sign_in_attempts", "api_tokens", "calendar_feeds", "idempotency_keys", "notices", "saved_views",
    "saved_reports", "dashboards", "report_schedules", "fitted_models", "forecast_snapshots", "kept_answers",
    "lead_scores", "link_checks", "quality_days", "quality_runs", "quality_dismissals", "text_sentiments",
    "workers", "work_turns",
}  # fmt: skip
TABLES: tuple[type[Base], ...] = tuple(
    sorted(
        (mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ not in BESIDE),
        key=lambda model: str(model.__tablename__),
    )
)
# A version never goes back, or a form opened in between would overwrite what it never showed; the time of
# the last change is the time of the undo.
BOOKKEEPING = {"version", "updated_at"}


def rows_of(model: type[Base]) -> list[dict[str, Any]]:
    """All rows of a table, deleted ones too, without what only keeps the books."""
    rows = _rows(model, BOOKKEEPING)
    if model is ContactCount:
        for row in rows:
            del row["id"]
        rows = sorted(
            (row for row in rows if row["count"]), key=lambda row: (row["owner_key"], row["lifecycle"])
        )
    if model is PurchaseTotal:
        for row in rows:
            del row["id"]
        rows = sorted(rows, key=lambda row: (row["contact_id"], row["currency"]))
    return rows


def business_hash() -> str:
    """The hash over all business tables."""
    return _hash([(model.__tablename__, row) for model in TABLES for row in rows_of(model)])


def whole_hash() -> str:
    """The hash over everything that leaves with an export of everything, versions and trace included.

    That it was exported or read back is itself in the trace; those rows are left out.
    """
    found = []
    for table in leaving():
        for row in _rows(table.model, set(table.fixed)):
            about_copies = table.model is Activity and row["name"].startswith("everything.")
            of_the_machine = table.model is Setting and row["name"] == "worker_seen_at"
            if not about_copies and not of_the_machine:
                found.append((table.name, row))
    return _hash(found)


def _rows(model: type[Base], without: Collection[str]) -> list[dict[str, Any]]:
    names = [column.key for column in inspect(model).column_attrs if column.key not in without]
    statement = select(*(getattr(model, name) for name in names)).order_by(model.id)
    with begin(SYSTEM, write=False) as work:
        found = work.tuples(statement.execution_options(with_deleted=True))
    return [dict(zip(names, values, strict=True)) for values in found]


def _hash(rows: list[tuple[str, dict[str, Any]]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, default=str, sort_keys=True).encode())
    return digest.hexdigest()
