"""Saved views above the list: one click shows a list as somebody liked it."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.people import saved_views
from crm_core.people.saved_views import View
from pages.ui import contacts_state, words
from pages.ui.contacts_state import Asked
from pages.ui.guard import guard
from pages.ui.session import me


def prepare(actor: Actor) -> list[View]:
    """The views of this person; a link that names one and nothing else opens it."""
    views = saved_views.search(actor, "contacts") if actor.may(Permission.VIEWS_USE) else []
    asked = st.query_params.get("view", "")
    if asked and st.session_state.get("contacts.opened_view") != asked and contacts_state.is_bare():
        for view in views:
            if str(view.id) == asked:
                contacts_state.put(view.state)
    st.session_state["contacts.opened_view"] = asked
    return views


def draw(views: list[View]) -> None:
    """The views as one row of choices."""
    if not views:
        return
    names = {str(view.id): view for view in views}

    def show() -> None:
        chosen = names.get(str(st.session_state.get("view")))
        contacts_state.put(chosen.state if chosen else {})

    st.segmented_control(
        "Views",
        list(names),
        format_func=lambda key: (
            ("" if names[key].is_mine else ":material/group: ") + words.md(names[key].name)
        ),
        key="view",
        bind="query-params",
        on_change=show,
        label_visibility="collapsed",
    )


def menu(actor: Actor, views: list[View], asked: Asked) -> None:
    """Keep the list as it is now under a name, change the chosen view, or delete it."""
    if not actor.may(Permission.VIEWS_USE):
        return
    chosen = next((view for view in views if str(view.id) == str(st.session_state.get("view"))), None)
    with st.popover("Save view", icon=":material/bookmark:"):
        if chosen is not None and chosen.is_mine:
            _own(actor, chosen, asked)
        st.markdown("**A new view**")
        name = st.text_input("Name of the view", key="view-name", max_chars=saved_views.MAX_NAME)
        may_share = actor.may(Permission.VIEWS_SHARE)
        is_shared = may_share and st.checkbox("Everybody may use it", key="view-shared")
        if st.button("Save", key="save-view", type="primary"):
            with guard(done=f"The view “{name}” is saved.", rerun=True):
                saved_views.save(me(), "contacts", name, contacts_state.kept(asked), is_shared=is_shared)


def _own(actor: Actor, view: View, asked: Asked) -> None:
    st.markdown(f"**{words.md(view.name)}**" + (" · shared" if view.is_shared else ""))
    with st.container(horizontal=True):
        if st.button("Update", key="update-view", help="Keep the list as it is now under this name."):
            with guard(done=f"The view “{view.name}” is updated.", rerun=True):
                saved_views.update(me(), view.id, state=contacts_state.kept(asked))
        if actor.may(Permission.VIEWS_SHARE) or view.is_shared:
            verb = "Make private" if view.is_shared else "Share"
            if st.button(verb, key="share-view"):
                with guard(done=f"The view “{view.name}” is changed.", rerun=True):
                    saved_views.update(me(), view.id, is_shared=not view.is_shared)
        if st.button("Delete", key="remove-view"):
            with guard(done=f"The view “{view.name}” is deleted.", rerun=True):
                saved_views.remove(me(), view.id)
    st.divider()
