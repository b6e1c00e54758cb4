"""Rewards and coupons of a member at the till."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.loyalty import coupons, rewards
from crm_core.loyalty.coupon_types import Basket, BasketLine
from crm_core.loyalty.reward_types import RewardRow
from crm_core.loyalty.types import MemberCard
from crm_core.team.company import company
from pages.ui import order_money, till_acts, words
from pages.ui.guard import guard
from pages.ui.session import me

SHOWN = 12


def show_rewards(actor: Actor, card: MemberCard) -> None:
    """What the member can have now; what is out of reach stands below, with the reason."""
    found = rewards.offers(actor, card.card_number)
    if not found:
        st.caption("There are no rewards in the catalogue.")
    for offer in [one for one in found if one.may][:SHOWN]:
        _reward(card, offer.reward)
    for offer in [one for one in found if not one.may][:SHOWN]:
        st.caption(words.md(f"{offer.reward.name}: {offer.why_not}"))


def _reward(card: MemberCard, reward: RewardRow) -> None:
    def give() -> tuple[int, ...]:
        taken = rewards.redeem(me(), card.card_number, reward.id, f"till:{till_acts.token()}")
        return (taken.redemption.id,)

    label = words.md(f"{reward.name} · {words.count(reward.points, 'point')}")
    if st.button(label, key=f"till-reward-{reward.id}", width="stretch", icon=":material/redeem:"):
        costs = f"It costs {reward.points:,} of {card.usable:,} points."
        till_acts.confirm(f"Give “{reward.name}”?", costs, give, (f"“{reward.name}” is given.", "reward"))


def show_coupons(actor: Actor, card: MemberCard) -> None:
    """A code and what the customer is about to pay; own coupons fill the code by one touch."""
    currency = company().currency
    for row, code in coupons.usable(actor, card.contact_id)[:SHOWN]:
        st.button(
            words.md(f"{row.name} · {code}"), key=f"till-coupon-{row.id}-{code}", width="stretch",
            icon=":material/sell:", on_click=_take_code, args=(code,),
        )  # fmt: skip
    code = st.text_input("Code", key="till-code", max_chars=60, autocomplete="off")
    typed = st.number_input(
        f"To pay before it ({currency})", min_value=0.0, value=None, placeholder="0.00",
        key=f"till-basket-{till_acts.token()}", format=order_money.picture(currency),
    )  # fmt: skip
    if not st.button("Use the coupon", key="till-use", type="primary", width="stretch"):
        return
    if not (code.strip() and typed):
        st.error("A coupon needs its code and what is to be paid.", icon=":material/error:")
        return
    basket = Basket(currency, (BasketLine(order_money.amount_of(typed, currency)),))
    with guard():
        told = coupons.check(actor, code, basket, contact_id=card.contact_id)
        if told.reason:
            st.error(words.md(told.reason), icon=":material/error:")
            return
        less = words.money(told.discount, told.currency or currency)
        till_acts.confirm(
            f"Take {less} off?", f"“{told.coupon}” for {card.name}.",
            lambda: (_use(code, basket, card.contact_id),), (f"{less} less to pay.", "coupon"),
        )  # fmt: skip


def _use(code: str, basket: Basket, contact_id: int) -> int:
    cause = f"till:{till_acts.token()}"
    return coupons.redeem(me(), code, basket, cause, contact_id=contact_id).id


def _take_code(code: str) -> None:
    st.session_state["till-code"] = code
