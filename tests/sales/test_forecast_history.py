"""What is learned from what happened: chances, back-tests, nightly forecasts, and moving deals by month."""

import csv
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from crm_core.kernel.access import OPERATOR, SYSTEM
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.work import Clock, begin
from crm_core.sales import (
    back_tests,
    calibration,
    deals,
    forecast,
    forecast_board,
    forecast_snapshots,
    simulation,
    win_model,
    win_probability,
)
from crm_core.sales.deal_past import Past, day_number, gather
from crm_core.sales.forecast_board import Place
from crm_core.sales.types import DealQuery
from db.models import Deal, ForecastSnapshot, StageChange
from db.queries import forecast as sql
from tests.conftest import at
from tests.people import GUEST, MONDAY, Cast
from tests.shared_data import shared

RECORDED = datetime(2026, 3, 1, tzinfo=UTC)


def go_on() -> bool:
    """Nobody tells the worker to stop."""
    return False


def step(deal_id: int, at_day: datetime, status: str = "open", **more: Any) -> tuple[Any, ...]:
    """A row of ``db.queries.forecast.steps``."""
    row = {
        "deal_id": deal_id, "to_stage_id": 1, "status": status, "amount": 100_00, "changed_at": at_day,
        "recorded_at": at_day, "owner_id": 1, "owner_name": "", "pipeline_id": 1, "source": "",
        "currency": "EUR",
    }  # fmt: skip
    return tuple((row | more).values())


