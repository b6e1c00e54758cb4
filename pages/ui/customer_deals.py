"""The deals of a customer: what is open, what was won and lost."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.sales import deals
from crm_core.sales.types import DealQuery, DealRow
from pages.ui import deal_add, navigation, words

SHOWN = 5
_ICONS = {"open": ":material/handshake:", "won": ":material/thumb_up:", "lost": ":material/thumb_down:"}


def draw(
    actor: Actor, *, contact: tuple[int, str] | None = None, account: tuple[int, str] | None = None
) -> None:
    """The card with the latest deals of a contact or a company (id and name)."""
    if not actor.may(Permission.DEALS_READ):
        return
    query = DealQuery(
        contact_id=contact[0] if contact else None,
        account_id=account[0] if account else None,
        paging=Paging(1, SHOWN, "-updated"),
    )
    page = deals.search(actor, query)
    with st.container(border=True, key="customer-deals", gap="small"):
        head, act = st.columns([3, 1], vertical_alignment="center")
        head.markdown("**Deals**")
        if actor.may(Permission.DEALS_EDIT) and act.button(
            "", key="add-customer-deal", icon=":material/add:", type="tertiary", help="Add a deal"
        ):
            deal_add.show(contact=contact, company=account[1] if account else "", stay=True)
        if not page.items:
            st.caption("None yet.")
        for row in page:
            _deal(row)
        if page.total > SHOWN:
            st.caption(f"{page.total - SHOWN:,} more")


def _deal(row: DealRow) -> None:
    where = row.stage if row.status == "open" else row.status
    amount = words.money(row.amount, row.currency) if row.amount is not None else ""
    facts = " · ".join(words.md(part) for part in (amount, where) if part)
    navigation.link("deal", f"{words.md(row.name)} · :gray[{facts}]", icon=_ICONS[row.status], id=row.id)
