"""Shapes of cases: what is opened, listed, read, and what is said in them."""

from dataclasses import dataclass, field
from datetime import datetime

from crm_core.kernel.paging import Paging


@dataclass(frozen=True)
class NewCase:
    """Something a customer asks, wants or complains about.

    ``body`` is what was said, ``direction`` who said it: ``in`` the customer, ``out`` we, empty for a note
    among colleagues. ``opened_at`` empty means now. ``cause`` makes sure that what asks for a case twice
    gets one.
    """

    contact_id: int
    subject: str
    kind: str = "question"
    priority: str = "normal"
    channel: str = "mail"
    body: str = ""
    direction: str = "in"
    owner_id: int | None = None
    product_id: int | None = None
    order_id: int | None = None
    tags: tuple[str, ...] = ()
    opened_at: datetime | None = None
    cause: str | None = None


@dataclass(frozen=True)
class NewMessage:
    """Something we say to a customer in a case.

    ``by_mail`` sends it to the customer's address; otherwise it was said by phone, chat or the like
    (``channel`` empty: the way the case came). ``then`` is the status afterwards: ``waiting``, ``solved``,
    or empty. ``answer_id`` is the known answer that it was made from.
    """

    body: str
    by_mail: bool = False
    channel: str = ""
    then: str = ""
    tags: tuple[str, ...] = ()
    answer_id: int | None = None


@dataclass(frozen=True)
class CaseRow:
    """A case as lists show it.

    ``due_at`` is the nearest promise that is still to be kept: the first answer, else the solution; None
    while nothing is promised or the clock stands still. ``is_unanswered``: the customer wrote last.
    """

    id: int
    number: int
    subject: str
    kind: str
    status: str
    priority: str
    channel: str
    contact_id: int
    contact_name: str
    account_id: int | None
    account_name: str
    owner_id: int | None
    owner_name: str
    opened_at: datetime
    last_message_at: datetime
    first_response_at: datetime | None
    solved_at: datetime | None
    response_due_at: datetime | None
    resolution_due_at: datetime | None
    is_unanswered: bool
    reopened_count: int
    version: int

    @property
    def due_at(self) -> datetime | None:
        """The nearest promise that is still to be kept."""
        if self.status in ("solved", "closed"):
            return None
        if self.first_response_at is None and self.response_due_at is not None:
            promises = (self.response_due_at, self.resolution_due_at or self.response_due_at)
            return min(promises)
        return self.resolution_due_at

    def is_overdue(self, now: datetime) -> bool:
        """Has a promise been missed that is still to be kept?"""
        return self.due_at is not None and self.due_at < now


@dataclass(frozen=True)
class CaseMessageRow:
    """Something said in a case: ``direction`` is ``in``, ``out`` or empty for a note among colleagues.

    ``mail_state`` is where the mail stands that takes it to the customer, empty without one.
    """

    id: int
    interaction_id: int
    kind: str
    direction: str
    subject: str
    body: str
    actor_id: int | None
    actor_name: str
    happened_at: datetime
    mail_state: str


@dataclass(frozen=True)
class CaseDetail:
    """One case with all that was said in it, the oldest first."""

    row: CaseRow
    tags: tuple[str, ...]
    product_id: int | None
    product_name: str
    order_id: int | None
    order_number: str
    merged_into: int | None
    response_seconds: int | None
    resolution_seconds: int | None
    is_response_in_time: bool | None
    is_resolution_in_time: bool | None
    is_paused: bool
    messages: tuple[CaseMessageRow, ...]


@dataclass(frozen=True)
class CaseQuery:
    """Which cases a list shows.

    ``tab`` is ``all``, ``mine``, ``unassigned``, ``overdue`` or ``unanswered``; ``statuses`` empty means
    those of any status. ``sort`` is ``urgency`` (the nearest
    promise first), ``opened`` or ``touched`` (the latest first).
    """

    tab: str = "all"
    statuses: tuple[str, ...] = ("new", "open", "waiting")
    priorities: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    owner_ids: tuple[int, ...] = ()
    tag: str = ""
    text: str = ""
    contact_id: int | None = None
    account_id: int | None = None
    sort: str = "urgency"
    paging: Paging = field(default_factory=Paging)


@dataclass(frozen=True)
class CaseCounts:
    """How many unsolved cases each tab shows."""

    all: int
    mine: int
    unassigned: int
    overdue: int
    unanswered: int


@dataclass(frozen=True)
class CaseBefore:
    """One case as it stood before many were changed, and the version that the change gave it."""

    id: int
    version: int
    owner_id: int | None
    status: str
    is_unanswered: bool = False


@dataclass(frozen=True)
class ManyCases:
    """What became of many cases: what each was before, and how many stayed as they were."""

    before: tuple[CaseBefore, ...]
    kept: int = 0

    @property
    def count(self) -> int:
        """How many were changed."""
        return len(self.before)
