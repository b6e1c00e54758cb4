"""One web form: what it asks and says, how it looks, how it gets onto a website, and what came in by it."""

from html import escape
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError
from crm_core.kernel.paging import Paging
from crm_core.people import tags
from crm_core.sales import form_submissions, web_forms
from crm_core.sales.lead_types import FormDetail, FormField, NewForm
from pages.ui import form_list, grid_save, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

_SHOWN = 20
_COLORS = {"taken": "green", "held": "orange", "refused": "red"}
_TEXTS = {
    "title": "Title", "intro": "Words above the form", "button": "Words on the button",
    "thanks": "Words of thanks", "consent": "Words of the consent box (empty: no box)",
}  # fmt: skip


def draw(actor: Actor, form_id: int) -> None:
    """The page of one form."""
    navigation.link("leads", "Back to forms", icon=":material/arrow_back:", show="forms")
    refusals: list[CrmError] = []
    form: FormDetail | None = None
    with guard(refused=refusals.append):
        form = web_forms.get(actor, form_id)
    if form is None:
        st.header("Nothing to see here", anchor=False)
        st.write("There is no such form.")
        return
    _head(form)
    edit, publish = st.columns([3, 2], gap="medium")
    with edit:
        _edit(actor, form)
    with publish:
        _publish(form)
    _messages(actor, form)


def _head(form: FormDetail) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="form-head"):
        off = "" if form.is_active else " :gray-badge[closed]"
        st.header(f"{words.md(form.name)}{off}", anchor=False, width="stretch")
        verb, icon = ("Close", "block") if form.is_active else ("Open again", "check")
        if st.button(verb, key="close-form", icon=f":material/{icon}:"):
            with guard(done=f"“{form.name}” is {'closed' if form.is_active else 'open'}.", rerun=True):
                web_forms.close(me(), form.id, is_closed=form.is_active)


def _edit(actor: Actor, form: FormDetail) -> None:
    name = st.text_input("Name", form.name, key="form-name", max_chars=120)
    edited = st.data_editor(
        pd.DataFrame(
            [(each.name, each.label, each.is_required) for each in form.fields],
            columns=["name", "label", "is_required"],
        ),
        key=f"form-fields-{form.id}", num_rows="dynamic", hide_index=True,
        column_config=_columns(web_forms.fields(actor)),
    )  # fmt: skip
    texts = {key: _text(form, key, label) for key, label in _TEXTS.items()}
    left, right = st.columns(2)
    source = left.text_input("Source of its leads", form.source, key="form-source", max_chars=120)
    chosen = right.multiselect(
        "Tags of its leads", sorted({*tags.names(actor), *form.tags}), default=list(form.tags),
        accept_new_options=True, key="form-tags",
    )  # fmt: skip
    if grid_save.button("Save", key="save-form"):
        new = NewForm(name, _fields(edited), texts, form.slug, source, chosen)
        with guard(done="The form is saved. Pages that show it follow at once.", rerun=True):
            web_forms.change(me(), form.id, new)


def _columns(known: dict[str, str]) -> dict[str, Any]:
    kinds = st.column_config
    return {
        "name": kinds.SelectboxColumn(
            "Field",
            options=list(known),
            format_func=lambda name: known.get(str(name), str(name)),
            required=True,
        ),
        "label": kinds.TextColumn("Visitors read", required=True, max_chars=120),
        "is_required": kinds.CheckboxColumn("Must be filled", default=False),
    }


def _text(form: FormDetail, key: str, label: str) -> str:
    stored = form.texts.get(key, "")
    if key in ("intro", "thanks"):
        return st.text_area(label, stored, key=f"form-{key}", max_chars=1_000, height=80)
    return st.text_input(label, stored, key=f"form-{key}", max_chars=150)


def _fields(edited: pd.DataFrame) -> tuple[FormField, ...]:
    return tuple(
        FormField(
            str(row["name"]),
            str(row["label"] or ""),
            bool(row["is_required"] is True or row["is_required"] == 1),
        )
        for row in edited.to_dict("records")
        if isinstance(row["name"], str)
    )


def _publish(form: FormDetail) -> None:
    address = f"{_origin()}/forms/{form.slug}"
    with st.container(border=True, key="form-publish"):
        st.markdown("**On your website**")
        st.link_button("Open the form", address, icon=":material/open_in_new:")
        st.caption("As a link:")
        st.code(address, language=None, wrap_lines=True)
        st.caption("Inside a page of yours:")
        frame = (
            f'<iframe src="{escape(address)}" title="{escape(form.name)}" width="100%" height="640"></iframe>'
        )
        st.code(frame, language="html", wrap_lines=True)
        st.caption(
            "Programs read fields and key by GET with “Accept: application/json”, and send "
            "{“answers”: {…}, “key”: “…”, “consent”: true} by POST."
        )
    if form.is_active:
        st.caption("Preview")
        st.iframe(address, height=560)


def _messages(actor: Actor, form: FormDetail) -> None:
    page = form_submissions.search(actor, form.id, "", Paging(1, _SHOWN))
    st.subheader("Messages", anchor=False)
    if not page.items:
        st.caption("Nobody has sent this form yet.")
    for row in page:
        with st.container(border=True, key=f"message-{row.id}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                why = f" · {words.md(row.reason)}" if row.reason else ""
                color = _COLORS[row.verdict]
                st.markdown(
                    f":{color}-badge[{row.verdict}] {words.when(row.submitted_at)}{why}", width="stretch"
                )
                if row.contact_id is not None:
                    navigation.link("lead", "Open the lead", id=row.contact_id)
            st.text(form_list.answers(row))


def _origin() -> str:
    """Where this browser reaches Rapport; visitors reach its forms there too."""
    url = st.context.url
    parts = urlsplit(url if isinstance(url, str) else "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
