"""The chance of winning a deal, and what speaks for and against it."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.sales import win_probability
from crm_core.sales.types import DealRow
from pages.ui import words

_SOURCES = {
    "learned": "Learned from past deals, where it was better than the stage.",
    "stage": "The usual chance of its stage.",
    "own": "Written on the deal by hand.",
}


def draw(actor: Actor, row: DealRow) -> None:
    """The chance with its reasons; nothing for a closed deal."""
    chance = win_probability.of(actor, [row.id]).get(row.id) if row.status == "open" else None
    if chance is None:
        return
    with st.container(border=True, gap="xsmall", key="deal-chance"):
        st.subheader("Chance of winning", anchor=False)
        beside = (
            f" :gray[:small[the stage says {chance.stage_default} %]]" if chance.source != "stage" else ""
        )
        st.markdown(f"### {chance.percent} %{beside}")
        st.caption(_SOURCES[chance.source])
        if chance.reasons:
            st.markdown(
                "\n".join(f"- {words.md(reason[:1].upper() + reason[1:])}" for reason in chance.reasons)
            )
