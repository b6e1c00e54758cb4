"""Reports by mail: when which one goes to whom; paused, tried out, left."""

from typing import Final

import streamlit as st

from crm_core.insights import dashboards, report_schedules, saved_reports
from crm_core.insights.metric_types import Question
from crm_core.insights.report_schedule_rules import DAY, MONTH, WEEK, NewSchedule
from crm_core.insights.report_schedules import ScheduleRow
from crm_core.kernel.access import Actor, Permission
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me

_RHYTHMS: Final = {DAY: "Every day", WEEK: "Every week", MONTH: "Every month"}
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FILES: Final = {"pdf": "PDF", "xlsx": "XLSX", "png": "PNG", "csv": "CSV"}


def draw(actor: Actor, _question: Question) -> None:
    """The schedules, and the way to another one."""
    st.caption("Reports and dashboards as a file by mail. Each person gets the numbers that they may see.")
    rows = report_schedules.search(actor)
    chosen = st.query_params.get("schedule", "")
    for row in sorted(rows, key=lambda one: str(one.id) != chosen):
        with st.container(border=True, key=f"schedule-{row.id}"):
            _one(actor, row)
    if not rows:
        st.info("Nothing is mailed yet.", icon=":material/schedule_send:")
    asked = st.query_params.get("of", "")
    with st.expander("Mail another report", expanded=bool(asked) or not rows, icon=":material/add:"):
        _form(actor, asked)


def _one(actor: Actor, row: ScheduleRow) -> None:
    with st.container(gap=None):
        paused = "" if row.is_active else " :orange-badge[Paused]"
        st.markdown(f"**{words.md(row.title)}**{paused}")
        st.caption(words.md(_said(row)))
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


def _looked_after(row: ScheduleRow) -> None:
    if row.is_active and st.button("Pause", key=f"pause-{row.id}", icon=":material/pause:"):
        with guard(done="Nothing is sent until you go on.", rerun=True):
            report_schedules.pause(me(), row.id)
    if not row.is_active and st.button("Go on", key=f"resume-{row.id}", icon=":material/play_arrow:"):
        with guard(done="It is sent again from its next day on.", rerun=True):
            report_schedules.resume(me(), row.id)
    if st.button("Delete", key=f"drop-{row.id}", icon=":material/delete:"):
        with guard(done=f"“{row.title}” is no longer mailed.", rerun=True):
            report_schedules.remove(me(), row.id)


def _said(row: ScheduleRow) -> str:
    asked = row.asked
    day = {WEEK: f" on {_WEEKDAYS[asked.day % 7]}", MONTH: f" on day {asked.day}"}.get(asked.rhythm, "")
    people = words.joined(list(row.people)) or "nobody"
    told = f"{_RHYTHMS[asked.rhythm]}{day} at {asked.hour}:00 as {_FILES[asked.format]} to {people}"
    told += ", only if there is anything" if asked.only_if_any else ""
    return told if row.is_mine else f"{told} · set up by {row.by or 'somebody who left'}"


def _form(actor: Actor, asked: str) -> None:
    known = {f"report-{one.id}": one.name for one in saved_reports.search(actor)}
    known |= {f"dashboard-{one.id}": f"{one.name} (dashboard)" for one in dashboards.search(actor)}
    if not known:
        st.caption("Build a report first: it is then found here.")
        return
    people = dict(report_schedules.choices(actor))
    keys = list(known)
    rhythm = st.segmented_control(
        "How often", list(_RHYTHMS), default=WEEK, format_func=_RHYTHMS.__getitem__, key="mailing.rhythm",
        required=True,
    )  # fmt: skip
    with st.form("mailing.new", border=False):
        what = st.selectbox(
            "What", keys, index=keys.index(asked) if asked in keys else 0, format_func=known.__getitem__,
            key="mailing.what",
        )  # fmt: skip
        day = _day(rhythm or WEEK)
        hour = st.number_input("At this hour", 0, 23, 8, key="mailing.hour", help="By the company's clocks.")
        own = [actor.id] if actor.id in people else []
        chosen = st.multiselect("To", list(people), own, format_func=people.__getitem__, key="mailing.to")
        kind = st.segmented_control(
            "As",
            list(_FILES),
            default="pdf",
            format_func=_FILES.__getitem__,
            key="mailing.kind",
            required=True,
        )
        only = st.checkbox("Only if there is anything in it", True, key="mailing.only")
        if st.form_submit_button("Mail it", type="primary"):
            of, _, number = what.partition("-")
            ids = {f"{of}_id": int(number)}
            with guard(done="It is mailed from its next day on.", rerun=True):
                wanted = NewSchedule(
                    **ids, rhythm=rhythm or WEEK, day=day, hour=int(hour), recipients=tuple(chosen),
                    format=kind or "pdf", only_if_any=only,
                )  # fmt: skip
                report_schedules.add(me(), wanted)


def _day(rhythm: str) -> int:
    if rhythm == WEEK:
        return st.selectbox("On", range(7), format_func=_WEEKDAYS.__getitem__, key="mailing.weekday")
    if rhythm == MONTH:
        return int(
            st.number_input("On day", 1, 28, 1, key="mailing.monthday", help="1 to 28: every month has it.")
        )
    return 0
