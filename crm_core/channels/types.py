"""Shapes of outgoing mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class NewMail:
    """A mail to one address. ``cause`` is what brought it about: the same cause writes once.

    ``purpose`` says what kind of mail it is (``reminder``, ``campaign``, …). ``html`` may be empty; ``text``
    should not be. ``headers`` are further ones, such as ``List-Unsubscribe`` or ``Reply-To``.
    ``attachments`` maps file names to files. ``not_before`` holds it back until then.
    """

    cause: str
    to: str
    subject: str
    text: str
    html: str = ""
    purpose: str = "notice"
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: Mapping[str, Attachment] = field(default_factory=dict)
    contact_id: int | None = None
    user_id: int | None = None
    not_before: datetime | None = None


@dataclass(frozen=True)
class OutgoingMail:
    """A mail as the worker sends it. ``return_path`` is where reports go; empty for the sender's address."""

    id: int
    to_address: str
    subject: str
    body_text: str
    body_html: str
    headers: Mapping[str, str]
    attachments: Mapping[str, Mapping[str, str]]
    message_id: str
    attempts: int
    created_at: datetime
    return_path: str = ""


@dataclass(frozen=True)
class MailRow:
    """A mail in a list: where it stands, and what the mail server said last."""

    id: int
    purpose: str
    to_address: str
    subject: str
    state: str
    attempts: int
    answer: str
    next_try_at: datetime
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class MailStatus:
    """How mail goes: how many wait, failed for good, or may or may not have arrived, and the last sent."""

    is_set_up: bool
    waiting: int
    failed: int
    unclear: int
    last_sent_at: datetime | None
    last_answer: str


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt: ``sent``, ``later`` (try again), ``failed`` (for good) or ``unclear``.

    ``is_servers`` says that the server could not be used at all, so that other mails need not be tried.
    """

    state: str
    answer: str = ""
    is_servers: bool = False
