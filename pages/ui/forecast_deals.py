"""The open deals behind a number of the forecast, each with what its owner thinks of it."""

from dataclasses import replace

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.sales import forecast_board, win_probability
from crm_core.sales.forecast_board import Place
from crm_core.sales.types import DealQuery, DealRow
from crm_core.sales.win_probability import WinChance
from pages.ui import contacts_state, deal_fields, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

SIZE = 25


def draw(actor: Actor, query: DealQuery, place: Place) -> None:
    """One page of deals, the largest first."""
    number = int(st.session_state.get("fpage") or 1)
    page = forecast_board.search(actor, replace(query, paging=Paging(number=number, size=SIZE)), place)
    if not page.items:
        st.caption("No open deals here.")
        return
    chances = win_probability.of(actor, [row.id for row in page])
    with st.container(gap="xsmall", key="forecast-deals"):
        for row in page:
            _line(actor, row, chances.get(row.id))
    if contacts_state.last_page(page) > 1:
        st.pagination(contacts_state.last_page(page), key="fpage")


def _line(actor: Actor, row: DealRow, chance: WinChance | None) -> None:
    with st.container(border=True, key=f"fdeal-{row.id}"):
        about, amount, judged = st.columns([5, 3, 3], vertical_alignment="center")
    with about.container(gap=None):
        navigation.link("deal", words.md(row.name), icon=":material/handshake:", id=row.id)
        facts = [row.company, row.stage, row.owner_name]
        st.caption(words.md(" · ".join(fact for fact in facts if fact)))
    shown = words.money(row.amount, row.currency) if row.amount is not None else "no amount"
    percent = chance.percent if chance else row.probability
    why = "; ".join(chance.reasons) if chance else ""
    closes = words.short_day(row.close_on) if row.close_on else "no date"
    amount.markdown(
        f"**{words.md(shown)}**  \n:small[:gray[{percent} % · {closes}]]", help=words.md(why) if why else None
    )
    key = f"judge-{row.id}-{row.version}"
    judged.selectbox(
        f"Judgement of {row.name}", list(deal_fields.JUDGEMENTS),
        index=[*deal_fields.JUDGEMENTS].index(row.judgement),
        format_func=deal_fields.JUDGEMENTS.__getitem__, key=key, label_visibility="collapsed",
        disabled=not actor.may(Permission.DEALS_EDIT), on_change=_judge, args=(row.id, row.version, key),
    )  # fmt: skip


def _judge(deal_id: int, version: int, key: str) -> None:
    with guard(done="The judgement is kept."):
        forecast_board.judge(me(), deal_id, str(st.session_state.get(key) or ""), version=version)
