"""The worker's part of campaigns: begin what is due, claim, hand to the channel, sweep behind the dead.

Whoever dies while messages leave leaves them ``sending``; a sweep calls them ``unclear``, and nobody sends
them again by itself.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Invalid, Unavailable
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import ab_tests, claiming, delivering, handing_over, launching
from crm_core.marketing.campaign_channels import CHANNELS, is_open
from crm_core.marketing.claiming import LATE
from crm_core.marketing.letters import Claimed
from crm_core.settings import Settings
from crm_core.team.actors import actor_of
from db.models import Campaign, User
from db.queries import campaigns as campaign_sql
from db.queries import sending as sql

RESTS: Final = tuple(timedelta(seconds=some) for some in (5, 30, 60, 300))
"""How long a server that does not work is left alone, longer every time."""
TURN: Final = 10.0
"""Seconds that one connection is used before everything else gets its turn."""

_log = logging.getLogger(__name__)


class _Resting:
    """Servers that did not work last: how often in a row, and until when they are left alone."""

    failures: Final[dict[str, int]] = {}
    until: Final[dict[str, datetime]] = {}


def advance_next(worker: str, is_stopping: Callable[[], bool], settings: Settings | None = None) -> bool:
    """Begin campaigns whose time has come and send a batch of one; returns whether there was anything."""
    chosen = settings or Settings.from_environment()
    sweep()
    has_begun = begin_due()
    has_begun = ab_tests.decide_due() or has_begun
    open_now = [name for name in CHANNELS if is_open(name, chosen) and not _rests(_server(name, chosen))]
    batch = claiming.claim(worker, chosen, open_now)
    if not batch:
        return has_begun
    if CHANNELS[batch[0].channel].open is None:
        handing_over.hand_over(worker, batch)
    else:
        _send(worker, batch, is_stopping, chosen)
    return True


def begin_due() -> bool:
    """Begin scheduled campaigns; one that is far too late is paused and asks. Returns whether any was due."""
    with begin(SYSTEM, write=False) as work:
        due = work.scalars(campaign_sql.scheduled(work.now))
    for campaign_id in due:
        with begin(SYSTEM) as work:
            row = work.get(Campaign, campaign_id)
            sender = work.get(User, row.sender_id) if row.sender_id else None
            is_late = row.scheduled_at is None or work.now - row.scheduled_at > LATE
            if row.state != "scheduled":
                continue
            # Without a sender nobody's reach says who is meant.
            if is_late or (sender is not None and not sender.is_active):
                row.state, row.plan = "paused", {**row.plan, "is_overdue": True}
                work.record("campaign.paused", row, title=row.name)
                continue
            actor = actor_of(work, sender) if sender is not None else SYSTEM
        with begin(actor) as work:
            row = work.get(Campaign, campaign_id)
            if row.state == "scheduled":
                launching.begin_sending(work, row)
    return bool(due)


def sweep() -> int:
    """Messages whose sender died at the worst moment become ``unclear``; returns how many."""
    with begin(SYSTEM, write=False) as work:
        if work.scalar(sql.stuck(work.now)) is None:
            return 0
    with begin(SYSTEM) as work:
        return work.run(sql.call_unclear(work.now))


def _send(worker: str, batch: list[Claimed], is_stopping: Callable[[], bool], settings: Settings) -> None:
    open_carrier = CHANNELS[batch[0].channel].open
    server = _server(batch[0].channel, settings)
    assert open_carrier is not None  # noqa: S101 - for the type checker
    until = time.monotonic() + TURN
    try:
        with open_carrier(settings) as carrier:
            works = True
            while batch and works:
                works = delivering.deliver(worker, batch, carrier, is_stopping)
                goes_on = works and not is_stopping() and time.monotonic() < until
                batch = claiming.claim(worker, settings, [batch[0].channel]) if goes_on else []
            _note(server, works)
    except (Unavailable, Invalid) as error:
        _log.warning("%s", error.message)
        claiming.give_back(worker, batch, error.message)
        _note(server, works=False, is_closed=True)


def _server(channel: str, settings: Settings) -> str:
    return CHANNELS[channel].server(settings)


def _rests(server: str) -> bool:
    until, now = _Resting.until.get(server), Clock.now()
    return until is not None and now < until <= now + RESTS[-1]


def _note(server: str, works: bool, *, is_closed: bool = False) -> None:
    """Leave a server alone that cannot be reached, or that broke off several times in a row."""
    failures = 0 if works else _Resting.failures.get(server, 0) + 1
    _Resting.failures[server] = failures
    if is_closed or failures >= len(RESTS):
        _Resting.until[server] = Clock.now() + RESTS[min(failures, len(RESTS)) - 1]
