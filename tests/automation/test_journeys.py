"""Journeys do what they say, once for each cause, to those who may be meant."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_core.automation import journeys, runs
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Conflict
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from crm_core.team import users
from db.models import JourneyRun, Notice, Recipient, Task
from tests.automation.moving import TAGGED, go_on, live, set_clock, template
from tests.marketing.campaigning import person
from tests.people import MONDAY, Cast


def count(model: type, **values: object) -> int:
    with begin(SYSTEM, write=False) as work:
        return int(work.scalar(select(func.count()).select_from(model).filter_by(**values)) or 0)


def states(journey_id: int) -> list[str]:
    with begin(SYSTEM, write=False) as work:
        return work.scalars(
            select(JourneyRun.state).where(JourneyRun.journey_id == journey_id).order_by(JourneyRun.id)
        )


def test_a_journey_waits_branches_and_does_every_step_once(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    template(cast.olga)
    steps: list[dict[str, Any]] = [
        {"do": "mail", "template": "Hello"},
        {"do": "wait", "days": 3},
        {"do": "branch", "if": "tag has VIP", "yes": [{"do": "task", "title": "Call {{ name }}"}], "no": [
            {"do": "tag", "tag": "asked"}]},
        {"do": "notice", "text": "Done"},
    ]  # fmt: skip
    key = live(cast.olga, "Welcome", TAGGED, steps)
    anna, ben = person(cast.ann, "Anna"), person(cast.ann, "Ben", opt="out")
    contacts.tag(cast.ann, [anna], "VIP")

    contacts.tag(cast.ann, [anna, ben], "go")
    go_on()
    waiting = runs.counts(cast.olga, key)
    set_clock(monkeypatch, MONDAY + timedelta(days=2))
    go_on()
    assert count(Task) == 0
    set_clock(monkeypatch, MONDAY + timedelta(days=3, hours=1))
    go_on()
    go_on()

    assert [one.waiting for one in waiting] == [0, 2, 0, 0, 0, 0]
    found = {one.place: one for one in runs.counts(cast.olga, key)}
    assert (found["1"].done, found["1"].skipped, found["2"].done) == (1, 1, 2)
    assert (found["3"].yes, found["3"].no, found["3.yes.1"].done, found["3.no.1"].done) == (1, 1, 1, 1)
    assert states(key) == ["done", "done"]
    assert (count(Recipient, state="pending"), count(Recipient, state="excluded")) == (1, 1)
    assert count(Task, title="Call Anna", contact_id=anna) == 1
    assert count(Notice, kind="automation") == 2
    log = runs.of_contact(cast.olga, ben)[0]
    assert [step.outcome for step in log.steps] == ["skipped", "done", "no", "done", "done"]
    assert "opted out" in log.steps[0].text


def test_the_same_cause_begins_once_and_an_own_effect_never(cast: Cast, clock: type[Clock]) -> None:
    own = live(cast.olga, "Itself", {"on": "contact.tagged"}, [{"do": "tag", "tag": "again"}], again="always")
    anna = person(cast.ann, "Anna")

    contacts.tag(cast.ann, [anna], "go")
    contacts.tag(cast.ann, [anna], "go")
    go_on()

    assert states(own) == ["done"]
    assert runs.search(cast.olga, own).items[0].contact == "Anna"


def test_who_may_not_come_in_stays_out_and_the_limit_makes_the_rest_wait(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[dict[str, Any]] = [{"do": "tag", "tag": "done"}]
    key = live(cast.olga, "Two an hour", TAGGED, steps, per_hour=2, **{"if": "first_name is_not Zed"})
    people = [person(cast.ann, name) for name in ("Anna", "Ben", "Cleo", "Zed")]

    contacts.tag(cast.ann, people, "go")
    go_on()
    at_first = states(key)
    shown = journeys.get(cast.olga, key)
    set_clock(monkeypatch, MONDAY + timedelta(minutes=61))
    go_on()
    contacts.untag(cast.ann, people, "go")
    contacts.tag(cast.ann, people, "go")
    go_on()

    assert at_first == ["done", "done", "waiting"]
    assert (shown.waiting, shown.begun_last_hour, shown.per_hour) == (1, 2, 2)
    assert states(key) == ["done"] * 3


def test_who_bought_leaves_and_a_new_version_is_for_newcomers(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    first: list[dict[str, Any]] = [{"do": "wait", "hours": 1}, {"do": "tag", "tag": "old"}]
    key = live(cast.olga, "Leave", TAGGED, first, again="always", leave_if="tag has bought")
    anna, ben, cleo = (person(cast.ann, name) for name in ("Anna", "Ben", "Cleo"))
    contacts.tag(cast.ann, [anna, ben], "go")
    go_on()

    contacts.tag(cast.ann, [ben], "bought")
    detail = journeys.get(cast.olga, key)
    journeys.change(cast.olga, key, {"definition": {**detail.draft, "steps": [{"do": "tag", "tag": "new"}]}})
    journeys.publish(cast.olga, key)
    contacts.tag(cast.ann, [cleo], "go")
    set_clock(monkeypatch, MONDAY + timedelta(hours=2))
    go_on()

    assert states(key) == ["done", "stopped", "done"]
    assert set(contacts.get(cast.ann, anna).tags) == {"go", "old"}
    assert set(contacts.get(cast.ann, cleo).tags) == {"go", "new"}
    assert [one.number for one in journeys.versions(cast.olga, key)] == [2, 1]


def test_a_paused_journey_rests_and_a_run_can_be_stopped_or_tried_again(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = cast.ann.id or 0
    steps: list[dict[str, Any]] = [{"do": "wait", "hours": 1}, {"do": "owner", "owner_id": ann}]
    key = live(cast.olga, "Rest", TAGGED, steps)
    anna, ben = person(cast.ann, "Anna"), person(cast.ann, "Ben")
    contacts.tag(cast.ann, [anna, ben], "go")
    go_on()
    journeys.pause(cast.olga, key)
    set_clock(monkeypatch, MONDAY + timedelta(hours=2))
    go_on()
    assert states(key) == ["running", "running"]

    run_of_ben = runs.of_contact(cast.olga, ben)[0].run.id
    runs.stop(cast.olga, run_of_ben)
    journeys.resume(cast.olga, key)
    users.disable(cast.olga, ann)
    go_on()
    failed = runs.search(cast.olga, key, ["failed"]).items
    users.enable(cast.olga, ann)
    for one in failed:
        runs.retry(cast.olga, one.id)
    go_on()

    assert states(key) == ["done", "stopped"]
    with pytest.raises(Conflict):
        runs.stop(cast.olga, run_of_ben)
    assert runs.get(cast.olga, run_of_ben).steps[0].outcome == "skipped"
