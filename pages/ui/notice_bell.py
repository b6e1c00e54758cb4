"""The bell beside every page: what this person should see, and the way there."""

from datetime import datetime, timedelta

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.work import Clock
from crm_core.team import notices
from crm_core.team.notices import NoticeRow
from pages.ui import navigation, words
from pages.ui.fragments import secured
from pages.ui.guard import guard
from pages.ui.session import me

REFRESH = timedelta(seconds=30)
SHOWN = 12
_KEPT = "_unread"
# How a page is told which record is meant.
KEYS = {"customer": "id", "deal": "id", "tasks": "task", "leads": "id", "campaigns": "id", "service": "case"}


@secured(Permission.PROFILE_USE, run_every=REFRESH.total_seconds())
def draw() -> None:
    """The bell with the number of unread notices; it looks again by itself."""
    actor = me()
    count = _unread(actor)
    number = f" {'99+' if count > 99 else count}" if count else ""
    icon = ":material/notifications_active:" if count else ":material/notifications:"
    with st.popover(
        f"Notices{number}", icon=icon, key="notice-bell", width="stretch", on_change="rerun"
    ) as bell:
        if bell.open:
            _list(actor, count)


def _unread(actor: Actor) -> int:
    """Asked now and then, not at every click."""
    whose, until, count = st.session_state.get(_KEPT, (None, None, 0))
    now: datetime = Clock.now()
    if whose != actor.id or until is None or not now < until <= now + REFRESH:
        count = notices.unread(actor)
        st.session_state[_KEPT] = (actor.id, now + REFRESH, count)
    return int(count)


def _list(actor: Actor, count: int) -> None:
    page = notices.mine(actor)
    if not page.items:
        st.caption("Nothing new. Reminders and alerts will stand here.")
        return
    if count and st.button("Mark all as read", key="read-all", icon=":material/done_all:", type="tertiary"):
        _read(None)
    for row in page.items[:SHOWN]:
        _row(row)


def _row(row: NoticeRow) -> None:
    with st.container(gap=None, key=f"notice-{row.id}"):
        text = words.md(row.text)
        st.markdown(f"**{text}**" if row.read_at is None else f":gray[{text}]")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":small[:gray[{words.ago(row.created_at)}]]", width="content")
            leads_on = row.place in KEYS and navigation.can_open(me(), row.place)
            if leads_on and st.button(":small[Open]", key=f"open-notice-{row.id}", type="tertiary"):
                _open(row)
            if row.read_at is None and st.button(":small[Read]", key=f"read-{row.id}", type="tertiary"):
                _read([row.id])


def _open(row: NoticeRow) -> None:
    with guard():
        notices.mark_read(me(), [row.id])
        st.session_state.pop(_KEPT, None)
        navigation.open_page(row.place, **({KEYS[row.place]: row.place_id} if row.place_id else {}))


def _read(notice_ids: list[int] | None) -> None:
    with guard():
        notices.mark_read(me(), notice_ids)
        st.session_state.pop(_KEPT, None)
        st.rerun(scope="fragment")
