"""The first day of a team at the command line, with nothing but the commands and their exit codes."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from crm_core.cli.main import main
from crm_core.settings import ROOT
from db import session
from tests import postgres
from tests.shared_data import shared

PEOPLE = (
    "First name;Last name;E-mail;Company;Birthday\n"
    "Greta;Quillfeather;greta@quill.example.com;Quill & Co;1985-04-30\n"
    "Zoë;Åkesson;zoe@akesson.example.com;Åkesson AB;\n"
    ";;not an address;;\n"
)
Command = Callable[..., subprocess.CompletedProcess[str]]


APART = ("db", "user")
"""What is run as a program of its own, as by a person; the rest is called: a program begins for seconds."""


@pytest.fixture
def command(
    engine_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Call it with the words of a command; the first one finds a machine on which nothing is set up."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
    own["CRM_DATA_DIR"] = str(tmp_path / "data")
    if engine_name == "postgres":
        own["CRM_DATABASE_URL"] = postgres.create_database(postgres.server(), f"day_{uuid4().hex[:12]}")

    def run(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        if words[0] not in APART:
            return in_this_process(*words, stdin=stdin)
        return subprocess.run(
            [sys.executable, "-m", "crm_core", *words],
            cwd=ROOT, env=own, input=stdin, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def in_this_process(*words: str, stdin: str) -> subprocess.CompletedProcess[str]:
        for name in ("CRM_DATA_DIR", "CRM_DATABASE_URL"):
            if name in own:
                monkeypatch.setenv(name, own[name])
            else:
                monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = main(list(words))
        printed = capsys.readouterr()
        return subprocess.CompletedProcess([*words], code, printed.out, printed.err)

    yield run
    session.disconnect()


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    """What a command that went well told a program."""
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def names_in(path: Path) -> list[str]:
    """The first names in an export."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return sorted(row["First name"] for row in csv.DictReader(file))


@pytest.mark.slow
def test_a_file_is_tried_imported_exported_and_taken_back(command: Command, tmp_path: Path) -> None:
    source, everyone, refused = (tmp_path / name for name in ("people.csv", "everyone.csv", "refused.csv"))
    source.write_text(PEOPLE, encoding="utf-8")

    early = command("user", "add", "olga", "--role", "admin")
    assert early.returncode == 1
    assert "db upgrade" in early.stderr
    assert command("db", "upgrade").returncode == 0
    added = command("user", "add", "olga", "--role", "admin", "--password-stdin", stdin="nine red boats\n")
    assert (added.returncode, added.stderr) == (0, "")

    tried = answer(command("import", "contacts", str(source), "--dry-run", "--json", "--as", "olga"))
    assert (tried["created"], tried["rejected"], tried["state"]) == (2, 1, "checked")
    assert command("import", "contacts", str(tmp_path / "missing.csv")).returncode == 2

    done = answer(
        command("import", "contacts", str(source), "--json", "--rejects", str(refused), "--as", "olga")
    )
    assert {key: done[key] for key in ("rows", "created", "updated", "skipped", "rejected")} == {
        "rows": 3, "created": 2, "updated": 0, "skipped": 0, "rejected": 1,
    }  # fmt: skip
    assert (done["delimiter"], done["unmapped"]) == (";", [])
    assert "not an address" in refused.read_text(encoding="utf-8-sig")

    again = answer(command("import", "contacts", str(source), "--json", "--as", "olga"))
    assert (again["created"], again["skipped"]) == (0, 2)
    answer(command("export", "contacts", str(everyone), "--json", "--as", "olga"))
    assert names_in(everyone) == ["Greta", "Zoë"]

    unknown = command("import", "undo", "4711", "--as", "olga")
    assert (unknown.returncode, "does not exist" in unknown.stderr) == (1, True)
    undone = answer(command("import", "undo", str(done["import_id"]), "--json", "--as", "olga"))
    assert (undone["state"], undone["kept"]) == ("undone", 0)
    answer(command("export", "contacts", str(everyone), "--json", "--as", "olga"))
    assert names_in(everyone) == []


def test_the_export_of_another_crm_comes_in_and_goes_out(command: Command, tmp_path: Path) -> None:
    export, everyone = shared("03_crm_exports/hubspot_contacts.csv"), tmp_path / "everyone.csv"
    assert command("db", "upgrade").returncode == 0

    done = answer(command("import", "contacts", str(export), "--json"))
    answer(command("export", "contacts", str(everyone), "--json"))

    assert (done["created"], done["rejected"]) == (2, 0)
    assert done["mapping"]["Email"] == "email"
    assert names_in(everyone) == ["Bob", "JANE"]
