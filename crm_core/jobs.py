"""What is done in the background: the rows say what, a worker asks them and does it.

Several workers may run on several machines; each piece of work is claimed by one of them.
"""

import logging
import signal
import threading
import time
from typing import Final

from crm_core.activity import reminders
from crm_core.automation import advancing
from crm_core.channels import sending, webhooks
from crm_core.commerce import prices, recommendations
from crm_core.data import claims, copy_work, duplicate_work, execution, quality_work
from crm_core.insights import customer_value, standing_answers
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Unavailable
from crm_core.loyalty import nights
from crm_core.marketing import return_mailbox, segment_sizes
from crm_core.marketing import sending as campaign_sending
from crm_core.sales import forecast_snapshots, lead_work

PAUSE: Final = 0.5
"""Seconds between two looks at what there is to do: the longest wait before a click has an effect."""

LONG_PAUSE: Final = 5.0
"""Seconds to wait when the database does not answer."""

COPY_PAUSE: Final = 2.0
"""Seconds between two looks whether a backup is due, or somebody wants everything as a file."""

NIGHT_PAUSE: Final = 60.0
"""Seconds between two looks whether a new day began, whose forecast is to be kept."""

MAIL_PAUSE: Final = 2.0
"""Seconds between two looks for reminders that are due, mails that wait, and new leads."""

PRICE_PAUSE: Final = 900.0
"""Seconds between two looks for prices that begin today."""

_log = logging.getLogger(__name__)


class _Looked:
    """Until when (on the clock of the process) nobody has to look again."""

    prices_until = 0.0


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
    # Beside the rest: a copy of a large base takes minutes, and nobody's import should wait for it.
    copying = threading.Thread(target=_make_copies, args=(ending,), name="copies", daemon=True)
    copying.start()
    # So is what is forecast: a long history takes a moment to learn from.
    foretelling = threading.Thread(target=_keep_forecasts, args=(ending,), name="forecasts", daemon=True)
    foretelling.start()
    # So is mail: a mail server may take its time.
    mailing = threading.Thread(target=_remind_and_mail, args=(ending,), name="mail", daemon=True)
    mailing.start()
    # Journeys too: nobody's morning mail waits for the import of a large file.
    going_on = threading.Thread(target=_take_journeys_on, args=(ending,), name="journeys", daemon=True)
    going_on.start()
    while not ending.is_set():
        ending.wait(_pause_after(name, ending))
    going_on.join(timeout=LONG_PAUSE)
    mailing.join(timeout=LONG_PAUSE)
    copying.join(timeout=LONG_PAUSE)  # what it does not finish by then, the next worker begins anew
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


def _make_copies(ending: threading.Event) -> None:
    name = claims.worker_name()
    while not ending.is_set():
        try:
            pause = 0.0 if copy_work.advance_next(name) else COPY_PAUSE
        except Exception:  # the next look may go well: nights must not be missed because one look did not
            _log.warning("Looking for copies to make failed.", exc_info=True)
            pause = LONG_PAUSE
        ending.wait(pause)


def _begin_prices(now: float) -> None:
    """Bring prices into force whose day has come, at the first look and then every quarter of an hour."""
    if now >= _Looked.prices_until:
        _Looked.prices_until = now + PRICE_PAUSE
        prices.sweep(SYSTEM)


def _remind_and_mail(ending: threading.Event) -> None:
    name = claims.worker_name()
    while not ending.is_set():
        try:
            _begin_prices(time.monotonic())
            advances = (reminders, sending, campaign_sending, lead_work, nights, return_mailbox)
            # Each gets its turn: a campaign that takes an hour must not keep reminders and leads waiting.
            done = [one.advance_next(name, ending.is_set) for one in advances]
            pause = 0.0 if any(done) else MAIL_PAUSE
        except Exception:  # as above: one look that failed must not end all others
            _log.warning("Reminding and sending mail failed.", exc_info=True)
            pause = LONG_PAUSE
        ending.wait(pause)


def _take_journeys_on(ending: threading.Event) -> None:
    name = claims.worker_name()
    while not ending.is_set():
        try:
            done = [one.advance_next(name, ending.is_set) for one in (advancing, webhooks)]
            pause = 0.0 if any(done) else MAIL_PAUSE
        except Exception:  # as above: one look that failed must not end all others
            _log.warning("Taking journeys on failed.", exc_info=True)
            pause = LONG_PAUSE
        ending.wait(pause)


def _keep_forecasts(ending: threading.Event) -> None:
    name = claims.worker_name()
    while not ending.is_set():
        advances = (
            forecast_snapshots.advance_next,
            segment_sizes.advance_next,
            customer_value.advance_next,
            recommendations.advance_next,
            standing_answers.advance_next,
        )
        for advance in advances:
            try:
                while advance(name, ending.is_set):
                    pass
            except Exception:  # as above: one look that failed must not end all others
                _log.warning("Work of the night failed.", exc_info=True)
        ending.wait(NIGHT_PAUSE)
