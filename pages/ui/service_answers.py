"""Known answers: texts for what many ask, with the customer's fields, written by those who manage service."""

from typing import Final

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.service import answers
from crm_core.service.answers import AnswerRow, NewAnswer
from pages.ui import contacts_state, words
from pages.ui.guard import guard
from pages.ui.session import me

THEN: Final = {"": "Stay as it is", "waiting": "Wait for the customer", "solved": "Be solved"}
SIZE: Final = 20
_OPEN: Final = "answers.dialog"
_GONE: Final = "answers.gone"


def draw(actor: Actor) -> None:
    """The list, what was just deleted, and the dialog that stands open."""
    _undo_bar()
    box, act = st.columns([3, 1], vertical_alignment="center")
    text = box.text_input(
        "Search known answers", key="aq", live="250ms", bind="query-params", max_chars=100,
        icon=":material/search:", placeholder="Words of the title or the answer",
        label_visibility="collapsed", on_change=contacts_state.first_page,
    )  # fmt: skip
    act.button(
        "New answer", key="add-answer", type="primary", icon=":material/add:", width="stretch",
        on_click=_open, args=(None,),
    )  # fmt: skip
    page = answers.search(actor, text or "", Paging(st.session_state.get("p", 1), SIZE))
    for row in page:
        _line(row)
    if not page.items:
        with st.container(border=True, horizontal_alignment="center", key="no-answers"):
            st.markdown(
                "**No known answer.** Write down what many customers are told: it is put into an answer "
                "by one click, with their name in it."
            )
    if (last := contacts_state.last_page(page)) > 1:
        st.pagination(last, key="p", bind="query-params")
    if _OPEN in st.session_state:
        _edit(st.session_state[_OPEN])


def _line(row: AnswerRow) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"answer-line-{row.id}"):
        with st.container(gap=None, width="stretch"):
            then = f" :gray-badge[{THEN[row.then].lower()}]" if row.then else ""
            tags = "".join(f" :gray-badge[:material/sell: {words.md(tag)}]" for tag in row.tags)
            st.markdown(f"**{words.md(row.title)}**{then}{tags}")
            start = row.body if len(row.body) <= 140 else f"{row.body[:140]}…"
            used = f"used {words.count(row.used_count, 'time')}" if row.used_count else "not used yet"
            st.markdown(f":small[:gray[{words.md(start)} · {used}]]")
        st.button("Open", key=f"open-answer-{row.id}", icon=":material/edit:", on_click=_open, args=(row,))


def _open(row: AnswerRow | None) -> None:
    st.session_state[_OPEN] = row


def _close() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("Known answer", width="medium", on_dismiss=_close)
def _edit(row: AnswerRow | None) -> None:
    new = _typed(row, f"answer-{row.id if row else 'new'}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if row is not None and st.button("Delete", key="delete-answer", icon=":material/delete:"):
            with guard(rerun=True):
                answers.delete(me(), row.id)
                st.session_state[_GONE] = (row.id, f"“{row.title}” is deleted.")
                _close()
        if st.button("Cancel", key="cancel-answer"):
            _close()
            st.rerun()
        if st.button("Save", key="save-answer", type="primary"):
            with guard(done=f"“{new.title}” is saved.", rerun=True):
                if row is None:
                    answers.add(me(), new)
                else:
                    answers.change(me(), row.id, new, version=row.version)
                _close()


def _typed(row: AnswerRow | None, key: str) -> NewAnswer:
    title = st.text_input(
        "Title", row.title if row else "", key=f"{key}-title", max_chars=answers.LONGEST_TITLE
    )
    body = st.text_area(
        "Answer", row.body if row else "", key=f"{key}-body", height=220, max_chars=answers.LONGEST_BODY,
        placeholder="Dear {{ first_name|or('customer') }},",
    )  # fmt: skip
    with st.expander("Fields that can be named"):
        st.code(" ".join(f"{{{{ {name} }}}}" for name in answers.FIELDS), language=None, wrap_lines=True)
    what, marks = st.columns(2)
    then = what.selectbox(
        "Afterwards the case shall", list(THEN), format_func=THEN.__getitem__, key=f"{key}-then",
        index=list(THEN).index(row.then if row else ""),
    )  # fmt: skip
    known = list(row.tags) if row else []
    tags = marks.multiselect(
        "Tags for the case", known, known, key=f"{key}-tags", accept_new_options=True,
        placeholder="Write a tag",
    )  # fmt: skip
    return NewAnswer(title or "", body or "", then or "", tuple(tags))


def _undo_bar() -> None:
    gone: tuple[int, str] | None = st.session_state.get(_GONE)
    if gone is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="answer-undo-bar"):
        st.markdown(f":material/delete: {words.md(gone[1])}", width="stretch")
        if st.button("Undo", key="undo-answer", icon=":material/undo:"):
            with guard(done="It is back.", rerun=True):
                answers.restore(me(), gone[0])
                st.session_state.pop(_GONE, None)
