"""What happened to a member's points, the latest first; a manager takes single entries back."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.loyalty import points, statements
from crm_core.loyalty.types import Entry, MemberCard
from pages.ui import contacts_state, words
from pages.ui.guard import guard
from pages.ui.session import me

PAGE_SIZE = 15
KINDS = {
    "earn": "Earned", "redeem": "Spent", "expire": "Expired", "adjust": "Corrected", "reverse": "Taken back",
    "gift": "A gift", "transfer": "Carried over",
}  # fmt: skip
REVERSIBLE = ("earn", "redeem", "adjust", "gift")


def draw(actor: Actor, card: MemberCard) -> None:
    """The entries, page by page."""
    st.subheader("What happened", anchor=False)
    number = st.session_state.get("p", 1)
    paging = Paging(number if isinstance(number, int) else 1, PAGE_SIZE)
    page = statements.entries(actor, card.membership_id, paging)
    if not page.items:
        st.caption("Nothing yet: points come with the first purchase that a rule counts.")
        return
    for entry in page:
        _line(actor, entry)
    if page.pages > 1:
        st.pagination(contacts_state.last_page(page), key="p", bind="query-params")


def signed(points_of: int) -> str:
    """Points with their sign, coming ones in green."""
    return f":green[+{points_of:,}]" if points_of > 0 else f"−{-points_of:,}" if points_of < 0 else "0"


def _line(actor: Actor, entry: Entry) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", wrap=False,
        key=f"loyalty-line-{entry.id}",
    ):  # fmt: skip
        reason = words.md(entry.reason or KINDS.get(entry.kind, entry.kind))
        about = f"{KINDS.get(entry.kind, entry.kind)} · {words.when(entry.happened_at)} · {entry.actor_name}"
        st.markdown(f"{reason}  \n:small[:gray[{words.md(about)}]]", width="stretch")
        st.markdown(f"**{signed(entry.points)}**  \n:small[:gray[= {entry.balance:,}]]", width="content")
        if actor.may(Permission.LOYALTY_ADJUST):
            with st.container(width=48, key=f"loyalty-act-{entry.id}"):
                if entry.kind in REVERSIBLE and st.button(
                    "", key=f"reverse-{entry.id}", icon=":material/undo:", help="Take this entry back",
                    type="tertiary",
                ):  # fmt: skip
                    _reverse(entry)


@st.dialog("Take this entry back")
def _reverse(entry: Entry) -> None:
    said = words.md(entry.reason or KINDS.get(entry.kind, entry.kind))
    st.markdown(f"**{entry.points:+,}** points · {said}")
    st.caption("A second entry undoes the first; both stay to be read.")
    reason = st.text_input("Why", key="reverse-reason", max_chars=300)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-reverse"):
            st.rerun()
        if st.button("Take back", key="save-reverse", type="primary"):
            if not reason.strip():
                st.error("Say why: it stays with the entry.")
                return
            with guard(done="The entry is taken back.", rerun=True):
                points.reverse(me(), entry.id, reason=reason)
