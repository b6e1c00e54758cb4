"""The choice of a field for a column, and a new field when none fits."""

from typing import Final

import streamlit as st

from crm_core.data import fields, imports, stage_steps
from crm_core.data.import_types import ImportDetail
from crm_core.kernel.access import Permission
from crm_core.people import custom_fields
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me

LEAVE_OUT: Final = ""
NEW: Final = "+"
TYPES: Final = {
    "text": "Text", "number": "Number", "date": "Date", "yes_no": "Yes or no", "url": "Web address",
    "choice": "Choice of a list",
}  # fmt: skip
_GROUPS: Final = {
    "Person": "salutation first_name middle_name last_name full_name birthday language time_zone",
    "Work": "company job_title department industry",
    "Contact details": "email email_secondary phone mobile phone_secondary",
    "Web": "website linkedin_url x_url facebook_url instagram_url",
    "Address": "street city state postal_code country address",
    "Relationship": "owner source lifecycle lead_status rating campaign tags card_number",
    "Notes": "notes likes dislikes description",
    "Record": "external_id created_at",
    "Consent": "email_consent opt_in_at unsubscribed subscription_status",
}
_GROUP_OF: Final = {name: group for group, names in _GROUPS.items() for name in names.split()}
_ASKED: Final = "imports.new_field"
_ROUND: Final = "imports.field_round"


def choose(detail: ImportDetail, column: str, now: str | None, position: int) -> None:
    """The box with all fields; a choice is stored at once."""
    known = _options(detail.kind, column)
    # The stored field is part of the key: what another choice took away is shown so.
    key = f"field-{detail.id}-{position}-{now or ''}-{st.session_state.get(_ROUND, 0)}"
    chosen = now if now in known else LEAVE_OUT
    st.selectbox(
        f"Field for {words.md(column)}", list(known), index=list(known).index(chosen), key=key,
        format_func=known.__getitem__, label_visibility="collapsed",
        on_change=_store, args=(detail.id, column, key),
    )  # fmt: skip


def label(kind: str, name: str) -> str:
    """What people call a field, also one of the company's own."""
    if name.startswith(stage_steps.STEP):
        return stage_steps.field_of(name.removeprefix(stage_steps.STEP)).label
    return _options(kind).get(name, words.label(name, kind)).partition("  ·  ")[0]


def ask_for_new_field(detail: ImportDetail) -> None:
    """The dialog for a new field, when somebody just asked for one."""
    column = st.session_state.pop(_ASKED, None)
    if column is not None:
        _new_field(detail, column)


def _options(kind: str, column: str = "") -> dict[str, str]:
    known = {one.name: one.label for one in fields.vocabulary(kind).values()}
    own = {fields.CUSTOM + one.name: one.label for one in custom_fields.search(me(), kind)}
    found = {LEAVE_OUT: "Do not import"}
    if me().may(Permission.FIELDS_MANAGE):
        found[NEW] = "New custom field …"
    order = {group: place for place, group in enumerate(_GROUPS)}
    names = sorted(known, key=lambda name: order.get(_GROUP_OF.get(name, ""), len(order)))
    found |= {name: f"{known[name]}  ·  {_GROUP_OF.get(name, 'Record')}" for name in names}
    steps = {one.name: f"{one.label}  ·  History" for one in stage_steps.fields_for(kind, [column])}
    return found | steps | {name: f"{text}  ·  Your fields" for name, text in own.items()}


def _store(import_id: int, column: str, key: str) -> None:
    chosen = st.session_state[key]
    if chosen == NEW:
        st.session_state[_ASKED] = column
        # A fresh box, so that it shows again what is stored while the dialog asks.
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        return
    with guard():
        imports.plan(me(), import_id, {column: chosen or None})


@st.dialog("New custom field")
def _new_field(detail: ImportDetail, column: str) -> None:
    st.caption("It is added to all records of this kind and can be filled by this column.")
    key = f"new-field-{detail.id}"
    name = st.text_input("Name", column[:120], key=f"{key}.label")
    type_name = st.selectbox("Type", list(TYPES), format_func=TYPES.__getitem__, key=f"{key}.type") or "text"
    choices: list[str] = []
    if type_name == "choice":
        place = detail.columns.index(column)
        found = dict.fromkeys(cells[place] for cells in detail.sample if place < len(cells) and cells[place])
        choices = st.text_area("One choice a line", "\n".join(found), key=f"{key}.choices").splitlines()
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Add the field", key=f"{key}.add", type="primary"):
            with guard(done=f"“{name}” is a field now.", rerun=True):
                added = custom_fields.add(me(), detail.kind, name, type_name, choices)
                imports.plan(me(), detail.id, {column: fields.CUSTOM + added.name})
