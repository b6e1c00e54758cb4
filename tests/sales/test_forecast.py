"""Forecasts: what belongs to which month, what is never looked at, and that the same rows say the same."""

import contextlib
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError, Invalid, NotAllowed
from crm_core.kernel.work import Clock
from crm_core.sales import deals, forecast
from tests.conftest import at
from tests.people import GUEST, MONDAY, Cast

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _monday(clock: type[Clock], sales: object) -> None:
    """Everything happens on a Monday in March, in the usual pipeline."""


def sold(who: Actor, **values: Any) -> int:
    """A new deal in the stage “Proposal” (50 %)."""
    usual = {
        "deal": "D",
        "amount": "1000",
        "currency": "EUR",
        "close_date": "2026-03-20",
        "stage": "Proposal",
    }
    return deals.create(who, usual | values)


def test_a_month_tells_stage_times_amount_and_what_owners_think(cast: Cast) -> None:
    sold(cast.ann, judgement="commit")
    sold(cast.ann, amount="300", judgement="best", probability=20)
    sold(cast.bob, amount="50", close_date="2026-04-02")
    deals.win(cast.ann, sold(cast.ann, amount="70"), version=None)

    march, april = forecast.report(cast.mia, periods=2).of("EUR")

    assert (march.starts_on, april.starts_on) == (MARCH, APRIL)
    assert (march.open_deals, march.open_amount, march.weighted) == (2, 1300_00, 560_00)
    assert (march.committed, march.best_case) == (1000_00, 1300_00)
    assert (march.won_deals, march.won) == (1, 70_00)
    assert (april.open_amount, april.weighted, april.won) == (50_00, 25_00, 0)


def test_lost_deals_weigh_nothing(cast: Cast) -> None:
    deals.lose(cast.ann, sold(cast.ann), "Price", version=None)

    [march] = forecast.report(cast.mia, periods=1).of("EUR")

    assert (march.open_deals, march.weighted, march.won, march.expected, march.high) == (0, 0, 0, 0, 0)


def test_what_is_overdue_or_has_no_date_stands_beside_the_months(cast: Cast) -> None:
    sold(cast.ann, close_date="2026-02-10")
    sold(cast.ann, close_date="", stage="New")

    found = forecast.report(cast.mia, periods=3)

    assert [row.open_deals for row in found.of("EUR", "overdue")] == [1]
    assert [row.open_deals for row in found.of("EUR", "undated")] == [1]
    assert [row.open_deals for row in found.of("EUR")] == [0, 0, 0]


def test_currencies_stand_apart_with_the_own_one_first(cast: Cast) -> None:
    sold(cast.ann, currency="CHF")
    sold(cast.ann, amount="5")

    found = forecast.report(cast.mia, periods=1)

    assert found.currencies == ("EUR", "CHF")
    assert [row.open_amount for row in found.of("CHF")] == [1000_00]


def test_quarters_hold_three_months(cast: Cast) -> None:
    sold(cast.ann)
    sold(cast.ann, close_date="2026-04-02")

    first, second = forecast.report(cast.mia, by="quarter", periods=2).of("EUR")

    assert (first.starts_on, first.open_deals) == (date(2026, 1, 1), 1)
    assert (second.starts_on, second.open_deals) == (APRIL, 1)


@pytest.mark.parametrize(("name", "seen"), [("ann", 1), ("bob", 1), ("mia", 2), ("olga", 3), ("vera", 3)])
def test_a_forecast_holds_what_one_may_see(cast: Cast, name: str, seen: int) -> None:
    for seller in (cast.ann, cast.bob, cast.olga):
        sold(seller)

    [march] = forecast.report(cast.everybody[name], periods=1).of("EUR")

    assert march.open_deals == seen


def test_a_forecast_can_be_that_of_one_person_or_one_team(cast: Cast) -> None:
    sold(cast.ann)
    sold(cast.olga)

    [ann] = forecast.report(cast.olga, periods=1, owner_id=cast.ann.id).of("EUR")
    [nobody] = forecast.report(cast.olga, periods=1, owner_id=0).of("EUR")

    assert (ann.open_deals, nobody.open_deals) == (1, 0)


