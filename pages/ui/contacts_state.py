"""What the list of contacts is asked for: kept in the address, so that a link shows the same list again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError
from crm_core.kernel.paging import COUNT_CAP, Page, Paging
from crm_core.marketing import rule_text
from crm_core.marketing.rules import Rule
from crm_core.people import custom_fields
from crm_core.people.listing import Query
from crm_core.people.rules import LIFECYCLES
from crm_core.people.types import CustomFieldRow
from pages.ui import liking, words
from pages.ui.guard import guard

PAGE_SIZE, ROW_HEIGHT = 50, 36
COMPACT_SIZE, COMPACT_HEIGHT = 80, 28
BACK = "contacts.address"
PILLS = {
    "mine": "Mine",
    "new": "New this week",
    "touched": "Touched this week",
    "unowned": "No owner",
    "opted_out": "Opted out",
    "deleted": "Deleted",
}
SORTS = {
    "name": "Name",
    "-created": "Newest first",
    "created": "Oldest first",
    "-last_touch": "Last touch, latest first",
    "last_touch": "Last touch, longest ago first",
    "company": "Company",
    "email": "E-mail",
    "lifecycle": "Stage",
    "city": "City",
    "country": "Country",
    "-updated": "Changed last",
}
SHOWN = {"people": "People", "companies": "Companies"}
NAMED: Mapping[str, Collection[str]] = {"pill": PILLS, "show": SHOWN, "stage": LIFECYCLES, "sort": SORTS}
USUAL_COLUMNS = ("name", "company", "email", "phone", "owner_name", "lifecycle", "tags", "last_touch_at")
_ADDRESS = ("q", "pill", "stage", "sort", "rule", "view", "p")


@dataclass(frozen=True)
class Asked:
    """The list as it is asked for: its query, its columns and what filters need to be shown."""

    query: Query
    columns: tuple[str, ...]
    custom: tuple[CustomFieldRow, ...]
    rule_line: str
    row_height: int

    @property
    def is_filtered(self) -> bool:
        """Is anything left out?"""
        plain = Query(paging=self.query.paging, zone=self.query.zone)
        return self.query != plain


def read(actor: Actor) -> Asked:
    """Read the address and the memory of the page; what makes no sense is left out, with a sentence."""
    custom = tuple(custom_fields.search(actor, "contacts"))
    liked = liking.of(actor)
    line = _rule_line()
    state = st.session_state
    pills = [name for name in state.get("pill") or () if name in PILLS]
    stage = state.get("stage") if state.get("stage") in LIFECYCLES else ""
    sort = state.get("sort") if state.get("sort") in SORTS else ""
    number = state.get("p", 1)
    query = Query(
        text=str(state.get("q") or ""),
        rule=_rule(line, custom),
        lifecycle=stage or "",
        paging=Paging(number if isinstance(number, int) else 1, page_size(actor), sort or ""),
        zone=str(words.zone()),
        **dict.fromkeys(pills, True),
    )
    chosen = state.get("contacts.columns") or liked.contact_columns or USUAL_COLUMNS
    return Asked(query, tuple(chosen), custom, line, row_height(actor))


def page_size(actor: Actor) -> int:
    """How many rows this person wants on a page."""
    return COMPACT_SIZE if liking.of(actor).is_compact else PAGE_SIZE


def row_height(actor: Actor) -> int:
    """How high this person wants rows, in pixels."""
    return COMPACT_HEIGHT if liking.of(actor).is_compact else ROW_HEIGHT


def last_page(page: Page[Any]) -> int:
    """The last page that can be turned to: a list is counted, and shown, up to a cap."""
    return min(page.pages, COUNT_CAP // page.paging.limit)


def understand_address() -> None:
    """Take filters by their names from links of other pages; widgets put their words into the address.

    Called before the widgets are drawn.
    """
    for key, known in NAMED.items():
        wanted = [name for name in st.query_params.get_all(key) if name in known]
        if wanted:
            st.session_state[key] = wanted if key == "pill" else wanted[0]
            del st.query_params[key]


def remember_address() -> None:
    """Leave the filters where the page of a customer finds its way back."""
    found = {name: st.query_params.get_all(name) for name in _ADDRESS if name in st.query_params}
    st.session_state[BACK] = {
        name: values if len(values) > 1 else values[0] for name, values in found.items()
    }


def first_page() -> None:
    """What changes the list also goes back to its beginning."""
    st.session_state["p"] = 1


def set_rule(rule: Rule | None) -> None:
    """Filter by this rule from now on."""
    if rule is None:
        st.query_params.pop("rule", None)
    else:
        st.query_params["rule"] = rule_text.write(rule)
    first_page()


def clear() -> None:
    """Show everything again."""
    put({})


def put(kept: Mapping[str, Any]) -> None:
    """Make the list look as a saved view says; only before its widgets are drawn."""
    state = st.session_state
    state["q"] = str(kept.get("q", ""))
    state["pill"] = [name for name in _texts(kept.get("pill")) if name in PILLS]
    state["stage"] = kept.get("stage") if kept.get("stage") in LIFECYCLES else None
    state["sort"] = kept.get("sort") if kept.get("sort") in SORTS else None
    columns = _texts(kept.get("columns"))
    if columns:
        state["contacts.columns"] = columns
    st.query_params.pop("rule", None)
    if kept.get("rule"):
        st.query_params["rule"] = str(kept["rule"])
    first_page()


def kept(asked: Asked) -> dict[str, Any]:
    """The list as a saved view keeps it."""
    state = st.session_state
    return {
        "q": asked.query.text,
        "pill": list(state.get("pill") or ()),
        "stage": asked.query.lifecycle,
        "sort": asked.query.paging.sort,
        "rule": asked.rule_line,
        "columns": list(asked.columns),
    }


def is_bare() -> bool:
    """Does the address ask for nothing but perhaps a view?"""
    return not any(name in st.query_params for name in _ADDRESS if name != "view")


def _rule_line() -> str:
    imported = st.query_params.get("imported", "")
    if imported.isascii() and imported.isdigit():
        del st.query_params["imported"]
        st.query_params["rule"] = f"import is {imported}"
    return str(st.query_params.get("rule", ""))


def _rule(line: str, custom: Sequence[CustomFieldRow]) -> Rule | None:
    if not line:
        return None
    refusals: list[CrmError] = []
    with guard(refused=refusals.append):
        return rule_text.read(line, custom)
    for refusal in refusals:
        st.warning(
            f"The filter of this link is left out. {words.md(refusal.message)}",
            icon=":material/filter_alt_off:",
        )
    return None


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []
