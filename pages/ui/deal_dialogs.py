"""Questions about a deal: why it is lost, and what a stage still asks for."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from crm_core.sales import deals, pipelines
from pages.ui import deal_fields, words
from pages.ui.guard import guard
from pages.ui.session import me

_KEY = "deal.dialog"


@dataclass(frozen=True)
class Question:
    """What is asked about which deal, as it was when it was asked."""

    name: str
    deal_id: int
    version: int
    stage_id: int | None = None
    said: str = ""


def ask(name: str, deal_id: int, version: int, *, stage_id: int | None = None, said: str = "") -> None:
    """Ask in the next run: ``lose``, or ``fill`` what the stage still needs."""
    st.session_state[_KEY] = Question(name, deal_id, version, stage_id, said)


def draw() -> None:
    """The question that waits, if any."""
    question: Question | None = st.session_state.get(_KEY)
    if question is not None:
        (_lose if question.name == "lose" else _fill)(question)


def _close() -> None:
    st.session_state.pop(_KEY, None)


@st.dialog("Why is it lost?", on_dismiss=_close)
def _lose(question: Question) -> None:
    actor = me()
    st.write(words.md(deals.get(actor, question.deal_id).row.name))
    reason = st.radio("Reason", pipelines.lost_reasons(actor), index=None, key="lost-reason")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-lose"):
            _close()
            st.rerun()
        if st.button("Mark as lost", key="confirm-lose", type="primary", disabled=reason is None):
            with guard(done="The deal is closed as lost.", rerun=True):
                deals.lose(actor, question.deal_id, str(reason), version=question.version)
                _close()


@st.dialog("One moment", on_dismiss=_close)
def _fill(question: Question) -> None:
    actor = me()
    detail = deals.get(actor, question.deal_id)
    stages = {stage.id: stage for each in pipelines.search(actor) for stage in each.stages}
    stage = stages.get(question.stage_id or 0)
    st.write(f"**{words.md(detail.row.name)}**")
    st.caption(words.md(question.said))
    if stage is None:
        return
    now = dict(detail.values) | {"contact": _contact(detail)}
    asked = [name for name in stage.required_fields if name not in ("lines", "next_step")]
    typed: dict[str, Any] = {}
    for name in asked:
        typed[name] = deal_fields.ask(actor, name, now, key=f"fill-{question.deal_id}")
    if len(asked) < len(stage.required_fields):
        st.info("Open the deal to add its products or the next step, then move it.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-fill"):
            _close()
            st.rerun()
        if st.button(f"Save and move to {words.md(stage.name)}", key="confirm-fill", type="primary"):
            with guard(done=f"Moved to “{stage.name}”.", rerun=True):
                saved = deals.change(actor, detail.id, deal_fields.written(typed), version=detail.version)
                deals.move(actor, detail.id, stage.id, version=saved)
                _close()


def _contact(detail: Any) -> tuple[int, str] | None:
    row = detail.row
    return (row.contact_id, row.contact_name) if row.contact_id else None
