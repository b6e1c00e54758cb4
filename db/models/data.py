"""Files that come in and go out: imports with everything needed to take them back, and exports."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, ImportChild, Json, Owned, facts, table_args, words


class Import(Owned, Base):
    """One file on its way into the base: a row with a state, so that work that died is found again.

    States: ``draft`` (uploaded), ``checking``, ``checked`` (the dry run is known), ``queued``, ``running``,
    ``stopped``, ``done``, ``failed``, ``undoing``, ``undone``.
    """

    __tablename__ = "imports"
    __table_args__ = table_args(Index(None, "state", "heartbeat_at"), Index(None, "owner_id", "id"))
    noun: ClassVar[str] = "import"
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(300))
    file_digest: Mapped[str] = mapped_column(String(64), index=True)
    file_path: Mapped[str] = mapped_column(String(500))
    file_size: Mapped[int] = mapped_column(BigInteger)
    layout: Mapped[dict[str, Any]] = facts()
    mapping: Mapped[dict[str, Any]] = facts()
    options: Mapped[dict[str, Any]] = facts()
    state: Mapped[str] = mapped_column(String(20))
    wanted: Mapped[str] = words(20)
    message: Mapped[str] = words()
    rows_total: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_done: Mapped[int] = mapped_column(default=0, server_default="0")
    created_count: Mapped[int] = mapped_column(default=0, server_default="0")
    updated_count: Mapped[int] = mapped_column(default=0, server_default="0")
    skipped_count: Mapped[int] = mapped_column(default=0, server_default="0")
    rejected_count: Mapped[int] = mapped_column(default=0, server_default="0")
    warning_count: Mapped[int] = mapped_column(default=0, server_default="0")
    duplicate_count: Mapped[int] = mapped_column(default=0, server_default="0")
    summary: Mapped[dict[str, Any]] = facts()
    worker: Mapped[str] = words(120)
    heartbeat_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class ImportChunk(ImportChild, Base):
    """Some hundred or thousand rows of a file that were stored in one transaction.

    ``outcome`` holds, compactly, which rows were created (with the ids they got), updated or skipped.
    """

    __tablename__ = "import_chunks"
    __table_args__ = table_args(Index(None, "import_id", "phase", "first_row", unique=True))
    phase: Mapped[str] = mapped_column(String(10))
    first_row: Mapped[int]
    last_row: Mapped[int]
    outcome: Mapped[dict[str, Any]] = mapped_column(Json)


class ImportRow(ImportChild, Base):
    """A row of a file that needs to be remembered by itself: refused, warned about, changed or undecided.

    ``changes`` are the values that an update replaced, ``problems`` the reasons, field by field. Phases:
    ``check``, ``run``, ``undo``, and ``repair``, where ``cells`` are what somebody wrote instead of the file.
    """

    __tablename__ = "import_rows"
    __table_args__ = table_args(
        Index(None, "import_id", "phase", "row_number", unique=True),
        Index(None, "import_id", "phase", "outcome"),
    )
    phase: Mapped[str] = mapped_column(String(10))
    row_number: Mapped[int]
    line: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    record_id: Mapped[int | None] = mapped_column(BigId)
    cells: Mapped[list[Any]] = mapped_column(Json, default=list)
    problems: Mapped[list[Any]] = mapped_column(Json, default=list)
    changes: Mapped[dict[str, Any]] = facts()


class ImportMapping(Base):
    """Which column means what in files of one layout: asked once, remembered."""

    __tablename__ = "import_mappings"
    __table_args__ = table_args(Index(None, "layout_key", unique=True))
    layout_key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = words(200)
    mapping: Mapped[dict[str, Any]] = mapped_column(Json)
    options: Mapped[dict[str, Any]] = facts()
    used_at: Mapped[datetime]


class Export(Owned, Base):
    """A file that was made for somebody: who, what, how many rows, and where it lies until it expires."""

    __tablename__ = "exports"
    __table_args__ = table_args(Index(None, "owner_id", "id"))
    noun: ClassVar[str] = "export"
    kind: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(300))
    file_path: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = words(64)
    row_count: Mapped[int] = mapped_column(default=0, server_default="0")
    filters: Mapped[dict[str, Any]] = facts()
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
