"""How tasks read on pages: what they are, when they are due, whose they are."""

from datetime import date, datetime, timedelta

from crm_core.activity.task_types import TaskRow
from pages.ui import words

ICONS = {"todo": "task_alt", "call": "call", "meeting": "groups", "email": "mail"}
KINDS = {"todo": "Task", "call": "Call", "meeting": "Meeting", "email": "E-mail"}
PRIORITIES = {"low": "Low", "normal": "Normal", "high": "High"}
REPEATS = {"": "Does not repeat", "daily": "Day", "weekly": "Week", "monthly": "Month", "yearly": "Year"}
STATUSES = {"open": "Open", "done": "Done", "cancelled": "Called off", "deleted": "Deleted"}


def due(row: TaskRow) -> str:
    """When it is due: ``Today, 10:00``, ``Tomorrow``, ``Fri 6 Mar``; empty for some day."""
    if row.due_on is None:
        return ""
    return f"{day(row.due_on)}{f', {clock(row.starts_at)}' if row.starts_at else ''}"


def day(value: date) -> str:
    """A day as one says it from today."""
    today = words.today()
    near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}.get((value - today).days)
    if near:
        return near
    return (
        f"{value:%a} {value.day} {value:%b}{'' if abs(value - today) < timedelta(300) else f' {value.year}'}"
    )


def clock(instant: datetime) -> str:
    """The time of day on the company's clocks."""
    return f"{instant.astimezone(words.zone()):%H:%M}"


def rhythm(repeats: str, every: int) -> str:
    """How often it repeats: ``every week``, ``every 2 months``; empty when it does not."""
    if not repeats:
        return ""
    noun = REPEATS[repeats].lower()
    return f"every {noun}" if every == 1 else f"every {every} {noun}s"


def title(row: TaskRow) -> str:
    """The title for markdown, with the sign of its kind; struck out when it is over."""
    icon = f":material/{ICONS.get(row.kind, 'task_alt')}:"
    text = words.md(row.title)
    if row.status != "open":
        return f":gray[{icon} ~~{text}~~]"
    urgent = " :red[:material/priority_high:]" if row.priority == "high" else ""
    return f"{icon} **{text}**{urgent}"


def details(row: TaskRow, *, with_owner: bool, with_about: bool = True) -> str:
    """The small line below the title: when, how often, for whom."""
    parts = []
    if when := due(row):
        is_late = row.is_open and row.due_on is not None and row.due_on < words.today()
        parts.append(f":red[{when}]" if is_late else when)
    parts += [rhythm(row.repeats, row.repeat_every)]
    if row.status == "done":
        parts.append(f"done {words.ago(row.done_at)}" + (f": {words.md(row.outcome)}" if row.outcome else ""))
    if row.status == "cancelled":
        parts.append("called off")
    if with_owner:
        parts.append(words.md(row.owner_name or "Nobody"))
    if with_about:
        parts += [words.md(row.deal_name), words.md("" if row.contact_name else row.account_name)]
    return " · ".join(filter(None, parts))
