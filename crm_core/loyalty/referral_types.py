"""Shapes of referrals. Points are whole numbers; money is in minor units of its currency."""

from dataclasses import dataclass
from datetime import datetime

ADVOCATE, AMBASSADOR = "advocate", "ambassador"
KINDS = (ADVOCATE, AMBASSADOR)
WAITING, REWARDED, REFUSED = "waiting", "rewarded", "refused"
STATES = (WAITING, REWARDED, REFUSED)


@dataclass(frozen=True)
class ReferralProgramme:
    """How recommending works.

    Attributes:
        landing: where a link leads: the address of a web form (``contact-us``), or a page
            (``https://example.com/welcome``). The code is handed on as ``ref``.
        points_referrer: what an ambassador gets for a friend, unless other points were agreed.
        points_friend: what the friend gets.
        window_days: days after the reward in which a returned order takes it back.
    """

    landing: str = ""
    points_referrer: int = 500
    points_friend: int = 250
    window_days: int = 30


@dataclass(frozen=True)
class NewReferrer:
    """Somebody who recommends us, as agreed.

    Points None mean those of the programme. An advocate has neither terms nor a reward of its own. Without a
    code one is made from the name.
    """

    kind: str
    terms: str = ""
    compensation: str = ""
    points_referrer: int | None = None
    points_friend: int | None = None
    code: str = ""


@dataclass(frozen=True)
class ReferrerRow:
    """Who recommends us, and what came of it: friends, those who bought, and what these spent so far."""

    id: int
    version: int
    contact_id: int
    name: str
    kind: str
    state: str
    code: str
    terms: str
    compensation: str
    points_referrer: int | None
    points_friend: int | None
    started_at: datetime
    friends: int = 0
    rewarded: int = 0
    worth: int = 0


@dataclass(frozen=True)
class ReferralRow:
    """Who brought whom. ``reason`` says why it was refused, or why the reward was taken back."""

    id: int
    contact_id: int
    friend: str
    referrer_id: int
    referrer: str
    code: str
    state: str
    channel: str
    reason: str
    order_id: int | None
    worth: int
    referred_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Brought:
    """What became of a code that a friend brought: ``waiting`` for the first order, or ``refused``."""

    referral_id: int
    contact_id: int
    state: str
    reason: str


@dataclass(frozen=True)
class Reason:
    """Why a score is what it is, in points."""

    text: str
    points: int


@dataclass(frozen=True)
class Advocate:
    """A customer who may recommend us. ``score`` goes to 100; ``kind`` is set for whoever does so already."""

    contact_id: int
    name: str
    company: str
    score: int
    reasons: tuple[Reason, ...]
    kind: str = ""


@dataclass(frozen=True)
class Person:
    """What tells two people apart, or shows that they are one."""

    contact_id: int
    account_id: int | None
    place: str
    reached: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Liking:
    """What speaks for a customer as an advocate. ``days`` since the last purchase, None for none.

    ``nps`` is the last answer to how likely they recommend us, from 0 to 10; None without one.
    """

    orders: int
    days: int | None
    friends: int
    rating: str
    is_advocate: bool = False
    nps: int | None = None
