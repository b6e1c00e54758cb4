"""What was said in a case as one thread: the customer, us, and notes among colleagues, told apart by place,
sign and words, not by colour alone."""

from typing import Final

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.service.case_types import CaseDetail, CaseMessageRow
from pages.ui import case_state, words

STYLE: Final = """<style>
[class*="st-key-said-"] { padding: .7rem .9rem .75rem; border-radius: .6rem; gap: .35rem; }
[class*="st-key-said-in-"] { border: 1px solid rgba(128, 128, 128, .28); margin-right: 2.5rem; width: auto; }
[class*="st-key-said-out-"] {
  border: 1px solid light-dark(rgba(15, 118, 110, .35), rgba(92, 207, 193, .35)); margin-left: 2.5rem;
  width: auto; background: light-dark(rgba(15, 118, 110, .06), rgba(92, 207, 193, .08));
}
[class*="st-key-said-note-"] {
  border: 1px dashed rgba(150, 120, 40, .65); margin-left: 2.5rem; width: auto;
  background: light-dark(rgba(202, 138, 4, .07), rgba(250, 204, 21, .07));
}
[class*="st-key-said-"] [data-testid="stText"] {
  white-space: pre-wrap; overflow-wrap: anywhere; font-family: inherit;
}
[class*="st-key-said-"] [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
[class*="st-key-said-"] [data-testid="stMarkdownContainer"] p { margin-bottom: 0; overflow-wrap: anywhere; }
[class*="st-key-feedback-row-"] { padding: .6rem .9rem .7rem; gap: .25rem; }
[class*="st-key-feedback-row-"] [data-testid="stText"] {
  white-space: pre-wrap; overflow-wrap: anywhere; font-family: inherit;
}
.st-key-case-body > * > .stHorizontalBlock > .stColumn { min-width: 0; }
.st-key-case-body [data-testid="stMarkdownContainer"] { overflow-wrap: anywhere; }
.st-key-case-body [data-testid="stPageLink-NavLink"] { height: auto; }
.st-key-case-body [data-testid="stPageLink-NavLink"] p { white-space: normal; overflow-wrap: anywhere; }
@media (max-width: 1150px) {
  .st-key-case-body > * > .stHorizontalBlock { flex-wrap: wrap; }
  .st-key-case-body > * > .stHorizontalBlock > .stColumn { flex: 1 1 100%; }
  .st-key-case-steer .stHorizontalBlock { flex-wrap: wrap; }
  .st-key-case-steer .stColumn { min-width: calc(50% - .5rem); flex: 1 1 0; }
}
@media (max-width: 640px) {
  .st-key-promises .stHorizontalBlock { flex-wrap: nowrap; gap: .5rem; }
  .st-key-promises .stColumn { min-width: 0; }
  [class*="st-key-survey-line-"] > :first-child, [class*="st-key-answer-line-"] > :first-child {
    min-width: 100%;
  }
  [class*="st-key-case-mode"] button { padding-left: .55rem; padding-right: .55rem; }
  [class*="st-key-case-mode"] button span:has(> [data-testid="stIconMaterial"]) { display: none; }
  [class*="st-key-said-in-"] { margin-right: .8rem; }
  [class*="st-key-said-out-"], [class*="st-key-said-note-"] { margin-left: .8rem; }
}
</style>"""
MAILS: Final = {
    "pending": ":material/schedule_send: waits to be sent", "sending": ":material/schedule_send: on its way",
    "sent": ":material/done: sent", "failed": ":material/error: could not be sent",
    "unclear": ":material/help: perhaps sent",
}  # fmt: skip
WAYS: Final = {"email": "by e-mail", "call": "by phone", "chat": "in a chat", "post": "in public"}


def draw(actor: Actor, detail: CaseDetail) -> None:
    """The thread, the oldest first; what others said since this person opened the case is marked."""
    new = unseen(actor, detail)
    if not detail.messages:
        with st.container(border=True, horizontal_alignment="center", key="no-words"):
            st.caption("Nothing is written down yet. Note below what the customer said, or answer.")
    for row in detail.messages:
        _message(detail, row, is_new=row.id in new)


def unseen(actor: Actor, detail: CaseDetail) -> set[int]:
    """What others said since this person opened the case in this window; what one says oneself is no news."""
    known: tuple[int, int] = st.session_state.get(case_state.SEEN, (0, 0))
    newest = max((row.id for row in detail.messages), default=0)
    if known[0] != detail.row.id:
        known = (detail.row.id, newest)
        st.session_state[case_state.SEEN] = known
    return {row.id for row in detail.messages if row.id > known[1] and row.actor_id != actor.id}


def read_all(detail: CaseDetail) -> None:
    """From now on nothing that stands in the thread is news."""
    newest = max((row.id for row in detail.messages), default=0)
    st.session_state[case_state.SEEN] = (detail.row.id, newest)


def _message(detail: CaseDetail, row: CaseMessageRow, *, is_new: bool) -> None:
    side = row.direction or "note"
    with st.container(key=f"said-{side}-{row.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            mark = " :orange-badge[:material/fiber_new: New]" if is_new else ""
            st.markdown(f"{_speaker(detail, row)}{mark}", width="stretch")
            if mail := MAILS.get(row.mail_state, ""):
                st.markdown(f":small[:gray[{mail}]]", width="content")
            st.badge(words.ago(row.happened_at), color="gray", help=words.when(row.happened_at))
        st.text(row.body or row.subject)


def _speaker(detail: CaseDetail, row: CaseMessageRow) -> str:
    way = WAYS.get(row.kind, "")
    if row.direction == "in":
        return f":material/person: **{words.md(detail.row.contact_name)}** :gray[{way}]"
    who = words.md(row.actor_name or "Rapport")
    if row.direction == "out":
        return f":material/reply: **{who}** :gray[answered {way}]"
    return f":material/lock: **Internal note** :gray[{who}]"
