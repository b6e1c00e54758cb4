"""Asking a customer for an opinion, and writing down what a customer said."""

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.work import Clock
from crm_core.service import asking, feedback, surveys
from crm_core.service.feedback_types import About, FeedbackRow, NewFeedback
from crm_core.service.survey_rules import SCALES, Scale
from pages.ui import feedback_words, picking, words
from pages.ui.guard import guard
from pages.ui.session import me

_OPEN: Final = "feedback.dialog"
WAYS: Final = {"mail": "Send it by e-mail", "link": "Copy a personal link"}


def open_dialog(name: str, **about: Any) -> None:
    """Show this dialog from the next drawing of the page on: ``note``, ``ask`` or ``change``."""
    st.session_state[_OPEN] = (name, about)


def buttons(actor: Actor, contact_id: int, contact_name: str, *, case_id: int = 0) -> None:
    """Two quick ways: write down what somebody said, and ask."""
    if not actor.may(Permission.FEEDBACK_ASK):
        return
    about = {"contact_id": contact_id, "contact_name": contact_name, "case_id": case_id}
    for name, label, icon in (
        ("ask", "Ask for feedback", "rate_review"), ("note", "Feedback by phone", "call"),
    ):  # fmt: skip
        st.button(
            label, key=f"feedback-{name}", icon=f":material/{icon}:", type="tertiary", on_click=open_dialog,
            args=(name,), kwargs=about,
        )  # fmt: skip


def draw() -> None:
    """The dialog that stands open, if any."""
    shown: tuple[str, dict[str, Any]] | None = st.session_state.get(_OPEN)
    if shown is not None:
        dialogs: dict[str, Callable[..., None]] = {"note": _note, "ask": _ask, "change": _change}
        dialogs[shown[0]](me(), **shown[1])


def _close() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("What did the customer say?", on_dismiss=_close)
def _note(
    actor: Actor, contact_id: int | None = None, contact_name: str = "", case_id: int | None = None
) -> None:
    now = (contact_id, contact_name) if contact_id else None
    person = picking.contact(actor, "Customer", key=f"feedback-person-{contact_id}", now=now)
    kind = st.segmented_control(
        "About what", list(feedback_words.KINDS), default="csat", required=True, key="feedback-kind",
        format_func=feedback_words.KINDS.__getitem__,
    ) or "csat"  # fmt: skip
    scale = SCALES[kind]
    st.markdown(f"**{words.md(scale.question)}**")
    score = _score(scale, f"feedback-score-{kind}", None)
    comment = st.text_area("In the customer's words", key="feedback-comment", height=90, max_chars=4_000)
    if _decided("Save", disabled=score is None) and score is not None:
        if person is None:
            st.error("Choose the customer who said it.", icon=":material/error:")
            return
        with guard(done="What the customer said is saved.", rerun=True):
            about = About(case_id=case_id or None)
            feedback.note(actor, NewFeedback(person, kind, score, comment or "", "phone", about))
            _close()


@st.dialog("Correct what was written down", on_dismiss=_close)
def _change(actor: Actor, row: FeedbackRow) -> None:
    scale = SCALES[row.kind]
    st.markdown(f"{words.md(row.contact)} · {words.md(scale.name)}")
    score = _score(scale, f"feedback-change-{row.id}", row.score)
    comment = st.text_area(
        "In the customer's words", row.comment, key=f"feedback-words-{row.id}", height=90, max_chars=4_000
    )
    if _decided("Save", disabled=score is None) and score is not None:
        with guard(done="It is corrected.", rerun=True):
            feedback.change(actor, row.id, score, comment or "", version=row.version)
            _close()


@st.dialog("Ask for feedback", on_dismiss=_close)
def _ask(
    actor: Actor, contact_id: int | None = None, contact_name: str = "", case_id: int | None = None
) -> None:
    now = (contact_id, contact_name) if contact_id else None
    person = picking.contact(actor, "Customer", key=f"feedback-person-{contact_id}", now=now)
    found = {one.name: one for one in surveys.search(actor) if one.is_active}
    if not found:
        st.info("No survey is asked at the moment. Switch one on under “Surveys”.", icon=":material/info:")
        return
    name = st.selectbox("Survey", list(found), key="ask-survey")
    st.caption(words.md(found[name].question))
    way = st.radio("How", list(WAYS), format_func=WAYS.__getitem__, key="ask-way", horizontal=True)
    verb = "Send" if way == "mail" else "Make a link"
    if not _decided(verb, disabled=person is None) or person is None:
        return
    # The same day asks once about the same thing, however often the button is pressed.
    cause = f"case {case_id} {way} {name} {Clock.now():%Y-%m-%d}"[:120] if case_id else ""
    with guard():
        asked = asking.ask(
            actor, person, name, channel=way or "mail", cause=cause, about=About(case_id=case_id or None)
        )
        if way == "link":
            st.markdown("Hand this on. It is good for this customer only.")
            st.code(asked.url, language=None, wrap_lines=True)
        elif asked.is_new:
            st.success("The question is on its way.", icon=":material/check_circle:")
        else:
            st.info("This customer was asked the same today.", icon=":material/info:")


def _score(scale: Scale, key: str, now: int | None) -> int | None:
    low, high = scale.labels
    chosen = st.segmented_control(
        "Score", list(scale.scores), default=now, key=key, label_visibility="collapsed"
    )
    st.caption(f"{scale.low}: {low.lower()} · {scale.high}: {high.lower()}")
    return chosen


def _decided(verb: str, *, disabled: bool) -> bool:
    """The two buttons of a dialog; whether the one that acts was pressed."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Close", key="feedback-cancel"):
            _close()
            st.rerun()
        return st.button(verb, key="feedback-save", type="primary", disabled=disabled)
