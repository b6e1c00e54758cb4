"""What came of campaigns, for programs. Money is a decimal string in the currency of the campaign."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Final

from crm_core.api.answers import Answer, listed
from crm_core.api.calls import Call
from crm_core.kernel.values import money
from crm_core.marketing import results
from crm_core.marketing.result_types import Arm, LiftRow, ResultPerson


@dataclass(frozen=True)
class CampaignArm:
    """One variant; the one that got nothing is called ``holdout``."""

    variant: str
    people: int
    visited: int
    converted: int
    revenue: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class CampaignLift:
    """What a variant changed per person against the hold-out: a share, or money in whole units."""

    variant: str
    measure: str
    difference: float
    low: float | None
    high: float | None
    enough: bool


@dataclass(frozen=True)
class CampaignResults:
    """Results so far; ``is_final`` when nothing will be added any more."""

    id: int
    name: str
    state: str
    currency: str
    is_final: bool
    cost: str
    roi: float | None
    winner: str
    arms: tuple[CampaignArm, ...]
    lift: tuple[CampaignLift, ...]


@dataclass(frozen=True)
class CampaignPerson:
    """Somebody behind a number; who is unknown here has neither ``contact_id`` nor ``name``."""

    id: int
    contact_id: int | None
    name: str | None
    address: str
    variant: str
    state: str
    sent_at: datetime | None
    is_converted: bool


SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "CampaignResults": (CampaignResults, ()),
    "CampaignPerson": (CampaignPerson, ()),
}


def report(call: Call) -> Answer:
    """Read the results of a campaign: its variants, and what they changed."""
    found = results.report(call.actor, call.id)
    arms = tuple(_arm(arm, found.currency) for arm in found.arms)
    cost = str(money.to_decimal(found.cost, found.currency))
    return Answer(
        body=CampaignResults(
            found.id, found.name, found.state, found.currency, found.is_final, cost, found.roi,
            found.verdict.winner, arms, tuple(map(_lift, found.lift)),
        )
    )  # fmt: skip


def people(call: Call) -> Answer:
    """List the people behind a number of a campaign."""
    measure, variant = call.query.get("measure", "people"), call.query.get("variant", "")
    page = results.people(call.actor, call.id, measure, variant, call.paging())
    return listed(call, page, _person)


def _arm(arm: Arm, currency: str) -> CampaignArm:
    revenue, counts = str(money.to_decimal(arm.revenue, currency)), dict(arm.counts)
    return CampaignArm(arm.variant, arm.people, counts["visited"], counts["converted"], revenue, counts)


def _lift(row: LiftRow) -> CampaignLift:
    low, high = (bound if isfinite(bound) else None for bound in (row.found.low, row.found.high))
    return CampaignLift(row.variant, row.measure, row.found.difference, low, high, row.enough)


def _person(row: ResultPerson) -> CampaignPerson:
    return CampaignPerson(
        row.id, row.contact_id, row.name, row.address, row.variant, row.state, row.sent_at, row.is_converted
    )
