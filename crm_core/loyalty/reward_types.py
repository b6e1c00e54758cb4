"""Shapes of rewards and surprises. Points are whole numbers; money is in minor units of its currency."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class NewReward:
    """A reward to be, or as it shall become; ``value`` is what it costs the company.

    ``stock`` and ``limit_per_member`` None mean without limit. It takes the tier ``tier_id`` or one above.
    """

    name: str
    points: int
    value: int = 0
    description: str = ""
    stock: int | None = None
    limit_per_member: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    tier_id: int | None = None
    product_id: int | None = None


@dataclass(frozen=True)
class RewardRow:
    """A reward in the catalogue; ``tier_rank`` is the rank that it takes, ``given`` counts."""

    id: int
    version: int
    name: str
    description: str
    points: int
    value: int
    currency: str
    stock: int | None
    limit_per_member: int | None
    starts_on: date | None
    ends_on: date | None
    tier_id: int | None
    tier: str
    tier_rank: int | None
    product_id: int | None
    product: str
    is_active: bool
    given: int = 0


@dataclass(frozen=True)
class Taker:
    """A member as a reward looks at it: points to spend now, rank of its tier, how often it had it."""

    usable: int
    rank: int | None
    taken: int = 0


@dataclass(frozen=True)
class Offer:
    """A reward for a member: it can be had now, unless ``why_not`` says what stands against it."""

    reward: RewardRow
    why_not: str = ""

    @property
    def may(self) -> bool:
        """Can the member have it now?"""
        return not self.why_not


@dataclass(frozen=True)
class RedemptionRow:
    """A reward that a member took or was surprised with; see the table for its states."""

    id: int
    membership_id: int
    contact_id: int
    member: str
    reward_id: int
    reward: str
    state: str
    points: int
    value: int
    currency: str
    is_surprise: bool
    reason: str
    cause: str
    giver_id: int | None
    giver: str
    reviewer: str
    asked_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Taken:
    """What a request for a reward came to; ``is_new`` is false for a repetition."""

    redemption: RedemptionRow
    is_new: bool = True


@dataclass(frozen=True)
class SurpriseLimits:
    """How far a person may surprise members, in minor units of the company's currency.

    Attributes:
        monthly: worth of surprises that one giver may give within a calendar month.
        review_above: a surprise that is worth more waits for a second pair of eyes.
    """

    monthly: int = 20_000
    review_above: int = 5_000
