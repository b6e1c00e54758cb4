"""The backup of every night and exports of everything: made once, by one worker, whole or not at all."""

import threading
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm_core.data import backups, claims, copies, copy_rules, copy_work, exports, sample
from crm_core.kernel.access import OPERATOR, SYSTEM, Role
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.work import Clock, begin
from crm_core.settings import Settings
from crm_core.team import users
from crm_core.team.types import UserChanges
from db import backup as engine
from db.models import Activity, Copy
from db.session import Database
from tests.conftest import at
from tests.people import Cast, hire

pytestmark = pytest.mark.one_engine

WORKER = "here/1/aaaa"
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def settings(own_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An app that backs up at two, with the cast and some customers in it; it is Tuesday, nine o'clock."""
    monkeypatch.setattr(Clock, "now", at(TUESDAY))
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path / "data"))
    return Settings(own_database.url, tmp_path / "data")


@pytest.fixture
def staff(settings: Settings) -> Cast:
    """The cast, with twenty made-up customers."""
    cast = hire()
    sample.load(OPERATOR, 20)
    return cast


def all_copies() -> list[Copy]:
    with begin(SYSTEM, write=False) as work:
        return work.scalars(select(Copy).order_by(Copy.id))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_the_backup_of_the_night_is_made_once_read_back_and_told(settings: Settings, staff: Cast) -> None:
    assert copies.health(TUESDAY) == (
        False, "No backup was made yet. A worker makes one every night, or: python -m crm_core backup FILE",
    )  # fmt: skip
    assert copy_work.advance_next(WORKER, settings)
    assert not copy_work.advance_next(WORKER, settings)

    [made] = copies.backups(staff.olga)
    assert (made.state, made.due_on, made.checked_at, made.by) == ("done", date(2026, 3, 3), TUESDAY, "")
    assert made.check_result["restored"] is True
    assert made.row_count > 100
    assert files(settings.backups_dir) == [Path(made.file_path).name]
    assert backups.check(Path(made.file_path)).digest
    is_well, sentence = copies.health(TUESDAY)
    assert is_well
    assert sentence.startswith("The last backup was made and restored into a scratch database and compared")
    assert copies.health(TUESDAY + timedelta(days=3))[1].startswith("The last backup is old")


