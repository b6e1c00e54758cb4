"""The queue: one line a lead with its score and the reasons for it, and acts on one or many."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page
from crm_core.sales import leads
from crm_core.sales.lead_rules import OPEN, band
from crm_core.sales.lead_types import LeadRow, Reason
from crm_core.team import users
from pages.ui import contacts_state, lead_dialogs, lead_state, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

CHIPS = 4
COLORS = {"hot": "green", "warm": "orange", "cold": "gray"}


def draw(actor: Actor) -> None:
    """Numbers, filters, the lines and their pages."""
    _numbers(actor)
    asked = lead_state.filters(actor)
    page = leads.search(actor, asked.query)
    if not page.items:
        _nothing(actor, is_filtered=asked.is_filtered)
        return
    total = words.number(page.total, is_capped=page.is_capped)
    st.caption(f"{total} {'lead' if page.total == 1 else 'leads'}")
    for row in page:
        _line(actor, row)
    st.pagination(contacts_state.last_page(page), key="p", bind="query-params")
    if ticked := [row.id for row in page if st.session_state.get(f"tick-{row.id}")]:
        _bar(actor, page, ticked)


def chips(reasons: tuple[Reason, ...], most: int = CHIPS) -> str:
    """Reasons as short chips; what takes points away stands in red."""
    shown = [
        f":{'red' if reason.points < 0 else 'gray'}-badge[{words.md(reason.text)} {reason.points:+d}]"
        for reason in reasons[:most]
    ]
    rest = len(reasons) - most
    return " ".join([*shown, *([f":small[:gray[and {rest} more]]"] if rest > 0 else [])])


def mark(row: LeadRow) -> str:
    """The score in the colour of its band."""
    return f":{COLORS[band(row.score)]}-badge[**{row.score}**]"


def _numbers(actor: Actor) -> None:
    found = leads.summary(actor)
    tiles = (
        ("open", "Open"),
        ("hot", "Hot"),
        ("mine", "Mine"),
        ("unowned", "Nobody’s"),
        ("untouched", "Untouched"),
    )
    parts = [f"**{found[name]:,}** {label.lower()}" for name, label in tiles if found[name] or name == "open"]
    st.markdown(f":gray[{' · '.join(parts)}]")


def _line(actor: Actor, row: LeadRow) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"lead-line-{row.id}"
    ):
        if actor.may(Permission.CONTACTS_EDIT):
            st.checkbox(f"Choose {words.md(row.name)}", key=f"tick-{row.id}", label_visibility="collapsed")
        with st.container(width="content", key=f"lead-mark-{row.id}"):
            st.markdown(mark(row), help=f"Score {row.score} of 100, {band(row.score)}")
        with st.container(gap=None, width="stretch", key=f"lead-body-{row.id}"):
            navigation.link("lead", words.md(row.name), icon=":material/person:", id=row.id)
            about = " · ".join(filter(None, (words.md(row.job_title), words.md(row.company))))
            st.markdown(" ".join(filter(None, (about, f":small[:gray[{_small(row)}]]"))))
            st.markdown(chips(row.reasons) or ":small[:gray[Nothing known yet]]")
        with st.container(width="content", key=f"lead-act-{row.id}"):
            _act(actor, row)


def _small(row: LeadRow) -> str:
    touch = f"touched {words.ago(row.last_touch_at)}" if row.last_touch_at else "untouched"
    parts = (words.sentence(row.lead_status), row.source, f"came {words.ago(row.created_at)}", touch)
    owner = row.owner_name or "nobody’s"
    return words.md(" · ".join([*filter(None, parts), owner]))


def _act(actor: Actor, row: LeadRow) -> None:
    """What comes next for this lead, as one button."""
    if row.lead_status not in OPEN or not actor.may(Permission.CONTACTS_EDIT):
        return
    is_mine = row.owner_id == actor.id
    if row.owner_id is None or (is_mine and row.lead_status in ("new", "contacted")):
        if st.button("Accept", key=f"accept-{row.id}", icon=":material/check:"):
            with guard(done=f"{row.name} is yours.", rerun=True):
                leads.accept(me(), [row.id])
    elif actor.may(Permission.DEALS_EDIT) and st.button(
        "Convert", key=f"convert-{row.id}", icon=":material/handshake:"
    ):
        lead_dialogs.convert(row.id)


def _bar(actor: Actor, page: Page[LeadRow], ticked: list[int]) -> None:
    """Acts on the ticked leads."""
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="bulk-bar"):
        st.markdown(f"**{words.count(len(ticked), 'lead')}**", width="content")
        if st.button("Accept", key="bulk-accept", icon=":material/check:"):
            with guard(done=f"{words.count(len(ticked), 'lead')} accepted.", rerun=True):
                leads.accept(me(), ticked)
                _untick(page)
        if actor.may(Permission.CONTACTS_ASSIGN):
            with st.popover("Assign", icon=":material/person:"):
                people: dict[int | None, str] = {None: "Nobody", **dict(users.choices(actor))}
                owner = st.selectbox(
                    "New owner", list(people), format_func=people.__getitem__, key="bulk-owner"
                )
                if st.button("Assign", key="bulk-assign", type="primary"):
                    with guard(done="The new owner is told.", rerun=True):
                        leads.assign(me(), ticked, owner)
                        _untick(page)
        if st.button("Disqualify", key="bulk-disqualify", icon=":material/block:"):
            lead_dialogs.disqualify(tuple(ticked))


def _untick(page: Page[LeadRow]) -> None:
    for row in page:
        st.session_state.pop(f"tick-{row.id}", None)


def _nothing(actor: Actor, *, is_filtered: bool) -> None:
    with st.container(border=True, horizontal_alignment="center", key="no-leads"):
        if is_filtered:
            st.markdown("**No lead matches.** Use fewer words or filters.", width="content")
            st.button("Show all open leads", key="show-all", on_click=lead_state.clear)
            return
        st.markdown(
            "**No leads yet.** A lead is somebody who may become a customer: put a form on your website, "
            "import a list with a lead status, or add the first one."
        )
        with st.container(horizontal=True, horizontal_alignment="center"):
            if actor.may(Permission.CONTACTS_EDIT) and st.button(
                "Add a lead", key="add-first", type="primary"
            ):
                lead_dialogs.add()
            if navigation.can_open(actor, "imports"):
                navigation.button("imports", "Import leads", icon=":material/upload_file:")
