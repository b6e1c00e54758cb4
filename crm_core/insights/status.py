"""How the background work stands: workers, queues, pieces of work, failures, and the health of mail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from crm_core.automation import runs
from crm_core.channels import mail_out, webhook_calls
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import return_mailbox
from crm_core.team import turns
from crm_core.team.turns import TurnRow, WorkerRow
from db.queries import status as sql

DAY: Final = timedelta(days=1)
MONTH: Final = timedelta(days=30)
MOST_FAILURES: Final = 10
"""Of each queue; how many there are in all says the queue."""
TOO_MANY_BOUNCES: Final = 0.05
"""Share of returned messages above which large mailbox providers begin to refuse a sender."""
ENOUGH_SENT: Final = 50
"""Messages below which a share says nothing."""


@dataclass(frozen=True)
class QueueRow:
    """A queue: how many wait, are in work, failed in 30 days; the oldest that waits, the last success."""

    name: str
    waiting: int
    working: int
    failed: int
    oldest_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class FailureRow:
    """Something that failed, with its reason. ``acts`` are those of ``retry`` and ``give_up`` that it has."""

    queue: str
    id: int
    at: datetime
    about: str
    reason: str
    acts: tuple[str, ...]


@dataclass(frozen=True)
class MailFlow:
    """What became of mail within a time: single mails and messages of campaigns together.

    ``bounced`` counts messages of campaigns that came back; ``bounce_rate`` is their share, from 0 to 1, None
    when too few were sent to say.
    """

    sent: int
    deferred: int
    failed: int
    unclear: int
    bounced: int
    complaints: int
    bounce_rate: float | None


@dataclass(frozen=True)
class MailHealth:
    """How mail goes and comes. ``warning`` is a sentence, empty when all is well."""

    is_set_up: bool
    day: MailFlow
    month: MailFlow
    last_sent_at: datetime | None
    last_answer: str
    mailbox_is_set_up: bool
    mailbox_read_at: datetime | None
    mailbox_trouble: str
    warning: str


@dataclass(frozen=True)
class Status:
    """The whole of it, at an instant."""

    at: datetime
    workers: tuple[WorkerRow, ...]
    queues: tuple[QueueRow, ...]
    turns: tuple[TurnRow, ...]
    failures: tuple[FailureRow, ...]
    mail: MailHealth


@use_case(Permission.SETTINGS_MANAGE, read=True)
def get(work: Work) -> Status:
    """How everything in the background stands now."""
    system = work.as_system()
    return Status(
        at=work.now,
        workers=tuple(turns.workers(work)),
        queues=tuple(_queue(system, name) for name in sql.QUEUES),
        turns=tuple(turns.search(work)),
        failures=tuple(row for name in sql.QUEUES for row in _failures(system, name)),
        mail=_mail(system),
    )


@use_case(Permission.SETTINGS_MANAGE)
def retry(work: Work, queue: str, row_id: int) -> None:
    """Do something again that failed: a mail, a call to another system, a step of a journey.

    Raises:
        Invalid: things of this queue are tried again where they are shown. NotFound: there is none.
        Conflict: it did not fail.
    """
    _act(_RETRY, queue)(work.as_system(), row_id)


@use_case(Permission.SETTINGS_MANAGE)
def give_up(work: Work, queue: str, row_id: int) -> None:
    """Let something be that is tried again and again: a call to another system.

    Raises:
        Invalid: nothing of this queue is given up here. NotFound: there is none. Conflict: it is over.
    """
    _act(_GIVE_UP, queue)(work.as_system(), row_id)


Act = Callable[[Work, int], None]
_RETRY: Final[Mapping[str, Act]] = {
    "mail": mail_out.send_again, "journeys": runs.retry, "webhooks": webhook_calls.retry,
}  # fmt: skip
_GIVE_UP: Final[Mapping[str, Act]] = {"webhooks": webhook_calls.give_up}


def _act(acts: Mapping[str, Act], queue: str) -> Act:
    if queue not in acts:
        raise Invalid(f"Nothing of “{queue[:40]}” is done here. Choose from: {', '.join(acts)}.")
    return acts[queue]


def _queue(work: Work, name: str) -> QueueRow:
    found = {row.kind: row for row in work.tuples(sql.standing(name, work.now - MONTH))}
    numbers = {kind: found[kind].count if kind in found else 0 for kind in ("waiting", "working", "failed")}
    oldest = found["waiting"].oldest_at if "waiting" in found else None
    if name == "journeys":
        # Most of those on a journey wait for a day to come: only who is due is in work.
        late = work.tuples(sql.overdue(work.now))[0]
        numbers["working"], oldest = late.count, min(filter(None, (oldest, late.oldest_at)), default=None)
    last = work.tuples(sql.last_success(name))
    return QueueRow(name, **numbers, oldest_at=oldest, done_at=last[0][0] if last else None)


def _failures(work: Work, name: str) -> list[FailureRow]:
    rows = [(row, _acts(name, row.state)) for row in work.tuples(_failed(work, name))]
    if name == "webhooks":
        rows += [(row, ("give_up",)) for row in work.tuples(sql.trying_again(MOST_FAILURES))]
    return [FailureRow(name, row.id, row.at, str(row.about), row.reason, acts) for row, acts in rows]


def _failed(work: Work, name: str) -> Any:
    return sql.failures(name, work.now - MONTH, MOST_FAILURES)


def _acts(name: str, state: str) -> tuple[str, ...]:
    # What may have arrived is sent again from the list of mails, where that is said.
    return ("retry",) if name in _RETRY and state == "failed" else ()


def _mail(work: Work) -> MailHealth:
    going, coming = mail_out.status(work), return_mailbox.status(work)
    day, month = _flow(work, work.now - DAY), _flow(work, work.now - MONTH)
    return MailHealth(
        is_set_up=going.is_set_up, day=day, month=month, last_sent_at=going.last_sent_at,
        last_answer=str(work.scalar(sql.last_answer()) or ""), mailbox_is_set_up=coming.is_set_up,
        mailbox_read_at=coming.looked_at, mailbox_trouble=coming.trouble, warning=_warning(month),
    )  # fmt: skip


def _flow(work: Work, since: datetime) -> MailFlow:
    single = {row[0]: row[1] for row in work.tuples(sql.mails_since(since))}
    sent, bounced = work.tuples(sql.messages_since(since))[0]
    trouble = {row[0]: row[1] for row in work.tuples(sql.troubles_since(since))}
    return MailFlow(
        sent=single.get("sent", 0) + sent,
        deferred=int(work.scalar(sql.deferred())) + trouble.get("pending", 0),
        failed=single.get("failed", 0) + trouble.get("failed", 0),
        unclear=single.get("unclear", 0) + trouble.get("unclear", 0),
        bounced=bounced, complaints=int(work.scalar(sql.complaints_since(since))),
        bounce_rate=bounced / sent if sent >= ENOUGH_SENT else None,
    )  # fmt: skip


def _warning(month: MailFlow) -> str:
    if month.bounce_rate is None or month.bounce_rate < TOO_MANY_BOUNCES:
        return ""
    return (
        f"{month.bounce_rate:.1%} of the messages of the last 30 days came back. From {TOO_MANY_BOUNCES:.0%} "
        "on, mailbox providers begin to refuse all of them: clean the addresses before you send more."
    )
