"""One lead: its score and why, who has it, what can be done, and what it became."""

import streamlit as st

from crm_core.kernel.access import Permission
from pages.ui import lead_card
from pages.ui.lead_style import STYLE
from pages.ui.session import require

LARGEST_ID = 2**63 - 1


def asked_for() -> int:
    """The number in the address; 0 for none, or for something that is no number."""
    text = st.query_params.get("id", "")
    return int(text) if text.isascii() and text.isdigit() and int(text) <= LARGEST_ID else 0


asking = require(Permission.CONTACTS_READ)
st.html(STYLE)
lead_card.draw(asking, asked_for())
