"""Write down a touchpoint in a moment: choose what it was, say what happened, save."""

from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from crm_core.activity import interactions, rules
from crm_core.activity.types import InteractionDetail, NewInteraction
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me

KINDS = {
    "note": ("Note", "edit_note"),
    "call": ("Call", "call"),
    "meeting": ("Meeting", "groups"),
    "email": ("E-mail", "mail"),
    "chat": ("Chat", "chat"),
    "post": ("Post", "public"),
}
ASKS = {
    "note": "What should be remembered?",
    "call": "What was said?",
    "meeting": "What was talked about?",
    "email": "What was written?",
    "chat": "What was written?",
    "post": "What was posted, and where?",
}
DONE = {
    "note": "The note is saved.",
    "call": "The call is logged.",
    "meeting": "The meeting is logged.",
    "email": "The e-mail is logged.",
    "chat": "The chat is logged.",
    "post": "The post is logged.",
}
DIRECTIONS = {"out": "We to them", "in": "They to us"}
DAY_OF_MINUTES = 24 * 60


def draw(*, contact_id: int | None = None, account_id: int | None = None) -> None:
    """The quick form of one contact or company."""
    record = f"contacts-{contact_id}" if contact_id else f"accounts-{account_id}"
    kind = st.segmented_control(
        "Write down", list(KINDS), default="note", required=True, key=f"log-kind-{record}",
        format_func=lambda one: f":material/{KINDS[one][1]}: {KINDS[one][0]}", width="stretch",
        label_visibility="collapsed",
    )  # fmt: skip
    kind = kind or "note"
    # A new number empties the form after a success; a refusal keeps what was typed.
    turn = st.session_state.setdefault("customer.log_turn", 0)
    with st.form(f"log-{record}-{kind}-{turn}", border=True):
        new = ask(kind, f"{record}-{kind}-{turn}")
        pressed = st.form_submit_button(
            f"Save {KINDS[kind][0].lower()}", type="primary", shortcut="Ctrl+Enter", key=f"save-log-{record}"
        )
    if pressed:
        with guard(done=DONE[kind], rerun=True):
            interactions.log(me(), NewInteraction(kind, contact_id, account_id, **new))
            st.session_state["customer.log_turn"] = turn + 1


def ask(kind: str, key: str, before: InteractionDetail | None = None) -> dict[str, Any]:
    """The fields of one kind of touchpoint inside a form, by the names of ``NewInteraction``."""
    found: dict[str, Any] = {}
    if kind in ("email", "meeting") or (before and before.subject):
        found["subject"] = (
            st.text_input("Subject", before.subject if before else "", key=f"log-subject-{key}") or ""
        )
    found["body"] = st.text_area(
        ASKS[kind], before.body if before else "", key=f"log-body-{key}", height=96, placeholder=ASKS[kind],
        label_visibility="collapsed",
    )  # fmt: skip
    if kind == "note":
        return found
    columns = st.columns([3, 3, 2, 5] if kind in ("call", "meeting") else [3, 4])
    with columns[0]:
        found["direction"] = _choice(
            "Direction", DIRECTIONS, before.direction if before else "", f"log-direction-{key}"
        )
    if kind in ("call", "meeting"):
        outcomes = {one: words.sentence(one) for one in rules.OUTCOMES if one}
        with columns[1]:
            found["outcome"] = _choice(
                "Outcome", outcomes, before.outcome if before else "", f"log-outcome-{key}"
            )
        found["duration_minutes"] = columns[2].number_input(
            "Minutes", 0, DAY_OF_MINUTES, before.duration_minutes if before else None, step=5,
            key=f"log-minutes-{key}",
        )  # fmt: skip
    if before is None:
        found["happened_at"] = _moment(columns[-1], f"log-when-{key}")
    return found


def _choice(label: str, options: dict[str, str], value: str, key: str) -> str:
    offered = list(options) if not value or value in options else [value, *options]
    index = offered.index(value) if value else None
    chosen = st.selectbox(
        label,
        offered,
        index=index,
        format_func=lambda one: options.get(one, one),
        key=key,
        placeholder="Not said",
    )
    return chosen or ""


def _moment(place: "st.delta_generator.DeltaGenerator", key: str) -> datetime | None:
    """When it happened on the company's clocks; None means now."""
    chosen = place.datetime_input("When (empty: now)", None, key=key, step=timedelta(minutes=5))
    return chosen.replace(tzinfo=words.zone()) if chosen else None