def maven() -> Past:
    """The public pipeline of a seller of hardware: 8,800 opportunities."""

    def day(text: str) -> datetime:
        return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC)

    rows = []
    with shared("08_crm_campaigns/maven_sales_pipeline.csv").open(encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if not row["engage_date"]:
                continue
            facts: dict[str, Any] = {
                "amount": int(float(row["close_value"] or 0) * 100), "recorded_at": RECORDED,
                "owner_id": None, "owner_name": row["sales_agent"], "currency": "USD",
            }  # fmt: skip
            rows.append(step(number, day(row["engage_date"]), **facts))
            if row["close_date"]:
                rows.append(step(number, day(row["close_date"]), row["deal_stage"].lower(), **facts))
    return gather(rows, "USD")


def test_the_back_test_on_a_public_pipeline_is_calibrated_and_beats_the_stage() -> None:
    found = back_tests.back_test(maven(), day_number(RECORDED), {1: 0.5})

    assert found.n > 5_000
    assert found.brier is not None
    assert found.brier <= 0.235
    assert found.brier_of_stage_default == 0.25
    assert found.is_learned_better
    assert found.intervals > 30
    assert found.coverage is not None
    assert 0.7 <= found.coverage <= 0.9


def test_a_back_test_knows_nothing_of_later_days() -> None:
    past = maven()
    early = day_number(datetime(2017, 7, 1, tzinfo=UTC))

    cut = [column[past.change[3] <= early] for column in past.change]
    known = Past(tuple(cut), *(getattr(past, name) for name in list(Past.__dataclass_fields__)[1:]))  # type: ignore[arg-type]

    assert back_tests.back_test(known, early, {1: 0.5}) == back_tests.back_test(past, early, {1: 0.5})


def test_chances_by_age_are_those_of_a_table_by_hand() -> None:
    ages = np.array([10.0] * 60 + [10.0] * 20 + [10.0] * 20)
    won = np.arange(100) < 60
    lost = (np.arange(100) >= 60) & (np.arange(100) < 80)

    pace = simulation.fit_pace(ages, won, lost)

    assert abs(float(pace.chance(np.zeros(1))[0]) - 0.75) < 0.02
    parts = pace.within(np.array([0.0]), np.array([30.0, 60.0, 90.0]))
    assert abs(parts.sum() - 1.0) < 0.25
    assert (parts >= 0).all()


def test_drawn_futures_are_seeded_and_close_to_their_mean() -> None:
    amounts, chances = np.full(200, 10.0), np.full(200, 0.5)
    pace = simulation.fit_pace(np.array([1.0]), np.array([True]), np.array([False]))

    def drawn(seed: int) -> Any:
        return simulation.draw(
            amounts,
            chances,
            np.ones((200, 1)),
            None,
            pace=pace,
            bounds=np.array([30.0]),
            swing=0.01,
            seed=seed,
        )

    assert (drawn(1) == drawn(1)).all()
    assert abs(drawn(1).mean() - 1000) < 30
    assert abs(drawn(2).std() - np.hypot(70.7, 100)) < 25


def test_brier_reliability_and_coverage_by_hand() -> None:
    chances, won = np.array([0.9, 0.1, 0.15]), np.array([1.0, 0.0, 1.0])

    assert calibration.brier(chances, won) == pytest.approx((0.01 + 0.01 + 0.7225) / 3)
    assert [(one.count, one.happened) for one in calibration.reliability(chances, won)] == [
        (2, 0.5),
        (1, 1.0),
    ]
    assert calibration.coverage(np.zeros(2), np.ones(2), np.array([0.5, 2.0])) == 0.5
    assert calibration.brier(np.empty(0), np.empty(0)) is None


def test_a_stored_model_says_the_same() -> None:
    past = gather([step(1, MONDAY), step(2, MONDAY), step(2, MONDAY + timedelta(days=3), "won")], "EUR")
    model = win_model.fit(past, day_number(MONDAY) + 9, {1: 0.3})

    again = win_model.from_numbers(win_model.to_numbers(model))

    assert again is not None
    asked = (np.array([1]), [1], [""], np.array([9.0]), np.array([9.0]))
    assert again.chances(again.parts(*asked)) == model.chances(model.parts(*asked))
    assert win_model.from_numbers({}) is None


@pytest.fixture
def past_deals(cast: Cast, stage: dict[str, int]) -> None:
    """A year in which Ann won most of 160 deals, and Bob few."""
    with begin(SYSTEM) as work:
        for number in range(160):
            seller = (cast.ann, cast.bob)[number % 2]
            opened = MONDAY - timedelta(days=360 - 2 * number)
            is_won = number % 10 != 0 if seller is cast.ann else number % 10 == 1
            closed = opened + timedelta(days=10 + number % 30)
            deal = Deal(
                name=f"Past {number}", pipeline_id=_pipeline(work), stage_id=stage["Proposal"], amount=100_00,
                status="won" if is_won else "lost", currency="EUR", opened_at=opened, stage_since=opened,
                closed_at=closed, owner_id=seller.id, created_at=opened, updated_at=closed, judgement="",
                lost_reason="", source="", description="", custom={},
            )  # fmt: skip
            work.add(deal)
            work.flush()
            for moment, status in ((opened, "open"), (closed, deal.status)):
                work.add(
                    StageChange(
                        deal_id=deal.id, to_stage_id=stage["Proposal"], status=status, amount=100_00,
                        currency="EUR", changed_at=moment, recorded_at=moment,
                    )
                )  # fmt: skip


def _pipeline(work: Any) -> int:
    return int(work.scalar(sql.pipeline_ids()))


@pytest.mark.usefixtures("past_deals")
def test_learned_chances_are_used_when_better_and_say_why(cast: Cast, clock: type[Clock]) -> None:
    assert clock
    asked = {"deal": "D", "amount": "1", "currency": "EUR", "close_date": "2026-03-20", "stage": "Proposal"}
    anns, bobs = deals.create(cast.ann, asked), deals.create(cast.bob, asked)
    own = deals.create(cast.bob, asked | {"probability": 7})
    assert win_probability.of(cast.mia, [anns])[anns].source == "stage"
    assert win_probability.quality(cast.mia) is None
    assert win_probability.percents(cast.mia, [anns]) == {}

    assert forecast_snapshots.advance_next("one", go_on)

    told = win_probability.of(cast.mia, [anns, bobs, own])
    learned = win_probability.quality(cast.mia)
    assert learned is not None
    assert learned.is_in_use
    assert told[anns].source == "learned"
    assert told[anns].percent > told[bobs].percent
    assert any("Ann Archer wins" in reason for reason in told[anns].reasons)
    assert (told[own].percent, told[own].source) == (7, "own")
    assert win_probability.percents(cast.mia, [anns, bobs, own]) == {
        key: told[key].percent for key in (anns, bobs)
    }
    assert set(win_probability.of(cast.ann, [anns, bobs])) == {anns}
    for ask in (lambda: win_probability.of(GUEST, [anns]), lambda: win_probability.quality(GUEST)):
        with pytest.raises(NotAllowed):
            ask()


@pytest.mark.usefixtures("past_deals")
def test_with_a_history_new_deals_count_and_the_interval_holds_the_middle(
    cast: Cast, clock: type[Clock]
) -> None:
    assert clock
    found = forecast.report(cast.mia, periods=3)
    march, april, may = found.of("EUR")

    assert found.has_history
    assert found.closed > 140
    for row in (march, april, may):
        assert None not in (row.low, row.expected, row.high)
        assert row.low <= row.expected <= row.high  # type: ignore[operator]
    assert (april.expected or 0) > 0
    assert forecast.report(cast.ann, periods=3).closed == found.closed
    assert forecast.back_test(cast.olga).n > 0


@pytest.mark.usefixtures("past_deals")
def test_a_forecast_is_kept_once_a_day_and_compared_with_what_came(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    asked = {"deal": "D", "amount": "900", "currency": "EUR", "close_date": "2026-03-20", "stage": "Proposal"}
    deal_id = deals.create(cast.ann, asked | {"judgement": "commit"})
    assert forecast_snapshots.nights(cast.mia).last_on is None

    taken = [forecast_snapshots.advance_next(name, go_on) for name in ("one", "two")]
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=3)))
    deals.win(cast.ann, deal_id, version=None)
    taken.append(forecast_snapshots.advance_next("one", go_on))
    taken.append(forecast_snapshots.advance_next("one", lambda: True))

    assert taken == [True, False, True, False]
    nights = forecast_snapshots.nights(cast.mia)
    assert (nights.last_on, nights.kept, nights.missing) == (date(2026, 3, 5), 2, 2)
    [march] = forecast_snapshots.compare(cast.mia, 1)
    assert [kept.taken_on.day for kept in march.kept] == [2, 5]
    assert (march.kept[0].committed, march.kept[1].committed) == (900_00, 0)
    assert march.kept[1].won == march.came
    assert not march.is_over
    assert all(kept.committed == 0 for kept in forecast_snapshots.compare(cast.bob, 1)[0].kept)


