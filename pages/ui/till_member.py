"""A member at the till: balance and tier, earn by an amount, spend points, rewards and coupons."""

from collections.abc import Callable

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError
from crm_core.loyalty import member_lists, till
from crm_core.loyalty.types import MemberCard
from crm_core.team.company import company
from pages.ui import loyalty_member, order_money, till_acts, till_gifts, words
from pages.ui.guard import guard, show
from pages.ui.session import me

ACTS = {"earn": "Earn", "spend": "Spend", "rewards": "Rewards", "coupon": "Coupon"}


def draw(actor: Actor, membership_id: int, *, leave: Callable[[], None]) -> None:
    """Who it is and what there is; one act at a time."""
    refusals: list[CrmError] = []
    card: MemberCard | None = None
    with guard(refused=refusals.append):
        card = member_lists.get(actor, membership_id)
    if card is not None:
        _balance(card)
        till_acts.undo_bar()
        _act(actor, card)
    for refusal in refusals:
        show(refusal)
    st.button(
        "Next customer", key="till-next", on_click=leave, width="stretch", icon=":material/arrow_forward:"
    )


def _act(actor: Actor, card: MemberCard) -> None:
    act = st.segmented_control(
        "What to do", list(ACTS), default="earn", required=True, format_func=ACTS.__getitem__,
        key="till-act", label_visibility="collapsed", width="stretch",
    )  # fmt: skip
    if act == "rewards":
        till_gifts.show_rewards(actor, card)
    elif act == "coupon":
        till_gifts.show_coupons(actor, card)
    elif act == "spend":
        _spend(card)
    else:
        _earn(card)


def _balance(card: MemberCard) -> None:
    with st.container(border=True, key="till-balance", gap=None, horizontal_alignment="center"):
        tier = f" :violet-badge[{words.md(card.tier)}]" if card.tier else ""
        st.markdown(f"**{words.md(card.name)}**{tier}", width="content")
        st.title(f"{card.usable:,}", anchor=False)
        waiting = f" · {card.pending:,} more are waiting" if card.pending else ""
        st.markdown(f":gray[points to spend{waiting}]", width="content")
        if line := loyalty_member.expiry_line(card):
            st.markdown(f":orange-badge[{words.md(line)}]", width="content")


def _earn(card: MemberCard) -> None:
    currency = company().currency
    typed = st.number_input(
        f"Amount bought ({currency})", min_value=0.0, value=None, format=order_money.picture(currency),
        key=f"till-amount-{till_acts.token()}", placeholder="0.00",
    )  # fmt: skip
    if st.button("Give points", key="till-earn", type="primary", width="stretch", icon=":material/add:"):
        with guard():
            amount = order_money.amount_of(typed or 0.0, currency)
            after, entries = till.earn(me(), card.card_number, amount, till_acts.token())
            if entries:
                came = words.count(after.balance - card.balance, "point")
                till_acts.done(f"{came} given for {words.money(amount, currency)}.", "points", entries)
            st.info("No rule brings points for this amount.", icon=":material/info:")


def _spend(card: MemberCard) -> None:
    typed = st.number_input(
        "Points to spend", min_value=0, value=None, step=1, key=f"till-points-{till_acts.token()}"
    )
    if not st.button("Spend points", key="till-spend", type="primary", width="stretch"):
        return
    if not typed or typed > card.usable:
        most = f"at most {card.usable:,}" if card.usable else "but there are none to spend"
        st.error(f"Say how many points, {most}.", icon=":material/error:")
        return
    amount = int(typed)
    till_acts.confirm(
        f"Spend {amount:,} points?", f"{card.name} keeps {card.usable - amount:,} to spend.",
        lambda: till.redeem(me(), card.card_number, amount, till_acts.token())[1],
        (f"{words.count(amount, 'point')} spent.", "points"),
    )  # fmt: skip
