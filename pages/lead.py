"""One lead: its score and why, who has it, what can be done, and what it became."""

import streamlit as st

from crm_core.kernel.access import Permission
from pages.ui import address, lead_card
from pages.ui.lead_style import STYLE
from pages.ui.session import require

asking = require(Permission.CONTACTS_READ)
st.html(STYLE)
lead_card.draw(asking, address.number("id"))
