"""Surveys: what customers are asked and in whose words; how often; and what follows from a low score."""

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.service import surveys
from crm_core.service.feedback_types import FeedbackPolicy, NewSurvey, SurveyRow
from crm_core.service.survey_rules import KINDS, SCALES
from pages.ui import feedback_words, words
from pages.ui.guard import guard
from pages.ui.session import me

_OPEN: Final = "surveys.dialog"


def draw(actor: Actor) -> None:
    """The surveys, then how they are asked."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Surveys", anchor=False, width="stretch")
        st.button(
            "New survey", key="add-survey", type="primary", icon=":material/add:", on_click=_open,
            args=("edit", None),
        )  # fmt: skip
    for row in surveys.search(actor):
        _line(row)
    _policy(actor, surveys.policy(actor))
    shown: tuple[str, SurveyRow | None] | None = st.session_state.get(_OPEN)
    if shown is not None and shown[0] == "edit":
        _edit(shown[1])
    elif shown is not None and shown[1] is not None:
        _preview(shown[1])


def _line(row: SurveyRow) -> None:
    name = f"{row.kind}-{row.id or 'usual'}"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"survey-line-{name}"):
        with st.container(gap=None, width="stretch"):
            off = "" if row.is_active else " :gray-badge[:material/pause: not asked]"
            st.markdown(f"**{words.md(row.name)}**{off}")
            rate = f", {row.response_rate:.0%} answered" if row.response_rate is not None else ""
            asked = f"asked {words.count(row.asked, 'time')}{rate}" if row.asked else "not asked yet"
            st.markdown(f":small[:gray[{words.md(row.question)} · {asked}]]")
        st.button(
            "Preview", key=f"preview-{name}", icon=":material/visibility:", type="tertiary", on_click=_open,
            args=("preview", row),
        )  # fmt: skip
        if row.id is not None:
            verb = ("Stop asking", "pause") if row.is_active else ("Ask again", "play_arrow")
            st.button(
                verb[0], key=f"switch-{name}", icon=f":material/{verb[1]}:", type="tertiary",
                on_click=_switch, args=(row,),
            )  # fmt: skip
        st.button(
            "Open", key=f"open-survey-{name}", icon=":material/edit:", on_click=_open, args=("edit", row)
        )


def _open(name: str, row: SurveyRow | None) -> None:
    st.session_state[_OPEN] = (name, row)


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def _switch(row: SurveyRow) -> None:
    done = "is not asked any more" if row.is_active else "is asked again"
    with guard(done=f"“{row.name}” {done}."):
        _keep(row, replace(_wording(row), is_active=not row.is_active))


def _wording(row: SurveyRow) -> NewSurvey:
    return NewSurvey(
        row.name, row.kind, row.question, row.comment_question, row.thanks, row.language, row.is_active
    )


def _keep(row: SurveyRow | None, new: NewSurvey) -> None:
    if row is None or row.id is None:
        surveys.create(me(), new)
    else:
        surveys.change(me(), row.id, new, version=row.version)


@st.dialog("Survey", on_dismiss=_close)
def _edit(row: SurveyRow | None) -> None:
    key = f"survey-{row.kind}-{row.id}" if row else "survey-new"
    kind = row.kind if row else ""
    if row is None:
        kind = st.selectbox("Scale", KINDS, format_func=feedback_words.KINDS.__getitem__, key=f"{key}-kind")
    usual = SCALES[kind]
    typed: dict[str, Any] = {
        "name": st.text_input("Name", row.name if row else "", key=f"{key}-name", max_chars=120),
        "question": st.text_input(
            "Question", row.question if row else "", key=f"{key}-q", placeholder=usual.question
        ),
        "comment_question": st.text_input(
            "Question for the comment", row.comment_question if row else "", key=f"{key}-c",
            placeholder=usual.comment_question,
        ),
        "thanks": st.text_input(
            "Thanks", row.thanks if row else "", key=f"{key}-t", placeholder=usual.thanks
        ),
        "language": st.text_input("Language", row.language if row else "en", key=f"{key}-l", max_chars=20),
    }  # fmt: skip
    st.caption("What stays empty gets the usual words.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-survey"):
            _close()
            st.rerun()
        if st.button("Save", key="save-survey", type="primary"):
            with guard(done="The survey is saved.", rerun=True):
                values = {name: value or "" for name, value in typed.items()}
                _keep(row, NewSurvey(kind=kind, is_active=row.is_active if row else True, **values))
                _close()


@st.dialog("As a customer sees it", on_dismiss=_close)
def _preview(row: SurveyRow) -> None:
    scale = SCALES[row.kind]
    low, high = scale.labels
    st.markdown(f"#### {words.md(row.question)}")
    st.segmented_control(
        "Score", list(scale.scores), key=f"preview-score-{row.kind}-{row.id}", label_visibility="collapsed"
    )
    st.caption(f"{scale.low}: {low} · {scale.high}: {high}")
    st.text_area(row.comment_question, key=f"preview-comment-{row.kind}-{row.id}", height=80)
    st.success(words.md(row.thanks), icon=":material/check_circle:")
    st.caption("Nothing that is chosen here is kept.")


def _policy(actor: Actor, now: FeedbackPolicy) -> None:
    st.subheader("How customers are asked", anchor=False)
    offered = {"": "Nobody is asked by itself"} | feedback_words.KINDS
    with st.form("feedback-policy"):
        case, order = st.columns(2)
        found: dict[str, Any] = {}
        for place, name, label in (
            (case, "after_case", "After a case is solved"), (order, "after_order", "After an order arrived"),
        ):  # fmt: skip
            found[name] = place.selectbox(
                label, list(offered), index=list(offered).index(getattr(now, name)), key=f"policy-{name}",
                format_func=offered.__getitem__,
            )  # fmt: skip
        for place, name, label in zip(
            st.columns(3), ("every_days", "valid_days", "changeable_days"),
            ("At most every … days", "A link is good for … days", "Changeable for … days"), strict=True,
        ):  # fmt: skip
            found[name] = place.number_input(label, 1, 3_650, getattr(now, name), key=f"policy-{name}")
        found["opens_case"] = st.toggle("A low score opens a case", now.opens_case, key="policy-opens")
        st.caption("Low is a score of at most")
        for place, (kind, scale) in zip(st.columns(len(SCALES)), SCALES.items(), strict=True):
            found[f"low_{kind}"] = place.number_input(
                scale.title, scale.low - 1, scale.good - 1, now.low(kind), key=f"policy-low-{kind}"
            )
        if st.form_submit_button("Save", type="primary"):
            with guard(done="This is how customers are asked from now on.", rerun=True):
                surveys.change_policy(actor, FeedbackPolicy(**found))
