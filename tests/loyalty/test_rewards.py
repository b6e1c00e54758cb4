"""Rewards: points and a piece of the stock go together, come back together, and once for each cause."""

from datetime import date, timedelta

import pytest

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.work import Clock
from crm_core.loyalty import points, reward_catalogue, rewards, surprises, tiers
from crm_core.loyalty.redeeming import RewardNotToBeHad
from crm_core.loyalty.reward_rules import why_not
from crm_core.loyalty.reward_types import NewReward, SurpriseLimits, Taker
from crm_core.loyalty.surprises import LimitReached
from crm_core.loyalty.tiers import NewTier
from tests.commerce import selling
from tests.conftest import at
from tests.loyalty.members import complaints, earn, member
from tests.people import MONDAY, Cast


def reward(who: Actor, name: str = "Mug", **values: object) -> int:
    """A reward in the catalogue, for 30 points unless said."""
    return reward_catalogue.add(who, NewReward(name, **{"points": 30, "value": 400, **values}))  # type: ignore[arg-type]


def stock(who: Actor, reward_id: int) -> int | None:
    return reward_catalogue.get(who, reward_id).stock


def test_points_and_the_last_piece_go_together_and_come_back_together(cast: Cast) -> None:
    zoe, mug = member(cast.ann), reward(cast.mia, stock=1)
    earn(cast.mia, zoe, 100, "receipt 1")

    taken = rewards.redeem(cast.ann, zoe.card_number, mug, "receipt 2")
    again = rewards.redeem(cast.ann, zoe.card_number, mug, "receipt 2")

    assert (taken.is_new, again.is_new, again.redemption) == (True, False, taken.redemption)
    assert (taken.redemption.state, taken.redemption.points, taken.redemption.value) == ("given", 30, 400)
    assert (points.balance(cast.ann, zoe.card_number).balance, stock(cast.ann, mug)) == (70, 0)
    with pytest.raises(RewardNotToBeHad, match=r"Zoe cannot have “Mug” now\. None is left"):
        rewards.redeem(cast.ann, zoe.card_number, mug, "receipt 3")
    with pytest.raises(NotAllowed):
        rewards.cancel(cast.ann, taken.redemption.id, reason="broken")
    with pytest.raises(Invalid):
        rewards.cancel(cast.mia, taken.redemption.id, reason=" ")

    back = rewards.cancel(cast.mia, taken.redemption.id, reason="broken")

    assert rewards.cancel(cast.mia, taken.redemption.id, reason="broken") == back
    assert (back.state, points.balance(cast.ann, zoe.card_number).balance) == ("cancelled", 100)
    assert (stock(cast.ann, mug), complaints()) == (1, [])
    with pytest.raises(Conflict, match="“receipt 2” brought another reward"):
        rewards.redeem(cast.ann, zoe.card_number, mug, "receipt 2")
    assert [row.state for row in rewards.redemptions(cast.ann, member_id=zoe.membership_id)] == ["cancelled"]


def test_a_member_is_told_what_it_can_have_and_why_not_the_rest(cast: Cast) -> None:
    zoe = member(cast.ann)
    gold = tiers.add(cast.mia, NewTier("Gold", 10_000))
    mug, bike = reward(cast.mia, limit_per_member=1), reward(cast.mia, "Bike", points=90)
    reward(cast.mia, "Trip", tier_id=gold)
    gone = reward(cast.mia, "Old cap")
    reward_catalogue.set_active(cast.mia, gone, is_active=False)
    earn(cast.mia, zoe, 70, "receipt 1")
    before = {one.reward.name: one.may for one in rewards.offers(cast.ann, zoe.card_number)}

    rewards.redeem(cast.ann, zoe.card_number, mug, "receipt 2")
    told = {one.reward.name: one.why_not for one in rewards.offers(cast.ann, zoe.card_number)}

    assert before == {"Mug": True, "Bike": False, "Trip": False}
    assert told == {
        "Mug": "Each member can have it once, and this one had it.",
        "Bike": "50 points are missing.",
        "Trip": "It is for members from the tier Gold on.",
    }
    with pytest.raises(RewardNotToBeHad):
        rewards.redeem(cast.ann, zoe.card_number, mug, "receipt 3")
    with pytest.raises(RewardNotToBeHad, match="50 points are missing"):
        rewards.redeem(cast.ann, zoe.card_number, bike, "receipt 3")
    assert complaints() == []


def test_a_seller_undoes_an_own_slip_for_a_few_minutes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    zoe, mug = member(cast.ann), reward(cast.mia)
    earn(cast.mia, zoe, 60, "receipt 1")
    mine = rewards.redeem(cast.ann, zoe.card_number, mug, "2").redemption
    other = rewards.redeem(cast.mia, zoe.card_number, mug, "3").redemption

    assert rewards.undo(cast.ann, mine.id).state == "cancelled"
    with pytest.raises(NotAllowed):
        rewards.undo(cast.ann, other.id)
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(minutes=16)))
    with pytest.raises(NotAllowed, match="Ask a manager"):
        rewards.undo(cast.mia, other.id)

    assert (points.balance(cast.ann, zoe.card_number).balance, complaints()) == (30, [])


