"""Promises: kept on the row whatever changes, missed once, and followed by what the company wants."""

from dataclasses import replace

import pytest

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from crm_core.service import answers, case_lists, case_messages, cases, escalation, sla
from crm_core.service.answers import NewAnswer
from crm_core.service.calendars import Hours
from crm_core.service.case_types import NewMessage
from crm_core.service.sla_types import Escalation, ServiceSettings, Target
from crm_core.team import notices
from db.models import User
from tests.conftest import at
from tests.people import MONDAY, Cast
from tests.service.serving import HOUR, a_case, a_customer, happened, later, stored


def test_promises_follow_whatever_changes(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = a_case(cast.sue, a_customer(cast.ann))
    cases.change(cast.sue, case_id, {"priority": "urgent"}, version=None)
    assert (stored(case_id).response_due_at, stored(case_id).resolution_due_at) == (later(1), later(8))

    how = replace(
        sla.settings(cast.mia),
        hours=Hours(holidays=frozenset({MONDAY.date()})),
        targets=(Target("urgent", 30, 60, "problem"), Target("urgent", 10, None)),
    )
    assert sla.change(cast.mia, how) == 1
    assert sla.settings(cast.sue) == how
    assert (stored(case_id).response_due_at, stored(case_id).resolution_due_at) == (later(24.5), later(25))
    cases.change(cast.sue, case_id, {"kind": "question"}, version=None)
    assert stored(case_id).resolution_due_at is None

    monkeypatch.setattr(clock, "now", at(later(25)))
    case_messages.answer(cast.sue, case_id, NewMessage("Late", then="solved"))
    row = stored(case_id)
    assert (row.response_seconds, row.is_response_in_time) == (3600, False)
    assert (row.resolution_seconds, row.is_resolution_in_time) == (3600, None)


def test_settings_that_cannot_be_are_refused(cast: Cast) -> None:
    wrong = ServiceSettings(
        address="nobody", targets=(Target("now", 1, 1), Target("low", 0, 1)), close_after_days=-1
    )
    with pytest.raises(Invalid) as caught:
        sla.change(cast.mia, wrong)
    assert set(caught.value.fields) == {"address", "targets", "close_after_days"}
    with pytest.raises(Invalid, match="opening hours"):
        sla.change(cast.mia, ServiceSettings(hours=Hours(week=((),) * 7)))
    a_minute_a_week = Hours(week=(((0, 1),), *((),) * 6))
    with pytest.raises(Invalid, match="too little time"):
        sla.change(cast.mia, ServiceSettings(hours=a_minute_a_week))
    assert sla.settings(cast.sue) == ServiceSettings()


def test_a_missed_promise_is_noted_once_and_escalated(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Escalation(raise_priority=True, tell_managers=True, reassign=True)
    sla.change(cast.olga, ServiceSettings(escalation=wanted, close_after_days=1))
    zoe = a_customer(cast.ann)
    late = a_case(cast.sue, zoe, priority="high", owner_id=cast.ann.id)
    waits, solved = a_case(cast.sue, zoe), a_case(cast.sue, zoe)
    cases.wait(cast.sue, waits)
    cases.solve(cast.sue, solved)
    assert escalation.sweep(SYSTEM) == 0

    monkeypatch.setattr(clock, "now", at(later(3)))
    assert [escalation.sweep(SYSTEM), escalation.sweep(SYSTEM)] == [1, 0]
    row = cases.get(cast.sue, late).row
    assert (row.priority, row.owner_id) == ("urgent", cast.sue.id)
    assert [(one["number"], one["promise"]) for one in happened("case.overdue")] == [
        (f"C-{late + 1000}", "first answer")
    ]
    said = f"Case C-{late + 1000} missed its promised first answer: The pot leaks"
    for who in (cast.ann, cast.mia):
        assert said in [one.text for one in notices.mine(who)]

    monkeypatch.setattr(clock, "now", at(MONDAY.replace(day=12)))
    escalation.sweep(SYSTEM)
    assert [one["promise"] for one in happened("case.overdue")] == ["first answer", "solution"]
    assert cases.get(cast.sue, solved).row.status == "closed"
    assert not escalation.advance_next("here", lambda: False)


def test_a_case_that_slept_for_years_is_taken_up_again(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = a_case(cast.sue, a_customer(cast.ann))
    cases.close(cast.sue, case_id)
    monkeypatch.setattr(clock, "now", at(MONDAY.replace(year=2033)))

    cases.reopen(cast.sue, case_id)

    due = stored(case_id).resolution_due_at
    assert due is not None
    assert due > MONDAY.replace(year=2033)


def test_only_who_sees_the_customer_hears_of_a_missed_promise(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    sla.change(cast.olga, ServiceSettings(escalation=Escalation(tell_managers=True, reassign=True)))
    zoe, gone = a_customer(cast.ann), a_customer(cast.bob, "Yan", "yan@example.org")
    late = a_case(cast.ann, zoe, owner_id=cast.ann.id)
    hidden = a_case(cast.bob, gone, owner_id=cast.bob.id)
    contacts.assign(cast.olga, [zoe], cast.bob.id)
    contacts.delete(cast.olga, [gone])
    with begin(SYSTEM) as work:
        work.get(User, cast.mia.id or 0).team_id = None

    monkeypatch.setattr(clock, "now", at(later(24)))
    assert escalation.sweep(SYSTEM) == 1  # nobody hears of a customer who is gone
    assert (case_lists.counts(cast.sue).all, case_lists.search(cast.sue).total) == (1, 1)
    with pytest.raises(NotFound):
        cases.get(cast.sue, hidden)

    told = {who.name: notices.mine(who).total for who in (cast.ann, cast.mia, cast.olga)}
    assert told == {"Ann Archer": 0, "Mia Meyer": 0, "Olga Orlova": 1}
    assert stored(late).owner_id == cast.sue.id


def test_a_known_answer_speaks_to_the_customer_of_the_case(cast: Cast) -> None:
    case_id = a_case(cast.sue, a_customer(cast.ann))
    answer_id = answers.add(
        cast.mia, NewAnswer("Leaks", "Dear {{ first_name }}, we send a new one.", "solved", ("Pot",))
    )
    for body in ("{{ 7 * 7 }}", "{{ password }}", ""):
        with pytest.raises(Invalid) as caught:
            answers.add(cast.mia, NewAnswer("Bad", body, "gone"))
        assert set(caught.value.fields) == {"body", "then"}

    prepared = answers.prepare(cast.sue, answer_id, case_id)
    assert prepared.text == "Dear Zoe, we send a new one."
    assert answers.preview(cast.sue, "{{ last_name|upper }}", case_id) == "ASH"
    said = NewMessage(prepared.text, then=prepared.then, tags=prepared.tags, answer_id=answer_id)
    case_messages.answer(cast.sue, case_id, said)
    solved = cases.get(cast.sue, case_id)
    assert (solved.row.status, solved.tags) == ("solved", ("pot",))
    assert [row.used_count for row in answers.search(cast.sue, "LEAK")] == [1]

    row = answers.search(cast.sue).items[0]
    answers.change(cast.mia, answer_id, NewAnswer("Handles", row.body), version=row.version)
    answers.delete(cast.mia, answer_id)
    assert answers.search(cast.sue).total == 0
    answers.restore(cast.mia, answer_id)
    assert [one.title for one in answers.search(cast.sue, "handle")] == ["Handles"]


def test_an_hour_of_waiting_is_an_hour_more(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = a_case(cast.sue, a_customer(cast.ann), priority="urgent")
    cases.wait(cast.sue, case_id)
    monkeypatch.setattr(clock, "now", at(later(1)))
    case_messages.receive(cast.sue, case_id, "Yes")

    assert stored(case_id).resolution_due_at == later(25)  # eight hours from nine, and the one that we waited
    assert stored(case_id).paused_seconds == HOUR.total_seconds()
