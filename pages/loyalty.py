"""Loyalty: members and what they have, rewards, coupons, those who recommend us, and the rules behind it."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import (
    address,
    coupon_list,
    loyalty_member,
    loyalty_members,
    loyalty_programme,
    loyalty_referrals,
    loyalty_rules,
    reward_list,
)
from pages.ui.session import require

VIEWS = {
    "members": loyalty_members.draw,
    "programme": loyalty_programme.draw,
    "rewards": reward_list.draw,
    "coupons": coupon_list.draw,
    "referrals": loyalty_referrals.draw,
    "rules": loyalty_rules.draw,
}
STYLE = """<style>
[class*="st-key-loyalty-line-"] { border-bottom: 1px solid rgba(128, 128, 128, .18); padding: .55rem 0; }
[class*="st-key-loyalty-line-"] [data-testid="stMarkdownContainer"] p {
  line-height: 1.45; overflow-wrap: anywhere;
}
[class*="st-key-loyalty-act-"] { flex-shrink: 0; }
[class*="st-key-loyalty-act-"] button p { white-space: nowrap; }
.st-key-member-qr img { width: 9rem; border-radius: .5rem; }
@media (max-width: 640px) {
  .st-key-loyalty-filters .stColumn, [class*="st-key-programme-tiles-"] .stColumn {
    min-width: calc(50% - .5rem); flex: 1 1 0;
  }
  .st-key-loyalty-filters .stColumn:first-child { min-width: 100%; }
}
</style>"""


def header() -> str:
    """Title, and which view is shown."""
    st.header("Loyalty", anchor=False)
    if st.query_params.get("show") in VIEWS:
        st.session_state["show"] = st.query_params["show"]
        del st.query_params["show"]
    usual = None if "show" in st.session_state else "members"
    shown = st.segmented_control(
        "Show", list(VIEWS), default=usual, required=True, format_func=str.capitalize, key="show",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    return shown or "members"


def draw(actor: Actor) -> None:
    """The view that the address asks for."""
    VIEWS[header()](actor)


asking = require(Permission.LOYALTY_READ)
st.html(STYLE)
if number := address.number("member"):
    loyalty_member.draw(asking, number)
else:
    draw(asking)
