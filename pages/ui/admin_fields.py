"""Admin: fields of the company's own, for contacts, companies and deals."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.people import custom_fields
from crm_core.people.types import CustomFieldRow
from pages.ui import words
from pages.ui.dialogs import confirm
from pages.ui.guard import guard
from pages.ui.session import me

RECORDS = {"contacts": "Contacts", "accounts": "Companies", "deals": "Deals"}
TYPES = {
    "text": "Text", "number": "Number", "date": "Date", "choice": "One of a list",
    "choices": "Several of a list", "yes_no": "Yes or no", "url": "Web address",
}  # fmt: skip


def draw(actor: Actor) -> None:
    """The fields of one kind of record, and the way to add one."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        record = st.segmented_control(
            "Record", list(RECORDS), default="contacts", required=True, format_func=RECORDS.__getitem__,
            key="fields.record", label_visibility="collapsed",
        ) or "contacts"  # fmt: skip
        if st.button("Add a field", key="add-field", icon=":material/add:", type="primary"):
            _add(record)
    st.caption(
        "Own fields work everywhere: on the record’s page, in lists, filters, imports, exports and the API."
    )
    known = custom_fields.search(actor, record, with_hidden=True)
    for row in known:
        _row(row)
    if not known:
        st.info(f"{RECORDS[record]} have no own fields yet.", icon=":material/list_alt_add:")


def _row(row: CustomFieldRow) -> None:
    with st.container(border=True, key=f"field-{row.id}"):
        name, kind, more = st.columns([4, 4, 1], vertical_alignment="center")
        name.markdown(f"**{words.md(row.label)}**  \n:small[:gray[{words.md('custom.' + row.name)}]]")
        kind.markdown(
            TYPES[row.type]
            + (f"  \n:small[:gray[{words.md(', '.join(row.choices))}]]" if row.choices else "")
        )
        if not row.is_active:
            kind.badge("Removed", color="gray")
        acts = ["Edit", "Remove"] if row.is_active else ["Bring back"]
        choice = more.menu_button(
            "", acts, key=f"field-acts-{row.id}", icon=":material/more_horiz:", type="tertiary"
        )
    if choice == "Edit":
        _edit(row)
    elif choice == "Bring back":
        with guard(done=f"The field “{row.label}” is back, with its values.", rerun=True):
            custom_fields.add(me(), row.record, row.label, row.type, row.choices)
    elif choice == "Remove":
        confirm(
            f"Remove the field “{row.label}”?",
            "It disappears from pages, lists and files. Its values come back when you bring the field back.",
            "Remove", lambda: custom_fields.remove(me(), row.id), done=f"The field “{row.label}” is removed.",
        )  # fmt: skip


@st.dialog("Add a field")
def _add(record: str) -> None:
    label = st.text_input("Label", key="field.label", placeholder="What people read, such as “Contract ends”")
    kind = st.selectbox("Type", list(TYPES), format_func=TYPES.__getitem__, key="field.type") or "text"
    choices = _ask_choices((), "field.choices") if kind in ("choice", "choices") else ()
    if st.button("Add", key="save-field", type="primary"):
        with guard(done=f"The field “{label}” is there.", rerun=True):
            custom_fields.add(me(), record, label or "", kind, choices)


@st.dialog("Edit a field")
def _edit(row: CustomFieldRow) -> None:
    label = st.text_input("Label", row.label, key=f"field-label-{row.id}")
    choices = _ask_choices(row.choices, f"field-choices-{row.id}") if row.choices else ()
    position = st.number_input(
        "Position", 1, 999, row.position, key=f"field-position-{row.id}", help="Low numbers come first."
    )
    if st.button("Save", key="save-field", type="primary"):
        with guard(done=f"The field “{label}” is saved.", rerun=True):
            custom_fields.change(me(), row.id, label=label or "", choices=choices or None, position=position)


def _ask_choices(now: tuple[str, ...], key: str) -> tuple[str, ...]:
    typed = st.text_area("Choices, one a line", "\n".join(now), key=key, height=140) or ""
    return tuple(line for line in typed.splitlines() if line.strip())
