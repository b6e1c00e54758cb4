"""Where a deal was and for how long: a bar for each stay, and the list of them."""

from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.sales import deals
from crm_core.sales.types import DealDetail, StageStay
from pages.ui import words


def draw(actor: Actor, deal: DealDetail) -> None:
    """The stages that the deal went through."""
    stays = deals.history(actor, deal.id)
    with st.container(border=True, key="deal-history"):
        st.subheader("Way through the stages", anchor=False)
        total = sum(stay.days for stay in stays)
        st.caption(f"{words.count(round(total), 'day')} so far, from the latest to the first")
        for stay in reversed(stays):
            _stay(stay, total)


def _stay(stay: StageStay, total: float) -> None:
    name = stay.stage if stay.status == "open" else words.sentence(stay.status)
    if stay.status != "open":
        st.markdown(f"**{words.md(name)}** · {words.when(stay.entered_at)}{_by(stay)}")
        return
    share = min(1.0, stay.days / total) if total else 0.0
    days, since = words.count(round(stay.days), "day"), words.when(stay.entered_at)
    text = f"**{words.md(name)}** · {days} · since {since}{_by(stay)}"
    st.progress(share, text=text)


def _by(stay: StageStay) -> str:
    facts: list[Any] = [stay.by] if stay.by else []
    if stay.amount is not None:
        facts.append(words.money(stay.amount, stay.currency))
    return "".join(f" · {words.md(fact)}" for fact in facts)