def test_who_may_not_read_deals_gets_no_forecast(cast: Cast) -> None:
    for ask in (forecast.report, forecast.back_test):
        with pytest.raises(NotAllowed):
            ask(GUEST)
    with pytest.raises(NotAllowed):
        forecast.as_of(GUEST, MARCH)


@pytest.mark.parametrize("wrong", [{"by": "year"}, {"periods": 0}, {"periods": 25}])
def test_odd_periods_are_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        forecast.report(cast.mia, **wrong)


def test_the_future_cannot_be_asked_as_of(cast: Cast) -> None:
    with pytest.raises(Invalid, match="Nobody knows"):
        forecast.as_of(cast.mia, MONDAY.date() + timedelta(days=1))


def test_without_a_history_stages_and_close_dates_speak_and_the_answer_says_so(cast: Cast) -> None:
    for _ in range(10):
        sold(cast.ann)

    found = forecast.report(cast.mia, periods=2)
    march, april = found.of("EUR")

    assert not found.has_history
    assert found.closed == 0
    assert march.expected is not None
    assert abs(march.expected - 5000_00) < 300_00
    assert march.low is not None
    assert march.high is not None
    assert march.low < march.expected < march.high
    assert (april.expected, april.high) == (0, 0)


def test_the_same_rows_say_the_same(cast: Cast) -> None:
    for _ in range(5):
        sold(cast.ann)

    assert forecast.report(cast.mia) == forecast.report(cast.mia)


def test_todays_deals_are_the_same_when_they_are_replayed(cast: Cast) -> None:
    sold(cast.ann, judgement="commit")
    deals.win(cast.ann, sold(cast.ann, amount="70"), version=None)
    deals.lose(cast.ann, sold(cast.ann), "Price", version=None)
    sold(cast.bob, close_date="2026-02-10")

    assert forecast.as_of(cast.mia, MONDAY.date()).rows == forecast.report(cast.mia).rows


def test_what_was_edited_later_is_taken_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    deal_id = sold(cast.ann, judgement="best")
    moved = sold(cast.ann)
    before = forecast.as_of(cast.mia, MONDAY.date())

    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=40)))
    later = {"amount": "9.50", "close_date": "2026-09-01", "judgement": "commit", "probability": "90"}
    deals.change(cast.ann, deal_id, later, version=None)
    deals.set_close_date(cast.ann, [moved], date(2026, 10, 1))

    assert forecast.as_of(cast.mia, MONDAY.date()) == before


VERBS = ("new", "win", "lose", "edit", "date", "move", "delete")
ACTS = some.lists(some.tuples(some.sampled_from(VERBS), some.integers(0, 4)), max_size=8)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_nothing_that_comes_later_changes_what_a_day_knew(
    cast: Cast, stage: dict[str, int], monkeypatch: pytest.MonkeyPatch, acts: list[tuple[str, int]]
) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    known = [sold(cast.ann, amount=str(10 * n)) for n in range(1, 4)]
    before = forecast.as_of(cast.mia, MONDAY.date())

    for place, (verb, number) in enumerate(acts):
        monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=1 + place, hours=12)))
        with contextlib.suppress(CrmError):
            _live(cast, stage, known, verb, number)

    assert forecast.as_of(cast.mia, MONDAY.date()) == before


def _live(cast: Cast, stage: dict[str, int], known: list[int], verb: str, number: int) -> None:
    one = known[number % len(known)]
    if verb == "new":
        known.append(sold(cast.bob, amount=str(number + 1)))
    elif verb == "win":
        deals.win(cast.mia, one, version=None)
    elif verb == "lose":
        deals.lose(cast.mia, one, "Price", version=None)
    elif verb == "edit":
        deals.change(cast.mia, one, {"amount": str(number * 7), "judgement": "commit"}, version=None)
    elif verb == "date":
        deals.set_close_date(cast.mia, [one], date(2026, 5, number + 1))
    elif verb == "move":
        deals.move(cast.mia, one, stage["Negotiation"], version=None)
    elif verb == "delete":
        deals.delete(cast.mia, [one])


def test_periods_begin_with_the_one_of_the_day() -> None:
    assert forecast.months_from(date(2026, 12, 31), 2) == (
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    )
    assert forecast.months_from(date(2026, 5, 2), 1, 3) == (APRIL, date(2026, 7, 1))
