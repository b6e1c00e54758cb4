"""How tests import: a file is written, received, planned, and brought to its next rest in this process."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_core.data import execution, imports
from crm_core.data.import_types import ImportDetail, ImportOptions
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from crm_core.people import counts
from db.models import Contact


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files; what Rapport keeps of them lies beside it."""
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def table(
    folder: Path, header: Sequence[str], rows: Sequence[Sequence[str]], name: str = "people.csv"
) -> Path:
    """Write a CSV file."""
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def draft(who: Actor, path: Path, kind: str = "contacts", **options: Any) -> int:
    """Receive and plan a file."""
    mapping = options.pop("mapping", None)
    import_id = imports.receive(who, path, path.name, kind)
    imports.plan(who, import_id, mapping, ImportOptions(**options))
    return import_id


def check(who: Actor, import_id: int) -> ImportDetail:
    """Do the dry run."""
    imports.check(who, import_id)
    return execution.complete(who, import_id)


def run(who: Actor, import_id: int) -> ImportDetail:
    """Do the import."""
    imports.run(who, import_id)
    return execution.complete(who, import_id)


def undo(who: Actor, import_id: int) -> ImportDetail:
    """Take it back."""
    imports.undo(who, import_id)
    return execution.complete(who, import_id)


def bring(who: Actor, path: Path, kind: str = "contacts", **options: Any) -> ImportDetail:
    """Import a file in one go."""
    done = run(who, draft(who, path, kind, **options))
    assert done.state == "done", done.message
    return done


def contacts(**wanted: Any) -> list[Contact]:
    """The contacts with these values, whoever sees them."""
    with begin(SYSTEM, write=False) as work:
        return work.scalars(select(Contact).filter_by(**wanted).order_by(Contact.id))


def count(model: Any) -> int:
    """How many rows there are."""
    with begin(SYSTEM, write=False) as work:
        return int(work.scalar(select(func.count()).select_from(model)) or 0)


def counts_are_right() -> bool:
    """Do the kept numbers and a recount agree?"""
    with begin(SYSTEM, write=False) as work:
        return counts.differences(work) == []
