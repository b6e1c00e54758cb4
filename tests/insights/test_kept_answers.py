"""In a large base answers are kept: what is told as of now is of now, and what is older says so."""

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from crm_core.data import merging
from crm_core.insights import (
    answer_making,
    breakdowns,
    churn,
    cohorts,
    customer_value,
    funnel,
    journey_stages,
    kept_answers,
    kpis,
    metrics,
    product_sales,
    retention,
    rfm,
    sales,
    sparklines,
    standing_answers,
    velocity,
)
from crm_core.insights.answer_making import StillCounting
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel import plain
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from crm_core.sales import pipelines
from crm_core.team import users
from db.models import Activity, KeptAnswer
from tests.conftest import at
from tests.data.importing import bring, inbox, table, undo
from tests.insights.measured import furnish
from tests.insights.test_as_of import ACTS, CHECKS, Desk
from tests.people import MONDAY, Cast

__all__ = ["inbox"]

MONTH = Period(MONDAY.date() - timedelta(days=20), MONDAY.date() + timedelta(days=10))
QUESTION = Question(MONTH, compare="none")
_WORLDS = count(1)
REPORTS: tuple[Callable[[Actor], Any], ...] = (
    lambda who: metrics.figures(who, QUESTION, ("order_revenue", "open_pipeline", "touchpoints")),
    lambda who: metrics.split(who, "order_revenue", QUESTION, "country"),
    lambda who: sales.report(who, "owner"),
    cohorts.report, rfm.report, journey_stages.report, kpis.home,
)  # fmt: skip
TURNS = 3
"""After each edit so many reports wait for another one: what is kept of them is older then."""
ROUNDS = int(os.environ.get("CRM_TEST_KEPT_ROUNDS", "1"))
"""Histories of edits; a long run is asked for by the environment."""

EDITS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(1, 99_999)), min_size=8, max_size=8
)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every base counts as a large one, everything is kept, and what is made beside is made at once."""
    monkeypatch.setattr(kept_answers, "LARGE", 0)
    monkeypatch.setattr(kept_answers, "LEAST_SECONDS", 0.0)
    monkeypatch.setattr(kept_answers, "REST", 0)
    monkeypatch.setattr(answer_making, "soon", lambda _key, make: make())


@contextmanager
def counted_anew() -> Iterator[None]:
    """Inside the block no kept answer is taken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_answers, "is_large", lambda _work: False)
        yield


def answers(who: Actor, turn: int = 0, turns: int = 1) -> list[Any]:
    """What all reports tell, or those whose turn it is."""
    return [report(who) for report in REPORTS[turn % turns :: turns]]


def kept_rows() -> int:
    with begin(SYSTEM, write=False) as work:
        return int(work.scalar(select(func.count()).select_from(KeptAnswer)))


