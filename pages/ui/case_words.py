"""How cases read on a page: their words, and the next promise, with a sign and a colour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crm_core.service.case_types import CaseRow
from crm_core.service.rules import KINDS, PRIORITIES
from pages.ui import words

Color = Literal["red", "orange", "blue", "green", "gray"]
KIND_ICONS = {
    "question": "help",
    "problem": "build",
    "complaint": "sentiment_dissatisfied",
    "request": "inbox",
}
KIND_WORDS = {name: words.sentence(name) for name in KINDS}
PRIORITY_WORDS = {name: words.sentence(name) for name in reversed(PRIORITIES)}
PRIORITY_ICONS = {
    "urgent": "priority_high", "high": "keyboard_arrow_up", "normal": "remove", "low": "keyboard_arrow_down",
}  # fmt: skip
PRIORITY_COLORS: dict[str, Color] = {"urgent": "red", "high": "orange", "normal": "gray", "low": "gray"}
STATUS_WORDS = {
    "new": "New", "open": "Open", "waiting": "Waiting for customer", "solved": "Solved", "closed": "Closed",
}  # fmt: skip
STATUS_ICONS = {
    "new": "fiber_new", "open": "radio_button_checked", "waiting": "pause_circle", "solved": "check_circle",
    "closed": "inventory_2",
}  # fmt: skip
STATUS_COLORS: dict[str, Color] = {
    "new": "blue", "open": "blue", "waiting": "orange", "solved": "green", "closed": "gray",
}  # fmt: skip
CHANNEL_WORDS = {"mail": "E-mail", "phone": "Phone", "chat": "Chat", "form": "Form", "social": "Social media"}
_SOON = timedelta(hours=4)


@dataclass(frozen=True)
class Promise:
    """What is promised, in words; ``sign`` stands where pictures cannot be drawn, as in a table."""

    text: str
    icon: str
    sign: str
    color: Color


def promise(row: CaseRow, now: datetime) -> Promise:
    """The nearest promise that is still to be kept: “Answer due in 2 h”, “Overdue by 1 day”."""
    if row.status in ("solved", "closed"):
        return Promise(STATUS_WORDS[row.status], "check_circle", "✓", "green")
    due = row.due_at
    if due is not None and due < now:
        return Promise(f"Overdue by {_span(now - due)}", "error", "▲", "red")
    if row.status == "waiting":
        return Promise("Clock stands still", "pause_circle", "Ⅱ", "gray")
    if due is None:
        return Promise("Nothing promised", "remove", "–", "gray")
    what = "Solution" if row.first_response_at is not None or due != row.response_due_at else "Answer"
    left = due - now
    is_soon = left < _SOON
    return Promise(
        f"{what} due in {_span(left)}", "timer" if is_soon else "schedule", "◆" if is_soon else "○",
        "orange" if is_soon else "gray",
    )  # fmt: skip


def badge(found: Promise) -> str:
    """A promise as a badge inside of other words."""
    return f":{found.color}-badge[:material/{found.icon}: {found.text}]"


def _span(left: timedelta) -> str:
    """A length of time in its largest unit: ``3 days``, ``2 h``, ``5 min``."""
    minutes = max(1, int(left.total_seconds() // 60))
    if minutes >= 1_440:
        return words.count(minutes // 1_440, "day")
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


def hours(seconds: int | None) -> str:
    """Business time: ``3.5 h``, ``20 min``."""
    if seconds is None:
        return words.NOTHING
    return f"{seconds / 3_600:.1f} h" if seconds >= 3_600 else f"{seconds // 60} min"
