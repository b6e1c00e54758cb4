"""Shapes of the list of members and of one member's page."""

from dataclasses import dataclass, field
from datetime import datetime

from crm_core.kernel.paging import Paging

NO_TIER = 0
STATES = ("active", "sleeping", "merged")


@dataclass(frozen=True)
class MemberQuery:
    """Which members are asked for.

    ``text`` is part of a name, e-mail, phone or card; ``tier_id`` 0 means without a tier. ``state`` is
    ``active`` (something happened within a year), ``sleeping`` or ``merged``; without one those who were
    merged into others are left out.
    """

    text: str = ""
    tier_id: int | None = None
    state: str = ""
    paging: Paging = field(default_factory=Paging)


@dataclass(frozen=True)
class MemberRow:
    """A member in a list. ``last_at`` is its last posting, ``bought_at`` its last purchase."""

    membership_id: int
    contact_id: int
    name: str
    email: str
    card_number: str
    state: str
    tier: str
    balance: int
    joined_at: datetime
    last_at: datetime | None
    bought_at: datetime | None


@dataclass(frozen=True)
class LotRow:
    """Points that came in together: what is left of them, from when on and until when."""

    id: int
    points: int
    remaining: int
    reason: str
    earned_at: datetime
    available_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True)
class TierStep:
    """A member came from one tier to another; empty names mean none."""

    before: str
    after: str
    qualifying: int
    way: str
    changed_at: datetime


@dataclass(frozen=True)
class Ending:
    """Points of a member that will expire."""

    membership_id: int
    contact_id: int
    points: int
    expires_at: datetime
