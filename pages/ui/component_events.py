"""What our own components report: each event is handed on before the page is drawn again."""

from collections.abc import Callable
from typing import Any

import streamlit as st


def hears(key: str, event: str, act: Callable[[dict[str, Any]], object]) -> Callable[[], None]:
    """The callback for an event of the component of this key; ``act`` gets what it said.

    Streamlit also calls it when an event is taken back: then nothing was said.
    """

    def called() -> None:
        state = st.session_state.get(key)
        said = state.get(event) if state is not None else None
        if isinstance(said, dict):
            act(said)

    return called
