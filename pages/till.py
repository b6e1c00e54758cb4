"""The till: find a member, see what there is, earn, redeem, enrol. Made for a phone at the counter."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import till_acts, till_find, till_member
from pages.ui.session import require

MEMBER = "till.member"
# Everything is one column wide and large enough for a thumb.
STYLE = """<style>
[data-testid="stMainBlockContainer"] { max-width: 34rem; }
.st-key-till [data-testid="stTextInput"] input, .st-key-till [data-testid="stNumberInput"] input {
  min-height: 3.25rem; font-size: 1.2rem;
}
.st-key-till [data-testid="stTextInputRootElement"], .st-key-till [data-testid="stNumberInputContainer"] {
  height: auto;
}
.st-key-till .stButton button, .st-key-till .stFormSubmitButton button {
  min-height: 3.25rem; font-size: 1.05rem;
}
.st-key-till .stButtonGroup button { min-height: 2.9rem; padding: 0 .9rem; }
.st-key-till-balance { text-align: center; }
.st-key-till-balance [data-testid="stMarkdownContainer"] p { line-height: 1.35; overflow-wrap: anywhere; }
.st-key-till-balance h1 {
  font-size: 3.2rem; line-height: 1.25; padding: 0 0 .5rem; text-align: center;
  font-variant-numeric: tabular-nums;
}
.st-key-till [data-testid="InputInstructions"] { display: none; }
.st-key-till-confirm button { min-height: 3.25rem; font-size: 1.05rem; }
</style>"""


def draw(actor: Actor) -> None:
    """Either the field that finds, or the member that was found."""
    known = st.session_state.get(MEMBER)
    with st.container(key="till"):
        if known is None:
            found = till_find.draw(actor)
            if found is not None:
                st.session_state[MEMBER] = found
                st.rerun()
        else:
            till_member.draw(actor, known, leave=_leave)


def _leave() -> None:
    """Be ready for the next one."""
    st.session_state.pop(MEMBER, None)
    till_acts.forget()


asking = require(Permission.LOYALTY_REDEEM)
st.html(STYLE)
draw(asking)
