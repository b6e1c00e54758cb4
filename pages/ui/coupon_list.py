"""Coupons: all of them with what they promise and how often they were used; one opens with its codes."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.loyalty import coupon_setup
from crm_core.loyalty.coupon_types import CouponRow
from pages.ui import address, coupon_card, coupon_form, navigation, words

COLORS = {"draft": "orange", "active": "green", "paused": "gray", "ended": "gray"}


def draw(actor: Actor) -> None:
    """The list, or the coupon that the address asks for."""
    if wanted := address.number("coupon"):
        coupon_card.draw(actor, wanted)
        return
    title, act = st.columns([3, 2], vertical_alignment="bottom")
    title.subheader("Coupons", anchor=False)
    with act.container(horizontal=True, horizontal_alignment="right"):
        if actor.may(Permission.LOYALTY_MANAGE):
            coupon_card.find_code()
            if st.button("New coupon", key="add-coupon", type="primary", icon=":material/add:"):
                coupon_form.edit(None)
    found = coupon_setup.search(actor)
    if not found:
        with st.container(border=True, key="no-coupons"):
            st.markdown(
                "**No coupons yet.** Promise a discount to everybody by one word, or give each customer of "
                "a segment a code of its own."
            )
    for row in found:
        _coupon(row)


def _coupon(row: CouponRow) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute",
        key=f"loyalty-line-coupon-{row.id}",
    ):  # fmt: skip
        used = f"used {words.count(row.used_count, 'time')}" if row.used_count else "not used yet"
        codes = f"“{row.code}”" if row.kind == "shared" else words.count(row.codes, "code")
        about = " · ".join([coupon_card.promise(row), codes, used])
        st.markdown(
            f"**{words.md(row.name)}** :{COLORS[row.state]}-badge[{row.state}]  \n"
            f":small[:gray[{words.md(about)}]]",
            width="stretch",
        )
        with st.container(width="content", key=f"loyalty-act-coupon-{row.id}"):
            if st.button("Open", key=f"open-coupon-{row.id}", icon=":material/arrow_forward:"):
                navigation.open_page("loyalty", show="coupons", coupon=row.id)
