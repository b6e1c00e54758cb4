"""Enrolling those who recommend us, noting whom they brought, and where their links lead."""

import streamlit as st

from crm_core.loyalty import advocates, referral_programme, referrals
from crm_core.loyalty.referral_types import NewReferrer, ReferralProgramme, ReferrerRow
from pages.ui import picking, words
from pages.ui.guard import guard
from pages.ui.session import me

KINDS = {"advocate": "Advocate, never paid", "ambassador": "Ambassador, with terms and a reward"}


def enrol(known: tuple[int, str] | None = None) -> None:
    """Open the form for somebody new; for this contact if one is given."""
    picking.forget("referrer-contact")
    _enrol(known)


@st.dialog("Enrol somebody who recommends us")
def _enrol(known: tuple[int, str] | None) -> None:
    contact_id = picking.contact(me(), "Who", key="referrer-contact", now=known)
    new = _agreement(None, "new")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-referrer"):
            st.rerun()
        if st.button("Enrol", key="save-referrer", type="primary", disabled=contact_id is None):
            with guard(done="The code is ready to be shared.", rerun=True):
                advocates.enrol(me(), contact_id or 0, new)


@st.dialog("Change the agreement")
def change(row: ReferrerRow) -> None:
    """Change what was agreed, or end it."""
    st.markdown(f"**{words.md(row.name)}**")
    wanted = _agreement(row, f"{row.id}-{row.version}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("End it", key="end-referrer", icon=":material/block:", type="tertiary"):
            with guard(done="The code brings nobody any more.", rerun=True):
                advocates.end(me(), row.id)
        if st.button("Save", key="save-referrer", type="primary"):
            with guard(done="The agreement is changed.", rerun=True):
                advocates.change(me(), row.id, wanted, version=row.version)


@st.dialog("Note a friend")
def _bring() -> None:
    st.caption("Whoever came by a recommendation, before the first order.")
    code = st.text_input("Code", key="bring-code", max_chars=40)
    contact_id = picking.contact(me(), "The friend", key="bring-contact")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-bring"):
            st.rerun()
        if st.button("Note it", key="save-bring", type="primary", disabled=contact_id is None):
            with guard():
                done = referrals.bring(me(), code, contact_id or 0, channel="page")
                if done.reason:
                    st.warning(words.md(f"This does not count. {done.reason}"))
                else:
                    st.success("Noted. Both are rewarded after the first paid order.")


def bring() -> None:
    """Open the form for a friend who came by a recommendation."""
    picking.forget("bring-contact")
    _bring()


@st.dialog("Recommending")
def set_up() -> None:
    """Where links lead, and what both sides get."""
    now = referral_programme.get(me())
    landing = st.text_input(
        "Links lead to", now.landing, key="referral-landing", placeholder="contact-us or https://…",
        help="The address of one of your web forms, or a page. It gets the code as “ref”.",
    )  # fmt: skip
    left, right = st.columns(2)
    mine = left.number_input("Points for ambassadors", 0, value=now.points_referrer, key="referral-mine")
    theirs = right.number_input("Points for friends", 0, value=now.points_friend, key="referral-theirs")
    days = st.number_input(
        "Days in which a returned order takes them back", 0, 3650, now.window_days, key="referral-days"
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-referral-programme"):
            st.rerun()
        if st.button("Save", key="save-referral-programme", type="primary"):
            wanted = ReferralProgramme(landing, int(mine), int(theirs), int(days))
            with guard(done="Saved.", rerun=True):
                referral_programme.change(me(), wanted)


def _agreement(row: ReferrerRow | None, key: str) -> NewReferrer:
    kinds = list(KINDS)
    kind = st.radio(
        "As", kinds, kinds.index(row.kind) if row else 0, format_func=KINDS.__getitem__, key=f"ref-kind-{key}"
    )
    terms = compensation = ""
    mine: int | None = None
    if kind == "ambassador":
        terms = st.text_area("What was agreed", row.terms if row else "", key=f"ref-terms-{key}")
        compensation = st.text_input(
            "What the ambassador gets", row.compensation if row else "", key=f"ref-pay-{key}",
            placeholder="500 points for each friend",
        )  # fmt: skip
        mine = st.number_input(
            "Points for each friend (empty: as usual)", 0, value=row.points_referrer if row else None,
            key=f"ref-mine-{key}", step=50,
        )  # fmt: skip
    theirs = st.number_input(
        "Points for the friend (empty: as usual)", 0, value=row.points_friend if row else None,
        key=f"ref-theirs-{key}", step=50,
    )  # fmt: skip
    code = st.text_input(
        "Code (empty: made from the name)", row.code if row else "", key=f"ref-code-{key}", max_chars=40
    )
    return NewReferrer(kind, terms, compensation, mine, theirs, code)
