"""Messages on their way: begun in one committed moment, sent, and settled in the next.

A message is ``sending`` from a committed moment before its text leaves until a committed moment after the
answer. What is begun together is only as much as the other side takes in ``FLIGHT``; whoever dies in between
leaves exactly that unclear. The moment that settles some messages begins the next ones.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from crm_core.channels.carriers import Carrier
from crm_core.channels.sending import MOST_ATTEMPTS, pause_after
from crm_core.channels.types import Outcome, OutgoingMail
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import CrmError
from crm_core.kernel.work import Work, begin
from crm_core.marketing import claiming, consent_gate
from crm_core.marketing.letters import Claimed, letter
from db.models import Campaign
from db.queries import sending as sql

FLIGHT: Final = 0.2
"""Seconds; a server that takes longer for one message gets them one by one."""
MOST_IN_FLIGHT: Final = 25
NOT_BEGUN: Final = Outcome("back")
"""Of a message that was next when the connection broke: it is due again, and that was no attempt."""

Settled = list[tuple[Claimed, Outcome]]


def deliver(worker: str, batch: Sequence[Claimed], carrier: Carrier, is_stopping: Callable[[], bool]) -> bool:
    """Send claimed messages over an open carrier; returns whether it still worked at the end."""
    left, most, works = deque(batch), 1, True
    settled: Settled = []
    while left and works and not is_stopping():
        flight = [left.popleft() for _ in range(min(most, len(left)))]
        unwritten: Settled = []
        begun = _turn(worker, settled, _written(flight, unwritten))
        settled = unwritten
        started = time.monotonic()
        for one, text in begun:
            outcome = carrier.send(text) if works else NOT_BEGUN
            works = works and not outcome.is_servers
            settled.append((one, outcome))
        each = (time.monotonic() - started) / max(1, len(begun))
        most = max(1, min(MOST_IN_FLIGHT, int(FLIGHT / each))) if each else MOST_IN_FLIGHT
    _turn(worker, settled, [])
    claiming.give_back(worker, left)
    return works


def settle(work: Work, worker: str, settled: Settled) -> None:
    """Note what became of messages."""
    sent = [one.id for one, outcome in settled if outcome.state == "sent" and not one.attempts]
    if sent:
        first = {"state": "sent", "attempts": 1, "reason": "", "next_try_at": None, "sent_at": work.now}
        work.run(sql.settle(sent, worker, first))
    for one, outcome in settled:
        if outcome.state != "sent" or one.attempts:
            work.run(sql.settle([one.id], worker, _noted(one, outcome, work.now)))


def _written(flight: Sequence[Claimed], settled: Settled) -> list[tuple[Claimed, OutgoingMail]]:
    """The messages, made before they are begun; those that cannot be made have failed."""
    made = []
    for one in flight:
        try:
            made.append((one, letter(one)))
        except (CrmError, ValueError) as error:
            settled.append((one, Outcome("failed", str(error))))
    return made


def _turn(
    worker: str, settled: Settled, written: Sequence[tuple[Claimed, OutgoingMail]]
) -> list[tuple[Claimed, OutgoingMail]]:
    """Settle what was sent and begin what is next, in one transaction; returns what may leave now."""
    if not (settled or written):
        return []
    with begin(SYSTEM) as work:
        settle(work, worker, settled)
        if not written:
            return []
        allowed = may_leave(work, worker, [one for one, _ in written])
        ids = [one.id for one in allowed]
        if work.run(sql.start(ids, worker, work.now + claiming.HELD_FOR)) < len(ids):
            # The campaign was stopped, or somebody else has them by now.
            ids = work.scalars(sql.started(ids, worker))
            work.run(sql.let_go([one.id for one in allowed], worker, {"next_try_at": work.now}))
    begun = set(ids)
    return [(one, text) for one, text in written if one.id in begun]


def may_leave(work: Work, worker: str, held: Sequence[Claimed]) -> list[Claimed]:
    """Those who may be written to at this very moment; the others are left out, with the reason."""
    if not held:
        return []
    campaign = work.get(Campaign, held[0].campaign_id)
    why = consent_gate.reasons_now(work, campaign, [one.contact_id for one in held])
    for one in held:
        if one.contact_id in why:
            values = {"state": "excluded", "reason": why[one.contact_id], "next_try_at": None}
            work.run(sql.let_go([one.id], worker, values))
    return [one for one in held if one.contact_id not in why]


def _noted(one: Claimed, outcome: Outcome, now: datetime) -> dict[str, Any]:
    if outcome is NOT_BEGUN:
        return {"state": "pending", "worker": "", "next_try_at": now}
    attempts = one.attempts + 1
    values = {
        "state": outcome.state,
        "attempts": attempts,
        "reason": outcome.answer[:200],
        "next_try_at": None,
    }
    if outcome.state == "sent":
        return {**values, "reason": "", "sent_at": now}
    if outcome.state == "later" and attempts >= MOST_ATTEMPTS:
        return {**values, "state": "failed", "worker": ""}
    if outcome.state == "later":
        return {**values, "state": "pending", "worker": "", "next_try_at": now + pause_after(attempts)}
    return values
