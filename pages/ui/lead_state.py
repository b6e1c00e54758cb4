"""What the queue of leads is asked for: kept in the address, so that a link shows the same leads."""

from dataclasses import dataclass

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.sales import leads
from crm_core.sales.lead_types import LeadQuery
from crm_core.team import users
from pages.ui import contacts_state, words

PAGE_SIZE = 25
PILLS = {"mine": "Mine", "unowned": "Nobody’s", "untouched": "Untouched"}
STATUSES = {
    "open": "Open", "new": "New", "contacted": "Contacted", "working": "Working", "qualified": "Qualified",
    "nurturing": "Nurturing", "unqualified": "Disqualified", "converted": "Converted", "all": "All",
}  # fmt: skip
BANDS = {"hot": "Hot (70 and more)", "warm": "Warm (40 to 69)", "cold": "Cold (below 40)"}
SORTS = {
    "score": "Best score first", "-created": "Newest first", "last_touch": "Longest untouched",
    "name": "Name",
}  # fmt: skip
_NAMED = {"pill": PILLS, "status": STATUSES, "band": BANDS, "sort": SORTS}


@dataclass(frozen=True)
class Asked:
    """The queue as it is asked for."""

    query: LeadQuery

    @property
    def is_filtered(self) -> bool:
        """Is any open lead left out?"""
        return self.query != LeadQuery(paging=self.query.paging)


def understand_address() -> None:
    """Take filters by their names from links of other pages, before the widgets are drawn."""
    for key, known in _NAMED.items():
        wanted = [name for name in st.query_params.get_all(key) if name in known]
        if wanted:
            st.session_state[key] = wanted if key == "pill" else wanted[0]
            del st.query_params[key]


def filters(actor: Actor) -> Asked:
    """Draw search and filters, and read them."""
    with st.container(key="list-filters"):
        box, pills = st.columns([3, 3], vertical_alignment="bottom")
        choices = st.columns(5, vertical_alignment="bottom")
    box.text_input(
        "Search", key="q", live="250ms", bind="query-params", on_change=contacts_state.first_page,
        max_chars=200, icon=":material/search:", placeholder="Any part of a name, e-mail, company or phone",
        label_visibility="collapsed",
    )  # fmt: skip
    pills.pills(
        "Filters", list(PILLS), selection_mode="multi", format_func=PILLS.__getitem__, key="pill",
        bind="query-params", on_change=contacts_state.first_page, label_visibility="collapsed",
    )  # fmt: skip
    known: dict[str, tuple[str, dict[str, str]]] = {
        "status": ("Open", STATUSES),
        "band": ("Any score", BANDS),
        "source": ("Any source", {name: name for name in leads.sources(actor)}),
        "owner": ("Any owner", {str(key): name for key, name in users.choices(actor)}),
        "sort": ("Best score first", SORTS),
    }
    for place, (key, (placeholder, options)) in zip(choices, known.items(), strict=True):
        with place:
            _choice(key, placeholder, options)
    return read()


def _choice(key: str, placeholder: str, options: dict[str, str]) -> None:
    st.selectbox(
        words.sentence(key), list(options), index=None, format_func=lambda one: options.get(one, one),
        key=key, bind="query-params", on_change=contacts_state.first_page, placeholder=placeholder,
        label_visibility="collapsed",
    )  # fmt: skip


def read() -> Asked:
    """The queue that the widgets ask for."""
    state = st.session_state
    status = state.get("status") or "open"
    sort, number, pills = state.get("sort") or "score", state.get("p", 1), state.get("pill") or ()
    owner = state.get("owner")
    query = LeadQuery(
        text=str(state.get("q") or ""),
        status="" if status == "open" else str(status),
        owner_id=0 if "unowned" in pills else int(owner) if owner else None,
        mine="mine" in pills,
        source=str(state.get("source") or ""),
        band=str(state.get("band") or ""),
        untouched="untouched" in pills,
        # By its own order the best come first, which is downwards; a named field goes upwards.
        paging=Paging(
            number if isinstance(number, int) else 1, PAGE_SIZE, "" if sort == "score" else str(sort)
        ),
    )
    return Asked(query)


def clear() -> None:
    """Show every open lead again."""
    state = st.session_state
    state["q"], state["pill"] = "", []
    for key in ("status", "band", "source", "owner"):
        state[key] = None
    contacts_state.first_page()
