"""What the environment says is taken, or refused in a sentence."""

from datetime import time

import pytest

from crm_core.cli.main import main
from crm_core.kernel.errors import Invalid
from crm_core.settings import Settings


@pytest.mark.parametrize(("text", "port"), [("", 8501), ("1", 1), ("65535", 65535), ("08080", 8080)])
def test_a_port_is_a_number(text: str, port: int) -> None:
    assert Settings.from_environment({"CRM_PORT": text}).port == port


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "80 80", "8501.0", "٨٥٠١", "9" * 5000])
def test_what_is_no_port_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Invalid, match="no port"):
        Settings.from_environment({"CRM_PORT": text})


def test_backups_are_made_every_night_unless_one_says_otherwise() -> None:
    usual = Settings.from_environment({})
    assert (usual.backup_at, usual.backup_days, usual.backup_weeks) == (time(2, 0), 7, 4)
    assert Settings.from_environment({"CRM_BACKUP_AT": "off"}).backup_at is None
    assert Settings.from_environment({"CRM_BACKUP_AT": "23:15"}).backup_at == time(23, 15)


@pytest.mark.parametrize(
    ("name", "text"),
    [("CRM_BACKUP_AT", "25:00"), ("CRM_BACKUP_AT", "at night"), ("CRM_BACKUP_DAYS", "0"),
     ("CRM_BACKUP_WEEKS", "some"), ("CRM_BACKUP_DAYS", "-1")],
)  # fmt: skip
def test_what_is_no_time_or_number_of_backups_is_refused_in_a_sentence(name: str, text: str) -> None:
    with pytest.raises(Invalid, match=f"{name} is “{text}”. Set it to"):
        Settings.from_environment({name: text})


@pytest.mark.parametrize("command", ["serve", "doctor", "worker"])
def test_a_command_says_so_instead_of_breaking(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CRM_PORT", "abc")

    assert main([command]) == 1

    printed = capsys.readouterr().err
    assert "Set it to a number from 1 to 65535." in printed
    assert "Traceback" not in printed
