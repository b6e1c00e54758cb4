"""Frozen shapes of results: counts of a variant, what it changed, who stands behind a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crm_core.marketing.lift import HOLDOUT, Difference, Sample
from crm_core.marketing.significance import Verdict


@dataclass(frozen=True)
class Arm:
    """One variant and what came of it: ``counts`` by measure, ``revenue`` in minor units.

    ``squares`` and ``spenders`` are what is known of how revenue spreads. ``is_rest``: these people were in
    no test; they waited for its winner.
    """

    variant: str
    counts: Mapping[str, int]
    revenue: int
    squares: float
    spenders: int
    is_rest: bool = False

    @property
    def people(self) -> int:
        """Those who were meant to get it, or nothing."""
        return self.counts["people"]

    @property
    def is_holdout(self) -> bool:
        """Did these people get nothing?"""
        return self.variant == HOLDOUT

    def share(self, measure: str, of: str) -> float | None:
        """One count as a share of another; None of nothing."""
        return self.counts[measure] / self.counts[of] if self.counts[of] else None

    def sample(self, measure: str) -> Sample:
        """The arm as a sample of a measure; for ``revenue`` in minor units."""
        if measure == "revenue":
            return Sample(self.people, self.revenue, self.squares, self.spenders)
        people = self.people if measure in ("visited", "converted") else self.counts["sent"]
        return Sample.of_share(people, min(self.counts[measure], people))


@dataclass(frozen=True)
class LiftRow:
    """What a variant changed against the hold-out, per person: a share, or money in whole units.

    ``usual`` is the value of the hold-out, ``always`` the interval that may be looked at any time.
    """

    variant: str
    measure: str
    usual: float
    found: Difference
    always: Difference
    enough: bool

    @property
    def is_claimed(self) -> bool:
        """May one say that the campaign changed something?"""
        return self.enough and self.found.is_clear


@dataclass(frozen=True)
class CampaignReport:
    """A campaign and its results.

    ``is_final``: nothing will be added any more, as its window is over. ``total`` leaves the hold-out out.
    ``cost`` and ``revenue`` are in minor units of ``currency``; ``incremental`` is what would not have come
    without the campaign, with its interval, None without a hold-out.
    """

    id: int
    name: str
    state: str
    channel: str
    goal: str
    currency: str
    window_days: int
    started_at: datetime | None
    is_final: bool
    arms: tuple[Arm, ...]
    total: Arm
    cost: int
    lift: tuple[LiftRow, ...]
    incremental: Difference | None
    verdict: Verdict

    @property
    def holdout(self) -> Arm | None:
        """The arm that got nothing."""
        return next((arm for arm in self.arms if arm.is_holdout), None)

    @property
    def roi(self) -> float | None:
        """Revenue less cost, as a share of cost; None without cost."""
        return (self.total.revenue - self.cost) / self.cost if self.cost else None

    @property
    def incremental_roi(self) -> float | None:
        """The same with the revenue that the campaign really added."""
        if not self.cost or self.incremental is None:
            return None
        return (self.incremental.difference - self.cost) / self.cost


@dataclass(frozen=True)
class ResultPerson:
    """Somebody behind a number; who is unknown here has neither contact nor name."""

    id: int
    contact_id: int | None
    name: str | None
    address: str
    variant: str
    state: str
    sent_at: datetime | None
    opened_at: datetime | None
    clicked_at: datetime | None
    is_converted: bool
    revenue: int


@dataclass(frozen=True)
class CreditRow:
    """What orders owe to a campaign, by model, in minor units of ``currency``."""

    campaign_id: int
    campaign: str
    currency: str
    orders: int
    first: int
    last: int
    linear: int
