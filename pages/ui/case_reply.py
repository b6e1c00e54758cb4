"""The box in which an answer to the customer is written, with known answers to begin from.

What was typed outlives everything but sending it. Buttons act before the page is drawn anew, with the
version of the case that the person had before the eyes: who was slower sees first what came meanwhile.
"""

from typing import Final

import streamlit as st

from crm_core.channels import mail_out
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, CrmError
from crm_core.kernel.paging import Paging
from crm_core.service import answers, case_messages, rules
from crm_core.service.answers import Prepared
from crm_core.service.case_types import CaseDetail, NewMessage
from crm_core.settings import Settings
from pages.ui import case_state, case_thread, case_words, words
from pages.ui.guard import flash, guard
from pages.ui.session import me

MODES: Final = {
    "answer": ":material/reply: Answer", "note": ":material/lock: Internal note",
    "receive": ":material/person: Customer said",
}  # fmt: skip
ASKS: Final = {
    "answer": "Write to the customer", "note": "Only colleagues read this",
    "receive": "What the customer said, for instance on the phone",
}  # fmt: skip
SHOWN: Final = 5
_PLACE: Final = ".reply"
_THEN: Final = {
    "solved": "It is usually sent with “Send and solve”.",
    "waiting": "The case waits afterwards.",
}


def draw(actor: Actor, detail: CaseDetail) -> None:
    """The box under the thread; nothing in a closed case but the way to open it again."""
    row = detail.row
    if not rules.may("answer", row.status):
        st.caption("The case is closed. Reopen it to answer.")
        return
    _news(actor, detail)
    case_state.show_refusal(_PLACE)
    with st.container(border=True, key="case-reply"):
        with st.container(horizontal=True, vertical_alignment="center"):
            mode = st.segmented_control(
                "What do you write", list(MODES), default="answer", required=True, key=f"case-mode-{row.id}",
                format_func=MODES.__getitem__, label_visibility="collapsed",
            ) or "answer"  # fmt: skip
            if mode == "answer":
                _known(actor, row.id)
        st.text_area(
            ASKS[mode], key=_draft(row.id), height=150, placeholder=ASKS[mode], max_chars=20_000,
            on_change="ignore", persist_state="session", label_visibility="collapsed",
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if mode == "answer":
                _answer(detail)
            else:
                verb = "Save note" if mode == "note" else "Save what was said"
                st.button(
                    verb, key="case-write", type="primary", shortcut="Ctrl+Enter", on_click=_write,
                    args=(row.id, mode),
                )  # fmt: skip


def _news(actor: Actor, detail: CaseDetail) -> None:
    new = case_thread.unseen(actor, detail)
    if not new:
        return
    who = sorted({row.actor_name or detail.row.contact_name for row in detail.messages if row.id in new})
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="case-news"):
        st.markdown(
            f":orange[:material/fiber_new:] **{words.md(words.joined(who))}** wrote since you opened this "
            "case. Read it before you send.",
            width="stretch",
        )
        st.button("I have read it", key="case-read", on_click=case_thread.read_all, args=(detail,))


def _answer(detail: CaseDetail) -> None:
    row, is_mail = detail.row, mail_out.is_set_up(Settings.from_environment())
    ways = {**case_words.CHANNEL_WORDS, "mail": "E-mail" if is_mail else "E-mail elsewhere"}
    way_key = f"case-way-{row.id}"
    st.selectbox(
        "How", list(ways), index=list(ways).index(row.channel) if row.channel in ways else 0, key=way_key,
        format_func=ways.__getitem__, width=190,
        help="E-mail is sent from here. Other ways are only written down: you tell the customer.",
    )  # fmt: skip
    st.button(
        "Send answer" if is_mail else "Save answer", key="case-send", type="primary", icon=":material/send:",
        shortcut="Ctrl+Enter", on_click=_send, args=(row.id, row.version, ""),
    )  # fmt: skip
    if rules.may("solve", row.status):
        st.button(
            "Send and solve" if is_mail else "Save and solve", key="case-send-solve", icon=":material/check:",
            on_click=_send, args=(row.id, row.version, "solved"),
        )  # fmt: skip


