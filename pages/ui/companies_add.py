"""Adding a company: a short form that warns while one types when a company like this is here already."""

from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, CrmError
from crm_core.people import accounts
from pages.ui import company_warning, navigation, words
from pages.ui.customer_fields import ask, choices_for
from pages.ui.guard import flash, guard
from pages.ui.session import me

SHORT = (("company", "website"), ("industry", "phone"), ("city", "country"), ("owner", "tags"))


@st.dialog("Add a company", width="large")
def add() -> None:
    """The form; after saving, the page of the new company opens."""
    actor = me()
    choices = choices_for(actor, "accounts", actor.id, actor.name)
    typed: dict[str, Any] = {}
    for pair in SHORT:
        for place, name in zip(st.columns(2), pair, strict=True):
            with place:
                typed[name] = ask(name, actor.id if name == "owner" else "", choices, f"add-company-{name}")
    is_known = _warn(actor, typed)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-add-company"):
            st.rerun()
        verb = "Add anyway" if is_known else "Add company"
        if st.button(verb, key="save-add-company", type="primary", shortcut="Ctrl+Enter"):
            _save({name: value for name, value in typed.items() if value}, even_if_duplicate=is_known)


def _warn(actor: Actor, typed: dict[str, Any]) -> bool:
    """Show which company may be meant already; returns whether there is one."""
    given = {name: typed[name] for name in ("company", "website") if typed.get(name)}
    found = accounts.similar(actor, given) if given else []
    if found:
        company_warning.show(found)
    return bool(found)


def _save(values: dict[str, Any], *, even_if_duplicate: bool) -> None:
    refusals: list[CrmError] = []
    made: list[int] = []
    with guard(refused=refusals.append):
        made.append(accounts.create(me(), values, even_if_duplicate=even_if_duplicate))
    for refusal in refusals:
        said = [f"{words.label(name, 'accounts')}: {hint}" for name, hint in refusal.fields.items()]
        kind = st.warning if isinstance(refusal, Conflict) else st.error
        kind(words.md(" ".join([refusal.message, *said])))
    for key in made:
        flash("The company is added.")
        navigation.open_page("customer", account=key)
