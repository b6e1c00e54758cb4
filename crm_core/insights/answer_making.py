"""Nobody counts what is being counted: one thread a process makes answers anew while people look at the old
ones, and who asks what somebody else of the process is just counting waits for that; pages do not wait long.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import Any, TypeVar

from crm_core.kernel.errors import CrmError, Unavailable

R = TypeVar("R")

IDLE_SECONDS = 5.0
PATIENCE_SECONDS = 120.0
"""Who has waited for somebody else's answer for so long counts alone."""

AT_ONCE = 2
"""So many new questions of pages are counted at the same time; the others wait for their turn."""

_log = logging.getLogger(__name__)


class _Making:
    """What is to be made, and whether a thread is at it."""

    lock = threading.Lock()
    waiting: Queue[tuple[str, Callable[[], None]]] = Queue()
    keys: set[str] = set()  # noqa: RUF012 - shared by purpose, guarded by the lock
    is_running = False


class StillCounting(Unavailable):
    """The answer takes longer than a page waits; it is being counted on, and then kept."""

    def __init__(self) -> None:
        super().__init__("This is being counted for the first time. It shows here as soon as it is ready.")


class _Beside:
    """What is counted for pages that have not got it yet."""

    lock = threading.Lock()
    counts: dict[str, "Future[Any]"] = {}  # noqa: RUF012 - shared by purpose, guarded by the lock
    turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class _Count:
    """What somebody is counting just now: as of where the base stands, and what comes of it."""

    stand: object
    made: Future[Any] = field(default_factory=Future)


class _Together:
    """Who counts what."""

    lock = threading.Lock()
    counts: dict[str, _Count] = {}  # noqa: RUF012 - shared by purpose, guarded by the lock


def together(key: str, stand: object, find: Callable[[], R], *, is_patient: bool) -> R:
    """Find an answer, or take that of somebody who is finding it just now.

    Args:
        stand: where the base stands; only an answer as of the same is taken,
        is_patient: unless a little older one will do.

    Raises:
        What ``find`` raises. Who waited in vain tries alone.
    """
    with _Together.lock:
        mine = _Count(stand)
        other = _Together.counts.setdefault(key, mine)
    if other is mine:
        return _first(key, mine, find)
    if other.stand == stand or is_patient:
        try:
            found: R = other.made.result(PATIENCE_SECONDS)
        except Exception:  # it is the other one's, who is told; the own attempt tells its own
            _log.info("An answer that somebody else was counting did not come.")
        else:
            return found
    return find()


def _first(key: str, mine: _Count, find: Callable[[], R]) -> R:
    try:
        made = find()
    except BaseException as error:
        mine.made.set_exception(error)
        raise
    else:
        mine.made.set_result(made)
        return made
    finally:
        with _Together.lock:
            _Together.counts.pop(key, None)


def within(limit: float, key: str, find: Callable[[], R]) -> R:
    """Let a thread find an answer, and wait for it so many seconds at most.

    Raises:
        StillCounting: it takes longer; who asks with the same key again waits on for the same answer.
        What ``find`` raises.
    """
    with _Beside.lock:
        made: Future[R] | None = _Beside.counts.get(key)
        if made is None:
            made = _Beside.counts[key] = Future()
            beside = threading.Thread(target=_beside, args=(key, made, find), name="count", daemon=True)
            beside.start()
    if not wait([made], limit).done:
        raise StillCounting
    if made.exception() is not None:
        _told(key)
    return made.result()


def _beside(key: str, made: Future[Any], find: Callable[[], Any]) -> None:
    with _Beside.turns:
        try:
            found = find()
        except BaseException as error:
            made.set_exception(error)
        else:
            made.set_result(found)
            _told(key)


def _told(key: str) -> None:
    with _Beside.lock:
        _Beside.counts.pop(key, None)


def soon(key: str, make: Callable[[], None]) -> None:
    """Do this beside, unless the same is waiting already."""
    with _Making.lock:
        if key in _Making.keys:
            return
        _Making.keys.add(key)
        _Making.waiting.put((key, make))
        if not _Making.is_running:
            _Making.is_running = True
            threading.Thread(target=_work, name="answers", daemon=True).start()


def finish() -> None:
    """Wait until all that was to be made is made."""
    _Making.waiting.join()


def _work() -> None:
    while True:
        try:
            key, make = _Making.waiting.get(timeout=IDLE_SECONDS)
        except Empty:
            with _Making.lock:
                if _Making.waiting.empty():
                    _Making.is_running = False
                    return
            continue
        try:
            make()
        except CrmError as error:
            _log.info("An answer was not made anew: %s", error.message)
        except Exception:  # the next question may go well; whoever asks sees the sentence of the error
            _log.warning("An answer could not be made anew.", exc_info=True)
        finally:
            with _Making.lock:
                _Making.keys.discard(key)
            _Making.waiting.task_done()
