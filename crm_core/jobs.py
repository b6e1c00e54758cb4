"""What is done in the background: the rows say what, a worker asks them and does it.

``WORK`` is the whole of it. Several workers may run on several machines: each piece is either claimed row by
row by what does it, or, where it is marked ``alone``, held by one worker at a time.
"""

import logging
import secrets
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from crm_core.activity import reminders
from crm_core.automation import advancing
from crm_core.channels import sending, webhooks
from crm_core.commerce import prices, recommendations
from crm_core.data import claims, copy_work, duplicate_work, execution, quality_work
from crm_core.insights import customer_value, report_mailing, standing_answers
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import CrmError
from crm_core.loyalty import nights
from crm_core.marketing import link_checks, return_mailbox, segment_sizes
from crm_core.marketing import sending as campaign_sending
from crm_core.sales import forecast_snapshots, lead_work
from crm_core.service import escalation, sentiment
from crm_core.team import heartbeat, turns

PAUSE: Final = 0.5
"""Seconds between two looks at what people wait for: the longest wait before a click has an effect."""
SOON: Final = 2.0
QUARTER_MINUTE: Final = 15.0
NIGHT: Final = 60.0
"""Seconds between two looks whether a new day began: what a night missed is done at the next look."""
MINUTE: Final = 60.0
QUARTER_HOUR: Final = 900.0
LONG_PAUSE: Final = 5.0
"""Seconds after something failed; twice as many after each failure in a row, up to ``LONGEST_PAUSE``."""
LONGEST_PAUSE: Final = 300.0

Ending = Callable[[], bool]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Piece:
    """A piece of work: ``advance`` does a part of it and says whether there was anything to do.

    ``lane`` is the thread that it shares with others, ``every`` the seconds between two looks while there is
    nothing to do. ``alone``: only one worker at a time, for what is reckoned for the whole company.
    """

    name: str
    lane: str
    every: float
    advance: Callable[[str, Ending], bool]
    alone: bool = False


def _begin_prices(_worker: str, _is_ending: Ending) -> bool:
    prices.sweep(SYSTEM)
    return False


# A lane for what may take long and must not keep others waiting: files, copies, mail servers, sums.
WORK: Final = (
    Piece("imports", "files", PAUSE, execution.advance_next),
    Piece("duplicates", "files", PAUSE, duplicate_work.advance_next),
    Piece("quality", "files", PAUSE, quality_work.advance_next),
    Piece("copies", "copies", SOON, lambda worker, _is_ending: copy_work.advance_next(worker)),
    Piece("prices", "mail", QUARTER_HOUR, _begin_prices),
    Piece("reminders", "mail", SOON, reminders.advance_next),
    Piece("mail", "mail", SOON, sending.advance_next),
    Piece("campaigns", "mail", SOON, campaign_sending.advance_next),
    Piece("leads", "mail", SOON, lead_work.advance_next),
    Piece("promises to customers", "mail", MINUTE, escalation.advance_next, alone=True),
    Piece("loyalty", "mail", SOON, nights.advance_next),
    Piece("moods of texts", "mail", QUARTER_MINUTE, sentiment.advance_next, alone=True),
    Piece("return mailbox", "mail", SOON, return_mailbox.advance_next),
    Piece("journeys", "journeys", SOON, advancing.advance_next),
    Piece("webhooks", "journeys", SOON, webhooks.advance_next),
    Piece("links", "links", SOON, link_checks.advance_next),
    Piece("forecasts", "nights", NIGHT, forecast_snapshots.advance_next, alone=True),
    Piece("segment sizes", "nights", NIGHT, segment_sizes.advance_next, alone=True),
    Piece("customer value", "nights", NIGHT, customer_value.advance_next, alone=True),
    Piece("recommendations", "nights", NIGHT, recommendations.advance_next, alone=True),
    Piece("reports by mail", "nights", NIGHT, report_mailing.advance_next, alone=True),
    Piece("kept reports", "nights", NIGHT, standing_answers.advance_next, alone=True),
)
IN_ORDER: Final = ("files",)
"""Lanes whose first pieces go first: people wait for imports, while comparing a large base takes minutes."""


