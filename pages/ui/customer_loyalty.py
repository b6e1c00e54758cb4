"""The programme on the page of a customer: tier, balance, what expires next, the card; or the way in."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.loyalty import member_lists, members
from crm_core.loyalty.types import MemberCard
from pages.ui import loyalty_member, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me


def draw(actor: Actor, contact_id: int) -> None:
    """The card of the programme, for those who see it."""
    if not actor.may(Permission.LOYALTY_READ):
        return
    found = member_lists.find(actor, contact_id)
    if found is not None:
        _member(found)
    elif actor.may(Permission.LOYALTY_REDEEM):
        with st.container(border=True, key="customer-loyalty", gap="small"):
            st.markdown("**Loyalty**")
            st.caption("Takes no part in the programme yet.")
            if st.button("Enrol", key="enrol-member", icon=":material/loyalty:"):
                with guard(done="Enrolled. The card is ready.", rerun=True):
                    members.enrol(me(), contact_id)


def _member(card: MemberCard) -> None:
    with st.container(border=True, key="customer-loyalty", gap="small"):
        tier = f" :violet-badge[{words.md(card.tier)}]" if card.tier else ""
        st.markdown(f"**Loyalty**{tier}")
        waiting = f", {card.pending:,} more are waiting" if card.pending else ""
        st.markdown(
            f"**{words.count(card.usable, 'point')}** to spend{waiting}  \n"
            f":small[:gray[Card {words.md(card.card_number)}]]"
        )
        if line := loyalty_member.expiry_line(card):
            st.markdown(f":small[:orange[{words.md(line)}]]")
        navigation.link("loyalty", "Entries and card", icon=":material/loyalty:", member=card.membership_id)
