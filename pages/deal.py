"""The page of one deal: what it is about, where it stands, who takes part, and what comes next."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError, NotFound
from crm_core.sales import deals
from crm_core.sales.types import DealDetail
from pages.ui import (
    address,
    customer_tasks,
    deal_chance,
    deal_dialogs,
    deal_facts,
    deal_head,
    deal_history,
    deal_people,
    deal_products,
    deal_quotes,
)
from pages.ui.guard import guard, show
from pages.ui.session import require

STYLE = """<style>
.st-key-deal-body > * > .stHorizontalBlock > .stColumn { min-width: 0; }
.st-key-deal-body [data-testid="stMarkdownContainer"] { overflow-wrap: anywhere; }
@media (max-width: 1150px) {
  .st-key-deal-body > * > .stHorizontalBlock { flex-wrap: wrap; }
  .st-key-deal-body > * > .stHorizontalBlock > .stColumn { flex: 1 1 100%; }
}
</style>"""


def found(actor: Actor) -> DealDetail | None:
    """The deal of the address, or None when it does not exist for this person."""
    refusals: list[CrmError] = []
    with guard(refused=refusals.append):
        return deals.get(actor, address.number("id"))
    for refusal in refusals:
        if not isinstance(refusal, NotFound):
            show(refusal)
            st.stop()
    return None


def draw(actor: Actor, deal: DealDetail) -> None:
    """Everything about one deal."""
    deal_head.draw(actor, deal)
    with st.container(key="deal-body"):
        about, around = st.columns([20, 11], gap="medium")
    with about:
        customer_tasks.draw(actor, deal_id=deal.id, name=deal.row.name)
        deal_products.draw(actor, deal)
        deal_history.draw(actor, deal)
    with around:
        deal_chance.draw(actor, deal.row)
        deal_facts.draw(actor, deal)
        deal_people.draw(actor, deal)
        deal_quotes.draw(actor, deal)
    deal_dialogs.draw()


asking = require(Permission.DEALS_READ)
st.html(STYLE)
deal_head.back()
if not deal_head.undo_bar():
    shown = found(asking)
    if shown is None:
        st.header("Nothing to see here", anchor=False)
        st.write("This deal does not exist, or it is not yours to see.")
    else:
        draw(asking, shown)
