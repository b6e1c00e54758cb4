"""Reports by mail: when which one goes to whom; changed, paused, tried out, left, and brought back."""

from typing import Final

import streamlit as st

from crm_core.insights import report_schedules
from crm_core.insights.metric_types import Question
from crm_core.insights.report_schedule_rules import MONTH, WEEK
from crm_core.insights.report_schedules import ScheduleRow
from crm_core.kernel.access import Actor, Permission
from pages.ui import own_mailing_form, own_report_menu, words
from pages.ui.guard import guard
from pages.ui.own_mailing_form import FILES, RHYTHMS, WEEKDAYS
from pages.ui.session import me

_CHANGED: Final = "mailing.changed"


def draw(actor: Actor, _question: Question) -> None:
    """The schedules, and the way to another one."""
    own_report_menu.offer_undo(actor)
    st.caption("Reports and dashboards as a file by mail. Each person gets the numbers that they may see.")
    rows = report_schedules.search(actor)
    chosen = st.query_params.get("schedule", "")
    for row in sorted(rows, key=lambda one: str(one.id) != chosen):
        with st.container(border=True, key=f"schedule-{row.id}"):
            _one(actor, row)
    if not rows:
        st.info("Nothing is mailed yet.", icon=":material/schedule_send:")
    asked = st.query_params.get("of", "")
    label = "Mail another report" if rows else "Mail a report"
    with st.expander(label, expanded=bool(asked) or not rows, icon=":material/add:"):
        own_mailing_form.add(actor, asked)


def _one(actor: Actor, row: ScheduleRow) -> None:
    with st.container(gap=None):
        paused = "" if row.is_active else " :orange-badge[Paused]"
        st.markdown(f"**{words.md(row.title)}**{paused}")
        st.caption(words.md(_said(row)))
        st.caption(words.md(_next(row)))
    with st.container(horizontal=True):
        if st.button("Send me one now", key=f"try-{row.id}", icon=":material/send:"):
            with guard():
                address = report_schedules.try_out(me(), row.id)
                st.toast(f"It is on its way to {words.md(address)}.", icon=":material/check_circle:")
        if row.is_mine or actor.may(Permission.SETTINGS_MANAGE):
            _looked_after(row)
        if row.for_me and st.button("Stop mailing me", key=f"leave-{row.id}", icon=":material/unsubscribe:"):
            with guard(done="You will get no more of these.", rerun=True):
                report_schedules.leave(me(), row.id)
    if st.session_state.get(_CHANGED) == row.id:
        own_mailing_form.change(actor, row, _close)


def _looked_after(row: ScheduleRow) -> None:
    st.button("Change", key=f"change-{row.id}", icon=":material/edit:", on_click=_open, args=(row.id,))
    if row.is_active and st.button("Pause", key=f"pause-{row.id}", icon=":material/pause:"):
        with guard(done="Nothing is sent until you go on.", rerun=True):
            report_schedules.pause(me(), row.id)
    if not row.is_active and st.button("Go on", key=f"resume-{row.id}", icon=":material/play_arrow:"):
        with guard(done="It is sent again from its next day on.", rerun=True):
            report_schedules.resume(me(), row.id)
    if st.button("Delete", key=f"drop-{row.id}", icon=":material/delete:"):
        with guard(done=f"“{row.title}” is no longer mailed.", rerun=True):
            report_schedules.remove(me(), row.id)
            own_report_menu.was_removed(row.title, lambda who: _again(who, row))


def _again(actor: Actor, row: ScheduleRow) -> None:
    """The same schedule once more, from its next day on."""
    number = report_schedules.add(actor, row.asked)
    if not row.is_active:
        report_schedules.pause(actor, number)


def _open(number: int) -> None:
    st.session_state[_CHANGED] = number


def _close() -> None:
    st.session_state.pop(_CHANGED, None)


def _said(row: ScheduleRow) -> str:
    asked = row.asked
    day = {WEEK: f" on {WEEKDAYS[asked.day % 7]}", MONTH: f" on day {asked.day}"}.get(asked.rhythm, "")
    people = words.joined(list(row.people)) or "nobody"
    told = f"{RHYTHMS[asked.rhythm]}{day} at {asked.hour}:00 as {FILES[asked.format]} to {people}"
    return told if row.is_mine else f"{told} · set up by {row.by or 'somebody who left'}"


def _next(row: ScheduleRow) -> str:
    """When it comes next, and to whom it does not."""
    only = "Who would get nothing but zeros gets no mail." if row.asked.only_if_any else "Sent in any case."
    if row.next_at is None:
        return f"Paused: nothing is sent. {only}"
    return f"Next on {row.next_at:%A}, {words.day(row.next_at.date())}, at {row.next_at:%H:%M}. {only}"
