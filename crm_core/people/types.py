"""Frozen shapes of people and companies: what leaves this area and what comes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm_core.people.listing import Query

Selection = Query
"""All contacts that a list shows, without naming each."""

Chosen = Sequence[int] | Selection
"""Some contacts: their ids, or the list they stand in."""


@dataclass(frozen=True)
class BulkDone:
    """How many records a bulk act changed, and the token that takes it back (None: nothing to undo)."""

    count: int
    undo_token: int | None


@dataclass(frozen=True)
class Undone:
    """What an undo did. ``kept`` names records that were changed since and stay as they are.

    ``kept_count`` counts them all, also beyond those that are named and those that are out of reach.
    """

    count: int
    kept_count: int = 0
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Point:
    """One way to reach a contact beside its main e-mail and phones: kind, value, label."""

    kind: str
    value: str
    label: str = ""


@dataclass(frozen=True)
class ContactHint:
    """A contact that may be the same person: ``reasons`` out of email, phone, name."""

    id: int
    name: str
    company: str
    email: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class AccountHint:
    """A company that may be the same one: ``reasons`` out of name, website."""

    id: int
    name: str
    city: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class DeletedContact:
    """A contact that can be restored."""

    id: int
    name: str
    company: str
    email: str
    deleted_at: datetime


@dataclass(frozen=True)
class ContactDetail:
    """One contact as its page shows it.

    ``values`` holds every field that can be edited by its import field name, custom ones as
    ``custom.<name>``: what a form starts from and what ``contacts.change`` takes back.
    """

    id: int
    version: int
    name: str
    owner_id: int | None
    owner_name: str
    account_id: int | None
    company: str
    email_opt: str
    points: tuple[Point, ...]
    tags: tuple[str, ...]
    is_sample: bool
    last_touch_at: datetime | None
    created_at: datetime
    updated_at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    was_imported: bool = False

    def __getitem__(self, name: str) -> Any:
        """The value of a field by its import field name, empty text where there is none."""
        return self.values.get(name, "")


@dataclass(frozen=True)
class AccountRow:
    """A company in a list."""

    id: int
    name: str
    industry: str
    city: str
    country: str
    owner_id: int | None
    contact_count: int


@dataclass(frozen=True)
class AccountDetail:
    """One company as its page shows it; ``values`` as in ``ContactDetail``."""

    id: int
    version: int
    name: str
    owner_id: int | None
    owner_name: str
    parent_id: int | None
    tags: tuple[str, ...]
    contact_count: int
    last_touch_at: datetime | None
    created_at: datetime
    updated_at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """The value of a field by its import field name, empty text where there is none."""
        return self.values.get(name, "")


@dataclass(frozen=True)
class DeletedAccount:
    """A company that can be restored."""

    id: int
    name: str
    deleted_at: datetime


@dataclass(frozen=True)
class AccountContact:
    """A person at a company."""

    id: int
    name: str
    job_title: str
    email: str
    phone: str


@dataclass(frozen=True)
class TagRow:
    """A tag and how many records carry it, of those that the reader sees."""

    id: int
    name: str
    contact_count: int
    account_count: int


@dataclass(frozen=True)
class CustomFieldRow:
    """A field that the admin added. Its import field name is ``custom.<name>``."""

    id: int
    record: str
    name: str
    label: str
    type: str
    choices: tuple[str, ...]
    position: int
    is_active: bool = True


@dataclass(frozen=True)
class ConsentEntry:
    """What a contact agreed to or took back, with its proof."""

    id: int
    channel: str
    purpose: str
    is_granted: bool
    source: str
    happened_at: datetime
    recorded_at: datetime
