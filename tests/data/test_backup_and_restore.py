"""A backup is made while people work, brings everything back, and is refused when a byte of it changed."""

import threading
from pathlib import Path

import pytest

from crm_core.cli.main import main
from crm_core.data import backups, sample
from crm_core.kernel.access import OPERATOR
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.people import contacts
from crm_core.settings import Settings
from db import session
from db.session import Database
from tests.business_hash import business_hash
from tests.people import hire


@pytest.fixture
def settings(own_database: Database, tmp_path: Path) -> Settings:
    """The settings of an app with the sample company in it."""
    sample.load(OPERATOR, 40)
    return Settings(own_database.url, tmp_path / "data")


def test_everything_comes_back(settings: Settings, tmp_path: Path) -> None:
    before = business_hash()
    saved = backups.save(OPERATOR, settings, tmp_path / "one.backup")
    sample.remove(OPERATOR)
    contacts.create(OPERATOR, {"first_name": "After", "email": "after@backup.example"})
    assert business_hash() != before

    restored = backups.restore(OPERATOR, settings, tmp_path / "one.backup")

    session.connect(settings.database_url)
    assert restored == saved
    assert business_hash() == before


def test_people_write_while_a_backup_is_made_and_it_is_sound(settings: Settings, tmp_path: Path) -> None:
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        while not stop.is_set():
            number = len(written)
            written.append(
                contacts.create(OPERATOR, {"first_name": f"W{number}", "email": f"w{number}@x.example"})
            )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backups.save(OPERATOR, settings, tmp_path / f"{number}.backup")
    finally:
        stop.set()
        writer.join()

    for number in range(3):
        facts = backups.check(tmp_path / f"{number}.backup")
        assert 40 <= facts.rows["contacts"] <= 40 + len(written)


def test_a_backup_with_one_changed_byte_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    backups.save(OPERATOR, settings, tmp_path / "good.backup")
    good = (tmp_path / "good.backup").read_bytes()
    before = business_hash()

    for place in range(len(good) // 40, len(good), len(good) // 12):
        damaged = bytearray(good)
        damaged[place] ^= 0xFF
        (tmp_path / "bad.backup").write_bytes(damaged)
        with pytest.raises(Invalid, match=r"damaged|not a backup"):
            backups.restore(OPERATOR, settings, tmp_path / "bad.backup")

    assert business_hash() == before


def test_a_file_is_never_overwritten_and_a_missing_one_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "there.backup").write_text("something else")
    with pytest.raises(Conflict, match="already"):
        backups.save(OPERATOR, settings, tmp_path / "there.backup")
    with pytest.raises(Invalid, match=r"no file nowhere\.backup"):
        backups.restore(OPERATOR, settings, tmp_path / "nowhere.backup")
    with pytest.raises(Invalid, match="not a backup"):
        backups.check(tmp_path / "there.backup")


def test_only_the_operator_of_the_machine_saves_and_restores(settings: Settings, tmp_path: Path) -> None:
    cast = hire()
    for who in cast.everybody.values():
        with pytest.raises(NotAllowed):
            backups.save(who, settings, tmp_path / "x.backup")
        with pytest.raises(NotAllowed):
            backups.restore(who, settings, tmp_path / "x.backup")


def test_the_shell_saves_asks_and_restores(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CRM_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CRM_DATA_DIR", str(settings.data_dir))
    file = str(tmp_path / "shell.backup")
    before = business_hash()

    assert main(["backup", file]) == 0
    sample.remove(OPERATOR)
    assert main(["restore", file, "--yes"]) == 0
    assert "rows are back" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "nothing.backup"), "--yes"]) == 1

    session.connect(settings.database_url)
    assert business_hash() == before
