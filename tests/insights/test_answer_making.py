"""Of ten people who ask the same one counts, and the others are told what came of it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from crm_core.insights import answer_making
from crm_core.insights.answer_making import StillCounting
from crm_core.kernel.errors import Unavailable

SECONDS = 20


@dataclass(eq=False)
class Stand:
    """Where the base stands; it tells when somebody who came later compares it with the own one."""

    number: int
    compared: threading.Semaphore

    def __eq__(self, other: object) -> bool:
        self.compared.release()
        return isinstance(other, Stand) and self.number == other.number

    __hash__ = None  # type: ignore[assignment]  # nothing is looked up by it


class Counting:
    """Somebody who counts until everybody else has come."""

    def __init__(self, people: ThreadPoolExecutor, *, fails: bool = False) -> None:
        self.compared, self.may_end, self.begun = threading.Semaphore(0), threading.Event(), threading.Event()
        self.people, self.fails = people, fails
        self.answer = people.submit(self._ask, 1, self._count, is_patient=False)
        assert self.begun.wait(SECONDS)

    def join(self, many: int, stand: int, *, is_patient: bool = False) -> list[Future[str]]:
        """So many ask the same meanwhile; they are back as soon as each has met the one who counts."""
        told = [
            self.people.submit(self._ask, stand, lambda: "own answer", is_patient=is_patient)
            for _ in range(many)
        ]
        for _ in told:
            assert self.compared.acquire(timeout=SECONDS)
        return told

    def _ask(self, stand: int, find: Callable[[], str], *, is_patient: bool) -> str:
        mine = Stand(stand, self.compared)
        return answer_making.together("question", mine, find, is_patient=is_patient)

    def _count(self) -> str:
        self.begun.set()
        assert self.may_end.wait(SECONDS)
        if self.fails:
            raise Unavailable("The database does not answer.")
        return "answer"


def test_who_asks_what_another_is_counting_waits_unless_the_base_has_moved_on() -> None:
    with ThreadPoolExecutor(12) as people:
        first = Counting(people)
        others = first.join(7, stand=1) + first.join(2, stand=2, is_patient=True)
        [later] = first.join(1, stand=2)
        assert later.result(SECONDS) == "own answer"
        first.may_end.set()
        assert {one.result(SECONDS) for one in (first.answer, *others)} == {"answer"}
    again = answer_making.together("question", 1, lambda: "counted anew", is_patient=True)
    assert again == "counted anew", "nobody is counting any more"


def test_who_waited_for_an_answer_that_failed_tries_alone() -> None:
    with ThreadPoolExecutor(3) as people:
        first = Counting(people, fails=True)
        [second] = first.join(1, stand=1)
        first.may_end.set()
        assert second.result(SECONDS) == "own answer"
        with pytest.raises(Unavailable):
            first.answer.result(SECONDS)


def test_a_page_does_not_wait_for_a_long_count_and_is_told_the_answer_or_the_refusal_later() -> None:
    may_end, begun = threading.Event(), list[str]()

    def long(answer: str) -> str:
        begun.append(answer)
        assert may_end.wait(SECONDS)
        if answer == "refused":
            raise Unavailable("The database does not answer.")
        return answer

    for answer in ("found", "refused", "found"):
        with pytest.raises(StillCounting):
            answer_making.within(0, answer, lambda answer=answer: long(answer))  # type: ignore[misc]
    with ThreadPoolExecutor(2) as people:
        waiting = [
            people.submit(answer_making.within, SECONDS, answer, lambda: "counted twice")
            for answer in ("found", "refused")
        ]
        may_end.set()
        told = {one.exception(SECONDS) is None: one for one in waiting}
        assert told[True].result() in {"found", "counted twice"}, "it may have ended before it was asked for"
        with pytest.raises(Unavailable, match="does not answer"):
            told[False].result()
    assert sorted(begun) == ["found", "refused"]
    assert answer_making.within(SECONDS, "refused", lambda: "tried again") == "tried again"
