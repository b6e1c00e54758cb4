"""Background work: each piece gets its turn, what fails is told, and what one does at a time two never do."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from crm_core import jobs
from crm_core.jobs import Book, Piece
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import NotAllowed, Unavailable
from crm_core.kernel.work import Clock
from crm_core.sales import forecast_snapshots
from crm_core.team import turns
from crm_core.team.heartbeat import SILENT_AFTER
from db.session import Database
from tests.conftest import at
from tests.people import MONDAY


def going() -> bool:
    return False


def piece(name: str, done: list[str], *, fails: Exception | None = None, alone: bool = False) -> Piece:
    """A piece of work that notes who did it; there is always more of it."""

    def advance(worker: str, _is_ending: Callable[[], bool]) -> bool:
        done.append(name)
        if fails is not None:
            raise fails
        return bool(worker)

    return Piece(name, "files" if name.startswith("first") else "mail", 1.0, advance, alone)


def test_what_fails_is_told_and_waits_longer_each_time_while_the_others_go_on(
    olga: Actor, ann: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds, done, book = [0.0], list[str](), Book()
    monkeypatch.setattr("crm_core.jobs.time.monotonic", lambda: seconds[0])
    away = Unavailable("The mail server is away.")
    pieces = (
        piece("broken", done, fails=KeyError("x")),
        piece("away", done, fails=away),
        piece("well", done),
    )
    turns.enter("one", [each.name for each in pieces])
    lane = jobs.lanes("one", book, pieces)["mail"]

    for second in (0.0, 4.9, 5.1, 14.9, 15.3):
        seconds[0] = second
        lane.turn(going)
        book.sign("one")

    found = {row.name: row for row in turns.search(olga)}
    assert [done.count(name) for name in ("broken", "away", "well")] == [3, 3, 5]
    assert (found["away"].sentence, found["away"].failures) == ("The mail server is away.", 3)
    assert found["broken"].sentence.startswith("Something went wrong here")
    assert "'x'" not in found["broken"].sentence
    assert found["well"].done_at is not None
    assert [(row.name, row.is_alive) for row in turns.workers(olga)] == [("one", True)]
    for ask in (turns.search, turns.workers):
        with pytest.raises(NotAllowed):
            ask(ann)


def test_people_wait_for_the_first_of_a_lane_that_is_in_order_and_for_no_other() -> None:
    done: list[str] = []
    pieces = tuple(piece(name, done) for name in ("first imports", "first searches", "a", "b"))
    lanes = jobs.lanes("one", Book(), pieces)

    for lane in lanes.values():
        lane.turn(going)

    assert done == ["first imports", "a", "b"]
    assert len({each.name for each in jobs.WORK}) == len(jobs.WORK)
    assert {each.lane for each in jobs.WORK} == {"files", "copies", "mail", "links", "journeys", "nights"}


def test_what_one_worker_does_at_a_time_goes_to_another_when_it_died(
    database: Database, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sums = (piece("sums", done, alone=True),)
    turns.enter("one", ["sums"])
    turns.enter("two", ["sums"])
    assert turns.take("one", "sums")

    jobs.lanes("two", Book(), sums)["mail"].turn(going)
    assert done == []
    monkeypatch.setattr(Clock, "now", at(MONDAY + SILENT_AFTER))
    turns.sign("one", [], {})  # alive, and still at it
    jobs.lanes("two", Book(), sums)["mail"].turn(going)
    assert done == []
    monkeypatch.setattr(Clock, "now", at(MONDAY + SILENT_AFTER * 2 + timedelta(seconds=1)))
    jobs.lanes("two", Book(), sums)["mail"].turn(going)

    assert done == ["sums"]
    assert turns.take("three", "sums")  # it was let go
    turns.end("three")
    assert turns.take("two", "sums")


def test_a_lane_outlives_whatever_breaks_when_work_is_claimed_or_let_go(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, book = list[str](), Book()
    lane = jobs.lanes("one", book, (piece("sums", done, alone=True), piece("well", done)))["mail"]

    def breaks(*_: object) -> bool:
        raise RuntimeError("no table of this name")

    with monkeypatch.context() as patch:
        patch.setattr(turns, "take", breaks)
        lane.turn(going)
    assert done == ["well"]
    turns.enter("one", ["sums", "well"])
    lane._due["sums"] = 0.0
    with monkeypatch.context() as patch:
        patch.setattr(turns, "let_go", breaks)
        lane.turn(going)
    assert done == ["well", "sums", "well"]


def test_a_night_that_nobody_worked_is_made_up_for_at_the_next_look_and_once(
    olga: Actor, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast_snapshots, "is_set_up", lambda: True)
    forecasts = next(each for each in jobs.WORK if each.name == "forecasts")
    turns.enter("one", ["forecasts"])
    assert forecasts.advance("one", going)

    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=3)))
    turns.enter("two", ["forecasts"])
    made = []
    for name in ("one", "two", "one"):
        book = Book()
        lane = jobs.lanes(name, book, (forecasts,))["nights"]
        lane.turn(going)
        made.append(lane._due["forecasts"])
        book.sign(name)

    assert not forecasts.advance("one", going)
    assert made[0] < made[1]  # the first did it and looks at once whether there is more, the second rests
    assert next(row for row in turns.search(olga) if row.name == "forecasts").done_at == Clock.now()