def _known(actor: Actor, case_id: int) -> None:
    """Choose a known answer, read what it says to this customer, put it into the box."""
    turn = st.session_state.get("case.turn", 0)
    with st.popover(
        "Insert known answer", icon=":material/library_books:", key=f"case-known-{case_id}-{turn}",
        on_change="rerun",
    ) as known:  # fmt: skip
        if not known.open:
            return
        text = st.text_input(
            "Search known answers", key=f"known-text-{case_id}", live="250ms", icon=":material/search:",
            max_chars=100, placeholder="Words of the answer", label_visibility="collapsed",
        )  # fmt: skip
        found = answers.search(actor, text or "", Paging(size=SHOWN))
        if not found.items:
            st.caption(
                "No known answer says this. Known answers are written under “Known answers” by those who "
                "manage service."
            )
            return
        titles = {row.id: row.title for row in found}
        chosen = st.radio(
            "Known answers", list(titles), format_func=lambda one: words.md(titles[one]),
            key=f"known-{case_id}-{hash(tuple(titles))}", label_visibility="collapsed",
        )  # fmt: skip
        if chosen is not None:
            _preview(actor, chosen, case_id)


def _preview(actor: Actor, answer_id: int, case_id: int) -> None:
    with guard():
        found = answers.prepare(actor, answer_id, case_id)
        with st.container(border=True, height=130, key="known-preview"):
            st.text(found.text)
        tags = f"Adds the tags {', '.join(found.tags)}." if found.tags else ""
        if about := " ".join(filter(None, (_THEN.get(found.then, ""), tags))):
            st.caption(words.md(about))
        st.button("Insert", key="known-insert", type="primary", on_click=_insert, args=(case_id, found))


def _insert(case_id: int, found: Prepared) -> None:
    key = _draft(case_id)
    before = (st.session_state.get(key) or "").rstrip()
    st.session_state[key] = f"{before}\n\n{found.text}" if before else found.text
    st.session_state[_used(case_id)] = found
    st.session_state["case.turn"] = st.session_state.get("case.turn", 0) + 1  # a new popover stands closed


def _send(case_id: int, version: int, then: str) -> None:
    """Say it to the customer; a refusal keeps the words in the box."""
    body = st.session_state.get(_draft(case_id)) or ""
    channel = st.session_state.get(f"case-way-{case_id}") or ""
    by_mail = channel == "mail" and mail_out.is_set_up(Settings.from_environment())
    used: Prepared | None = st.session_state.get(_used(case_id))
    waits = "waiting" if used is not None and used.then == "waiting" else ""
    new = NewMessage(
        body, by_mail=by_mail, channel=channel, then=then or waits,
        tags=used.tags if used else (), answer_id=used.answer_id if used else None,
    )  # fmt: skip
    with guard(refused=_refused):
        case_messages.answer(me(), case_id, new, version=version)
        _forget(case_id)
        done = "The answer is on its way" if by_mail else "The answer is saved"
        flash(f"{done}, and the case is solved." if then else f"{done}.")


def _refused(error: CrmError) -> None:
    """What came meanwhile stands above the box now, and the words still stand in it."""
    if isinstance(error, Conflict) and "meanwhile" in error.message:
        error = Conflict("Someone changed this case meanwhile. Your words are kept: look, then send again.")
    case_state.refuse(error, _PLACE)


def _write(case_id: int, mode: str) -> None:
    body = st.session_state.get(_draft(case_id)) or ""
    with guard(refused=_refused):
        (case_messages.note if mode == "note" else case_messages.receive)(me(), case_id, body)
        _forget(case_id)
        flash("The note is saved." if mode == "note" else "What the customer said is saved.")


def _forget(case_id: int) -> None:
    st.session_state[_draft(case_id)] = ""
    st.session_state.pop(_used(case_id), None)
    st.session_state.pop(case_state.SEEN, None)  # who writes has read


def _draft(case_id: int) -> str:
    return f"case-draft-{case_id}"


def _used(case_id: int) -> str:
    return f"case.used-{case_id}"
