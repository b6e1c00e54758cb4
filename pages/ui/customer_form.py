"""The edit form of a contact or a company: all fields, all hints at once, and a warning about look-alikes."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, CrmError
from crm_core.people import accounts, comparison, contacts
from crm_core.people.types import AccountDetail, ContactDetail, ContactHint
from pages.ui import company_warning, customer_conflict, navigation, words
from pages.ui.customer_fields import Choices, ask, choices_for, groups
from pages.ui.customer_state import Dialog, close_dialog
from pages.ui.guard import guard
from pages.ui.session import me

Detail = ContactDetail | AccountDetail
TELLING = (
    "first_name",
    "last_name",
    "email",
    "email_secondary",
    "phone",
    "mobile",
    "phone_secondary",
    "company",
)
REASONS = {"email": "same e-mail", "phone": "same phone", "name": "same name"}


def show(dialog: Dialog) -> None:
    """The dialog in which a record is edited; after a stale save it asks which values to keep."""
    detail: Detail = dialog.opened

    @st.dialog(words.md(f"Edit {detail.name}"), width="large", on_dismiss=close_dialog)
    def edit() -> None:
        actor = me()
        choices = choices_for(actor, _kind(dialog), detail.owner_id, detail.owner_name)
        if dialog.comparison is not None:
            kept = customer_conflict.ask(dialog, choices)
            if kept is not None:
                _save(dialog, kept, choices)
        else:
            _form(actor, dialog, choices)

    edit()


def _form(actor: Actor, dialog: Dialog, choices: Choices) -> None:
    before: Mapping[str, Any] = dialog.opened.values
    typed: dict[str, Any] = {}
    warning = None
    for title, names in groups(choices):
        st.markdown(f"**{title}**")
        typed |= _group(names, dialog, choices)
        if title == "How to reach":
            warning = st.container()
    if _kind(dialog) == "accounts":
        company_warning.draw(actor, dialog.opened, typed)
    elif warning is not None:
        with warning:
            _warn(actor, dialog, typed)
    if dialog.message:
        st.error(words.md(dialog.message), icon=":material/error:")
    with st.container(horizontal=True, horizontal_alignment="right", key="edit-acts"):
        if st.button("Cancel", key="cancel-edit"):
            close_dialog()
            st.rerun()
        if st.button("Save", key="save-edit", type="primary", shortcut="Ctrl+Enter"):
            dialog.typed = comparison.changed(before, typed)
            _save(dialog, dialog.typed, choices)


def _group(names: tuple[str, ...], dialog: Dialog, choices: Choices) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    before, errors = dialog.opened.values, dialog.errors or {}
    for pair in (names[at : at + 2] for at in range(0, len(names), 2)):
        for place, name in zip(st.columns(2), pair, strict=False):
            with place:
                value = (dialog.typed or {}).get(name, before.get(name, ""))
                typed[name] = ask(
                    name, value, choices, f"edit-{dialog.record}-{dialog.opened.version}-{name}"
                )
                if name in errors:
                    st.markdown(f":small[:red[:material/error: {words.md(errors[name])}]]")
    return typed


def _warn(actor: Actor, dialog: Dialog, typed: Mapping[str, Any]) -> None:
    if not set(TELLING) & set(comparison.changed(dialog.opened.values, typed)):
        return
    found = contacts.similar(actor, {name: typed[name] for name in TELLING}, besides=dialog.opened.id)
    if found:
        with st.container(border=True):
            st.markdown(":orange[:material/group:] **Somebody like this is here already**")
            hints(found)


def hints(found: list[ContactHint]) -> None:
    """Links to contacts that may be the same person, with the reasons."""
    for hint in found:
        why = ", ".join(REASONS.get(reason, reason) for reason in hint.reasons)
        company = f" · {words.md(hint.company)}" if hint.company else ""
        navigation.link("customer", f"{words.md(hint.name)}{company}", id=hint.id)
        st.caption(why)


def _save(dialog: Dialog, values: Mapping[str, Any], choices: Choices) -> None:
    kind, version = _kind(dialog), dialog.version or dialog.opened.version
    save = contacts.change if kind == "contacts" else accounts.change
    refusals: list[CrmError] = []
    with guard(done=f"“{dialog.opened.name}” is saved.", rerun=True, refused=refusals.append):
        save(me(), dialog.opened.id, values, version=version)
        close_dialog()
    for refusal in refusals:
        _keep(dialog, refusal, choices)
        st.rerun()


def _keep(dialog: Dialog, refusal: CrmError, choices: Choices) -> None:
    """Remember what was refused, so that the form says it where it belongs."""
    if isinstance(refusal, Conflict) and "version" in refusal.theirs:
        dialog.comparison = comparison.compare(dialog.opened.values, refusal.theirs, dialog.typed or {})
        dialog.version = refusal.theirs["version"]
        dialog.errors, dialog.message = None, ""
        return
    dialog.comparison = dialog.version = None  # the form goes on from where it was opened
    shown = {name for _, names in groups(choices) for name in names}
    dialog.errors = {name: hint for name, hint in refusal.fields.items() if name in shown}
    elsewhere = [
        f"{choices.label(name)}: {hint}" for name, hint in refusal.fields.items() if name not in shown
    ]
    marked = (
        [f"See {words.joined([choices.label(name) for name in dialog.errors])}."] if dialog.errors else []
    )
    dialog.message = " ".join([refusal.message, *marked, *elsewhere])


def _kind(dialog: Dialog) -> str:
    return dialog.record.partition("-")[0]