def test_missed_nights_are_made_up_for_by_one_backup(
    settings: Settings, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_work.advance_next(WORKER, settings)
    monkeypatch.setattr(Clock, "now", at(TUESDAY + timedelta(days=5, hours=-8, minutes=-30)))  # 00:30

    assert copy_work.advance_next(WORKER, settings)
    assert not copy_work.advance_next(WORKER, settings)

    assert [copy.due_on for copy in all_copies()] == [date(2026, 3, 3), date(2026, 3, 7)]


def test_nothing_is_backed_up_when_it_is_off_or_before_anybody_is_in_charge(
    settings: Settings, own_database: Database
) -> None:
    assert not copy_work.advance_next(WORKER, settings)
    hire()
    assert not copy_work.advance_next(WORKER, replace(settings, backup_at=None))
    assert all_copies() == []


def test_of_several_workers_one_makes_the_backup(settings: Settings, staff: Cast) -> None:
    done: list[bool] = []
    together = threading.Barrier(4)

    def work() -> None:
        name = claims.worker_name()
        together.wait()
        done.append(copy_work.advance_next(name, settings))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [False, False, False, True]
    assert [copy.attempts for copy in all_copies()] == [1]
    assert len(files(settings.backups_dir)) == 1


def test_a_backup_that_cannot_be_read_back_is_no_backup(
    settings: Settings, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "read_back", lambda _url, _copy: {"contacts": 3})

    assert copy_work.advance_next(WORKER, settings)

    [failed] = all_copies()
    assert (failed.state, failed.file_path, files(settings.backups_dir)) == ("failed", "", [])
    assert "does not give back the rows that were saved" in failed.message
    is_well, sentence = copies.health(TUESDAY)
    assert (is_well, sentence.startswith("The last backup failed")) == (False, True)
    backups.save(OPERATOR, settings, settings.backups_dir / "x.backup")
    with pytest.raises(Invalid, match="does not give back"):
        backups.prove(OPERATOR, settings, settings.backups_dir / "x.backup")


def test_a_backup_that_failed_is_tried_again_an_hour_later_and_three_times_in_all(
    settings: Settings, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "read_back", lambda _url, _copy: {})
    for hours in (0, 1.1, 2.2):
        monkeypatch.setattr(Clock, "now", at(TUESDAY + timedelta(hours=hours)))
        assert copy_work.advance_next(WORKER, settings)
        assert not copy_work.advance_next(WORKER, settings)
    monkeypatch.setattr(Clock, "now", at(TUESDAY + timedelta(hours=5)))
    assert not copy_work.advance_next(WORKER, settings)

    monkeypatch.undo()
    assert [(copy.attempts, copy.state) for copy in all_copies()] == [(3, "failed")]


def test_what_a_worker_that_died_left_is_removed_and_the_next_one_makes_the_copy(
    settings: Settings, staff: Cast
) -> None:
    copies.back_up(staff.olga)
    with begin(SYSTEM) as work:
        [row] = work.scalars(select(Copy))
        row.state, row.worker, row.heartbeat_at = "running", "elsewhere/1/x", TUESDAY - timedelta(minutes=5)
    left = settings.backups_dir / f".unfinished-{row.id}" / "half.backup"
    left.parent.mkdir(parents=True)
    left.write_text("half")

    assert copy_work.advance_next(WORKER, replace(settings, backup_at=None))

    [done] = copies.backups(staff.olga)
    assert files(settings.backups_dir) == [Path(done.file_path).name]


def test_old_backups_make_room(settings: Settings, staff: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(settings, backup_days=2, backup_weeks=2)
    for days in range(0, 12, 3):
        monkeypatch.setattr(Clock, "now", at(TUESDAY + timedelta(days=days)))
        copy_work.advance_next(WORKER, few)

    kept = copies.backups(staff.olga)
    # The two newest days, and the newest of the week before.
    assert [copy.due_on for copy in kept] == [date(2026, 3, 12), date(2026, 3, 9), date(2026, 3, 6)]
    assert files(settings.backups_dir) == sorted(Path(copy.file_path).name for copy in kept)


def test_an_export_of_everything_is_for_the_one_who_asked(settings: Settings, staff: Cast) -> None:
    copy_id = copies.export(staff.olga)
    with pytest.raises(Conflict, match="at work"):
        copies.export(staff.olga)
    assert copies.under_way(staff.olga, "export") == copies.get(staff.olga, copy_id)

    assert copy_work.advance_next(WORKER, replace(settings, backup_at=None))

    done = copies.latest(staff.olga, "export")
    assert done is not None
    assert done.export_id is not None
    assert (done.state, done.by) == ("done", "Olga Orlova")
    file = exports.open_file(staff.olga, done.export_id)
    assert (file.media_type, file.file_name) == ("application/zip", "rapport-2026-03-03.zip")
    with zipfile.ZipFile(file.path) as archive:
        assert "json/contacts.jsonl" in archive.namelist()
    assert files(settings.exports_dir) == [file.path.name]
    with pytest.raises(NotFound):
        exports.open_file(staff.ann, done.export_id)
    with begin(SYSTEM, write=False) as work:
        [told] = work.scalars(select(Activity).where(Activity.name == "everything.exported"))
    assert (told.actor_id, told.facts["rows"]) == (staff.olga.id, done.row_count)
    with pytest.raises(NotFound):
        copies.get(staff.olga, 99)


def test_who_is_no_administrator_any_more_gets_nothing(settings: Settings, staff: Cast) -> None:
    users.change(OPERATOR, staff.mia.id or 0, UserChanges(role=Role.ADMIN))
    copies.export(staff.olga)
    users.change(OPERATOR, staff.olga.id or 0, UserChanges(role=Role.SALES))

    copy_work.advance_next(WORKER, replace(settings, backup_at=None))

    [failed] = all_copies()
    assert failed.state == "failed"
    assert "does not include" in failed.message
    assert files(settings.exports_dir) == []


@pytest.mark.parametrize("name", ["ann", "mia", "mark", "vera"])
def test_only_administrators_ask_for_copies(settings: Settings, name: str) -> None:
    who = hire().everybody[name]
    for ask in (copies.export, copies.back_up, copies.backups):
        with pytest.raises(NotAllowed):
            ask(who)


def test_a_file_with_everything_is_not_sent_to_who_may_no_longer_have_it(
    settings: Settings, staff: Cast
) -> None:
    copies.export(staff.olga)
    copy_work.advance_next(WORKER, replace(settings, backup_at=None))
    done = copies.latest(staff.olga, "export")
    assert done is not None
    seller = replace(staff.ann, id=staff.olga.id, scope=staff.olga.scope)

    with pytest.raises(NotAllowed):
        exports.open_file(seller, done.export_id or 0)


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-03-03 01:59", "2026-03-02"),
        ("2026-03-03 02:00", "2026-03-03"),
        ("2026-03-03 23:59", "2026-03-03"),
        ("2026-03-29 03:00", "2026-03-29"),  # the hour from two to three does not exist
    ],
)
def test_the_night_goes_by_the_clock_of_the_company(now: str, night: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN).astimezone(UTC)

    assert copy_rules.night_of(moment, time(2, 0), BERLIN) == date.fromisoformat(night)


def test_a_month_of_nights_keeps_seven_days_and_four_weeks() -> None:
    days = [(number, date(2026, 3, 31) - timedelta(days=number)) for number in range(40)]

    kept = copy_rules.kept(days, days=7, weeks=4)

    assert sorted(kept) == [0, 1, 2, 3, 4, 5, 6, 9, 16]
    assert dict(days)[9].isoweekday() == dict(days)[16].isoweekday() == 7


@given(
    st.lists(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=60),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_the_newest_backup_is_always_kept_and_never_too_many(
    found: list[date], days: int, weeks: int
) -> None:
    newest_first = list(enumerate(sorted(found, reverse=True)))

    kept = copy_rules.kept(newest_first, days, weeks)

    assert (0 in kept) == bool(found)
    assert len(kept) <= days + weeks


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_250, "1.2 kB"), (12_300_000, "12.3 MB"), (250_000_000, "250 MB")],
)
def test_a_size_is_told_as_people_say_it(count: int, words: str) -> None:
    assert copies.size(count) == words
