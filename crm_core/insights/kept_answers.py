"""Answers about a large company are kept: told at once, while nothing changed or with when they were made.

A small base is always counted anew. In a large one an answer is taken from the kept ones as long as nothing
whatever has changed since. Pages are more patient: they take an older one and say of when it is, while a
thread finds the new one; nobody waits. ``doctor`` answers anew and compares.
"""

import hashlib
import inspect
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, get_type_hints

from crm_core.insights import answer_making, patience
from crm_core.insights.patience import patient as patient
from crm_core.insights.purchase_days import local_day
from crm_core.kernel import plain
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Work, begin
from db import session
from db.models import KeptAnswer
from db.queries import kept_answers as sql

P = ParamSpec("P")
R = TypeVar("R")

LARGE = 50_000
"""Orders and touchpoints from which on answers are kept: fewer are counted in a moment."""

LEAST_SECONDS = 0.03
"""What is found sooner is not worth keeping."""

OLDEST: Final = timedelta(days=1)
"""Nobody is shown an older answer, however long a new one takes."""

REST: Final = 20
"""An answer that took a second is made anew after twenty at the earliest."""

WANTED: Final = timedelta(days=7)
"""For so long after somebody asked, an answer is made anew by itself."""

_SIZE_SECONDS = 60.0
_ASKED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Question:
    """A function that answers, asked with arguments by somebody."""

    name: str
    answer: Callable[..., Any]
    arguments: Mapping[str, Any]
    by_rights: bool

    def key(self, actor: Actor) -> str:
        """What two people must have in common to be told the same."""
        reach = "all" if actor.scope.is_everything else repr(actor.scope)
        rights = sorted(actor.permissions) if self.by_rights else []
        told = repr((self.name, sorted(self.arguments.items()), reach, rights))
        return hashlib.sha256(told.encode()).hexdigest()

    def find(self, work: Work) -> Any:
        """The answer as it is now."""
        return self.answer(work, **self.arguments)

    def read(self, content: str) -> Any:
        """A kept answer as it was."""
        return plain.read(get_type_hints(self.answer)["return"], content)


class _Known:
    """Which functions are kept, and how large the connected base was when it was last looked at."""

    functions: dict[str, tuple[Callable[..., Any], bool]] = {}  # noqa: RUF012 - filled once, by decorators
    database: object = None
    is_large = False
    until = 0.0


