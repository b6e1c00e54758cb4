"""Questions about cases: a new one, other facts, and which two are one."""

from typing import Any, Final

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Page
from crm_core.service import case_merging, cases, rules
from crm_core.service.case_types import CaseDetail, CaseRow, NewCase
from pages.ui import case_state, case_words, navigation, picking, words
from pages.ui.guard import flash, guard
from pages.ui.session import me

PERSON: Final = "new-case-person"


def draw_new() -> None:
    """The dialog for a new case, if it was asked for."""
    shown = case_state.dialog()
    if shown is not None and shown[0] == "new":
        _new(me(), **shown[1])


def draw(detail: CaseDetail, others: Page[CaseRow]) -> None:
    """The dialog about one case, if one stands open."""
    shown = case_state.dialog()
    if shown is None or shown[1].get("case_id") != detail.row.id:
        return
    if shown[0] == "change":
        _change(detail)
    elif shown[0] == "merge":
        _merge(detail.row, [one for one in others if one.id != detail.row.id and one.status != "closed"])


@st.dialog("New case", width="medium", on_dismiss=case_state.close_dialog)
def _new(actor: Actor, contact_id: int | None = None, contact_name: str = "") -> None:
    now = (contact_id, contact_name) if contact_id else None
    person = picking.contact(actor, "Customer", key=f"{PERSON}-{contact_id}", now=now)
    subject = st.text_input(
        "What is it about", key="new-case-subject", max_chars=300, placeholder="The heating pump is loud"
    )
    kind, priority, channel = st.columns(3)
    new: dict[str, Any] = {
        "kind": _one(kind, "Kind", case_words.KIND_WORDS, "question"),
        "priority": _one(priority, "Priority", case_words.PRIORITY_WORDS, "normal"),
        "channel": _one(channel, "How it came", case_words.CHANNEL_WORDS, "phone"),
    }
    body = st.text_area("What the customer said", key="new-case-body", height=110, max_chars=20_000)
    is_mine = st.checkbox("I look after it", value=True, key="new-case-mine")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-case"):
            case_state.close_dialog()
            st.rerun()
        if st.button("Open case", key="save-case", type="primary"):
            if person is None:
                st.error("Choose the customer whose case it is.", icon=":material/error:")
                return
            _open(actor, NewCase(person, subject or "", body=body or "", **new), is_mine=is_mine)


def _open(actor: Actor, new: NewCase, *, is_mine: bool) -> None:
    with guard():
        case_id = cases.open(actor, new)
        if is_mine:
            with guard(refused=lambda _: flash("Somebody else has to look after it: you may not.")):
                cases.take(actor, case_id)
        case_state.close_dialog()
        picking.forget(f"{PERSON}-{new.contact_id}")
        picking.forget(f"{PERSON}-None")
        navigation.open_page("service", case=case_id)


def _one(place: Any, label: str, options: dict[str, str], usual: str, key: str = "new-case") -> str:
    chosen: str = place.selectbox(
        label, list(options), index=list(options).index(usual), format_func=options.__getitem__,
        key=f"{key}-{label}",
    )  # fmt: skip
    return chosen


@st.dialog("Change the case", on_dismiss=case_state.close_dialog)
def _change(detail: CaseDetail) -> None:
    row, key = detail.row, f"change-{detail.row.id}"
    subject = st.text_input("What is it about", row.subject, key=f"{key}-subject", max_chars=300)
    kind, channel = st.columns(2)
    sort = _one(kind, "Kind", case_words.KIND_WORDS, row.kind, key)
    way = _one(channel, "How it came", case_words.CHANNEL_WORDS, row.channel, key)
    tags = st.multiselect(
        "Tags", list(detail.tags), list(detail.tags), key=f"{key}-tags", accept_new_options=True,
        max_selections=rules.MOST_TAGS, placeholder="Write a tag",
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-case"):
            case_state.close_dialog()
            st.rerun()
        if st.button("Save", key="save-case", type="primary"):
            with guard(done="The case is changed.", rerun=True):
                values = {"subject": subject or "", "kind": sort, "channel": way, "tags": tuple(tags)}
                cases.change(me(), row.id, values, version=row.version)
                case_state.close_dialog()


@st.dialog("Merge with another case", on_dismiss=case_state.close_dialog)
def _merge(row: CaseRow, others: list[CaseRow]) -> None:
    if not others:
        st.write("This customer has no other case that is not closed.")
        return
    st.write(
        f"What was said in the other case moves to {rules.shown(row.number)}, and the other one is closed."
    )
    titles = {one.id: f"{rules.shown(one.number)} {one.subject}" for one in others}
    chosen = st.radio(
        "Which one", list(titles), format_func=lambda one: words.md(titles[one]), key="merge-case"
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-case"):
            case_state.close_dialog()
            st.rerun()
        if st.button("Merge", key="save-case", type="primary") and chosen is not None:
            with guard(done="The two cases are one now.", rerun=True):
                case_merging.merge(me(), row.id, chosen)
                case_state.close_dialog()
