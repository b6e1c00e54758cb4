"""Templates: their list, and one of them with its preview."""

from dataclasses import asdict

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.marketing import templates
from crm_core.marketing.rendering import Message
from crm_core.marketing.templates import TemplateDetail
from pages.ui import message_form, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

STARTER = Message(
    subject='{{ first_name | or("Hello") }}, something for you',
    html=(
        "<style>p { font-family: Arial, sans-serif; font-size: 16px; line-height: 1.5 }</style>\n"
        '<p>Hello {{ first_name | or("there") }},</p>\n<p>write what is new here.</p>\n'
        '<p style="font-size: 12px"><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>'
    ),
)


def add_button() -> None:
    """The way to a new template."""
    if st.button("New template", key="new-template", type="primary", icon=":material/note_add:"):
        _add()


@st.dialog("New template")
def _add() -> None:
    name = st.text_input("Name", key="template-name", max_chars=120, placeholder="Newsletter")
    if st.button("Begin", key="begin-template", type="primary"):
        made: list[int] = []
        with guard():
            made.append(templates.create(me(), _values(name, STARTER)))
        for key in made:
            navigation.open_page("campaigns", template=key)


def listed(actor: Actor) -> None:
    """All templates that are in use."""
    page = templates.search(actor, paging=Paging(st.session_state.get("p", 1), 50))
    if not page.items:
        with st.container(border=True, horizontal_alignment="center", key="no-templates"):
            st.markdown("**No templates yet.** A message that you keep here can be used by any campaign.")
    for row in page:
        with st.container(border=True):
            name, subject = st.columns([2, 3], vertical_alignment="center")
            with name:
                navigation.link("campaigns", words.md(row.name), icon=":material/draft:", template=row.id)
            subject.caption(words.md(row.subject or "No subject yet"))
    if page.pages > 1:
        st.pagination(page.pages, key="p", bind="query-params")


def draw(actor: Actor, template_id: int) -> None:
    """One template: its words beside its preview."""
    navigation.link("campaigns", "All templates", icon=":material/arrow_back:", show="templates")
    found: list[TemplateDetail] = []
    with guard():
        found.append(templates.get(actor, template_id))
    for one in found:
        st.header(words.md(one.name), anchor=False)
        left, right = st.columns(2)
        message = one.message
        if actor.may(Permission.CAMPAIGNS_WRITE):
            with left:
                message = _edit(one)
        with right:
            message_form.preview(actor, message, key=f"template-{one.id}")


def _edit(one: TemplateDetail) -> Message:
    key = f"template-{one.id}-{one.version}"
    name = st.text_input("Name", one.name, key=f"{key}-name", max_chars=120)
    message = message_form.ask(one.message, key=key)
    with st.container(horizontal=True):
        if st.button("Save template", key="save-template", type="primary", shortcut="Ctrl+Enter"):
            with guard(done="The template is saved.", rerun=True):
                templates.change(me(), one.id, _values(name, message), version=one.version)
        word = "Take out again" if one.is_archived else "Put away"
        if st.button(word, key="archive-template", icon=":material/archive:"):
            with guard(done="Done. Campaigns that use it keep it.", rerun=True):
                templates.archive(me(), one.id, is_archived=not one.is_archived)
    return message


def _values(name: str, message: Message) -> dict[str, str]:
    said = asdict(message)
    return {
        "name": name, "subject": said["subject"], "preheader": said["preheader"], "body_html": said["html"],
        "body_text": said["text"],
    }  # fmt: skip
