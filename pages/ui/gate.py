"""What stands before the pages: the set-up of a new company, or the sign-in."""

from typing import Any, NoReturn

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.team import profile
from crm_core.team.company import company, is_set_up
from pages.ui import bridge, first_run, navigation, session, sidebar, theme, words
from pages.ui.guard import guard
from pages.ui.password_change import ask_new_password
from pages.ui.password_form import verify

# What is left to somebody whose password others know.
ONLY_PASSWORD = frozenset({Permission.PROFILE_USE})


def ask_who() -> NoReturn:
    """The set-up, or the sign-in; the run ends here."""
    with st.container(key="gate", horizontal_alignment="center"):
        if is_set_up():
            _sign_in()
        else:
            first_run.draw()
    bridge.drop_cookie()
    st.stop()


def is_open(actor: Actor) -> bool:
    """Does nothing stand between this person and the pages?"""
    return actor.permissions != ONLY_PASSWORD and not first_run.is_choosing()


def check(actor: Actor, page: Any) -> None:
    """What comes between the sign-in and the pages: a new password, the first choice, the preferred page."""
    if not is_open(actor):
        if actor.permissions == ONLY_PASSWORD:
            _ask_for_own_password(actor)
        else:
            first_run.choose_start(actor)
        st.stop()
    if session.has_just_arrived() and page.url_path == "":
        wanted = profile.preferences(actor).start_page
        if wanted != navigation.PAGES[0].name and navigation.can_open(actor, wanted):
            navigation.open_page(wanted)


def _ask_for_own_password(actor: Actor) -> None:
    with st.container(key="gate", horizontal_alignment="center"), st.container(width=460, gap="medium"):
        st.image(theme.LOGO, width=150)
        with st.container(border=True):
            st.subheader("Choose your password", anchor=False)
            st.write(
                "Your password so far was handed out by an administrator. Choose one that only you know."
            )
            ask_new_password(actor)
        sidebar.sign_out_button()


def _sign_in() -> None:
    with st.container(width=400, gap="medium"):
        st.image(theme.LOGO, width=150)
        with st.form("sign_in", border=True):
            st.subheader("Sign in", anchor=False)
            st.caption(words.md(company().name) or "Welcome back.")
            name = st.text_input("User name", autocomplete="username", key="sign_in.name")
            password = st.text_input(
                "Password", type="password", autocomplete="current-password", key="sign_in.password"
            )
            st.space("small")
            if session.was_ended():
                st.info(
                    "Your sign-in has ended. Sign in again to go on where you were.", icon=":material/info:"
                )
            pressed = st.form_submit_button("Sign in", type="primary", width="stretch")
            if pressed and not (name and password):
                st.error("Enter your user name and your password.", icon=":material/error:")
            elif pressed:
                _try(name or "", password or "")
        st.caption("Forgot your password? An administrator can give you a new one on the Admin page.")


def _try(name: str, password: str) -> None:
    address, agent = session.browser()
    with guard():
        session.begin(verify(name, password, address, agent))
        st.rerun()
    st.caption("Is Caps Lock on?")
