"""Shapes of touchpoints and of what happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class MailNames:
    """What a mail is called, and the messages that it names as answered, the nearest first.

    ``is_for_service``: it went to the address that customers write to when they need help.
    """

    message_id: str
    named: tuple[str, ...] = ()
    is_for_service: bool = False


@dataclass(frozen=True)
class NewInteraction:
    """A touchpoint to write down, with a contact or a company.

    ``happened_at`` empty means now; ``direction`` is ``in``, ``out`` or empty. ``mail`` is what the mail is
    called that it came as.
    """

    kind: str
    contact_id: int | None = None
    account_id: int | None = None
    subject: str = ""
    body: str = ""
    direction: str = ""
    outcome: str = ""
    duration_minutes: int | None = None
    happened_at: datetime | None = None
    mail: MailNames | None = None


@dataclass(frozen=True)
class InteractionDetail:
    """A touchpoint as it is stored."""

    id: int
    kind: str
    contact_id: int | None
    account_id: int | None
    subject: str
    body: str
    direction: str
    outcome: str
    duration_minutes: int | None
    happened_at: datetime
    actor_id: int | None
    version: int


@dataclass(frozen=True)
class Entry:
    """One line of a timeline: what happened, in words, and what belongs to it.

    ``text`` is what a person wrote, ``changes`` maps fields to their old and new values. ``actor_id`` is the
    user who did it, None for programs and the system. ``case_id`` is the case that it belongs to.
    """

    id: int
    name: str
    sentence: str
    actor: str
    happened_at: datetime
    actor_id: int | None = None
    contact_id: int | None = None
    account_id: int | None = None
    about: str = ""
    interaction_id: int | None = None
    subject: str = ""
    text: str = ""
    direction: str = ""
    outcome: str = ""
    duration_minutes: int | None = None
    case_id: int | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrival:
    """The file that brought a record in, and when."""

    file_name: str
    brought_at: datetime
