"""The quotes of a deal: made from its products, downloaded as PDF."""

from datetime import timedelta

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.sales import quotes
from crm_core.sales.quotes import QuoteRow
from crm_core.sales.types import DealDetail
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me

USUAL_DAYS = 30
SHOWN = 5


def draw(actor: Actor, deal: DealDetail) -> None:
    """The quotes that were made, the latest first."""
    with st.container(border=True, key="deal-quotes"):
        head, act = st.columns([3, 1], vertical_alignment="center")
        head.subheader("Quotes", anchor=False)
        if (
            actor.may(Permission.DEALS_EDIT)
            and deal.row.status == "open"
            and act.button("Make", key="make-quote", icon=":material/request_quote:")
        ):
            _make(deal)
        made = quotes.search(actor, deal.id)
        if not made:
            st.caption("None yet. A quote keeps what was offered, whatever the deal becomes.")
        for quote in made[:SHOWN]:
            _quote(actor, quote)
        if len(made) > SHOWN:
            with st.expander(f"{len(made) - SHOWN} earlier"):
                for quote in made[SHOWN:]:
                    _quote(actor, quote)


def _quote(actor: Actor, quote: QuoteRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        amount = words.md(words.money(quote.total, quote.currency))
        until = f"valid until {words.day(quote.valid_until)}"
        st.markdown(f"**{quote.number}** · {amount}  \n:gray[{until}]", width="content")
        st.download_button(
            "PDF", lambda: quotes.pdf(actor, quote.id)[1], f"{quote.number}.pdf", "application/pdf",
            key=f"quote-{quote.id}", icon=":material/download:", on_click="ignore",
        )  # fmt: skip


@st.dialog("Make a quote")
def _make(deal: DealDetail) -> None:
    until = st.date_input(
        "Valid until", words.today() + timedelta(days=USUAL_DAYS), min_value=words.today(), key="quote-until"
    )
    note = st.text_area(
        "Below the sum", key="quote-note", placeholder="Terms, delivery, thanks.", max_chars=2000
    )
    if not deal.lines:
        st.caption("The deal lists no products: its name and amount make the only line.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-quote"):
            st.rerun()
        if st.button("Make the quote", key="save-quote", type="primary"):
            with guard(done="The quote is ready.", rerun=True):
                quotes.make(me(), deal.id, until, note=note)
