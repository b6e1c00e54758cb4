"""Shapes of the loyalty programme. Points are whole numbers; money is in minor units of its currency."""

from dataclasses import dataclass, field
from datetime import date, datetime

KINDS = ("earn", "redeem", "expire", "adjust", "reverse", "gift", "transfer")


@dataclass(frozen=True)
class Programme:
    """How the programme works.

    Attributes:
        name: what members know it by.
        joins_by: ``order`` enrols a contact with the first paid order, ``request`` only when asked.
        pending_days: days until points of an order can be spent: the time in which it may come back.
        expires_after_days: days until points expire; nought means never.
        most_debt: points that a member may owe after a refund of what was spent; nought means that the
            balance never falls below zero and the rest is forgiven.
        point_value: what a thousand points are worth, minor units of the company's currency.
        measure: what tiers count: ``points`` earned, or ``revenue`` in minor units.
        period: ``rolling`` counts the last ``months``, ``calendar`` the running year.
        grace_days: days that a tier is kept after its end.
        warn_days: days before points expire in which members are told.
    """

    name: str = "Rewards"
    joins_by: str = "request"
    pending_days: int = 0
    expires_after_days: int = 730
    most_debt: int = 0
    point_value: int = 1000
    measure: str = "points"
    period: str = "rolling"
    months: int = 12
    grace_days: int = 30
    warn_days: int = 30


@dataclass(frozen=True)
class MemberHint:
    """A member as it is found at the till."""

    membership_id: int
    contact_id: int
    name: str
    card_number: str
    email: str
    phone: str
    company: str


@dataclass(frozen=True)
class MemberCard:
    """What a member has.

    ``balance`` is the sum of all entries; of it ``usable`` can be spent now, ``pending`` later. ``debt`` is
    owed. ``expires_at`` and ``expiring`` say when how many of the points expire next.
    """

    membership_id: int
    contact_id: int
    name: str
    card_number: str
    state: str
    joined_at: datetime
    balance: int
    usable: int
    pending: int
    debt: int
    earned: int
    redeemed: int
    expired: int
    tier_id: int | None
    tier: str
    tier_until: date | None
    qualifying: int
    expires_at: datetime | None = None
    expiring: int = 0


@dataclass(frozen=True)
class Entry:
    """One posting as it leaves the ledger; ``asked`` differs from ``points`` where less could be taken."""

    id: int
    number: int
    kind: str
    points: int
    asked: int
    balance: int
    cause: str
    reason: str
    source: str
    source_id: int | None
    rule_id: int | None
    reverses_id: int | None
    actor_name: str
    happened_at: datetime


@dataclass(frozen=True)
class Posted:
    """What a posting came to: the entry, and the member after it. ``is_new`` is false for a repetition."""

    entry: Entry
    member: MemberCard
    is_new: bool = True


@dataclass(frozen=True)
class OpenLot:
    """Points of a member that are there to be spent or to expire."""

    id: int
    root_id: int
    remaining: int
    available_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True)
class Rule:
    """An earn rule as the calculation needs it; see the table for its fields."""

    id: int
    event: str
    points: int = 0
    per_amount: int = 0
    currency: str = ""
    percent: int = 100
    product_id: int | None = None
    category: str = ""
    minimum: int = 0
    starts_on: date | None = None
    ends_on: date | None = None
    weekdays: tuple[int, ...] = ()
    has_tier_bonus: bool = True
    cap_points: int = 0
    cap_period: str = ""
    expires_after_days: int | None = None


@dataclass(frozen=True)
class SoldLine:
    """A line of a sale; ``paid`` has its part of discounts taken off, quantities are in thousandths."""

    product_id: int | None
    category: str
    quantity: int
    paid: int


@dataclass(frozen=True)
class Sale:
    """What brings points: an order on a day of the company's calendar."""

    day: date
    currency: str
    total: int
    lines: tuple[SoldLine, ...] = ()


@dataclass(frozen=True)
class EarnRuleFields:
    """An earn rule to be, or as it shall become; see ``Rule`` and the table for the fields."""

    name: str
    event: str
    points: int = 0
    per_amount: int = 0
    currency: str = ""
    percent: int = 100
    product_id: int | None = None
    category: str = ""
    minimum: int = 0
    starts_on: date | None = None
    ends_on: date | None = None
    weekdays: tuple[int, ...] = ()
    has_tier_bonus: bool = True
    cap_points: int = 0
    cap_period: str = ""
    expires_after_days: int | None = None


@dataclass(frozen=True)
class EarnRuleRow:
    """An earn rule in lists and forms."""

    id: int
    version: int
    name: str
    event: str
    state: str
    points: int
    per_amount: int
    currency: str
    percent: int
    product_id: int | None
    category: str
    minimum: int
    starts_on: date | None
    ends_on: date | None
    weekdays: tuple[int, ...]
    has_tier_bonus: bool
    cap_points: int
    cap_period: str
    expires_after_days: int | None


@dataclass(frozen=True)
class Trial:
    """What a rule would have cost: over how many orders and members, in points and in money."""

    orders: int
    members: int
    points: int
    cost: int
    currency: str


@dataclass(frozen=True)
class TierRow:
    """A tier with the number of its members."""

    id: int
    version: int
    name: str
    rank: int
    threshold: int
    bonus_percent: int
    benefits: str
    members: int = 0


@dataclass(frozen=True)
class TierStanding:
    """Where a member stands: its tier, since when, until when, and what counted for it."""

    tier_id: int | None
    since: date | None
    until: date | None
    qualifying: int = 0


@dataclass(frozen=True)
class NearTier:
    """A member that is about to rise (``missing`` is what it takes) or to fall (``until`` is when)."""

    membership_id: int
    contact_id: int
    name: str
    tier: str
    other_tier: str
    qualifying: int
    missing: int
    until: date | None
    way: str


@dataclass(frozen=True)
class Statement:
    """What happened to a member's points in a period, with the balance before and after."""

    member: MemberCard
    opening: int
    closing: int
    entries: tuple[Entry, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Liability:
    """What open points are worth, by the month in which they expire (None: never)."""

    points: int
    cost: int
    currency: str
    months: tuple[tuple[date | None, int, int], ...] = ()
