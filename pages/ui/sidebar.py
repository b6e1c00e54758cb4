"""What stands beside every page: the mark above, a place for search under the menu, the person below."""

import streamlit as st

from crm_core.kernel.access import Actor
from pages.ui import navigation, notice_bell, session, theme, words


def draw(actor: Actor) -> None:
    """Fill the sidebar for this person."""
    st.logo(theme.LOGO, size="large", icon_image=theme.MARK)
    with st.sidebar:
        _search()
        with st.container(key="account", gap="small"):
            notice_bell.draw()
            _account(actor)


def _search() -> None:
    """The place of the search over everything."""


def _account(actor: Actor) -> None:
    st.markdown(f"**{words.md(actor.name)}**  \n:small[:gray[{words.sentence(actor.role)}]]")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        navigation.link("profile", "Profile")
        sign_out_button()


def sign_out_button() -> None:
    """Ends the sign-in of this browser."""
    st.button("Sign out", key="sign-out", icon=":material/logout:", type="tertiary", on_click=session.end)
