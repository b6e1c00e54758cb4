"""Acts around rewards, coupons and recommendations, for stories of a loyalty ledger."""

from dataclasses import dataclass

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict
from crm_core.loyalty import (
    advocates,
    coupon_setup,
    coupons,
    points,
    referral_programme,
    referrals,
    reward_catalogue,
    rewards,
)
from crm_core.loyalty.coupon_types import Basket, BasketLine, NewCoupon
from crm_core.loyalty.referral_types import NewReferrer, ReferralProgramme
from crm_core.loyalty.reward_types import NewReward
from tests.commerce.selling import customer
from tests.loyalty.stories import Story, whole_balance
from tests.loyalty.test_earning import bought

WORD, USES = "SPRING", 2
PRICE, PIECES = 30, 2
FOR_REFERRER, FOR_FRIEND = 50, 25
SMALL = Basket("EUR", (BasketLine(2_000),))


@dataclass(frozen=True)
class Shop:
    """What there is to be had: the keys of a reward with few pieces, and of a coupon for few."""

    reward: int
    coupon: int


def opened(who: Actor) -> Shop:
    """A reward, a coupon, and what a recommendation brings."""
    reward = reward_catalogue.add(who, NewReward("Mug", PRICE, stock=PIECES))
    coupon = coupon_setup.create(
        who, NewCoupon("Spring", "percent", "shared", code=WORD, percent=10, limit_total=USES)
    )
    coupon_setup.set_state(who, coupon, "active")
    referral_programme.change(who, ReferralProgramme("", FOR_REFERRER, FOR_FRIEND, 30))
    return Shop(reward, coupon)


def take_reward(story: Story, place: int, _: int) -> None:
    """A reward for points, or the sentence that says why not; the same receipt brings it once."""
    card, cause, before = story.cards[place], story.number(), whole_balance()
    shop = _shop(story)
    try:
        done = rewards.redeem(story.actor, card.card_number, shop, cause)
    except Conflict:
        assert whole_balance() == before
        return
    assert rewards.redeem(story.actor, card.card_number, shop, cause).is_new is False
    assert whole_balance() == before - PRICE
    story.taken.append(done.redemption.id)


def return_reward(story: Story, place: int, _: int) -> None:
    """A reward comes back, with no more points than it cost; twice is once."""
    if not story.taken:
        return
    before, chosen = whole_balance(), story.taken[place % len(story.taken)]
    rewards.cancel(story.actor, chosen, reason="broken")
    after = whole_balance()
    assert before <= after <= before + PRICE
    rewards.cancel(story.actor, chosen, reason="broken")
    assert whole_balance() == after


def use_coupon(story: Story, place: int, _: int) -> None:
    """A code is used, as often as there is one left; it moves no points."""
    cause, before = story.number(), whole_balance()
    card = story.alive(place)
    try:
        done = coupons.redeem(story.actor, WORD, SMALL, cause, contact_id=card.contact_id if card else None)
    except Conflict:
        return
    assert coupons.redeem(story.actor, WORD, SMALL, cause).is_new is False
    assert whole_balance() == before
    story.used.append(done.id)


def return_coupon(story: Story, place: int, _: int) -> None:
    """A use is taken back; twice is once."""
    if story.used:
        chosen = story.used[place % len(story.used)]
        for _again in range(2):
            coupons.cancel_use(story.actor, chosen, reason="mistake")


def recommend(story: Story, place: int, euros: int) -> None:
    """A member brings a friend whose first order rewards both; the order may come back later."""
    card = story.alive(place)
    if card is None:
        return
    code = _code(story.actor, card.contact_id)
    friend = customer(story.actor, story.number())
    referrals.bring(story.actor, code, friend)
    before = whole_balance()
    story.orders.append(bought(story.actor, friend, euros))
    assert whole_balance() <= before + euros + FOR_REFERRER + FOR_FRIEND


GIFTS = {
    "take reward": take_reward, "return reward": return_reward, "use coupon": use_coupon,
    "return coupon": return_coupon, "recommend": recommend,
}  # fmt: skip


def complaints_of(story: Story, shop: Shop) -> list[str]:
    """What is wrong with stock and uses after a story."""
    found = []
    held = rewards.redemptions(story.actor, state="given").total
    stock = reward_catalogue.get(story.actor, shop.reward).stock
    if stock is None or stock < 0 or stock + held != PIECES:
        found.append(f"{held} pieces are out, {stock} are there.")
    page = coupons.uses(story.actor, shop.coupon)
    used = sum(use.cancelled_at is None for use in page)
    if not used == coupon_setup.get(story.actor, shop.coupon).used_count <= USES:
        found.append(f"A coupon for {USES} was used {used} times.")
    if points.balance(story.actor, story.cards[0].card_number).usable < 0:
        found.append("Somebody can spend less than nothing.")
    return found


def _shop(story: Story) -> int:
    [mug] = reward_catalogue.search(story.actor)
    return mug.id


def _code(who: Actor, contact_id: int) -> str:
    """The code of somebody who recommends us, made with the first friend."""
    known = {row.contact_id: row.code for row in advocates.search(who)}
    if contact_id in known:
        return known[contact_id]
    return advocates.enrol(who, contact_id, NewReferrer("ambassador", "Terms", "Points")).code
