"""The list of members: found by name, card, e-mail or phone, filtered, paged; a click opens the member."""

from typing import Any

import pyarrow as pa
import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.loyalty import member_lists, tiers
from crm_core.loyalty.member_types import MemberQuery, MemberRow
from pages.ui import contacts_state, navigation, words

STATES = {"active": "Active within a year", "sleeping": "Sleeping", "merged": "Merged into others"}
FOUND = ("q", "tier", "state", "p")
WITHOUT = "0"


def draw(actor: Actor) -> None:
    """Search, filters, the table and its pages."""
    query = _asked(actor)
    page = member_lists.search(actor, query)
    if not page.items:
        _nothing(actor, query)
        return
    found = words.number(page.total, is_capped=page.is_capped)
    st.caption(f"{found} {'member' if page.total == 1 else 'members'}")
    _table(page, contacts_state.row_height(actor))
    st.pagination(contacts_state.last_page(page), key="p", bind="query-params")


def _asked(actor: Actor) -> MemberQuery:
    with st.container(key="loyalty-filters"):
        box, tier, state = st.columns([4, 2, 2], vertical_alignment="bottom")
    text = box.text_input(
        "Search", key="q", live="250ms", bind="query-params", on_change=contacts_state.first_page,
        max_chars=200, icon=":material/search:", placeholder="Name, card number, e-mail or phone",
        label_visibility="collapsed",
    )  # fmt: skip
    named = {str(row.id): row.name for row in tiers.search(actor)}
    chosen = _choice(tier, "tier", "Any tier", {**named, WITHOUT: "Without a tier"})
    stands = _choice(state, "state", "Any activity", STATES)
    number = st.session_state.get("p", 1)
    return MemberQuery(
        text=text or "", tier_id=int(chosen) if chosen else None, state=stands or "",
        paging=Paging(number if isinstance(number, int) else 1, contacts_state.page_size(actor)),
    )  # fmt: skip


def _choice(place: Any, key: str, placeholder: str, options: dict[str, str]) -> str | None:
    chosen: str | None = place.selectbox(
        placeholder, list(options), index=None, format_func=lambda one: options.get(one, one), key=key,
        bind="query-params", on_change=contacts_state.first_page, label_visibility="collapsed",
        placeholder=placeholder,
    )  # fmt: skip
    return chosen if chosen in options else None


def _table(page: Page[MemberRow], height: int) -> None:
    zone = words.zone()
    cells = {
        "Name": [row.name for row in page],
        "Balance": [f"{row.balance:,}" for row in page],
        "Tier": [row.tier for row in page],
        "Last purchase": [_day(row.bought_at) for row in page],
        "Card": [row.card_number for row in page],
        "E-mail": [row.email for row in page],
        "Member since": [words.day(row.joined_at.astimezone(zone).date()) for row in page],
    }
    event: Any = st.dataframe(
        pa.table(cells), hide_index=True, key=f"members-{page.paging.number}-{hash(page.items)}",
        on_select="rerun", selection_mode="single-cell", row_height=height,
        height=height * (len(page) + 1) + 2,
        column_config={"Balance": st.column_config.Column(alignment="right")},
        alt=f"Members: {', '.join(row.name for row in page.items[:20])}",
    )  # fmt: skip
    for position, _name in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(page):
            navigation.open_page("loyalty", member=page.items[position].membership_id)


def _day(moment: Any) -> str:
    return words.day(moment.astimezone(words.zone()).date()) if moment else words.NOTHING


def _nothing(actor: Actor, query: MemberQuery) -> None:
    with st.container(border=True, horizontal_alignment="center", key="no-members"):
        if query != MemberQuery(paging=query.paging):
            st.markdown("**No member matches.** Use fewer words or filters.", width="content")
            st.button("Show all members", key="show-all", on_click=_clear)
            return
        st.markdown(
            "**No members yet.** People join at the till, on the page of a customer, or with their first "
            "order if the programme says so."
        )
        if actor.may(Permission.LOYALTY_REDEEM):
            navigation.button("till", "Open the till", icon=":material/point_of_sale:")


def _clear() -> None:
    for key in FOUND:
        st.session_state.pop(key, None)
    st.query_params.clear()
