"""Web forms in a list, and the messages that wait for a person because they look like robots' work."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.sales import form_rules, form_submissions, web_forms
from crm_core.sales.lead_types import FormDetail, NewForm, SubmissionRow
from pages.ui import navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

_SHOWN = 20


def add_button() -> None:
    """The way to a new form."""
    if st.button("Add form", key="add-form", type="primary", icon=":material/add:"):
        _add()


def draw(actor: Actor) -> None:
    """The forms, and what is held."""
    rows = web_forms.search(actor)
    if not rows:
        with st.container(border=True, horizontal_alignment="center", key="no-forms"):
            st.markdown(
                "**No forms yet.** A form on your website turns visitors into leads, "
                "with an owner and a score at once."
            )
            if st.button("Add the first form", key="add-first-form", type="primary"):
                _add()
        return
    for row in rows:
        _line(row)
    _held(actor)


def answers(row: SubmissionRow) -> str:
    """What a visitor wrote, one answer a line."""
    return "\n".join(f"{words.label(name)}: {text}" for name, text in row.answers.items())


def _line(row: FormDetail) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"form-line-{row.id}"):
        with st.container(gap=None, width="stretch"):
            off = "" if row.is_active else " :gray-badge[closed]"
            held = f" :orange-badge[{row.held} held]" if row.held else ""
            st.markdown(f"**{words.md(row.name)}**{off}{held}")
            st.markdown(f":small[:gray[/forms/{words.md(row.slug)} · {words.count(row.taken, 'message')}]]")
        if st.button("Open", key=f"open-form-{row.id}", icon=":material/edit:"):
            navigation.open_page("leads", form=row.id)


def _held(actor: Actor) -> None:
    page = form_submissions.search(actor, None, "held", Paging(1, _SHOWN))
    if not page.items:
        return
    st.subheader(f"Held messages ({words.number(page.total, is_capped=page.is_capped)})", anchor=False)
    st.caption("These look like the work of robots. Let through what a person wrote.")
    for row in page:
        with st.container(border=True, key=f"held-{row.id}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"**{words.md(row.form_name)}** :gray[{words.when(row.submitted_at)}]  \n"
                    f":orange-badge[{words.md(row.reason)}]",
                    width="stretch",
                )
                if st.button("Let through", key=f"release-{row.id}", icon=":material/check:"):
                    with guard(done="The message is a lead now.", rerun=True):
                        form_submissions.release(me(), row.id)
                if st.button("Refuse", key=f"refuse-{row.id}", icon=":material/block:"):
                    with guard(done="The message is put aside.", rerun=True):
                        form_submissions.refuse(me(), row.id)
            st.text(answers(row))


@st.dialog("Add a form")
def _add() -> None:
    name = st.text_input("Name", key="form-new-name", max_chars=120, placeholder="Contact us")
    if name.strip():
        st.caption(f"Its address will be /forms/{words.md(form_rules.slug_of(name))}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-form"):
            st.rerun()
        if st.button("Add", key="save-form", type="primary"):
            with guard():
                form_id = web_forms.add(me(), NewForm(name, form_rules.USUAL_FIELDS))
                navigation.open_page("leads", form=form_id)
