"""Who sits in front of this page: read anew from the database in every run, callback and fragment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NoReturn

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.team import sign_in
from crm_core.team.types import SignedIn

_SIGN_IN = "_sign_in"
_TICKET = "_ticket"
_GONE = "_gone"
_ARRIVED = "_arrived"
# Set while the frame runs a page, right after it asked the database; fragments and callbacks ask themselves.
_asked: ContextVar[Actor | None] = ContextVar("asked", default=None)


def current() -> Actor | None:
    """The person of this browser, if signed in and still allowed to be."""
    known = st.session_state.get(_SIGN_IN)
    if known is not None:
        actor = sign_in.identify(known)
        if actor is None:
            _forget("ended")
        return actor
    if st.session_state.get(_GONE):
        return None
    token = st.context.cookies.get(sign_in.COOKIE)
    found = sign_in.identify_token(token) if isinstance(token, str) and token else None
    if found is None:
        return None
    st.session_state[_SIGN_IN], actor = found
    return actor


def me() -> Actor:
    """The signed-in person; without one, the run ends here."""
    return _asked.get() or current() or _ask_to_sign_in()


def require(permission: Permission) -> Actor:
    """The first line of every page: the person, who must be allowed this; else the page says so and ends."""
    actor = me()
    if not actor.may(permission):
        forbidden(actor)
    return actor


def forbidden(actor: Actor) -> NoReturn:
    """The page for those who followed a link that is not meant for their role."""
    st.header("This page is not open to you", anchor=False)
    st.write(
        f"Your role is **{actor.role}**, and it does not include this page. "
        "If you need it for your work, ask an administrator to change your role."
    )
    st.page_link(st.Page("../home.py"), label="Back to the start page", icon=":material/arrow_back:")
    st.stop()


def begin(signed_in: SignedIn) -> None:
    """Remember a sign-in for this browser; the frame hands the ticket over for a cookie."""
    st.session_state[_SIGN_IN] = signed_in.sign_in_id
    st.session_state[_TICKET] = signed_in.ticket
    st.session_state[_ARRIVED] = True
    st.session_state.pop(_GONE, None)


def end() -> None:
    """Sign out: the sign-in is revoked, and nothing of this person stays in the memory of the page."""
    known = st.session_state.get(_SIGN_IN)
    if known is not None:
        sign_in.sign_out(known)
    _forget("left")


def browser() -> tuple[str, str]:
    """Where the person sits: address and name of the browser, as far as known."""
    agent = st.context.headers.get("User-Agent")
    address = st.context.ip_address
    return (address if isinstance(address, str) else "", agent[:255] if isinstance(agent, str) else "")


def ticket() -> str | None:
    """The ticket that waits to become a cookie."""
    found = st.session_state.get(_TICKET)
    return str(found) if found else None


def has_left() -> bool:
    """Did the person sign out here?"""
    return st.session_state.get(_GONE) == "left"


def was_ended() -> bool:
    """Was the sign-in ended by somebody else, or by time, while the page was open?"""
    return st.session_state.get(_GONE) == "ended"


def has_just_arrived() -> bool:
    """Is this the first run after signing in? True once."""
    return bool(st.session_state.pop(_ARRIVED, False))


def sign_in_id() -> int | None:
    """The id of the sign-in of this browser."""
    found = st.session_state.get(_SIGN_IN)
    return int(found) if found is not None else None


@contextmanager
def asked(actor: Actor) -> Iterator[None]:
    """While the frame runs a page: the answer that the database gave a moment ago is good enough."""
    mark = _asked.set(actor)
    try:
        yield
    finally:
        _asked.reset(mark)


def is_asked() -> bool:
    """Is this run the frame's, which has just asked the database?"""
    return _asked.get() is not None


def _ask_to_sign_in() -> NoReturn:
    st.warning("Please sign in.", icon=":material/lock:")
    st.stop()


def _forget(how: str) -> None:
    for key in list(st.session_state):
        del st.session_state[key]
    st.session_state[_GONE] = how
