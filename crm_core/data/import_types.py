"""Frozen shapes of imports: what a person chooses, what a row comes to, what is shown of an import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

ON_DUPLICATE: Final = ("skip", "update", "fill", "create")
"""What happens to a row whose record exists: left alone, written over, completed, stored once more."""

MATCH_KEYS: Final = {
    "contacts": ("external_id", "email", "phone", "name"),
    "accounts": ("external_id", "name", "domain"),
    "products": ("sku", "name"),
    "deals": ("external_id",),
    "orders": ("number",),
    "interactions": ("external_id",),
    "users": ("email", "username", "name"),
    "campaign-results": ("person", "line"),
}
"""What a record can be recognised by. ``phone`` asks for the same name too, ``name`` for the same company."""

USUAL_KEYS: Final = {
    "contacts": ("external_id", "email"),
    "accounts": ("external_id", "name"),
    "products": ("sku", "name"),
    "deals": ("external_id",),
    "orders": ("number",),
    "interactions": ("external_id",),
    "users": ("email", "username", "name"),
    "campaign-results": ("person", "line"),
}

OUTCOMES: Final = {
    "c": "create", "d": "duplicate", "u": "update", "s": "skip", "n": "same", "t": "repeat", "r": "refuse",
    "x": "drop", "a": "append",
}  # fmt: skip
"""One letter a row in the stored outcome of a chunk.

``d`` is created although it may be a duplicate, ``s`` exists already, ``n`` exists with the same values,
``t`` stands earlier in the same file, ``x`` was left out by hand, ``a`` goes to the record of an earlier row
of the file (a further line of an order).
"""

Meanings = Mapping[str, Mapping[str, str]]
"""Field -> word of a file (folded) -> what it means here; an empty meaning leaves the word out."""

Key = tuple[str, str]
"""Something a record is recognised by: the kind of key and the normalised value."""


@dataclass(frozen=True)
class ImportOptions:
    """What a person chooses beside the mapping.

    Attributes:
        on_duplicate: one of ``ON_DUPLICATE``.
        match_by: the keys that make two records the same, in this order; empty means the usual ones.
        create_missing: what else is made where a row names it and it does not exist yet, of the names in
            ``Entity.references`` (such as ``companies``); what a kind does not refer to is ignored.
        strict: whether a value that cannot be read refuses its whole row.
        defaults: values by field name for rows that have none.
        region: country of phone numbers without a country code; empty means that of the company.
        date_order: ``DMY``, ``MDY`` or ``YMD`` where the file does not say it; empty means to find out.
        origin: name of the system the file comes from; identifiers are unique within it.
        owner_id: who owns rows without a (known) owner.
        tag: a tag that every created record gets; empty for none.
        after: imports that come first; this one waits until they are at rest.
        meanings: what words of the file mean here; None stands for what earlier files taught.
    """

    on_duplicate: str = "skip"
    match_by: tuple[str, ...] = ()
    create_missing: tuple[str, ...] = ("companies",)
    strict: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    date_order: str = ""
    origin: str = ""
    owner_id: int | None = None
    tag: str = ""
    after: tuple[int, ...] = ()
    meanings: Meanings | None = None

    def creates(self, name: str) -> bool:
        """Is a record of this kind made where a row names one that does not exist yet?"""
        return name in self.create_missing


class Ready(NamedTuple):
    """A row of a file with its values checked: all that can be known of it without the database.

    ``columns`` holds typed values by column of the table, only those the file fills; ``derived`` the columns
    that follow from them. ``linked`` is the name of the company (of the parent, for companies), ``consent``
    the fields that speak of marketing mail. ``cells`` are kept where somebody may ask for them. ``facts`` is
    what a kind of record needs beside its columns: the line of an order, the people that a row names.
    """

    number: int
    line: int
    columns: dict[str, Any]
    derived: dict[str, Any]
    points: tuple[tuple[str, str, str], ...] = ()
    tags: tuple[str, ...] = ()
    owner: str = ""
    linked: str = ""
    consent: dict[str, Any] = {}  # noqa: RUF012 - never written to
    keys: tuple[Key, ...] = ()
    problems: tuple[dict[str, str], ...] = ()
    is_refused: bool = False
    cells: tuple[str, ...] = ()
    is_dropped: bool = False
    facts: dict[str, Any] = {}  # noqa: RUF012 - never written to


class Decision(NamedTuple):
    """What happens to a row: the letter of ``OUTCOMES``, the record it means, and what changes on it.

    ``changes`` maps a column to its old and new value; ``points`` and ``tags`` are what is added.
    """

    letter: str
    record_id: int | None = None
    changes: dict[str, Any] = {}  # noqa: RUF012 - never written to
    notes: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class ImportLine:
    """One row of an import as a list shows it."""

    number: int
    line: int
    outcome: str
    record_id: int | None
    name: str
    cells: tuple[str, ...]
    problems: tuple[dict[str, str], ...]
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class ImportDetail:
    """An import as its page shows it.

    ``counts`` has created, updated, skipped, rejected, warnings and possible_duplicates: of the dry run until
    the run has begun, then of what is stored. ``rate`` is in rows a second, ``seconds_left`` may be unknown.
    """

    id: int
    kind: str
    file_name: str
    state: str
    status: str
    message: str
    owner_id: int | None
    rows_total: int
    rows_done: int
    counts: Mapping[str, int]
    rate: float
    seconds: float
    seconds_left: float | None
    columns: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    layout: Mapping[str, Any]
    mapping: Mapping[str, str | None]
    options: ImportOptions
    summary: Mapping[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The columns that are not imported."""
        return tuple(column for column in self.columns if not self.mapping.get(column))


@dataclass(frozen=True)
class ImportEntry:
    """An import in the list of imports."""

    id: int
    kind: str
    file_name: str
    state: str
    owner_id: int | None
    rows_total: int
    rows_done: int
    created_count: int
    updated_count: int
    skipped_count: int
    rejected_count: int
    created_at: datetime
    finished_at: datetime | None


def note(
    message: str, field: str = "", column: str = "", value: str = "", level: str = "warning"
) -> dict[str, str]:
    """Something to be said about a row, in the form in which it is stored."""
    return {"field": field, "column": column, "message": message, "value": value[:500], "level": level}
