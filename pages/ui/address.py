"""What the address of a page asks for."""

import streamlit as st

LARGEST = 2**63 - 1
_DIGITS = len(str(LARGEST))


def number(name: str, *, is_once: bool = False) -> int:
    """The number in the address; 0 for none, or for something that is no number of a record.

    Args:
        is_once: take it out of the address, so that closing what it opened keeps it closed.
    """
    text = st.query_params.pop(name, "") if is_once else st.query_params.get(name, "")
    is_number = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if is_number and int(text) <= LARGEST else 0
