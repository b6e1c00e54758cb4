"""What leaves when everything leaves: every table but secrets and what belongs to the machine alone.

Tables and columns are found from the models, so that a new table is in the next export by itself.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from crm_core.kernel.work import M
from crm_core.team.passwords import NOBODYS_HASH
from db.base import Base
from db.tables import ColumnShape, TableShape, shapes

STAYING_TABLES: Final = {
    "sign_ins": "which browsers are signed in",
    "sign_in_attempts": "what the lockout counts",
    "api_tokens": "secrets of programs",
    "calendar_feeds": "secret addresses of calendars",
    "idempotency_keys": "answers to requests of programs, kept for a day",
    "exports": "where files lay on this machine",
    "kept_answers": "what reports answered, which is found anew",
    "copies": "backups and exports of this machine",
    "workers": "which workers are alive",
    "work_turns": "how the work of these workers went",
}
"""Tables that stay, with the reason."""

STAYING_COLUMNS: Final = {
    ("users", "password_hash"): NOBODYS_HASH,
    ("users", "failed_attempts"): 0,
    ("users", "locked_until"): None,
    ("users", "must_change_password"): True,
    ("imports", "file_path"): "",
    ("imports", "worker"): "",
    ("duplicate_runs", "worker"): "",
    ("mails", "worker"): "",
}
"""Columns that stay, with the value they have after reading back. No password belongs to that hash."""

OPEN_COLUMNS: Final[frozenset[tuple[str, str]]] = frozenset()
"""Columns that sound like secrets and are none: they stand in public addresses, which must go on working."""

_SOUNDS_SECRET = re.compile(r"(^|_)(password|secret|token|ticket)(_|$)")


@dataclass(frozen=True)
class Leaving:
    """A table that leaves, with the columns that do and the fixed values of those that stay."""

    table: TableShape
    columns: tuple[ColumnShape, ...]
    fixed: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the table, which is also the name of its files."""
        return self.table.name

    @property
    def model(self) -> type[Base]:
        """The model of the table."""
        return self.table.model


@cache
def leaving() -> tuple[Leaving, ...]:
    """All tables that leave, each behind those that it refers to."""
    return tuple(_leaving(shape) for shape in shapes() if shape.name not in STAYING_TABLES)


def of_model(model: type[M]) -> Leaving:
    """The table of a model that leaves."""
    return next(each for each in leaving() if each.model is model)


def is_secret(table: str, column: ColumnShape) -> bool:
    """Does this column stay because of what it is called?"""
    return bool(_SOUNDS_SECRET.search(column.name)) and column.kind == "text" and (
        (table, column.name) not in OPEN_COLUMNS
    )  # fmt: skip


def _leaving(shape: TableShape) -> Leaving:
    fixed = {name: value for (table, name), value in STAYING_COLUMNS.items() if table == shape.name}
    for column in shape.columns:
        if column.name not in fixed and (is_secret(shape.name, column) or _is_lost(column)):
            fixed[column.name] = None if column.is_nullable else ""
    columns = tuple(
        replace(column, references="") if _is_lost(column) else column
        for column in sorted(shape.columns, key=lambda each: each.name != "id")
        if column.name not in fixed
    )
    return Leaving(shape, columns, fixed)


def _is_lost(column: ColumnShape) -> bool:
    """Does it refer to a table that stays?"""
    return column.references.partition(".")[0] in STAYING_TABLES
