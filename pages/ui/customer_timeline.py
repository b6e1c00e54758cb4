"""What happened to a customer, latest first: filters, earlier pages, and own entries that can be changed."""

from collections.abc import Mapping

import streamlit as st

from crm_core.activity import history, interactions, rules
from crm_core.activity.types import Entry, InteractionDetail, NewInteraction
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import MAX_PAGE_SIZE, Page, Paging
from pages.ui import customer_log, customer_values, navigation, words
from pages.ui.customer_state import Undo, offer_undo
from pages.ui.fragments import secured
from pages.ui.guard import guard
from pages.ui.session import me

STEP = 20
_EDITED = "customer.edited_entry"
ICONS = {
    "task.created": "add_task",
    "task.done": "task_alt",
    "task.postponed": "event_upcoming",
    **{rules.LOGGED[kind]: icon for kind, (_, icon) in customer_log.KINDS.items()},
    "consent.granted": "mark_email_read", "consent.withdrawn": "unsubscribe", "contact.created": "person_add",
    "account.created": "domain_add", "contact.imported": "upload_file", "account.imported": "upload_file",
    "contact.assigned": "assignment_ind", "contact.tagged": "sell", "contact.untagged": "sell",
    "account.tagged": "sell", "account.untagged": "sell", "contact.deleted": "delete",
    "account.deleted": "delete", "interaction.deleted": "delete",
    "case.opened": "support_agent", "case.solved": "check_circle", "case.overdue": "alarm",
    "feedback.received": "rate_review", "feedback.asked": "rate_review",
}  # fmt: skip
MOST_LINES = 6


@secured(Permission.INTERACTIONS_READ)
def draw(labels: Mapping[str, str], *, contact_id: int | None = None, account_id: int | None = None) -> None:
    """The timeline of a contact, or of a company with its people.

    Args:
        labels: what the admin's own fields are called.
        contact_id: whose timeline; or
        account_id: which company's.
    """
    actor = me()
    record = f"contacts-{contact_id}" if contact_id else f"accounts-{account_id}"
    groups = st.pills(
        "Show only",
        list(rules.GROUPS),
        selection_mode="multi",
        key=f"timeline-{record}",
        label_visibility="collapsed",
    )
    shown_key = f"customer.shown-{record}"
    shown = st.session_state.get(shown_key, STEP)
    paging = Paging(1, shown) if shown <= MAX_PAGE_SIZE else Paging(-(-shown // MAX_PAGE_SIZE), MAX_PAGE_SIZE)
    if contact_id:
        page = history.of_contact(actor, contact_id, paging, groups)
    else:
        page = history.of_account(actor, account_id or 0, paging, groups)
    if not page.items:
        _nothing(actor, bool(groups))
    for entry in page:
        _entry(actor, entry, record, labels)
    _further(page, shown, shown_key)


def _nothing(actor: Actor, is_filtered: bool) -> None:
    with st.container(border=True, horizontal_alignment="center"):
        if is_filtered:
            st.caption("Nothing of this kind yet. Switch the filter off to see everything.")
        elif actor.may(Permission.INTERACTIONS_EDIT):
            st.caption("Nothing happened here yet. Write the first note above: it takes a moment.")
        else:
            st.caption("Nothing happened here yet.")


def _entry(actor: Actor, entry: Entry, record: str, labels: Mapping[str, str]) -> None:
    is_own = (
        entry.interaction_id is not None
        and entry.name in rules.LOGGED.values()
        and entry.actor_id == actor.id
        and actor.may(Permission.INTERACTIONS_EDIT)
    )
    with st.container(border=True, key=f"entry-{entry.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            icon = ICONS.get(entry.name, "edit")
            who = f"**{words.md(entry.actor)}** {words.md(entry.sentence)}"
            st.markdown(f":material/{icon}: {who}{_circumstances(entry)}", width="stretch")
            st.badge(words.ago(entry.happened_at), color="gray", help=words.when(entry.happened_at))
            if is_own:
                _acts(entry, record)
        edited = st.session_state.get(_EDITED)
        if is_own and edited is not None and edited.id == entry.interaction_id:
            _edit(edited)
        else:
            _words(entry)
        _changes(entry, labels)
        if entry.case_id is not None:
            navigation.link(
                "service", ":small[Open the case]", icon=":material/support_agent:", case=entry.case_id
            )
        if record.startswith("accounts") and entry.contact_id:
            navigation.link("customer", f":small[{words.md(entry.about)}]", id=entry.contact_id)


def _circumstances(entry: Entry) -> str:
    said = [customer_log.DIRECTIONS.get(entry.direction, ""), entry.outcome]
    minutes = f"{entry.duration_minutes} min" if entry.duration_minutes else ""
    found = [words.md(one) for one in (*said, minutes) if one]
    return f" :gray[· {' · '.join(found)}]" if found else ""


def _words(entry: Entry) -> None:
    if entry.subject:
        st.markdown(f"**{words.md(entry.subject)}**")
    if entry.text:
        st.text(entry.text)


def _changes(entry: Entry, labels: Mapping[str, str]) -> None:
    if not entry.changes:
        return
    kind = "accounts" if entry.name.startswith("account.") else "contacts"
    found = []
    for field, (old, new) in entry.changes.items():
        label = words.md(customer_values.name_of(field, kind, labels))
        before, after = (words.md(customer_values.text_of(field, value)) for value in (old, new))
        found.append(f":gray[{label}:] {before} → {after}")
    st.markdown("  \n".join(found[:MOST_LINES]))
    if len(found) > MOST_LINES:
        with st.expander(words.count(len(found) - MOST_LINES, "more field")):
            st.markdown("  \n".join(found[MOST_LINES:]))


def _acts(entry: Entry, record: str) -> None:
    choice = st.menu_button(
        "", ("Edit", "Delete"), key=f"acts-entry-{entry.id}", icon=":material/more_horiz:", type="tertiary",
        help="Change or delete this entry",
    )  # fmt: skip
    number = entry.interaction_id or 0
    if choice == "Edit":
        with guard():
            st.session_state[_EDITED] = interactions.get(me(), number)
    elif choice == "Delete":
        with guard(rerun=True):
            interactions.delete(me(), number)
            offer_undo(Undo(record, "entry", number, "The entry is deleted."))


def _edit(before: InteractionDetail) -> None:
    with st.form(f"edit-entry-{before.id}-{before.version}", border=False):
        new = customer_log.ask(before.kind, f"entry-{before.id}-{before.version}", before)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(
                "Save", type="primary", shortcut="Ctrl+Enter", key=f"save-entry-{before.id}"
            )
            is_left = st.form_submit_button("Cancel", key=f"cancel-entry-{before.id}")
    if is_left:
        st.session_state.pop(_EDITED, None)
        st.rerun()
    if is_saved:
        with guard(done="The entry is changed.", rerun=True):
            interactions.change(me(), before.id, NewInteraction(before.kind, **new), version=before.version)
            st.session_state.pop(_EDITED, None)


def _further(page: Page[Entry], shown: int, shown_key: str) -> None:
    seen = page.paging.offset + len(page)
    with st.container(horizontal=True, horizontal_alignment="center"):
        if shown > MAX_PAGE_SIZE and st.button(
            "Back to the latest", key="latest-entries", icon=":material/vertical_align_top:"
        ):
            st.session_state.pop(shown_key, None)
            st.rerun()
        if seen < page.total and st.button(
            "Show earlier", key="earlier-entries", icon=":material/expand_more:"
        ):
            st.session_state[shown_key] = shown + (STEP if shown < MAX_PAGE_SIZE else MAX_PAGE_SIZE)
            st.rerun()
