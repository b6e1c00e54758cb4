"""Service: what customers ask and complain about, what they think of us, and how we answer."""

from collections.abc import Callable

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import (
    address,
    case_dialogs,
    case_list,
    case_page,
    case_state,
    contacts_state,
    feedback_dialogs,
    feedback_list,
    service_answers,
    service_settings,
    service_surveys,
)
from pages.ui.case_thread import STYLE
from pages.ui.session import require

PART = "service-part"
PARTS: dict[str, tuple[str, Permission, Callable[[Actor], None]]] = {
    "cases": ("Cases", Permission.CASES_READ, case_list.draw),
    "feedback": ("Feedback", Permission.FEEDBACK_READ, feedback_list.draw),
    "answers": ("Known answers", Permission.SERVICE_MANAGE, service_answers.draw),
    "surveys": ("Surveys", Permission.SERVICE_MANAGE, service_surveys.draw),
    "settings": ("Promises", Permission.SERVICE_MANAGE, service_settings.draw),
}


def header(actor: Actor) -> str:
    """Title, the ways to begin something, and which part is shown."""
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Service", anchor=False)
    parts = [name for name, (_, permission, _draw) in PARTS.items() if actor.may(permission)]
    wanted = st.query_params.get("show", "")
    st.session_state[PART] = wanted if wanted in parts else parts[0]
    shown = st.segmented_control(
        "Part", parts, required=True, format_func=lambda one: PARTS[one][0], key=PART, on_change=_turn,
        label_visibility="collapsed",
    )  # fmt: skip
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if shown == "feedback" and actor.may(Permission.FEEDBACK_ASK):
            _button("Feedback by phone", "call", feedback_dialogs.open_dialog, "note")
            _button("Ask for feedback", "rate_review", feedback_dialogs.open_dialog, "ask", is_main=True)
        elif shown == "cases" and actor.may(Permission.CASES_EDIT):
            _button("New case", "add_comment", case_state.open_dialog, "new", is_main=True)
    return shown or parts[0]


def _turn() -> None:
    """Another part begins without the filters of the one before; the address names it."""
    st.query_params.from_dict({"show": st.session_state.get(PART) or "cases"})
    contacts_state.first_page()


def _button(label: str, icon: str, act: Callable[[str], None], name: str, *, is_main: bool = False) -> None:
    st.button(
        label, key=f"service-{name}", icon=f":material/{icon}:", type="primary" if is_main else "secondary",
        on_click=act, args=(name,),
    )  # fmt: skip


asking = require(Permission.CASES_READ)
st.html(STYLE)
if wanted := address.number("case"):
    case_page.draw(asking, wanted)
else:
    PARTS[header(asking)][2](asking)
    case_dialogs.draw_new()
    feedback_dialogs.draw()