def test_only_a_manager_keeps_the_catalogue(cast: Cast) -> None:
    pump = selling.product(cast.mia, "Pump")
    mug = reward(cast.mia, product_id=pump)
    row = reward_catalogue.get(cast.vera, mug)
    for who in (cast.ann, cast.sue, cast.vera):
        with pytest.raises(NotAllowed):
            reward(who, "Cap")

    reward_catalogue.change(cast.mia, mug, NewReward("Big mug", 40), version=row.version)

    with pytest.raises(Conflict, match="Someone else changed this reward"):
        reward_catalogue.change(cast.mia, mug, NewReward("Mug", 40), version=row.version)
    with pytest.raises(Conflict, match="“Big mug” already"):
        reward(cast.mia, "big MUG")
    with pytest.raises(Invalid) as caught:
        reward(cast.mia, "", points=0, stock=-1, limit_per_member=0, tier_id=99,
               starts_on=date(2026, 2, 2), ends_on=date(2026, 2, 1))  # fmt: skip
    assert [*caught.value.fields] == ["name", "points", "stock", "limit_per_member", "ends_on", "tier_id"]
    found = [(one.name, one.points, one.product) for one in reward_catalogue.search(cast.vera)]
    assert (row.product, found) == ("Pump", [("Big mug", 40, "")])


def test_a_costly_surprise_waits_for_somebody_else(cast: Cast) -> None:
    zoe, mug, trip = member(cast.ann), reward(cast.mia, stock=2), reward(cast.mia, "Trip", value=9_000)
    with pytest.raises(Invalid):
        surprises.give(cast.ann, zoe.card_number, mug, "case 7", reason="")

    given = surprises.give(cast.ann, zoe.card_number, mug, "case 7", reason="Delivered late")
    asked = surprises.give(cast.mia, zoe.card_number, trip, "case 8", reason="Ten years with us")

    assert surprises.give(cast.ann, zoe.card_number, mug, "case 7", reason="x").is_new is False
    assert (given.redemption.state, given.redemption.points, stock(cast.ann, mug)) == ("given", 0, 1)
    assert [row.id for row in surprises.waiting(cast.mia)] == [asked.redemption.id]
    with pytest.raises(NotAllowed, match="your own"):
        surprises.approve(cast.mia, asked.redemption.id)
    with pytest.raises(NotAllowed):
        surprises.approve(cast.ann, asked.redemption.id)
    done = surprises.approve(cast.olga, asked.redemption.id)
    assert (done.state, done.reviewer, surprises.waiting(cast.mia)) == ("given", "Olga Orlova", [])
    with pytest.raises(Conflict, match="given already"):
        surprises.refuse(cast.olga, asked.redemption.id, reason="no")
    assert points.balance(cast.ann, zoe.card_number).balance == 0


def test_a_refused_surprise_returns_to_the_stock_and_to_the_giver(cast: Cast) -> None:
    zoe, trip = member(cast.ann), reward(cast.mia, "Trip", value=9_000, stock=1)
    surprises.set_limits(cast.mia, SurpriseLimits(monthly=10_000, review_above=5_000))
    with pytest.raises(NotAllowed):
        surprises.set_limits(cast.ann, SurpriseLimits())
    with pytest.raises(Invalid):
        surprises.set_limits(cast.mia, SurpriseLimits(monthly=-1))
    asked = surprises.give(cast.ann, zoe.card_number, trip, "case 1", reason="Birthday").redemption
    pen = reward(cast.mia, "Pen", value=1_001)

    with pytest.raises(LimitReached, match=r"worth 10\.00 EUR more this month"):
        surprises.give(cast.ann, zoe.card_number, pen, "case 2", reason="Birthday")
    refused = surprises.refuse(cast.mia, asked.id, reason="Too much")

    assert (refused.state, stock(cast.ann, trip)) == ("refused", 1)
    assert surprises.give(cast.ann, zoe.card_number, pen, "case 2", reason="Birthday").is_new
    assert surprises.limits(cast.ann) == SurpriseLimits(monthly=10_000, review_above=5_000)


def test_a_stranger_neither_gives_nor_sees(cast: Cast) -> None:
    zoe, mug = member(cast.ann), reward(cast.mia)
    earn(cast.mia, zoe, 30, "receipt 1")
    taken = rewards.redeem(cast.ann, zoe.card_number, mug, "receipt 2").redemption

    with pytest.raises(NotFound):
        rewards.redeem(cast.bob, zoe.card_number, mug, "receipt 3")
    with pytest.raises(NotFound):
        rewards.undo(cast.bob, taken.id)
    assert [*rewards.redemptions(cast.bob)] == []
    with pytest.raises(NotFound):
        rewards.redeem(cast.ann, zoe.card_number, 99, "receipt 3")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 2, 28), "It can be had from 01 Mar 2026 on."),
        (date(2026, 3, 1), ""),
        (date(2026, 3, 31), ""),
        (date(2026, 4, 1), "It could be had until 31 Mar 2026."),
    ],
)
def test_a_reward_can_be_had_from_its_first_to_its_last_day(olga: Actor, day: date, told: str) -> None:
    row = reward_catalogue.get(olga, reward(olga, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31)))

    assert why_not(row, Taker(30, None), day) == told
