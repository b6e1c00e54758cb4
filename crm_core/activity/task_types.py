"""Shapes of tasks, calls and meetings: what is planned, listed and asked for."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from crm_core.kernel.paging import Page, Paging

Due = Literal["", "overdue", "today", "upcoming", "undated"]


@dataclass(frozen=True)
class NewTask:
    """Something to do, to call or to meet for.

    ``due_on`` is a day in the company's time zone; with ``starts_at`` it is the day of that instant.
    ``owner_id`` empty means whoever asks. ``repeats`` is empty or one of ``task_rules.REPEATS``, each
    ``repeat_every``-th time. ``cause`` makes sure that what asks for a task twice gets one.
    """

    title: str
    kind: str = "todo"
    due_on: date | None = None
    starts_at: datetime | None = None
    duration_minutes: int | None = None
    remind_at: datetime | None = None
    priority: str = "normal"
    notes: str = ""
    owner_id: int | None = None
    contact_id: int | None = None
    account_id: int | None = None
    deal_id: int | None = None
    repeats: str = ""
    repeat_every: int = 1
    cause: str | None = None


@dataclass(frozen=True)
class TaskRow:
    """A task as lists, calendars and pages show it.

    Names of the contact, the company and the deal are empty when they are not the reader's to see.
    """

    id: int
    kind: str
    title: str
    notes: str
    priority: str
    status: str
    due_on: date | None
    starts_at: datetime | None
    duration_minutes: int | None
    remind_at: datetime | None
    outcome: str
    done_at: datetime | None
    owner_id: int | None
    owner_name: str
    contact_id: int | None
    contact_name: str
    account_id: int | None
    account_name: str
    deal_id: int | None
    deal_name: str
    repeats: str
    repeat_every: int
    version: int

    @property
    def is_open(self) -> bool:
        """Is it still to be done?"""
        return self.status == "open"


@dataclass(frozen=True)
class TaskQuery:
    """Which tasks a list shows.

    ``owner_ids`` empty means everybody's that the reader sees; ``given`` are those that the reader planned
    for others, whether or not the reader would see them otherwise; ``due`` counts from the company's today;
    ``status`` is ``open``, ``done``, ``cancelled``, ``deleted`` or empty for all that are not deleted.
    """

    owner_ids: tuple[int, ...] = ()
    given: bool = False
    status: str = "open"
    due: Due = ""
    kinds: tuple[str, ...] = ()
    priority: str = ""
    text: str = ""
    contact_id: int | None = None
    account_id: int | None = None
    deal_id: int | None = None
    paging: Paging = field(default_factory=Paging)


@dataclass(frozen=True)
class MyDay:
    """What one person has to do: what is late, today, and what comes.

    Each part holds its first tasks and says how many there are.
    """

    today: date
    overdue: Page[TaskRow]
    due_today: Page[TaskRow]
    upcoming: Page[TaskRow]
    undated: Page[TaskRow]
    done_today: int


@dataclass(frozen=True)
class Finished:
    """What finishing brought about: the next of the series, the follow-up and the entry that was logged."""

    next_id: int | None = None
    follow_up_id: int | None = None
    interaction_id: int | None = None


@dataclass(frozen=True)
class Before:
    """One task as it stood before many were changed, and the version that the change gave it."""

    id: int
    version: int
    due_on: date | None
    starts_at: datetime | None
    remind_at: datetime | None
    reminded_at: datetime | None
    owner_id: int | None


@dataclass(frozen=True)
class ManyDone:
    """What became of many tasks: how many were changed, what each was before, and how many stayed."""

    before: tuple[Before, ...]
    kept: int = 0

    @property
    def count(self) -> int:
        """How many were changed."""
        return len(self.before)