class Book:
    """What this worker did and failed at since its last sign; lanes write into it at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done: set[str] = set()
        self._failed: dict[str, str] = {}

    def went_well(self, name: str) -> None:
        """This piece was looked at, and done as far as there was anything."""
        with self._lock:
            self._done.add(name)

    def failed(self, name: str, sentence: str) -> None:
        """This piece failed."""
        with self._lock:
            self._failed[name] = sentence
            self._done.discard(name)

    def sign(self, worker: str) -> None:
        """Store it all, with the sign of life."""
        with self._lock:
            done, failed = self._done, self._failed
            self._done, self._failed = set(), {}
        try:
            heartbeat.beat()
            turns.sign(worker, done, failed)
        except Exception:
            with self._lock:  # to be told with the next sign
                self._done |= done - set(self._failed)
                self._failed = failed | self._failed
            raise


class Lane:
    """One thread's pieces, each in its turn; one that fails waits, the others go on."""

    def __init__(self, pieces: tuple[Piece, ...], process: str, book: Book, *, in_order: bool) -> None:
        self.pieces, self.process, self.book, self.in_order = pieces, process, book, in_order
        self.worker = claims.worker_name()
        self._due = dict.fromkeys((piece.name for piece in pieces), 0.0)
        self._failures = dict.fromkeys(self._due, 0)

    def run(self, ending: threading.Event) -> None:
        """Work until told to stop."""
        while not ending.is_set():
            self.turn(ending.is_set)
            ending.wait(max(0.0, min(self._due.values()) - time.monotonic()))

    def turn(self, is_ending: Ending) -> None:
        """Give each piece whose time has come its turn."""
        for piece in self.pieces:
            if is_ending():
                return
            if time.monotonic() < self._due[piece.name]:
                continue
            pause = self._pause_after(piece, is_ending)
            self._due[piece.name] = time.monotonic() + pause
            if self.in_order and pause == 0:
                return

    def _pause_after(self, piece: Piece, is_ending: Ending) -> float:
        """Do the next part of a piece; returns how long to wait before the one after it."""
        is_ours = False
        try:
            is_ours = not piece.alone or turns.take(self.process, piece.name)
            has_more = is_ours and piece.advance(self.worker, is_ending)
        except Exception as error:  # whatever it is: it is told, and the other pieces go on
            self._failures[piece.name] += 1
            self.book.failed(piece.name, _sentence(piece.name, error))
            longer: float = LONG_PAUSE * 2.0 ** (self._failures[piece.name] - 1)
            return min(longer, LONGEST_PAUSE)
        finally:
            if piece.alone and is_ours:
                self._let_go(piece)
        self._failures[piece.name] = 0
        if is_ours:
            self.book.went_well(piece.name)
        return 0.0 if has_more else piece.every

    def _let_go(self, piece: Piece) -> None:
        try:
            turns.let_go(self.process, piece.name)
        except Exception:  # it is free again when this worker takes it next, or is silent for a while
            _log.warning("%s was not let go.", piece.name, exc_info=True)


def work(stopping: threading.Event | None = None) -> None:
    """Work until told to stop: by the event, or by SIGTERM or SIGINT when this is the main thread.

    A worker that is told to stop finishes the chunk it is at (well below a second of work).
    """
    ending = stopping or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
    name, book = claims.worker_name(), Book()
    _log.info("worker %s begins", name)
    _sign(name, book, is_first=True)
    threads = [
        threading.Thread(target=lane.run, args=(ending,), name=key, daemon=True)
        for key, lane in lanes(name, book).items()
    ]
    for thread in threads:
        thread.start()
    while not ending.wait(heartbeat.EVERY.total_seconds()):
        _sign(name, book)
    for thread in threads:
        thread.join(timeout=LONG_PAUSE)  # what it does not finish by then, the next worker begins anew
    _sign(name, book, is_last=True)
    _log.info("worker %s ends", name)


def lanes(process: str, book: Book, pieces: tuple[Piece, ...] = WORK) -> dict[str, Lane]:
    """The lanes of a worker by name."""
    names = dict.fromkeys(piece.lane for piece in pieces)
    return {
        name: Lane(
            tuple(piece for piece in pieces if piece.lane == name), process, book, in_order=name in IN_ORDER
        )
        for name in names
    }


def _sign(name: str, book: Book, *, is_first: bool = False, is_last: bool = False) -> None:
    try:
        if is_first:
            turns.enter(name, [piece.name for piece in WORK])
        book.sign(name)
        if is_last:
            turns.end(name)
    except Exception:  # the database may be away for a moment; the next sign tells
        _log.warning("The sign of life was not written.", exc_info=True)


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, CrmError):
        _log.warning("%s: %s", name, error.message)
        return error.message
    reference = secrets.token_hex(4)
    _log.error("%s failed, reference %s", name, reference, exc_info=error)
    return f"Something went wrong here; the log says more under {reference}."
