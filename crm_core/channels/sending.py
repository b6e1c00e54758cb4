"""The worker's part of the outbox: claim, send, note what became of it.

A mail is ``sending`` from a committed moment before its text leaves until a committed moment after the
server's answer. Whoever dies in between leaves it so; a sweep then calls it ``unclear``, and nobody sends it
again by itself: one mail too few can be asked for, one too many cannot be taken back.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from crm_core.channels import mail_out, messages
from crm_core.channels.smtp import Connection, Server
from crm_core.channels.types import Outcome, OutgoingMail
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Invalid, Unavailable
from crm_core.kernel.work import begin
from crm_core.settings import Settings
from db.queries import mails as sql

BATCH: Final = 50
HELD_FOR: Final = timedelta(minutes=5)
"""How long a claimed mail that was not begun, and a connection that was not heard of, belong to a worker."""
PAUSES: Final = (1, 5, 30, 120)
"""Minutes before the second, third … attempt; the last one stays."""
MOST_ATTEMPTS: Final = 12

_log = logging.getLogger(__name__)


def advance_next(worker: str, is_stopping: Callable[[], bool], settings: Settings | None = None) -> bool:
    """Send the mails that wait, a batch at most; returns whether there were any."""
    chosen = settings or Settings.from_environment()
    sweep()
    if not mail_out.is_set_up(chosen):
        return False
    batch = claim(worker)
    if not batch:
        return False
    try:
        with Connection(Server.of(chosen.smtp_url)) as connection:
            for position, mail in enumerate(batch):
                if is_stopping() or not _send(connection, worker, mail, chosen.mail_from):
                    give_back(worker, batch[position:])
                    break
    except (Unavailable, Invalid) as error:
        _log.warning("%s", error.message)
        give_back(worker, batch, error.message)
    return True


def claim(worker: str, limit: int = BATCH) -> list[OutgoingMail]:
    """Take mails that are due; others leave them alone until ``HELD_FOR`` is over."""
    with begin(SYSTEM) as work:
        found = work.rows(sql.due(work.now, limit), OutgoingMail)
        return [mail for mail in found if work.run(sql.hold(mail.id, worker, work.now, work.now + HELD_FOR))]


def give_back(worker: str, mails: list[OutgoingMail], answer: str = "") -> None:
    """Let go of claimed mails that were not begun; after trouble they wait like after an attempt."""
    with begin(SYSTEM) as work:
        for mail in mails:
            again = work.now + pause_after(mail.attempts + 1) if answer else work.now
            attempts = mail.attempts + (1 if answer else 0)
            work.run(sql.let_go(mail.id, worker, again, attempts, answer[:500]))


def sweep() -> int:
    """Mails whose sender died at the worst moment become ``unclear``; returns how many."""
    with begin(SYSTEM, write=False) as work:
        if work.scalar(sql.stuck(work.now)) is None:
            return 0
    with begin(SYSTEM) as work:
        return work.run(sql.call_unclear(work.now))


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return timedelta(minutes=PAUSES[min(attempts, len(PAUSES)) - 1])


def _send(connection: Connection, worker: str, mail: OutgoingMail, mail_from: str) -> bool:
    """Send one claimed mail; returns whether the connection can be used for the next."""
    try:
        built = messages.message(mail, mail_from)
    except (Invalid, ValueError) as error:
        _settle(worker, mail, Outcome("failed", str(error)[:500]))
        return True
    with begin(SYSTEM) as work:
        if not work.run(sql.start(mail.id, worker, work.now + HELD_FOR)):
            return True  # somebody else has it by now
    outcome = connection.send(built)
    _settle(worker, mail, outcome)
    return not outcome.is_servers


def _settle(worker: str, mail: OutgoingMail, outcome: Outcome) -> None:
    attempts = mail.attempts + 1
    state, again = outcome.state, None
    with begin(SYSTEM) as work:
        if state == "later":
            state = "pending" if attempts < MOST_ATTEMPTS else "failed"
            again = work.now + pause_after(attempts)
        sent_at: datetime | None = work.now if state == "sent" else None
        values = {"state": state, "attempts": attempts, "answer": outcome.answer[:500], "sent_at": sent_at}
        if again is not None:
            values["next_try_at"] = again
        work.run(sql.settle(mail.id, worker, values))
