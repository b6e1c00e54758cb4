"""A month of the calendar: a row for each week, and the days one under the other on telephones."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from crm_core.activity.task_types import TaskRow
from pages.ui import task_words, words
from pages.ui.task_state import open_dialog

COLORS = ("blue", "green", "orange", "violet", "red", "primary", "yellow", "gray")
SHOWN_A_DAY = 4
LONGEST = 60
Names = Mapping[int, tuple[str, str]]
EVENT_STYLE = """<style>
[class*="st-key-event-"] button {
  justify-content: flex-start; text-align: left; min-height: 0; padding: .1rem .2rem; width: 100%;
}
[class*="st-key-event-"] button p {
  font-size: .8rem; line-height: 1.25; overflow-wrap: anywhere; text-align: left; white-space: normal;
}
[class*="st-key-event-"] button > div { justify-content: flex-start; }
[class*="st-key-cell-"] { min-height: 6.2rem; padding: .35rem .4rem; }
@media (min-width: 641px) {
  .st-key-calendar-month .stColumn { min-width: 0; }
}
.st-key-calendar-month .stHorizontalBlock { gap: .35rem; }
[class*="st-key-cell-"] [data-testid="stMarkdownContainer"],
[class*="st-key-cell-"] [data-testid="stMarkdownContainer"] p { margin-bottom: 0; }
[class*="st-key-cell-now-"] { border-color: #0F766E; border-width: 2px; }
[class*="st-key-cell-other-"] { opacity: .55; }
@media (max-width: 640px) {
  [class*="st-key-cell-"] { min-height: 0; }
  .stColumn:has([class*="st-key-cell-free-"]), .stColumn:has([class*="st-key-cell-other-"]),
  [data-testid="stLayoutWrapper"]:has(> .st-key-weekdays), .st-key-weekdays { display: none; }
  .st-key-calendar-head { row-gap: .4rem; }
}
</style>"""


def month(
    first: date, last: date, shown: date, by_day: Mapping[date, Sequence[TaskRow]], names: Names
) -> None:
    """A row for each week; the days of other months are pale."""
    with st.container(key="calendar-month", gap="xsmall"):
        with st.container(key="weekdays"):
            for at, place in enumerate(st.columns(7)):
                place.caption(f"{first + timedelta(days=at):%A}")
        for start in range(0, (last - first).days + 1, 7):
            for at, place in enumerate(st.columns(7)):
                day = first + timedelta(days=start + at)
                with place:
                    is_other = day.month != shown.month
                    label = f"{day.day} {day:%b}" if day.day == 1 or at == 0 else str(day.day)
                    _cell(day, by_day.get(day, ()), names, label, most=SHOWN_A_DAY, is_other=is_other)


def _cell(
    day: date, rows: Sequence[TaskRow], names: Names, label: str, *, most: int, is_other: bool = False
) -> None:
    is_now = day == words.today()
    state = "other" if is_other else "now" if is_now else "busy" if rows else "free"
    with st.container(border=True, gap="xxsmall", key=f"cell-{state}-{day}"):
        st.markdown(f":small[{'**' if is_now else ''}{label}{'**' if is_now else ''}]")
        for row in rows[:most]:
            _event(row, names, str(day))
        if len(rows) > most:
            label = f":small[{len(rows) - most} more]"
            st.button(label, key=f"more-on-{day}", type="tertiary", on_click=_show_day, args=(day,))


def _show_day(day: date) -> None:
    st.session_state["span"] = "Day"
    st.query_params["day"] = day.isoformat()


def _event(row: TaskRow, names: Names, place: str) -> None:
    _, color = names.get(row.owner_id or 0, ("", "gray"))
    clock = f"{task_words.clock(row.starts_at)} " if row.starts_at else ""
    text = words.md(row.title if len(row.title) <= LONGEST else f"{row.title[:LONGEST]}…")
    said = f"~~{text}~~" if row.status == "done" else text
    icon = (
        f":material/{task_words.ICONS[row.kind]}:" if row.kind in ("call", "meeting") else ":material/circle:"
    )
    help_text = " · ".join(filter(None, (words.md(row.owner_name), words.md(row.contact_name))))
    with st.container(key=f"event-{row.id}-{place}"):
        if st.button(f":{color}[{icon}] {clock}{said}", key=f"open-{row.id}-{place}", type="tertiary",
                     help=help_text or None, width="stretch"):  # fmt: skip
            open_dialog("edit", row.id)
            st.rerun()