def test_nobody_forecasts_for_a_company_that_is_not_set_up(database: object) -> None:
    assert database
    assert not forecast_snapshots.advance_next("one", go_on)


def test_an_empty_company_is_forecast_too(cast: Cast) -> None:
    assert forecast_snapshots.advance_next("one", go_on)
    [row] = forecast.report(cast.olga, periods=1).rows

    assert (row.expected, row.low, row.high) == (0, 0, 0)
    assert forecast.back_test(OPERATOR).brier is None
    with begin(SYSTEM) as work:
        assert work.scalars(sql.snapshot_days(date(2020, 1, 1))) == []
    assert ForecastSnapshot.__tablename__ == "forecast_snapshots"


@pytest.mark.usefixtures("sales")
def test_a_deal_moves_to_another_month_on_the_same_day(cast: Cast, clock: type[Clock]) -> None:
    assert clock
    deal_id = deals.create(cast.ann, {"deal": "D", "amount": "1", "close_date": "2026-03-31"})

    def closes() -> date | None:
        return deals.get(cast.ann, deal_id).row.close_on

    version = forecast_board.move(cast.ann, deal_id, date(2026, 4, 1), version=1)
    assert closes() == date(2026, 4, 30)
    with pytest.raises(Conflict):
        forecast_board.move(cast.mia, deal_id, date(2026, 5, 1), version=version - 1)
    forecast_board.move(cast.ann, deal_id, None, version=None)
    assert closes() is None
    forecast_board.move(cast.ann, deal_id, date(2026, 3, 1), version=None)
    assert closes() == date(2026, 3, 31)
    with pytest.raises(NotAllowed):
        forecast_board.move(cast.vera, deal_id, None, version=None)


@pytest.mark.usefixtures("sales")
def test_the_columns_of_the_months_are_the_rows_of_the_forecast(cast: Cast, clock: type[Clock]) -> None:
    assert clock
    for close_date, amount in (("2026-02-01", 1), ("2026-03-02", 20), ("2026-03-31", 300), ("", 4000)):
        deals.create(cast.ann, {"deal": "D", "amount": amount, "currency": "EUR", "close_date": close_date})

    columns = forecast_board.board(cast.mia, DealQuery(), 2)
    rows = {(row.kind, row.starts_on): row for row in forecast.report(cast.mia, periods=2).rows}

    assert [column.count for column in columns] == [1, 2, 0, 1]
    for column in columns:
        row = rows[column.place.kind, column.place.starts_on]
        assert column.count == row.open_deals == len(column.cards)
        assert dict(column.sums).get("EUR", 0) == row.open_amount
        assert forecast_board.search(cast.mia, DealQuery(), column.place).total == column.count
    assert forecast_board.search(cast.bob, DealQuery(), Place("undated")).total == 0
    for read in (
        forecast_board.board,
        lambda who, query: forecast_board.search(who, query, Place("overdue")),
    ):
        with pytest.raises(NotAllowed):
            read(GUEST, DealQuery())


@pytest.mark.usefixtures("sales")
def test_a_judgement_is_kept_apart_from_the_stage(cast: Cast) -> None:
    deal_id = deals.create(cast.ann, {"deal": "D", "amount": "1"})

    forecast_board.judge(cast.ann, deal_id, "commit", version=1)

    row = deals.get(cast.ann, deal_id).row
    assert (row.judgement, row.stage) == ("commit", "New")
    with pytest.raises(Invalid):
        forecast_board.judge(cast.ann, deal_id, "surely", version=None)
    with pytest.raises(Conflict):
        forecast_board.judge(cast.ann, deal_id, "best", version=1)
    with pytest.raises(NotAllowed):
        forecast_board.judge(cast.sue, deal_id, "best", version=None)


@pytest.mark.usefixtures("cast")
def test_nights_and_comparisons_are_for_those_who_read_deals() -> None:
    for read in (forecast_snapshots.compare, forecast_snapshots.nights):
        with pytest.raises(NotAllowed):
            read(GUEST)
