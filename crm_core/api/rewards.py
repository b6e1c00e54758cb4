"""Rewards for programs: what points can be had for, by whom, and back again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.kernel.errors import NotFound
from crm_core.loyalty import members, reward_catalogue
from crm_core.loyalty import rewards as giving
from crm_core.loyalty.reward_types import RedemptionRow, RewardRow


@dataclass(frozen=True)
class RewardView:
    """A reward of the catalogue; ``stock`` None means without limit."""

    id: int
    name: str
    points: int
    stock: int | None
    starts_on: date | None
    ends_on: date | None
    tier: str
    product_id: int | None


@dataclass(frozen=True)
class OfferView:
    """A reward for a member: it can be had now, or ``why_not``."""

    reward: RewardView
    may: bool
    why_not: str


@dataclass(frozen=True)
class RedemptionView:
    """A reward that a member took."""

    id: int
    contact_id: int
    reward_id: int
    reward: str
    state: str
    points: int
    cause: str
    asked_at: datetime


SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "Reward": (RewardView, ()),
    "RewardOffer": (OfferView, ()),
    "Redemption": (RedemptionView, ()),
}
EXAMPLES: Final = {"RewardRequest": {"member": "1", "cause": "receipt 4712"}}


def search(call: Call) -> Answer:
    """List the rewards of the catalogue, the cheapest first."""
    return Answer(body={"items": [_reward(row) for row in reward_catalogue.search(call.actor)]})


def offers(call: Call) -> Answer:
    """List which rewards a member can have now, and why not the others, by the number of the contact."""
    card = members.of_contact(call.actor, call.id)
    if card is None:
        raise NotFound("This contact takes no part in the programme yet. Enrol it first.")
    found = giving.offers(call.actor, card.card_number)
    return Answer(body={"items": [OfferView(_reward(one.reward), one.may, one.why_not) for one in found]})


def redeem(call: Call) -> Answer:
    """Give a member a reward for its points; once for each cause."""
    told = call.values
    reward_catalogue.get(call.actor, call.id)
    done = giving.redeem(call.actor, told.get("member", ""), call.id, told.get("cause", ""))
    return Answer(body=_redemption(done.redemption))


def cancel(call: Call) -> Answer:
    """Take a reward back, with a reason: points and piece return."""
    return Answer(body=_redemption(giving.cancel(call.actor, call.id, reason=call.values.get("reason", ""))))


def _reward(row: RewardRow) -> RewardView:
    return RewardView(
        row.id, row.name, row.points, row.stock, row.starts_on, row.ends_on, row.tier, row.product_id
    )


def _redemption(row: RedemptionRow) -> RedemptionView:
    return RedemptionView(
        row.id, row.contact_id, row.reward_id, row.reward, row.state, row.points, row.cause, row.asked_at
    )
