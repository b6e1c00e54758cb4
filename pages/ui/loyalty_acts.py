"""What a manager does to a member's points by hand: correct them, or give some; a reason is asked for."""

from uuid import uuid4

import streamlit as st

from crm_core.loyalty import points
from crm_core.loyalty.points import Why
from crm_core.loyalty.types import MemberCard
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me

_CAUSE = "loyalty.cause"


def buttons(card: MemberCard) -> None:
    """The ways to change a balance by hand."""
    if st.button("Give points", key="gift-points", icon=":material/redeem:"):
        st.session_state[_CAUSE] = uuid4().hex
        _gift(card)
    if st.button("Correct", key="adjust-points", icon=":material/tune:"):
        st.session_state[_CAUSE] = uuid4().hex
        _adjust(card)


@st.dialog("Give points")
def _gift(card: MemberCard) -> None:
    st.caption(words.md(f"{card.name} has {card.balance:,} points."))
    amount = st.number_input("Points", min_value=1, value=50, step=10, key="gift-amount")
    reason = st.text_input("Why", key="gift-reason", max_chars=300, placeholder="Delivered late")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-gift"):
            st.rerun()
        if st.button("Give", key="save-gift", type="primary"):
            with guard(done=f"{card.name} got {amount:,} points.", rerun=True):
                points.gift(me(), card.card_number, int(amount), _why(reason))


@st.dialog("Correct the balance")
def _adjust(card: MemberCard) -> None:
    st.caption(words.md(f"{card.name} has {card.balance:,} points. Below zero takes points away."))
    amount = st.number_input("Points, up or down", value=0, step=10, key="adjust-amount")
    reason = st.text_input("Why", key="adjust-reason", max_chars=300, placeholder="Counted twice")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-adjust"):
            st.rerun()
        if st.button("Correct it", key="save-adjust", type="primary"):
            with guard(done="The balance is corrected.", rerun=True):
                points.adjust(me(), card.card_number, int(amount), _why(reason))


def _why(reason: str) -> Why:
    """The cause is drawn when the form opens: pressed twice, it posts once."""
    return Why(f"page:{st.session_state.get(_CAUSE, '')}", reason)
