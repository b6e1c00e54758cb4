"""The report of service: counted by hand, the same as its metrics, and as it was known before."""

from datetime import date, timedelta

import pytest

from crm_core.insights import metrics, service_levels
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Clock
from crm_core.service import case_messages, cases
from crm_core.service.case_types import NewMessage
from tests.conftest import at
from tests.people import MONDAY, Cast
from tests.service.serving import a_case, a_customer, later

DAY = MONDAY.date()
WEEK = Question(Period(DAY, DAY + timedelta(days=6)), "none")
NAMES = ("cases_opened", "cases_solved", "open_cases", "first_response_hours", "within_sla")


def _world(cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of three cases of Monday one is solved in time, one on Wednesday and late, one stays open."""
    zoe = a_customer(cast.ann)
    made = [a_case(cast.sue, zoe, priority=one) for one in ("normal", "urgent", "low")]
    cases.assign(cast.sue, made[0], cast.ann.id)
    monkeypatch.setattr(clock, "now", at(later(2)))
    case_messages.answer(cast.sue, made[0], NewMessage("Yes", then="solved"))
    monkeypatch.setattr(clock, "now", at(later(50)))
    case_messages.answer(cast.sue, made[1], NewMessage("At last", then="solved"))
    monkeypatch.setattr(clock, "now", at(later(72)))
    return made


def test_numbers_are_those_counted_by_hand_and_those_of_the_metrics(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    _world(cast, clock, monkeypatch)

    found = service_levels.report(cast.sue, WEEK, "month")
    [march] = found.rows
    assert (march.group, march.opened, march.solved, march.open) == ("2026-03", 3, 2, 1)
    assert (march.first_response_hours, march.resolution_hours) == (10.0, 10.0)  # of 2 and 18
    assert (march.within_sla, march.backlog_days, march.reopened) == (0.5, 3.0, 0)
    told = {one.metric.name: one.value for one in metrics.figures(cast.sue, WEEK, NAMES)}
    assert tuple(told[name] for name in NAMES) == (3, 2, 1, 10.0, 0.5)
    by = {row.group: row.solved for row in service_levels.report(cast.sue, WEEK, "owner").rows}
    assert by == {"": 1, "Ann Archer": 1}
    for group, count in (("kind", 1), ("priority", 3), ("team", 2)):
        rows = service_levels.report(cast.sue, WEEK, group).rows
        assert (len(rows), sum(row.opened for row in rows)) == (count, 3)
    assert service_levels.report(cast.bob, WEEK).whole.opened == 0
    leap_day = date(2024, 2, 29)
    assert service_levels.report(cast.sue, Question(Period(leap_day, leap_day), "none")).whole.opened == 0
    with pytest.raises(Invalid, match="Choose one of"):
        service_levels.report(cast.sue, WEEK, "weather")


def test_what_was_known_on_a_day_stays_what_it_was(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _world(cast, clock, monkeypatch)
    monday = Question(Period(DAY, DAY), "none", as_of=DAY)
    before = [one.value for one in metrics.figures(cast.sue, monday, NAMES)]
    assert before == [3, 1, 2, 2.0, 1.0]

    cases.reopen(cast.sue, made[0])
    cases.delete(cast.sue, made[2])
    cases.close(cast.sue, made[1])
    a_case(cast.sue, a_customer(cast.bob, "Yan", "yan@example.org"))

    assert [one.value for one in metrics.figures(cast.sue, monday, NAMES[:4])] == before[:4]
    assert service_levels.report(cast.sue, monday).whole.opened == 3
