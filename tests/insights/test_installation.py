"""The doctor, asked from inside the app."""

from pathlib import Path

import pytest

from crm_core.insights import installation
from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.errors import NotAllowed, Unavailable
from crm_core.settings import Settings
from crm_core.start import upgrade


def test_the_doctor_answers_with_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CRM_DATABASE_URL", raising=False)
    upgrade(Settings.from_environment())

    found = installation.examine(OPERATOR)

    assert {finding.state for finding in found} <= {"ok", "warn", "fail"}
    assert "tables" in [finding.check for finding in found]


def test_a_doctor_who_does_not_answer_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "DOCTOR", ("/bin/echo", "hello"))

    with pytest.raises(Unavailable, match="did not answer"):
        installation.examine(OPERATOR)


def test_only_who_manages_the_settings_may_ask() -> None:
    with pytest.raises(NotAllowed):
        installation.examine(Actor(1, "Guest"))
