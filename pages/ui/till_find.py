"""Finding a member at the till by whatever there is, and enrolling somebody new in two fields."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError
from crm_core.loyalty import card_pictures, members, till
from crm_core.loyalty.types import MemberHint
from pages.ui import words
from pages.ui.guard import guard, show
from pages.ui.session import me

SHOWN = 6
SECURE = "Browsers let a page use the camera only where its address begins with https."


def draw(actor: Actor) -> int | None:
    """The field, and what it found; returns the membership once it is clear who is meant."""
    st.header("Till", anchor=False)
    with st.form("till-find", border=False, enter_to_submit=True):
        text = st.text_input(
            "Card, phone or e-mail", key="till-text", max_chars=200, autocomplete="off",
            placeholder="Scan or type",
        )  # fmt: skip
        st.form_submit_button("Find", key="till-search", type="primary", width="stretch",
                              icon=":material/search:")  # fmt: skip
    said = till.scanned(text or "") or till.scanned(_photographed())
    if said:
        return _found(actor, said)
    if st.button("New member", key="till-new", width="stretch", icon=":material/person_add:"):
        st.session_state["till.enrolling"] = True
    return _enrol("") if st.session_state.get("till.enrolling") else None


def _photographed() -> str:
    """What the code on a card says that is held before the camera; empty without one.

    The camera is asked for only on request: browsers ask people whether it may be used.
    """
    if not st.toggle("Scan with the camera", key="till-camera", help=SECURE):
        return ""
    picture = st.camera_input("Hold the code of the card into the picture", key="till-picture")
    if picture is not None:
        with guard(refused=show):
            return card_pictures.read(picture.getvalue())
    return ""


def _found(actor: Actor, said: str) -> int | None:
    refusals: list[CrmError] = []
    known: list[MemberHint] = []
    with guard(refused=refusals.append):
        known = members.find(actor, said)
    if refusals:
        show(refusals[0])
        return None
    if len(known) == 1:
        return known[0].membership_id
    if not known:
        st.warning(words.md(f"No member is known by “{said}”."), icon=":material/person_search:")
        return _enrol(said if "@" in said or not said.isascii() or said.startswith(("+", "0")) else "")
    st.markdown("**Who is it?**")
    for one in known[:SHOWN]:
        label = " · ".join(part for part in (one.name, one.company or one.email) if part)
        if st.button(words.md(label), key=f"till-pick-{one.membership_id}", width="stretch"):
            return one.membership_id
    return None


def _enrol(reach: str) -> int | None:
    """Name and address; whoever is known by the address is enrolled as the contact that is there."""
    with st.form("till-enrol", border=True):
        st.markdown("**New member**")
        name = st.text_input("Name", key="till-name", max_chars=200, autocomplete="off")
        address = st.text_input(
            "E-mail or phone", reach, key=f"till-reach-{hash(reach)}", max_chars=200, autocomplete="off"
        )
        if st.form_submit_button("Enrol", key="till-enrol-now", type="primary", width="stretch"):
            with guard():
                card = till.welcome(me(), name, address)
                st.session_state.pop("till.enrolling", None)
                return card.membership_id
    return None
