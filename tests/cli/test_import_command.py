"""``import`` and ``import undo`` from the command line: the answers, the files and the exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from crm_core.cli.main import main
from db import session
from tests.people import hire

KEYS = {"import_id", "rows", "created", "updated", "skipped", "rejected", "warnings",
    "possible_duplicates", "seconds",
        "encoding", "delimiter", "mapping", "unmapped"}  # fmt: skip
TABLE = "Email;Vorname;Nachname;Firma;Unsinn\nanna@berg.test;Anna;Berg;Berg AB;1\nnot-an-address;;;;2\n"


@pytest.fixture
def desk(own_database: session.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with a file on it, and an app that the commands reach."""
    hire()
    monkeypatch.setenv("CRM_DATABASE_URL", own_database.url)
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "people.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def _answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_file_is_imported_and_taken_back(desk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path, rejects = str(desk / "people.csv"), desk / "refused.csv"

    tried = _answer(capsys, "import", "contacts", path, "--dry-run")
    done = _answer(capsys, "import", "contacts", path, "--rejects", str(rejects), "--default", "city=Oslo")
    again = _answer(capsys, "import", "contacts", path, "--on-duplicate", "update")
    undone = _answer(capsys, "import", "undo", str(done["import_id"]))

    assert set(done) >= KEYS
    assert (tried["created"], tried["rejected"]) == (done["created"], done["rejected"]) == (1, 1)
    assert (done["delimiter"], done["encoding"], done["unmapped"]) == (";", "utf-8", ["Unsinn"])
    assert done["mapping"]["Firma"] == "company"  # type: ignore[index]
    assert (again["created"], again["skipped"]) == (0, 1)
    assert (undone["removed"], undone["kept"]) == (2, 0)
    assert len(rejects.read_text(encoding="utf-8-sig").splitlines()) == 2


def test_a_column_can_be_mapped_by_hand_and_another_ignored(
    desk: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    mapped = ("--map", "Unsinn=notes", "--map", "Firma=")

    done = _answer(capsys, "import", "contacts", str(desk / "people.csv"), *mapped)

    assert done["mapping"]["Unsinn"] == "notes"  # type: ignore[index]
    assert done["unmapped"] == ["Firma"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("contacts", "missing.csv"), 2),
        (("spaceships", "people.csv"), 2),
        (("contacts", "people.csv", "--on-duplicate", "explode"), 2),
        (("contacts", "people.csv", "--map", "nonsense"), 2),
        (("contacts", "people.csv", "--map", "Email=nonsense"), 1),
        (("contacts", "people.csv", "--as", "ann"), 1),
        (("undo", "4711"), 1),
    ],
)
def test_what_cannot_be_done_is_said_with_an_exit_code(
    desk: Any, monkeypatch: pytest.MonkeyPatch, arguments: Any, code: Any
) -> None:
    monkeypatch.chdir(desk)

    assert main(["import", *arguments]) == code


def test_a_person_imports_with_that_persons_rights(desk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    done = _answer(capsys, "import", "contacts", str(desk / "people.csv"), "--as", "mia")

    assert done["created"] == 1
