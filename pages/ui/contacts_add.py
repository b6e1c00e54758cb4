"""Adding a contact: a short form that warns while one types when somebody like this is here already."""

from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, CrmError
from crm_core.people import contacts
from pages.ui import navigation, words
from pages.ui.customer_fields import ask, choices_for
from pages.ui.customer_form import TELLING, hints
from pages.ui.guard import flash, guard
from pages.ui.session import me

SHORT = (
    ("first_name", "last_name"), ("email", "phone"), ("company", "job_title"), ("owner", "lifecycle"),
    ("country", "tags"),
)  # fmt: skip


@st.dialog("Add a contact", width="large")
def add() -> None:
    """The form; after saving, the page of the new contact opens."""
    actor = me()
    choices = choices_for(actor, "contacts", actor.id, actor.name)
    typed: dict[str, Any] = {}
    for pair in SHORT:
        for place, name in zip(st.columns(2), pair, strict=True):
            with place:
                typed[name] = ask(name, actor.id if name == "owner" else "", choices, f"add-{name}")
    is_known = _warn(actor, typed)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-add"):
            st.rerun()
        verb = "Add anyway" if is_known else "Add contact"
        if st.button(verb, key="save-add", type="primary", shortcut="Ctrl+Enter"):
            _save({name: value for name, value in typed.items() if value}, even_if_duplicate=is_known)


def _warn(actor: Actor, typed: dict[str, Any]) -> bool:
    """Show who may be meant already; returns whether there is somebody."""
    given = {name: typed[name] for name in TELLING if typed.get(name)}
    found = contacts.similar(actor, given) if given else []
    if found:
        with st.container(border=True):
            st.markdown(":orange[:material/group:] **Somebody like this is here already**")
            hints(found)
    return bool(found)


def _save(values: dict[str, Any], *, even_if_duplicate: bool) -> None:
    refusals: list[CrmError] = []
    made: list[int] = []
    with guard(refused=refusals.append):
        made.append(contacts.create(me(), values, even_if_duplicate=even_if_duplicate))
    for refusal in refusals:
        said = [f"{words.label(name)}: {hint}" for name, hint in refusal.fields.items()]
        kind = st.warning if isinstance(refusal, Conflict) else st.error
        kind(words.md(" ".join([refusal.message, *said])))
    for key in made:
        flash("The contact is added.")
        navigation.open_page("customer", id=key)
