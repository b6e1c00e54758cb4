"""The outbox: what waits, who holds it, and where each mail stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, func, select, update

from db.models import Mail
from db.queries import Rows


def of_cause(cause: str) -> Rows:
    """The mail that something brought about."""
    return select(Mail.id).where(Mail.cause == cause)


def due(now: datetime, limit: int) -> Rows:
    """Mails whose time has come, in the order of their times."""
    columns = (Mail.id, Mail.to_address, Mail.subject, Mail.body_text, Mail.body_html, Mail.headers)
    return (
        select(*columns, Mail.attachments, Mail.message_id, Mail.attempts, Mail.created_at)
        .where(Mail.state == "pending", Mail.next_try_at <= now)
        .order_by(Mail.next_try_at, Mail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def hold(mail_id: int, worker: str, now: datetime, until: datetime) -> Update:
    """Take a waiting mail, unless another worker was quicker."""
    chosen = (Mail.id == mail_id, Mail.state == "pending", Mail.next_try_at <= now)
    return update(Mail).where(*chosen).values(worker=worker, next_try_at=until)


def let_go(mail_id: int, worker: str, again: datetime, attempts: int, answer: str) -> Update:
    """Put a held mail back that was not begun."""
    chosen = (Mail.id == mail_id, Mail.state == "pending", Mail.worker == worker)
    values: dict[str, Any] = {"worker": "", "next_try_at": again, "attempts": attempts}
    return update(Mail).where(*chosen).values(**values | ({"answer": answer} if answer else {}))


def start(mail_id: int, worker: str, until: datetime) -> Update:
    """Say that the text of a held mail leaves now."""
    chosen = (Mail.id == mail_id, Mail.state == "pending", Mail.worker == worker)
    return update(Mail).where(*chosen).values(state="sending", next_try_at=until)


def settle(mail_id: int, worker: str, values: Mapping[str, Any]) -> Update:
    """Note what became of a mail; its sender knows better than the sweep, however late."""
    chosen = (Mail.id == mail_id, Mail.worker == worker, Mail.state.in_(("pending", "sending", "unclear")))
    return update(Mail).where(*chosen).values(**values)


def stuck(now: datetime) -> Rows:
    """A mail whose sender was not heard of since it began."""
    return select(Mail.id).where(Mail.state == "sending", Mail.next_try_at < now).limit(1)


def call_unclear(now: datetime) -> Update:
    """Say of such mails that nobody knows whether they arrived."""
    answer = "The sender stopped in the middle; it may have arrived."
    stuck_ones = (Mail.state == "sending", Mail.next_try_at < now)
    return update(Mail).where(*stuck_ones).values(state="unclear", attempts=Mail.attempts + 1, answer=answer)


def counts() -> Rows:
    """How many mails are in each state but the sent ones, which nobody has to care about."""
    states = ("pending", "sending", "failed", "unclear")
    return select(Mail.state, func.count()).where(Mail.state.in_(states)).group_by(Mail.state)


def last_sent() -> Rows:
    """When mail was sent last."""
    return select(Mail.sent_at).where(Mail.state == "sent").order_by(Mail.id.desc()).limit(1)


def last_trouble() -> Rows:
    """What the mail server said about the latest mail that waits after an attempt."""
    chosen = (Mail.state == "pending", Mail.answer != "")
    return select(Mail.answer).where(*chosen).order_by(Mail.id.desc()).limit(1)


def listed_by(states: Sequence[str]) -> Rows:
    """Mails in these states (all without any), the latest first."""
    columns = (Mail.id, Mail.purpose, Mail.to_address, Mail.subject, Mail.state, Mail.attempts, Mail.answer)
    found = select(*columns, Mail.next_try_at, Mail.created_at, Mail.sent_at).order_by(Mail.id.desc())
    return found.where(Mail.state.in_(states)) if states else found
