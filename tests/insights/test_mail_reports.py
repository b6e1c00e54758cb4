"""Reports come by mail once a day and person, with the numbers of that person."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.channels import mail_out
from crm_core.insights import dashboards, report_mailing, report_schedules, saved_reports
from crm_core.insights.report_schedule_rules import NewSchedule, latest_due
from crm_core.insights.report_types import Definition, Tile
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Invalid, NotAllowed, NotFound
from crm_core.kernel.work import Clock, begin
from db.models import Mail
from tests.conftest import at
from tests.insights.measured import furnish
from tests.people import MONDAY, Cast

CALLS = Definition(("calls",), "owner", chart="bars", time="days_90")
ALWAYS = lambda: False  # noqa: E731 - nobody tells the worker to stop


def mails() -> list[Mail]:
    """Everything in the outbox, the oldest first."""
    with begin(SYSTEM, write=False) as work:
        return [row for row in work.scalars(select(Mail).order_by(Mail.id)) if row.attachments]


@pytest.mark.usefixtures("clock")
def test_each_person_gets_one_mail_a_day_whatever_dies(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(cast)
    report = saved_reports.save(cast.mia, "Calls", CALLS)
    everybody = tuple(who.id or 0 for who in (cast.ann, cast.bob, cast.mia))
    with pytest.raises(Invalid, match="Share it first"):
        report_schedules.add(cast.mia, NewSchedule(report, recipients=everybody))
    saved_reports.share(cast.mia, report, "team")
    key = report_schedules.add(cast.mia, NewSchedule(report, recipients=everybody, format="csv", hour=9))
    assert not report_mailing.advance_next("a", ALWAYS), "this Monday's hour had come before it was set up"

    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=7, hours=1)))
    written: list[int | None] = []
    write = mail_out.write

    def die_at_the_second(*told: Any) -> None:
        written.append(write(*told))
        if len(written) == 2:
            raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(mail_out, "write", die_at_the_second)
        with pytest.raises(ZeroDivisionError):
            report_mailing.advance_next("a", ALWAYS)
    assert mails() == [], "what died in the middle left nothing"
    assert report_mailing.advance_next("a", ALWAYS)
    assert not report_mailing.advance_next("b", ALWAYS)

    sent = mails()
    assert [mail.to_address[:3] for mail in sent] == ["ann", "bob", "mia"]
    assert {mail.cause for mail in sent} == {f"report:{key}:2026-03-09:{who}" for who in everybody}
    files = [mail.attachments["Calls.csv"]["content"] for mail in sent]
    assert len(set(files)) == 3, "each is told the own numbers"
    [row] = report_schedules.search(cast.ann)
    assert (row.is_mine, row.for_me, row.title, len(row.people)) == (False, True, "Calls", 3)


@pytest.mark.usefixtures("clock")
def test_who_left_or_has_nothing_to_read_gets_no_mail(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    report = saved_reports.save(cast.mia, "Calls", CALLS)
    saved_reports.share(cast.mia, report, "team")
    board = dashboards.create(cast.mia, "Week", [Tile(report)])
    both = (cast.ann.id or 0, cast.mia.id or 0)
    only = report_schedules.add(cast.mia, NewSchedule(report, rhythm="day", recipients=both, hour=0))
    ever = NewSchedule(dashboard_id=board, rhythm="day", recipients=both[1:], hour=0, only_if_any=False)
    key = report_schedules.add(cast.mia, ever)
    report_schedules.leave(cast.ann, only)
    with pytest.raises(NotFound):
        report_schedules.leave(cast.ann, only)

    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=1)))
    assert [report_mailing.advance_next("a", ALWAYS) for _ in range(3)] == [True, True, False]
    assert [(mail.to_address[:3], list(mail.attachments)) for mail in mails()] == [("mia", ["Week.pdf"])]

    report_schedules.pause(cast.mia, key)
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=2)))
    report_mailing.advance_next("a", ALWAYS)
    report_schedules.resume(cast.mia, key)
    assert not report_mailing.advance_next("a", ALWAYS), "a pause is not made up for"
    assert len(mails()) == 1
    assert report_schedules.try_out(cast.mia, key) == "mia@rapport.test"
    assert len(mails()) == 2
    report_schedules.remove(cast.mia, key)
    saved_reports.remove(cast.mia, report)
    assert report_schedules.search(cast.mia) == [], "of a deleted report nothing is mailed"


def test_what_cannot_be_mailed_is_refused(cast: Cast) -> None:
    own = saved_reports.save(cast.ann, "Calls", CALLS)
    me = (cast.ann.id or 0,)
    wrong = (
        NewSchedule(own), NewSchedule(own, rhythm="hour", recipients=me),
        NewSchedule(own, day=7, recipients=me), NewSchedule(own, hour=24, recipients=me),
        NewSchedule(own, format="exe", recipients=me),
        NewSchedule(recipients=me), NewSchedule(own, recipients=(0,)),
    )  # fmt: skip
    for one in wrong:
        with pytest.raises(Invalid):
            report_schedules.add(cast.ann, one)
    with pytest.raises(NotAllowed):
        report_schedules.add(cast.ann, NewSchedule(own, recipients=(cast.bob.id or 0,)))
    key = report_schedules.add(cast.ann, NewSchedule(own, recipients=me))
    for act in (report_schedules.pause, report_schedules.resume, report_schedules.remove):
        with pytest.raises(NotFound):
            act(cast.bob, key)
    assert report_schedules.choices(cast.ann) == [(cast.ann.id, "Ann Archer")]
    assert len(report_schedules.choices(cast.mia)) == len(cast.everybody)


@pytest.mark.parametrize(
    ("rhythm", "day", "now", "due"),
    [
        ("day", 0, "2026-03-02T08:00", "2026-03-02"),
        ("day", 0, "2026-03-02T07:59", "2026-03-01"),
        ("week", 0, "2026-03-02T07:59", "2026-02-23"),
        ("week", 4, "2026-03-02T12:00", "2026-02-27"),
        ("month", 28, "2026-03-28T07:59", "2026-02-28"),
        ("month", 1, "2026-03-01T09:00", "2026-03-01"),
        ("month", 15, "2026-01-14T09:00", "2025-12-15"),
    ],
)
def test_the_last_day_that_was_due(rhythm: str, day: int, now: str, due: str) -> None:
    asked = NewSchedule(rhythm=rhythm, day=day, hour=8)

    assert latest_due(asked, datetime.fromisoformat(now)).isoformat() == due


@pytest.mark.usefixtures("clock")
def test_a_schedule_is_changed_from_its_next_day_on_and_says_which_that_is(cast: Cast) -> None:
    report = saved_reports.save(cast.mia, "Calls", CALLS)
    mine = (cast.mia.id or 0,)
    key = report_schedules.add(cast.mia, NewSchedule(report, recipients=mine, hour=7))
    [weekly] = report_schedules.search(cast.mia)
    wanted = NewSchedule(report, None, "month", 15, 6, mine, "xlsx", False)

    report_schedules.change(cast.mia, key, wanted)

    [monthly] = report_schedules.search(cast.mia)
    assert monthly.asked == wanted
    told = [row.next_at.isoformat(" ", "minutes")[:16] for row in (weekly, monthly) if row.next_at]
    assert told == ["2026-03-09 07:00", "2026-03-15 06:00"]
    report_schedules.pause(cast.mia, key)
    assert report_schedules.search(cast.mia)[0].next_at is None
    with pytest.raises(Invalid):
        report_schedules.change(cast.mia, key, NewSchedule(report, rhythm="month", day=31, recipients=mine))
    with pytest.raises(NotFound):
        report_schedules.change(cast.bob, key, wanted)
