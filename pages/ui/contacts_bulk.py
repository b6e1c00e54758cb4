"""Acts on many contacts at once: the ticked ones, or all that the list would show. Each can be taken back."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from crm_core.data import exports
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.people import contacts, tags
from crm_core.people.listing import ALL_CAP, ContactRow
from crm_core.people.rules import LIFECYCLES
from crm_core.people.types import BulkDone, Chosen
from crm_core.team import users
from pages.ui import segment_list, words
from pages.ui.contacts_state import Asked
from pages.ui.dialogs import confirm
from pages.ui.guard import flash, guard
from pages.ui.session import me

UNDO = "contacts.undo"


def draw(actor: Actor, asked: Asked, page: Page[ContactRow], ticked: list[int]) -> None:
    """The bar under the list; nothing while nothing is ticked."""
    if not ticked:
        return
    chosen: Chosen = ticked
    total = words.number(page.total, is_capped=page.is_capped)
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="bulk-bar"):
        is_all = False
        if page.total > len(ticked):
            is_all = st.toggle(f"All {total} matching", key="bulk-all")
        if is_all:
            chosen = replace(asked.query, paging=Paging())
        what = f"{total} contacts" if is_all else words.count(len(ticked), "contact")
        st.markdown(f"**{what}**", width="content")
        if is_all and page.total > ALL_CAP:
            st.caption(f"The first {ALL_CAP:,} are taken.")
        _acts(actor, chosen, what, is_deleted=asked.query.deleted)


def undo_bar() -> None:
    """What was just done, with the way back."""
    done: tuple[int, str] | None = st.session_state.get(UNDO)
    if done is None:
        return
    token, sentence = done
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo-bar"):
        st.markdown(f":material/check: {words.md(sentence)}", width="stretch")
        if st.button("Undo", key="undo-bulk", icon=":material/undo:"):
            with guard():
                back = contacts.undo(me(), token)
                kept = f" {back.kept_count:,} were changed since and stay." if back.kept_count else ""
                flash(f"{words.count(back.count, 'contact')} put back.{kept}")
                del st.session_state[UNDO]
                st.rerun()
        if st.button("", key="forget-bulk", icon=":material/close:", type="tertiary", help="Close"):
            del st.session_state[UNDO]
            st.rerun()


def _acts(actor: Actor, chosen: Chosen, what: str, *, is_deleted: bool) -> None:
    if is_deleted:
        if actor.may(Permission.CONTACTS_DELETE) and st.button("Restore", key="bulk-restore", type="primary"):
            _do(lambda: contacts.restore(me(), chosen), "restored")
        return
    if actor.may(Permission.CONTACTS_ASSIGN):
        _assign(actor, chosen)
    if actor.may(Permission.CONTACTS_EDIT):
        _tag(actor, chosen)
        _stage(chosen)
    if actor.may(Permission.SEGMENTS_EDIT):
        segment_list.put_on(actor, chosen)
    if actor.may(Permission.CONTACTS_EXPORT):
        _export(chosen)
    if actor.may(Permission.CONTACTS_DELETE) and st.button(
        "Delete", key="bulk-delete", icon=":material/delete:"
    ):
        confirm(
            f"Delete {what}?",
            "They disappear from all lists and reports. You can undo this, and restore them later.",
            "Delete",
            lambda: _keep(contacts.delete(me(), chosen), "deleted"),
            done=f"{what} deleted.",
        )


def _assign(actor: Actor, chosen: Chosen) -> None:
    people: dict[int | None, str] = {None: "Nobody", **dict(users.choices(actor))}
    with st.popover("Assign", icon=":material/person:"):
        owner = st.selectbox("New owner", list(people), format_func=lambda key: people[key], key="bulk-owner")
        if st.button("Assign", key="bulk-assign", type="primary"):
            _do(lambda: contacts.assign(me(), chosen, owner), "assigned")


def _tag(actor: Actor, chosen: Chosen) -> None:
    with st.popover("Tag", icon=":material/label:"):
        name = st.selectbox(
            "Tag",
            tags.names(actor),
            index=None,
            key="bulk-tag-name",
            accept_new_options=True,
            placeholder="Choose or type",
        )
        with st.container(horizontal=True):
            if st.button("Add tag", key="bulk-tag", type="primary", disabled=not name):
                _do(lambda: contacts.tag(me(), chosen, str(name)), "tagged")
            if st.button("Remove tag", key="bulk-untag", disabled=not name):
                _do(lambda: contacts.untag(me(), chosen, str(name)), "untagged")


def _stage(chosen: Chosen) -> None:
    with st.popover("Stage", icon=":material/trending_up:"):
        stage = st.selectbox(
            "New stage", ["", *LIFECYCLES], format_func=words.sentence, key="bulk-stage-name"
        )
        if st.button("Set stage", key="bulk-stage", type="primary"):
            _do(lambda: contacts.set_lifecycle(me(), chosen, stage or ""), "changed")


def _export(chosen: Chosen) -> None:
    with st.popover("Export", icon=":material/download:"):
        names = list(exports.FORMATS)
        chosen_format = st.selectbox(
            "Format", names, format_func=exports.FORMATS.__getitem__, key="bulk-format"
        )
        if st.button("Make the file", key="bulk-export", type="primary"):
            with guard():
                made = exports.create(me(), "contacts", chosen_format or "csv", chosen)
                st.session_state["contacts.export"] = (made.url, made.row_count)
        ready = st.session_state.get("contacts.export")
        if ready:
            st.link_button(
                f"Download {words.count(ready[1], 'contact')}", ready[0], icon=":material/download:"
            )


def _do(act: Callable[[], BulkDone], verb: str) -> None:
    with guard():
        _keep(act(), verb)
        st.rerun()


def _keep(done: BulkDone, verb: str) -> None:
    sentence = f"{words.count(done.count, 'contact')} {verb}."
    st.session_state["contacts.round"] = st.session_state.get("contacts.round", 0) + 1
    if done.undo_token is not None:
        st.session_state[UNDO] = (done.undo_token, sentence)
    else:
        flash(sentence)
