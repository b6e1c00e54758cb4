"""What is mailed when, to whom and as what: the fields of a schedule, new or changed."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from crm_core.insights import dashboards, report_schedules, saved_reports
from crm_core.insights.report_schedule_rules import DAY, MONTH, WEEK, NewSchedule
from crm_core.insights.report_schedules import ScheduleRow
from crm_core.kernel.access import Actor
from pages.ui import navigation
from pages.ui.guard import guard
from pages.ui.session import me

RHYTHMS: Final = {DAY: "Every day", WEEK: "Every week", MONTH: "Every month"}
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FILES: Final = {"pdf": "PDF", "xlsx": "XLSX", "png": "PNG", "csv": "CSV"}
_USUAL: Final = NewSchedule()


def add(actor: Actor, asked: str) -> None:
    """The form of a new schedule; ``asked`` is what is to be mailed, such as ``report-7``."""
    known = _known(actor)
    if not known:
        st.caption("Build a report first: it is then found here.")
        navigation.link("reports", "New report", icon=":material/add:", view="mine", report="new")
        return
    if not report_schedules.choices(actor):
        st.caption("There is no e-mail address to mail to yet. Write yours into your profile first.")
        navigation.link("profile", "Your profile")
        return
    wanted = _fields(actor, "mailing", _USUAL, known, asked)
    if wanted is not None:
        with guard(done="It is mailed from its next day on.", rerun=True):
            report_schedules.add(me(), wanted)


def change(actor: Actor, row: ScheduleRow, close: Callable[[], None]) -> None:
    """The form of a schedule that there is."""
    now = row.asked
    place = f"report-{now.report_id}" if now.report_id is not None else f"dashboard-{now.dashboard_id}"
    wanted = _fields(actor, f"mailing.{row.id}", now, {place: row.title} | _known(actor), place)
    st.button("Leave it as it is", key=f"leave-form-{row.id}", type="tertiary", on_click=close)
    if wanted is not None:
        with guard(done="It is changed from its next day on.", rerun=True):
            report_schedules.change(me(), row.id, wanted)
            close()


def _known(actor: Actor) -> dict[str, str]:
    known = {f"report-{one.id}": one.name for one in saved_reports.search(actor)}
    return known | {f"dashboard-{one.id}": f"{one.name} (dashboard)" for one in dashboards.search(actor)}


def _fields(
    actor: Actor, key: str, now: NewSchedule, known: dict[str, str], asked: str
) -> NewSchedule | None:
    """What was filled in, once it is sent."""
    people = dict(report_schedules.choices(actor))
    rhythm = st.segmented_control(
        "How often", list(RHYTHMS), default=now.rhythm, format_func=RHYTHMS.__getitem__, key=f"{key}.rhythm",
        required=True,
    ) or WEEK  # fmt: skip
    keys = list(known)
    with st.form(f"{key}.form", border=False, width=560):
        what = st.selectbox(
            "What", keys, index=keys.index(asked) if asked in keys else 0, format_func=known.__getitem__,
            key=f"{key}.what",
        )  # fmt: skip
        day = _day(key, rhythm, now)
        hour = st.number_input(
            "At this hour", 0, 23, now.hour, key=f"{key}.hour", help="By the company's clocks."
        )
        own = [one for one in (now.recipients or (actor.id,)) if one in people]
        chosen = st.multiselect("To", list(people), own, format_func=people.__getitem__, key=f"{key}.to")
        kind = st.segmented_control(
            "As", list(FILES), default=now.format, format_func=FILES.__getitem__, key=f"{key}.kind",
            required=True,
        )  # fmt: skip
        only = st.checkbox("Only if there is anything in it", now.only_if_any, key=f"{key}.only",
                           help="Who would get nothing but zeros gets no mail that day.")  # fmt: skip
        if not st.form_submit_button("Mail it" if now is _USUAL else "Save", type="primary"):
            return None
    of, _, number = what.partition("-")
    ids = {f"{of}_id": int(number)}
    return NewSchedule(
        **ids, rhythm=rhythm, day=day, hour=int(hour), recipients=tuple(chosen), format=kind or "pdf",
        only_if_any=only,
    )  # fmt: skip


def _day(key: str, rhythm: str, now: NewSchedule) -> int:
    usual = now.day if rhythm == now.rhythm else 0
    if rhythm == WEEK:
        return st.selectbox(
            "On", range(7), index=usual % 7, format_func=WEEKDAYS.__getitem__, key=f"{key}.weekday"
        )
    if rhythm == MONTH:
        return int(
            st.number_input(
                "On day", 1, 28, max(usual, 1), key=f"{key}.monthday", help="1 to 28: every month has it."
            )
        )
    return 0
