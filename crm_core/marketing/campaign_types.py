"""Shapes of campaigns and of those who get them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crm_core.marketing.link_checks import LinkReport
from crm_core.marketing.rendering import Message
from crm_core.marketing.template_checks import Finding

STATES = ("draft", "scheduled", "sending", "paused", "done", "cancelled", "imported")
REASONS: Mapping[str, str] = {
    "deleted": "was deleted",
    "no_address": "no address for this channel",
    "opted_out": "opted out",
    "suppressed": "address is blocked",
    "no_consent": "never agreed",
    "too_often": "gets too many messages already",
    "duplicate_address": "the same address stands with somebody else",
    "cancelled": "the campaign was cancelled",
}


@dataclass(frozen=True)
class Plan:
    """How a campaign is sent.

    ``needs_consent``: only to people who agreed, else to all who did not refuse. At most ``cap`` messages of
    all campaigns in ``cap_days`` (0: no limit); ``per_minute`` messages of this one, and ``per_domain`` of
    all campaigns to the mailboxes behind one domain (0: as quick as it goes).
    With several variants and a ``test_share`` (percent, 0: none) only that share gets one of them by lot; the
    rest waits for the winner, which is sent by a click, or by itself ``decide_after`` hours after the test.
    Messages leave between ``opens_at`` and ``closes_at``, as ``09:00``, by the reader's clock; empty: always.
    """

    needs_consent: bool = True
    cap: int = 3
    cap_days: int = 7
    per_minute: int = 120
    per_domain: int = 0
    opens_at: str = ""
    closes_at: str = ""
    test_share: int = 0
    decide_after: int = 0


@dataclass(frozen=True)
class Variant:
    """One way to say it. With a template the template is what is said, until the campaign is sent."""

    name: str
    share: int = 1
    template_id: int | None = None
    message: Message = field(default_factory=lambda: Message(""))
    id: int = 0


@dataclass(frozen=True)
class Audience:
    """Who would get a campaign now: people to write to, people held back, and those left out by reason."""

    count: int
    held: int
    excluded: Mapping[str, int]
    by_variant: Mapping[str, int]

    @property
    def left_out(self) -> int:
        """How many are left out for any reason."""
        return sum(self.excluded.values())

    @property
    def people(self) -> int:
        """Everybody whom the rule means."""
        return self.count + self.held + self.left_out


@dataclass(frozen=True)
class CampaignRow:
    """A campaign in the list. ``figures`` counts recipients by state."""

    id: int
    name: str
    channel: str
    state: str
    holdout: int
    scheduled_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    creator: str | None
    segment: str | None
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CampaignDetail:
    """One campaign. ``holdout`` is a share in basis points, money is in minor units of ``currency``."""

    id: int
    version: int
    name: str
    channel: str
    state: str
    segment_id: int | None
    segment: str
    rule: str
    holdout: int
    goal: str
    window_days: int
    plan: Plan
    budget: int | None
    cost: int
    cost_each: int
    currency: str
    scheduled_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    variants: tuple[Variant, ...]
    counted: Mapping[str, int]
    figures: Mapping[str, int]
    is_overdue: bool = False
    is_sent_again: bool = False
    is_over_budget: bool = False


@dataclass(frozen=True)
class Review:
    """What one looks at before sending: the audience, what is wrong or unwise, and what it costs.

    ``links`` says how the links of all variants answered when they were asked last.
    """

    audience: Audience
    findings: Mapping[str, list[Finding]]
    hindrances: tuple[str, ...]
    cost: int
    minutes: int
    links: LinkReport = field(default_factory=LinkReport)


@dataclass(frozen=True)
class RecipientRow:
    """One person of a campaign and where the message stands."""

    id: int
    contact_id: int
    name: str
    address: str
    state: str
    reason: str
    variant: str
    sent_at: datetime | None
    unsubscribed_at: datetime | None
