"""Choosing a new password, on the profile page and before anything else when the old one was handed out."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.team import passwords, sign_in
from pages.ui.guard import guard
from pages.ui.session import sign_in_id


def ask_new_password(me: Actor) -> None:
    """The form; after success all other sign-ins of the person are over."""
    with st.form("password.change", border=False):
        old = st.text_input(
            "Password so far", type="password", autocomplete="current-password", key="password.old"
        )
        new = st.text_input(
            "New password", type="password", autocomplete="new-password", key="password.new",
            placeholder=f"At least {passwords.MIN_LENGTH} characters",
            help="A few words in a row are easy to remember.",
        )  # fmt: skip
        again = st.text_input(
            "New password again", type="password", autocomplete="new-password", key="password.again"
        )
        if st.form_submit_button("Change password", type="primary"):
            if new != again:
                st.error("The two new passwords are not the same.", icon=":material/error:")
                return
            done = "Your password is changed. All your other sign-ins have ended."
            with guard(done=done, rerun=True):
                sign_in.change_password(me, old or "", new or "", keep=sign_in_id())
