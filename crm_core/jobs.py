"""What is done in the background: the rows say what, a worker asks them and does it.

Several workers may run on several machines; each piece of work is claimed by one of them.
"""

import logging
import signal
import threading
from typing import Final

from crm_core.data import claims, duplicate_work, execution, quality_work
from crm_core.kernel.errors import Unavailable

PAUSE: Final = 0.5
"""Seconds between two looks at what there is to do: the longest wait before a click has an effect."""

LONG_PAUSE: Final = 5.0
"""Seconds to wait when the database does not answer."""

_log = logging.getLogger(__name__)


def work(stopping: threading.Event | None = None) -> None:
    """Work until told to stop: by the event, or by SIGTERM or SIGINT when this is the main thread.

    A worker that is told to stop finishes the chunk it is at (well below a second of work).
    """
    ending = stopping or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
    name = claims.worker_name()
    _log.info("worker %s begins", name)
    while not ending.is_set():
        ending.wait(_pause_after(name, ending))
    _log.info("worker %s ends", name)


def _pause_after(name: str, ending: threading.Event) -> float:
    """Do the next piece of work; returns how long to wait before the one after it."""
    try:
        # Imports first: people wait for them, while comparing a large base may take minutes.
        advances = (execution.advance_next, duplicate_work.advance_next, quality_work.advance_next)
        return 0.0 if any(advance(name, ending.is_set) for advance in advances) else PAUSE
    except Unavailable as error:
        _log.warning("%s", error.message)
        return LONG_PAUSE
