"""What customers said: scores with their words, low ones first to be found, and a case made of one."""

from datetime import timedelta
from typing import Final

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Clock
from crm_core.service import cases, feedback, sentiment
from crm_core.service.case_types import NewCase
from crm_core.service.feedback_types import FeedbackRow
from crm_core.service.survey_rules import SCALES, group
from pages.ui import contacts_state, feedback_dialogs, feedback_words, navigation, words
from pages.ui.guard import flash, guard
from pages.ui.session import me

SIZE: Final = 20
SPANS: Final = {
    "days_30": ("Last 30 days", 30),
    "days_90": ("Last 90 days", 90),
    "days_365": ("Last year", 365),
}
_CASE, _CHANGE, _HIDE = "Make a case", "Correct what was written down", "Hide"
_HIDDEN: Final = "feedback.hidden"


def draw(actor: Actor) -> None:
    """Filters, the answers, and their pages."""
    _hidden_bar()
    page = _found(actor)
    if not page.items:
        with st.container(border=True, horizontal_alignment="center", key="no-feedback"):
            st.markdown(
                "**Nothing here yet.** Ask a customer by e-mail or link, or write down what was said on the "
                "phone. Other filters may show more.",
                width="content",
            )
        return
    found = words.number(page.total, is_capped=page.is_capped)
    st.caption(f"{found} {'answer' if page.total == 1 else 'answers'}, the latest first")
    for row in page:
        _row(actor, row)
    if (last := contacts_state.last_page(page)) > 1:
        st.pagination(last, key="p", bind="query-params")


def _found(actor: Actor) -> Page[FeedbackRow]:
    with st.container(key="list-filters"):
        pills, kind_place, span_place = st.columns([5, 3, 2], vertical_alignment="center")
    groups = pills.pills(
        "Scores", list(feedback_words.GROUPS), selection_mode="multi", key="score", bind="query-params",
        format_func=feedback_words.GROUPS.__getitem__, on_change=contacts_state.first_page,
        label_visibility="collapsed",
    )  # fmt: skip
    kind = kind_place.selectbox(
        "Kind of survey", list(feedback_words.KINDS), index=None, key="survey", bind="query-params",
        format_func=feedback_words.KINDS.__getitem__, on_change=contacts_state.first_page,
        placeholder="Any survey", label_visibility="collapsed",
    )  # fmt: skip
    span = span_place.selectbox(
        "When", list(SPANS), index=None, key="since", format_func=lambda one: SPANS[one][0],
        bind="query-params", on_change=contacts_state.first_page,
        placeholder="Any time", label_visibility="collapsed",
    )  # fmt: skip
    since = Clock.now() - timedelta(days=SPANS[span][1]) if span else None
    paging = Paging(st.session_state.get("p", 1), SIZE)
    return feedback.search(
        actor, kinds=(kind,) if kind else (), groups=groups or (), since=since, paging=paging
    )


def _row(actor: Actor, row: FeedbackRow) -> None:
    about = [feedback_words.SOURCES.get(row.source, row.source), row.product or ""]
    small = f":gray[{words.md(' · '.join(filter(None, about)))}]"
    with st.container(border=True, key=f"feedback-row-{row.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(feedback_words.score(row.kind, row.score), width="content")
            navigation.link("customer", words.md(row.contact), icon=":material/person:", id=row.contact_id)
            mood = f"{feedback_words.mood(row.sentiment)} · " if row.comment else ""
            st.markdown(f":small[{mood}{small}]", width="stretch")
            if row.case_id is not None:
                navigation.link("service", ":small[Case]", icon=":material/support_agent:", case=row.case_id)
            st.badge(words.ago(row.answered_at), color="gray", help=words.when(row.answered_at))
            if actor.may(Permission.FEEDBACK_ASK):
                _acts(actor, row)
        if row.comment:
            st.text(row.comment)


def _acts(actor: Actor, row: FeedbackRow) -> None:
    moods = {f"The words are {name}": value for name, value in feedback_words.MOODS.items()}
    offered = [_CASE] if actor.may(Permission.CASES_EDIT) else []
    offered += list(moods) if row.comment else []
    offered += [_CHANGE] if row.source == "phone" else []
    choice = st.menu_button(
        "", (*offered, _HIDE), key=f"feedback-acts-{row.id}", icon=":material/more_horiz:", type="tertiary",
        help="Make a case, correct the mood, or hide it",
    )  # fmt: skip
    if choice == _CASE:
        _make_case(row)
    elif choice == _CHANGE:
        feedback_dialogs.open_dialog("change", row=row)
        st.rerun()
    elif choice == _HIDE:
        with guard(rerun=True):
            feedback.delete(me(), row.id)
            st.session_state[_HIDDEN] = (row.id, f"The answer of {row.contact} is hidden and counts nowhere.")
    elif choice in moods:
        with guard(done="The mood is corrected.", rerun=True):
            sentiment.correct(me(), "feedback", row.id, moods[choice])


def _make_case(row: FeedbackRow) -> None:
    """The same answer opens one case, also where its low score has opened it already."""
    scale = SCALES[row.kind]
    kind = "complaint" if group(row.kind, row.score) == "bad" else "request"
    said = f"{scale.title} {row.score} of {scale.high}"
    new = NewCase(
        row.contact_id, f"Feedback: {said}", kind=kind, channel="form", body=row.comment or said,
        direction="", product_id=row.product_id, order_id=row.order_id, cause=f"feedback:{row.id}",
    )  # fmt: skip
    with guard():
        case_id = cases.open(me(), new)
        flash("This is the case of the answer.")
        navigation.open_page("service", case=case_id)


def _hidden_bar() -> None:
    hidden: tuple[int, str] | None = st.session_state.get(_HIDDEN)
    if hidden is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="feedback-undo-bar"):
        st.markdown(f":material/check: {words.md(hidden[1])}", width="stretch")
        if st.button("Undo", key="undo-hide", icon=":material/undo:"):
            with guard(done="It is back.", rerun=True):
                feedback.restore(me(), hidden[0])
                st.session_state.pop(_HIDDEN, None)
