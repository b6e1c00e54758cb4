"""The check of a password by streamlit-authenticator. With which hash, and how often, the team decides."""

import secrets

import streamlit as st
from streamlit_authenticator.models.authentication_model import AuthenticationModel

from crm_core.team import sign_in
from crm_core.team.types import SignedIn

# The library leaves these in the session, without a prefix: nothing may read rights from them.
LEFT_BEHIND = ("name", "authentication_status", "username", "email", "roles", "logout")


def verify(username: str, password: str, address: str = "", browser: str = "") -> SignedIn:
    """Sign in with what was typed.

    Raises:
        NotAllowed: name or password are wrong, or too many were wrong lately.
    """
    return sign_in.check_password(username, password, address=address, browser=browser, compare=_by_library)


def _by_library(password: str, password_hash: str) -> bool:
    """Let the library compare; it is shown one row, and remembers nothing."""
    before = {name for name in LEFT_BEHIND if name in st.session_state}
    one_row = {"usernames": {"claimed": {"password": password_hash}}}
    model = AuthenticationModel(one_row, auto_hash=False, secret_key=secrets.token_hex(32))
    is_right = bool(model.check_credentials("claimed", password))
    for name in LEFT_BEHIND:
        if name not in before and name in st.session_state:
            del st.session_state[name]
    return is_right
