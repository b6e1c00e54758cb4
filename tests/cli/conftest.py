"""A shell on a database of the test's own."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crm_core.cli.main import main
from db import session
from tests.people import Cast, hire


@dataclass(frozen=True)
class Answer:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as an object."""
        assert self.out, f"the command printed nothing and ended with {self.code}: {self.err}"
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(
    own_database: session.Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Call it with the words of a command; ``stdin`` is what is piped in."""
    monkeypatch.setenv("CRM_DATABASE_URL", own_database.url)
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CRM_PORT", "1")

    def run_command(*words: str, stdin: str = "") -> Answer:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = main(list(words))
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return run_command


@pytest.fixture
def staff(own_database: session.Database) -> Cast:
    """The cast, in the database of the shell."""
    return hire()