def kept(
    *, by_rights: bool = False
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Keep what a reading use case answers in a large base; written below ``use_case``.

    Args:
        by_rights: what is answered depends on permissions, too, and not on the reach alone.
    """

    def decorate(function: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        name = name_of(function)
        _Known.functions[name] = (function, by_rights)
        signature = inspect.signature(function)

        @wraps(function)
        def run(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if work.writes or not is_large(work):
                return function(work, *args, **kwargs)
            bound = signature.bind(work, *args, **kwargs)
            bound.apply_defaults()
            arguments = dict(list(bound.arguments.items())[1:])
            found: R = _told(work, Question(name, function, arguments, by_rights))
            return found

        return run

    return decorate


def is_large(work: Work) -> bool:
    """Are there so many orders and touchpoints that counting them takes a while?"""
    database, now = session.current(), time.monotonic()
    if _Known.database is not database or now >= _Known.until:
        _Known.is_large = int(work.scalar(sql.largest()) or 0) >= LARGE
        _Known.database, _Known.until = database, now + _SIZE_SECONDS
    return _Known.is_large


def remake(actor: Actor, question: Question, asked_at: datetime | None = None) -> None:
    """Find an answer anew, outside of any writing, and keep it; ``asked_at`` None: somebody asks just now."""
    with begin(actor, write=False) as work:
        work.take_time()
        made = _made(work, question)
    _keep(actor, question, made, asked_at)


def name_of(function: Callable[..., Any]) -> str:
    """What the questions to a function are called."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def question_of(name: str, arguments: str = "") -> Question | None:
    """The question of a kept function; None when the program knows no such one any more.

    ``arguments`` is the JSON text of them; empty for the usual ones.
    """
    if name not in _Known.functions:
        return None
    function, by_rights = _Known.functions[name]
    hints = get_type_hints(function)
    usual = list(inspect.signature(function).parameters.values())[1:]
    if not arguments:
        return Question(name, function, {one.name: one.default for one in usual}, by_rights)
    told = plain.read(dict[str, str], arguments)
    if told.keys() != {one.name for one in usual}:
        return None
    return Question(
        name, function, {key: plain.read(hints[key], text) for key, text in told.items()}, by_rights
    )


@dataclass(frozen=True)
class _Made:
    """An answer, and how the base stood when it was looked for."""

    answer: Any
    pulse: int
    made_on: date
    made_at: datetime
    seconds: float


def _told(work: Work, question: Question) -> Any:
    key, told, actor = question.key(work.actor), patience.told(), work.actor
    row: KeptAnswer | None = work.scalar(sql.by_key(key))
    pulse = pulse_of(work)
    if row is not None:
        is_current = row.pulse == pulse and row.made_on == local_day(work.now)
        if is_current or (told is not None and work.now - row.made_at < OLDEST):
            has_rested = work.now >= row.made_at + timedelta(seconds=REST * row.seconds)
            if not is_current and told is not None:
                told.note(row.made_at)
                if has_rested:
                    answer_making.soon(row.key, lambda: remake(actor, question))
            if work.now - row.asked_at > _ASKED_EVERY:
                answer_making.soon(f"touch {row.key}", lambda: _touch(row.key))
            return question.read(row.content)
    if told is not None and told.limit is not None:
        first: _Made = answer_making.within(told.limit, key, lambda: _counted(actor, question))
        return deepcopy(first.answer)
    work.take_time()  # whoever asks first would rather wait than be refused
    stand = (pulse, local_day(work.now))
    made = answer_making.together(
        key, stand, lambda: _first_made(work, question), is_patient=told is not None
    )
    if told is not None and made.pulse != pulse:
        told.note(made.made_at)
    return deepcopy(made.answer)  # others may hold the same


def _counted(actor: Actor, question: Question) -> _Made:
    """The answer, found apart from who waits for it, and kept."""
    with begin(actor, write=False) as work:
        work.take_time()
        made = _made(work, question)
    if made.seconds >= LEAST_SECONDS:
        _keep(actor, question, made)
    return made


def _first_made(work: Work, question: Question) -> _Made:
    made, actor = _made(work, question), work.actor
    if made.seconds >= LEAST_SECONDS:
        answer_making.soon(question.key(actor), lambda: _keep(actor, question, made))
    return made


def _made(work: Work, question: Question) -> _Made:
    # Asked before the rest: what changes meanwhile makes the answer count as old, never the other way round.
    pulse, started = pulse_of(work), time.perf_counter()
    answer = question.find(work)
    return _Made(answer, pulse, local_day(work.now), work.now, time.perf_counter() - started)


def _keep(actor: Actor, question: Question, made: _Made, asked_at: datetime | None = None) -> None:
    arguments = {name: plain.written(value) for name, value in question.arguments.items()}
    key = question.key(actor)
    with begin(SYSTEM) as work:
        work.run(sql.forget(key))
        work.add(KeptAnswer(
            key=key, name=question.name, arguments=plain.written(arguments), asker_id=actor.id,
            content=plain.written(made.answer), pulse=made.pulse, made_on=made.made_on, made_at=made.made_at,
            seconds=made.seconds, asked_at=asked_at or work.now,
        ))  # fmt: skip


def _touch(key: str) -> None:
    with begin(SYSTEM) as work:
        work.run(sql.touch(key, work.now))


def pulse_of(work: Work) -> int:
    """Where the base stands: a number that is different as soon as anything was changed."""
    return int(work.scalar(sql.pulse()) or 0)
