"""One coupon: what it promises, its state, its codes, who gets it, and what it changed."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.loyalty import coupon_codes, coupon_results, coupon_setup, coupons
from crm_core.loyalty.coupon_types import CouponRow
from pages.ui import campaign_lift, coupon_form, navigation, words
from pages.ui.dialogs import confirm
from pages.ui.guard import guard
from pages.ui.session import me

STATES = {"active": ("Switch on", "play_arrow"), "paused": ("Pause", "pause")}
NEXT = {"draft": "active", "active": "paused", "paused": "active"}
SHOWN_CODES = 20


def draw(actor: Actor, coupon_id: int) -> None:
    """The whole card."""
    navigation.link("loyalty", "All coupons", icon=":material/arrow_back:", show="coupons")
    row = coupon_setup.get(actor, coupon_id)
    st.subheader(words.md(row.name), anchor=False)
    st.markdown(f":gray-badge[{row.state}] {words.md(promise(row))}")
    if row.description:
        st.write(words.md(row.description))
    manages = actor.may(Permission.LOYALTY_MANAGE)
    if manages and row.state != "ended":
        _acts(row)
    _results(actor, row)
    if manages:
        _codes(actor, row)
    _uses(actor, row)


def promise(row: CouponRow) -> str:
    """What a coupon promises and when, as one says it."""
    amount = words.money(row.amount, row.currency)
    what = {
        "fixed": f"{amount} off", "percent": f"{row.percent} % off", "product": f"{row.product} for nothing",
        "shipping": "Free shipping",
    }  # fmt: skip
    said = [what[row.effect]]
    if row.minimum:
        said.append(f"from {words.money(row.minimum, row.currency)} on")
    if row.categories:
        said.append(f"only {words.joined([*row.categories], 'or')}")
    if row.segment:
        said.append(f"for “{row.segment}”")
    if row.limit_total is not None:
        said.append(f"{words.count(row.limit_total, 'use')} in all")
    if row.limit_per_customer is not None:
        said.append(f"{row.limit_per_customer:,} for each customer")
    if row.starts_on:
        said.append(f"from {words.day(row.starts_on)}")
    if row.ends_on:
        said.append(f"until {words.day(row.ends_on)}")
    return " · ".join(said)


def find_code() -> None:
    """Look a code up, for a customer whose code does not work."""
    with st.popover("Find a code", icon=":material/search:"):
        said = st.text_input("Code", key="find-code")
        if said:
            with guard():
                row, code = coupon_codes.find(me(), said)
                left = "no limit" if code.use_limit is None else f"of {code.use_limit:,}"
                blocked = ", blocked" if code.is_blocked else ""
                used = f"used {code.used_count:,} ({left}){blocked}"
                whose = f" For {code.customer}." if code.customer else ""
                st.markdown(words.md(f"“{row.name}” is {row.state}; the code is {used}.{whose}"))


def _acts(row: CouponRow) -> None:
    with st.container(horizontal=True):
        state = NEXT[row.state]
        verb, icon = STATES[state]
        if st.button(verb, key="coupon-state", type="primary", icon=f":material/{icon}:"):
            with guard(done=f"“{row.name}” is {state}.", rerun=True):
                coupon_setup.set_state(me(), row.id, state)
        if st.button("Edit", key="edit-coupon", icon=":material/edit:"):
            coupon_form.edit(row)
        if st.button("End", key="end-coupon", icon=":material/stop:"):
            confirm(
                f"End “{row.name}”?", "Its codes never work again.", "End it",
                lambda: coupon_setup.set_state(me(), row.id, "ended"), done=f"“{row.name}” ended.",
            )  # fmt: skip


def _results(actor: Actor, row: CouponRow) -> None:
    found = coupon_results.report(actor, row.id)
    with st.container(horizontal=True, key="coupon-figures"):
        st.metric("Used", f"{found.uses:,}", border=True, help=f"{found.cancelled:,} more were taken back")
        st.metric("Codes", f"{found.codes:,}", border=True)
        st.metric("Discount", words.money(found.discount, found.currency), border=True)
        st.metric("Baskets", words.money(found.baskets, found.currency), border=True,
                  help="Worth of the baskets before the discount")  # fmt: skip
    for line in found.lift:
        st.markdown(campaign_lift.sentence(line, found.currency))
    if row.segment_id is not None and not found.lift:
        st.caption("What it changed is shown once people of the segment have it and some are held back.")


def _codes(actor: Actor, row: CouponRow) -> None:
    st.subheader("Codes", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", key="coupon-code-acts"):
        if row.kind == "single" and row.state != "ended":
            with st.popover("Draw codes", icon=":material/casino:"):
                count = st.number_input("How many", 1, coupon_codes.MOST_CODES, 100, key="code-count")
                if st.button("Draw them", key="draw-codes", type="primary"):
                    with guard(done=f"{words.count(int(count), 'code')} drawn.", rerun=True):
                        coupon_codes.generate(me(), row.id, int(count))
        if row.segment_id is not None and row.state != "ended" and st.button(
            "Give it to the segment", key="draw-targets", icon=":material/groups:"
        ):  # fmt: skip
            with guard(done="Everybody who is new in the segment has it.", rerun=True):
                coupon_codes.draw_targets(me(), row.id)
        if row.codes:
            st.download_button(
                "Download as CSV", lambda: coupon_codes.export(actor, row.id), f"coupon-{row.id}.csv",
                "text/csv", icon=":material/download:", key="codes-csv", on_click="ignore",
            )  # fmt: skip
    page = coupon_codes.search(actor, row.id, paging=Paging(1, SHOWN_CODES))
    if page.items:
        st.dataframe(
            {
                "Code": [one.code for one in page], "Used": [one.used_count for one in page],
                "For": [one.customer or "anybody" for one in page],
            },
            hide_index=True, width="stretch",
        )  # fmt: skip
        if page.total > SHOWN_CODES:
            st.caption(f"The first {SHOWN_CODES} of {words.number(page.total, is_capped=page.is_capped)}.")


def _uses(actor: Actor, row: CouponRow) -> None:
    page = coupons.uses(actor, row.id)
    if not page.items:
        return
    st.subheader("Used lately", anchor=False)
    for use in page.items[:SHOWN_CODES]:
        back = " :gray-badge[taken back]" if use.cancelled_at else ""
        less = words.money(use.discount, use.currency)
        st.markdown(words.md(f"{words.when(use.used_at)} · {use.code} · {less} less") + back)
