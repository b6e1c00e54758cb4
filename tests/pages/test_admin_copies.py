"""Admin, System: backups and everything out, as an administrator sees them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from crm_core.data import copies, exports
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Clock, begin
from crm_core.settings import Settings
from db.models import Copy, Export
from pages.ui import admin_copies
from tests.pages.conftest import OpenApp, press, said


def _open(open_app: OpenApp, person: Actor) -> AppTest:
    return open_app(person, "admin").button_group(key="part").set_value("System").run()


def _made(act: str, **values: Any) -> int:
    """A copy that came to its end a minute ago."""
    now = Clock.now() - timedelta(minutes=1)
    with begin(SYSTEM) as work:
        row = work.add(
            Copy(
                **{"act": act, "state": "done", "asked_at": now, "finished_at": now, "row_count": 7, **values}
            )
        )
        work.flush()
        return row.id


def test_a_new_installation_says_that_there_is_no_backup_yet(open_app: OpenApp, olga: Actor) -> None:
    page = said(_open(open_app, olga))

    assert "No backup yet" in page
    assert "Everything out" in page


def test_the_last_backup_is_told_with_its_check_and_the_kept_ones_are_listed(
    open_app: OpenApp, olga: Actor
) -> None:
    for _ in range(2):
        _made("backup", file_path="/x", file_size=12_300_000, checked_at=Clock.now(),
              check_result={"restored": True})  # fmt: skip

    app = _open(open_app, olga)

    assert "restored and compared · 12.3 MB" in said(app)
    assert [each.label for each in app.expander] == ["2 backups on the disk"]
    assert not app.exception


def test_a_failed_and_a_missed_night_are_told(open_app: OpenApp, olga: Actor) -> None:
    long_ago = Clock.now() - timedelta(days=4)
    _made("backup", file_path="/x", finished_at=long_ago)
    assert "A night was missed" in said(_open(open_app, olga))

    _made("backup", state="failed", message="pg_dump refused: <b>no</b>")
    page = said(_open(open_app, olga))
    assert "pg\\_dump refused" in page
    assert "<b>" not in page


def test_a_click_asks_for_a_copy_and_the_page_says_so(open_app: OpenApp, olga: Actor) -> None:
    app = press(_open(open_app, olga), "Back up now")
    assert "It begins in a moment" in said(app)
    press(_open(open_app, olga), "Export everything")

    with begin(SYSTEM, write=False) as work:
        rows: list[Copy] = work.scalars(select(Copy).order_by(Copy.id))
        asked = [(row.act, row.state, row.actor_id) for row in rows]
    assert asked == [("backup", "queued", olga.id), ("export", "queued", olga.id)]
    assert copies.under_way(olga, "export") is not None


def test_what_was_exported_is_offered_to_its_maker_alone(open_app: OpenApp, olga: Actor, mia: Actor) -> None:
    now = Clock.now()
    with begin(SYSTEM) as work:
        export = work.add(
            Export(
                owner_id=olga.id,
                kind=exports.EVERYTHING,
                format="zip",
                file_name="x.zip",
                file_path="/x",
                row_count=1234,
                created_at=now,
                expires_at=now + timedelta(hours=1),
            )
        )
        work.flush()
        export_id = export.id
    _made("export", export_id=export_id)

    app = _open(open_app, olga)

    assert [each.proto.url for each in app.get("link_button")] == [f"/files/{export_id}"]
    assert exports.search(mia) == []


@pytest.mark.parametrize("running", [{"state": "running", "total": 1000, "done": 250}, {"state": "running"}])
def test_how_far_it_is_is_shown(open_app: OpenApp, olga: Actor, running: dict[str, Any]) -> None:
    _made("export", finished_at=None, started_at=Clock.now(), worker="here/1/x", **running)

    app = _open(open_app, olga)

    assert not app.exception
    assert not [each for each in app.button if each.label == "Export everything"]


def test_how_often_is_told_in_words() -> None:
    settings = Settings.from_environment({"CRM_BACKUP_AT": "03:30", "CRM_BACKUP_DAYS": "1"})

    assert "Every night at 03:30" in admin_copies._rhythm(settings)
    assert "1 day and 4 weeks" in admin_copies._rhythm(settings)
    assert "is off" in admin_copies._rhythm(replace(settings, backup_at=None))
