"""Reminders reach the right person once, whoever of the workers is quicker and whoever dies."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from crm_core.activity import reminders, task_batches, tasks
from crm_core.activity.task_types import NewTask
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Clock, begin
from crm_core.team import notices, profile
from crm_core.team.notices import NewNotice
from db import session
from db.models import Mail
from tests.conftest import at
from tests.people import MONDAY, Cast, hire


def never() -> bool:
    return False


def remind() -> bool:
    return reminders.advance_next("here/1/a", never)


def mails() -> list[str]:
    with begin(SYSTEM, write=False) as work:
        return work.scalars(select(Mail.to_address))


@pytest.fixture
def due(ann: Actor, clock: type[Clock]) -> int:
    """A task of Ann's that wants to be remembered now."""
    start = MONDAY + timedelta(minutes=15)
    return tasks.add(ann, NewTask("Call Zoe", "call", starts_at=start, remind_at=MONDAY))


def test_a_reminder_comes_in_its_time_and_once(due: int, ann: Actor, bob: Actor) -> None:
    assert remind()
    assert not remind()

    [told] = notices.mine(ann)
    assert told.text == "Call: “Call Zoe”, 2 Mar, 09:15"
    assert (told.place, told.place_id) == ("tasks", due)
    assert notices.unread(bob) == 0
    assert mails() == []


def test_it_comes_by_mail_to_those_who_want_it(due: int, ann: Actor) -> None:
    profile.prefer(ann, mails_reminders=True)

    remind()

    assert mails() == ["ann@rapport.test"]


@pytest.mark.parametrize("act", ["finish", "delete", "postpone"])
def test_what_is_over_or_put_off_does_not_remind(due: int, ann: Actor, act: str) -> None:
    if act == "finish":
        tasks.finish(ann, due)
    elif act == "delete":
        task_batches.delete(ann, [due])
    else:
        task_batches.postpone(ann, [due], date(2026, 3, 3))

    assert not remind()


def test_a_task_that_is_put_off_reminds_again(due: int, ann: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    remind()
    task_batches.postpone(ann, [due], date(2026, 3, 3))
    monkeypatch.setattr(Clock, "now", at(datetime(2026, 3, 3, 9, 0, tzinfo=UTC)))

    assert remind()
    assert notices.unread(ann) == 2


def test_a_worker_that_dies_before_the_end_has_told_nothing(
    due: int, ann: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reminders, "_remind", die)
        with pytest.raises(KeyboardInterrupt):
            remind()

    assert notices.unread(ann) == 0
    assert remind()
    assert notices.unread(ann) == 1


def test_several_workers_remind_once(own_database: session.Database) -> None:
    ann = hire().ann
    for number in range(20):
        tasks.add(ann, NewTask(f"Task {number}", remind_at=Clock.now() - timedelta(minutes=1)))
    go = threading.Barrier(3)

    def work() -> None:
        go.wait()
        while reminders.advance_next("here/1/a", never):
            pass

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert notices.mine(ann).total == notices.unread(ann) == 20


def test_the_same_cause_tells_once(cast: Cast) -> None:
    new = NewNotice(cast.ann.id or 0, "lead", "A lead wrote", "customer", 7, "lead:7")
    with begin(SYSTEM) as work:
        assert notices.tell(work, new)
        assert not notices.tell(work, new)

    assert notices.unread(cast.ann) == 1
