"""The own account: name, password, open sign-ins, tokens, and how pages look."""

from collections.abc import Callable

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.team import profile, sign_in
from pages.ui import liking, navigation, profile_calendar, profile_tokens, words
from pages.ui.admin_sessions import described
from pages.ui.guard import guard
from pages.ui.password_change import ask_new_password
from pages.ui.session import require, sign_in_id


def account(me: Actor) -> None:
    """Name and address."""
    now = profile.get(me)
    with st.form("profile.account", border=False):
        name = st.text_input("Name", now.name, key="profile.name", autocomplete="name")
        email = st.text_input("E-mail", now.email, key="profile.email", type="email", autocomplete="email")
        st.text_input("User name", now.username, disabled=True, help="An administrator can change it.")
        if st.form_submit_button("Save", type="primary"):
            with guard(done="Your profile is saved.", rerun=True):
                profile.change(me, name or "", email or "")


def sign_ins(me: Actor) -> None:
    """The browsers in which this account is open."""
    st.caption("Every browser in which your account is open. End those that you do not know.")
    for each in sign_in.sign_ins(me):
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(described(each), width="stretch")
            if each.id == sign_in_id():
                st.badge("This browser", color="green")
            elif st.button("End", key=f"end-{each.id}", icon=":material/logout:"):
                with guard(done="That sign-in is ended.", rerun=True):
                    sign_in.revoke(me, each.id)
    if st.button("Sign out everywhere", key="sign-out-everywhere", icon=":material/logout:"):
        with guard(rerun=True):
            sign_in.sign_out_everywhere(me)


def preferences(me: Actor) -> None:
    """How pages look."""
    now = profile.preferences(me)
    pages = navigation.titles(me)
    with st.form("profile.preferences", border=False):
        names = list(pages)
        start = st.selectbox(
            "Start page", names, index=names.index(now.start_page) if now.start_page in names else 0,
            format_func=pages.__getitem__, key="profile.start_page", help="What you see after signing in.",
        )  # fmt: skip
        compact = st.toggle(
            "Compact lists", now.is_compact, key="profile.compact", help="More rows, less space."
        )
        steps = st.toggle(
            "Show the first steps on the start page", not now.hides_first_steps, key="profile.steps"
        )
        mails = st.toggle(
            "Reminders by mail, too", now.mails_reminders, key="profile.mails",
            help="In the app they always come. Mail needs an address in your account.",
        )  # fmt: skip
        if st.form_submit_button("Save", type="primary"):
            with guard(done="Your preferences are saved.", rerun=True):
                liking.change(
                    me,
                    start_page=start or "home",
                    is_compact=compact,
                    hides_first_steps=not steps,
                    mails_reminders=mails,
                )


def password(me: Actor) -> None:
    """A new password."""
    ask_new_password(me)


me = require(Permission.PROFILE_USE)
st.header("Your profile", anchor=False)
st.caption(f"{words.md(me.name)} · {words.sentence(me.role)}")
PARTS: dict[str, Callable[[Actor], None]] = {
    "Account": account,
    "Password": password,
    "Sign-ins": sign_ins,
    "Preferences": preferences,
}
if me.may(Permission.TASKS_READ):
    PARTS["Calendar"] = profile_calendar.draw
if me.may(Permission.TOKENS_USE):
    PARTS["API tokens"] = profile_tokens.draw
chosen = st.segmented_control(
    "Part",
    list(PARTS),
    default="Account",
    required=True,
    key="part",
    bind="query-params",
    label_visibility="collapsed",
)
with st.container(width=620, border=True):
    PARTS[chosen or "Account"](me)
