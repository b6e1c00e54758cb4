"""A file comes in: its bytes are kept, its columns guessed at, and what people said of them remembered."""

import hashlib
from pathlib import Path
from typing import BinaryIO, Final

from crm_core.data import frames, mapping
from crm_core.data.import_lines import without_added
from crm_core.data.layouts import Layout
from crm_core.data.mapping import Guess
from crm_core.kernel.work import Work
from db.models import Import, ImportMapping
from db.queries import imports as sql

_BLOCK: Final = 1024 * 1024


def propose(work: Work, kind: str, layout: Layout) -> list[Guess]:
    """A guess for each column of the file."""
    known = work.scalar(sql.remembered(mapping.layout_key(kind, without_added(layout.columns))))
    added = frames.custom(work, kind, layout.columns)
    return mapping.propose(kind, layout.columns, layout.sample, added, known.mapping if known else None)


def copy(source: Path | BinaryIO, target: Path) -> tuple[str, int, int]:
    """Keep the bytes of a file; returns their digest (SHA-256), how many there are, and how many lines."""
    digest, size, lines = hashlib.sha256(), 0, 0
    with target.open("wb") as file, source.open("rb") if isinstance(source, Path) else source as stream:
        while block := stream.read(_BLOCK):
            file.write(block)
            digest.update(block)
            size += len(block)
            lines += block.count(b"\n")
    target.chmod(0o600)
    return digest.hexdigest(), size, lines


def remember(work: Work, row: Import) -> None:
    """The next file of this layout needs no mapping."""
    columns = without_added(row.layout["columns"])
    key = mapping.layout_key(row.kind, columns)
    known = work.scalar(sql.remembered(key)) or work.add(
        ImportMapping(layout_key=key, kind=row.kind, options={})
    )
    known.mapping = {column: row.mapping.get(column) for column in columns}
    if said := row.options.get("meanings"):
        known.options = {**known.options, "meanings": said}
    known.name, known.used_at = row.file_name[:200], work.now
