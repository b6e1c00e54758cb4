"""Rewards and coupons on the page of the programme."""

from crm_core.kernel.access import Actor
from crm_core.loyalty import coupon_codes, coupon_setup, reward_catalogue, rewards, surprises
from crm_core.loyalty.coupon_types import NewCoupon
from crm_core.loyalty.reward_types import NewReward
from tests.loyalty.members import earn, member
from tests.pages.conftest import OpenApp, press, said
from tests.people import Cast


def test_a_manager_approves_a_surprise_and_a_seller_does_not(open_app: OpenApp, cast: Cast) -> None:
    zoe, trip = member(cast.ann), reward_catalogue.add(cast.mia, NewReward("Trip", 50, value=9_000, stock=3))
    earn(cast.mia, zoe, 50, "receipt 1")
    rewards.redeem(cast.ann, zoe.card_number, trip, "receipt 2")
    asked = surprises.give(cast.ann, zoe.card_number, trip, "case 1", reason="Ten years").redemption

    anns, mias = (open_app(who, "loyalty", show="rewards") for who in (cast.ann, cast.mia))

    assert not anns.exception
    assert "somebody else decides" in said(anns)
    for words in ("1 surprise to look at", "Ten years", "50 points · 1 left", "Given lately"):
        assert words in said(mias)
    assert not {"add-reward", f"approve-{asked.id}"} & {button.key for button in anns.button}
    press(mias, "Approve")
    assert not mias.exception
    assert surprises.waiting(cast.mia) == []


def test_a_coupon_is_switched_on_where_its_codes_are(open_app: OpenApp, cast: Cast) -> None:
    spring = coupon_setup.create(cast.mark, NewCoupon("Spring", "percent", percent=10, limit_per_customer=1))
    coupon_codes.generate(cast.mark, spring, 2)

    listed = open_app(cast.ann, "loyalty", show="coupons")
    card = open_app(cast.mark, "loyalty", show="coupons", coupon=str(spring))

    assert not listed.exception
    assert "off · 1 for each customer · 2 codes · not used yet" in said(listed)
    assert "add-coupon" not in {button.key for button in listed.button}
    assert not card.exception
    press(card, "Switch on")
    assert not card.exception
    assert coupon_setup.get(cast.mark, spring).state == "active"


def test_the_tabs_begin_empty_and_their_dialogs_open(open_app: OpenApp, olga: Actor) -> None:
    empty = open_app(olga, "loyalty", show="coupons")
    assert "No coupons yet" in said(empty)
    press(empty, "New coupon")
    assert not empty.exception
    assert "The word" not in {each.label for each in empty.text_input}

    bare = open_app(olga, "loyalty", show="rewards")
    assert "No rewards yet" in said(bare)
    press(bare, "New reward")
    assert not bare.exception
