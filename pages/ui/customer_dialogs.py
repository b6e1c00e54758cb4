"""Questions that the page of a customer asks, and the way back from what was just deleted."""

import streamlit as st

from crm_core.activity import interactions
from crm_core.people import accounts, consents, contacts
from crm_core.people.consents import Proof
from crm_core.people.types import AccountDetail, ContactDetail
from pages.ui import customer_form, words
from pages.ui.customer_state import Dialog, Undo, close_dialog, dialog, forget_undo, offer_undo, undo_of
from pages.ui.guard import guard
from pages.ui.session import me


def draw(record: str) -> None:
    """The dialog that was asked for on this record's page, if any."""
    shown = dialog(record)
    if shown is None:
        return
    if shown.name == "edit":
        customer_form.show(shown)
    elif shown.name == "delete":
        _ask_to_delete(shown)
    else:
        _ask_consent(shown, is_granted=shown.name == "opt-in")


def undo_bar(record: str) -> bool:
    """What was just deleted here, with the way back. Returns whether there is such a thing."""
    undo = undo_of(record)
    if undo is None:
        return False
    is_entry = undo.verb == "entry"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo-bar"):
        st.markdown(f":material/delete: {words.md(undo.sentence)}", width="stretch")
        if st.button("Undo" if is_entry else "Restore", key="undo", type="primary"):
            with guard(done="It is back.", rerun=True):
                _restore(undo)
                forget_undo()
        if is_entry and st.button(
            "", key="forget-undo", icon=":material/close:", type="tertiary", help="Close"
        ):
            forget_undo()
            st.rerun()
    return True


def _restore(undo: Undo) -> None:
    if undo.verb == "entry":
        interactions.restore(me(), undo.key)
    elif undo.record.startswith("contacts"):
        contacts.restore(me(), [undo.key])
    else:
        accounts.restore(me(), [undo.key])


def _ask_to_delete(shown: Dialog) -> None:
    record: ContactDetail | AccountDetail = shown.opened
    is_person = isinstance(record, ContactDetail)
    name = words.md(record.name)

    @st.dialog(f"Delete {name}?", on_dismiss=close_dialog)
    def ask() -> None:
        kept = "The whole timeline is kept" if is_person else "Its people stay"
        st.write(f"“{name}” disappears from all lists. {kept}, and you can restore it.")
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Cancel", key="cancel-delete"):
                close_dialog()
                st.rerun()
            if st.button(f"Delete {name}", key="confirm-delete", type="primary"):
                with guard(rerun=True):
                    (contacts if is_person else accounts).delete(me(), [record.id])
                    offer_undo(Undo(shown.record, "record", record.id, f"“{record.name}” is deleted."))
                    close_dialog()

    ask()


def _ask_consent(shown: Dialog, *, is_granted: bool) -> None:
    """Record an opt-in or an opt-out, with where it is known from."""
    contact: ContactDetail = shown.opened
    what = "opt-in" if is_granted else "opt-out"

    @st.dialog(f"Record an {what} of {words.md(contact.name)}", on_dismiss=close_dialog)
    def ask() -> None:
        st.write(
            "Say how you know that this person agreed to marketing e-mail. It is kept as the proof."
            if is_granted
            else "From now on this person receives no marketing e-mail, and no import can change that."
        )
        with st.form("consent-form", border=False):
            source = st.text_input(
                "How is this known?", key="consent-source", placeholder="Said so in a call"
            )
            pressed = st.form_submit_button(
                f"Record the {what}", type="primary", shortcut="Ctrl+Enter", key="save-consent"
            )
        if pressed:
            with guard(done=f"The {what} of “{contact.name}” is recorded.", rerun=True):
                record = consents.opt_in if is_granted else consents.opt_out
                record(me(), contact.id, Proof(source or ""))
                close_dialog()

    ask()
