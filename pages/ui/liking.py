"""How the person of this browser likes the pages: asked once, then kept in the memory of the page."""

from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.team import profile
from crm_core.team.profile import Preferences

_KEPT = "_preferences"


def of(actor: Actor) -> Preferences:
    """The preferences of this person."""
    whose, kept = st.session_state.get(_KEPT, (None, None))
    if kept is None or whose != actor.id:
        kept = profile.preferences(actor)
        st.session_state[_KEPT] = (actor.id, kept)
    return kept  # type: ignore[no-any-return]


def change(actor: Actor, **wanted: Any) -> None:
    """Change some preferences for good; the others stay."""
    profile.prefer(actor, **wanted)
    st.session_state.pop(_KEPT, None)