@pytest.mark.usefixtures("large")
@settings(max_examples=ROUNDS, deadline=None, phases=[Phase.generate], suppress_health_check=CHECKS)
@given(edits=EDITS)
def test_no_edit_leaves_a_kept_answer_standing_that_it_made_wrong(
    edits: list[tuple[str, int, int]], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = MONDAY + timedelta(hours=next(_WORLDS))
    monkeypatch.setattr(Clock, "now", at(now))
    with begin(SYSTEM) as work:
        pipelines.default(work)
    desk = Desk(cast.olga, [row.id for row in pipelines.search(SYSTEM)[0].stages])

    answers(cast.olga)
    for turn, (act, which, amount) in enumerate(edits):
        desk.act(act, which, amount)
        told = answers(cast.olga, turn, TURNS)
        with counted_anew():
            assert told == answers(cast.olga, turn, TURNS), act


@pytest.mark.usefixtures("large", "clock")
def test_files_merges_and_what_takes_them_back_are_noticed(cast: Cast, inbox: Path) -> None:
    house = furnish(cast)

    turns = count()

    def is_noticed() -> None:
        turn = next(turns)
        told = answers(cast.olga, turn, TURNS)
        with counted_anew():
            assert told == answers(cast.olga, turn, TURNS)

    answers(cast.olga)
    done = bring(cast.olga, table(inbox, ["Name", "Country"], [["Ida Iverson", "SE"], ["Jo Jost", "SE"]]))
    is_noticed()
    undo(cast.olga, done.id)
    is_noticed()
    merged = merging.merge(cast.olga, "contacts", house.zoe, house.max)
    is_noticed()
    merging.unmerge(cast.olga, getattr(merged, "merge_id", merged))
    is_noticed()


@pytest.mark.usefixtures("large", "clock")
def test_pages_are_told_the_older_answer_with_its_time_and_then_the_new_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Desk(cast.ann, []).act("order", 0, 900)
    waiting: list[Callable[[], None]] = []
    before = cohorts.report(cast.olga)
    monkeypatch.setattr(answer_making, "soon", lambda _key, make: waiting.append(make))
    Desk(cast.ann, []).act("order", 0, 500)

    with kept_answers.patient() as told:
        assert cohorts.report(cast.olga) == before
    assert told.made_at == MONDAY

    for make in waiting:
        make()
    with kept_answers.patient() as told:
        assert cohorts.report(cast.olga).orders == before.orders + 1
    assert told.made_at is None


@pytest.mark.usefixtures("large", "clock")
def test_what_a_page_did_not_wait_for_is_kept_and_told_when_it_is_asked_for_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Desk(cast.ann, []).act("order", 0, 900)
    going_on: list[Callable[[], Any]] = []

    def too_long(_limit: float, _key: str, find: Callable[[], Any]) -> Any:
        going_on.append(find)
        raise StillCounting

    monkeypatch.setattr(answer_making, "within", too_long)
    with kept_answers.patient(0), pytest.raises(StillCounting):
        retention.report(cast.olga)

    going_on.pop()()

    with kept_answers.patient(0) as told:
        assert retention.report(cast.olga).customers == 1
    assert told.made_at is None
    assert not going_on


@pytest.mark.usefixtures("large", "clock")
def test_nobody_is_told_what_was_kept_for_somebody_with_another_reach_or_other_rights(cast: Cast) -> None:
    furnish(cast)

    for who in (cast.olga, cast.mia, cast.ann, cast.sue):
        told = answers(who)
        with counted_anew():
            assert told == answers(who), who.name


@pytest.mark.usefixtures("clock")
def test_every_kept_answer_is_read_as_it_was_written(cast: Cast) -> None:
    furnish(cast)
    asked: dict[Callable[..., Any], tuple[Any, ...]] = {
        metrics.figures: (QUESTION,), metrics.split: ("order_revenue", QUESTION, "owner"),
        metrics.series: ("order_revenue", QUESTION), sales.report: ("product",), sales.products: (),
        sales.total: (), sales.discounts: (), cohorts.report: (), rfm.report: (), retention.report: (),
        journey_stages.report: (), customer_value.report: (), churn.report: (), funnel.report: (),
        kpis.home: (), sparklines.courses: (QUESTION, ("order_revenue",)), velocity.report: (QUESTION,),
        breakdowns.report: (QUESTION, "owner", ("order_revenue",)), product_sales.products: (QUESTION,),
    }  # fmt: skip

    for report, arguments in asked.items():
        told = report(cast.olga, *arguments)
        assert told or report in (sales.discounts,)
        assert plain.read(get_type_hints(inspect.unwrap(report))["return"], plain.written(told)) == told


@pytest.mark.usefixtures("large", "clock")
def test_a_worker_has_the_reports_ready_and_makes_wanted_ones_anew(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Desk(cast.ann, []).act("order", 0, 900)
    while standing_answers.advance_next("w", lambda: False):
        pass
    ready = kept_rows()
    assert ready >= len(standing_answers.READY)
    cohorts.report(cast.ann)

    contacts.create(cast.ann, {"full_name": "Yan Young"})
    made = 0
    while standing_answers.advance_next("w", lambda: False):
        made += 1
    assert made == ready + 1 == kept_rows()

    users.disable(cast.olga, cast.ann.id or 0)
    made = 0
    while standing_answers.advance_next("w", lambda: False):
        made += 1
    assert made == ready, "nobody wants the answer of somebody who left"
    monkeypatch.setattr(Clock, "now", at(MONDAY + kept_answers.WANTED * 2))
    while standing_answers.advance_next("w", lambda: False):
        pass
    with begin(SYSTEM, write=False) as work:
        names = set(work.scalars(select(KeptAnswer.name)))
    assert len(names) <= len(standing_answers.READY), "what nobody asked for lately went"


@pytest.mark.usefixtures("clock")
def test_a_trace_that_comes_late_is_noticed_though_its_number_is_an_old_one(cast: Cast) -> None:
    for name in ("Yan Young", "Yve Young"):
        contacts.create(cast.ann, {"full_name": name})
    with begin(SYSTEM) as work:
        before = {metrics.pulse(work), kept_answers.pulse_of(work)}
        newest = work.scalar(select(func.max(Activity.id)))
        work.run(delete(Activity).where(Activity.id == newest - 1))
        after = {metrics.pulse(work), kept_answers.pulse_of(work)}
    assert not before & after


@pytest.mark.usefixtures("large", "clock")
def test_the_doctor_finds_a_kept_answer_that_is_not_true(cast: Cast) -> None:
    Desk(cast.ann, []).act("order", 0, 500)
    cohorts.report(cast.olga)
    with begin(SYSTEM) as work:
        assert standing_answers.differences(work) == []
        work.run(update(KeptAnswer).values(content=func.replace(KeptAnswer.content, "1", "2")))
    with begin(SYSTEM, write=False) as work:
        assert standing_answers.differences(work) == ["cohorts.report"]


def test_a_small_base_keeps_nothing(cast: Cast) -> None:
    Desk(cast.ann, []).act("order", 0, 500)
    cohorts.report(cast.olga)

    assert kept_rows() == 0
