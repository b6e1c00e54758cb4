"""One line becomes a task: what is understood, and what stays in the title."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm_core.activity import quick_add, task_rules

MONDAY = date(2026, 3, 2)
ZONE = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("line", "title", "kind", "day", "clock"),
    [
        ("call Ann tomorrow 10:00", "call Ann", "call", "2026-03-03", "10:00"),
        ("Call Ann at 3pm", "Call Ann", "call", "2026-03-02", "15:00"),
        ("Meet Bob on Friday at noon", "Meet Bob", "meeting", "2026-03-06", "12:00"),
        ("e-mail Zoe the offer next week", "e-mail Zoe the offer", "email", "2026-03-09", None),
        ("Offer for Alder & Sons", "Offer for Alder & Sons", "todo", None, None),
        ("Visit Monday Ltd on tue", "Visit Monday Ltd", "meeting", "2026-03-03", None),
        ("Report by monday", "Report", "todo", "2026-03-02", None),
        ("Report next monday", "Report", "todo", "2026-03-09", None),
        ("Order in 3 days", "Order", "todo", "2026-03-05", None),
        ("Pay 2026-04-30", "Pay", "todo", "2026-04-30", None),
        ("Renewal 5 May", "Renewal", "todo", "2026-05-05", None),
        ("Renewal on Jan 5th", "Renewal", "todo", "2027-01-05", None),
        ("Renewal 1 feb 2028", "Renewal", "todo", "2028-02-01", None),
        ("Talk about 31 feb", "Talk about 31 feb", "todo", None, None),
        ("Order 12 pm-500 pumps", "Order -500 pumps", "todo", "2026-03-02", "12:00"),
        ("tomorrow", "tomorrow", "todo", "2026-03-03", None),
        ("May I call you", "May I call you", "todo", None, None),
    ],
)
def test_a_line_is_understood(line: str, title: str, kind: str, day: str | None, clock: str | None) -> None:
    found = quick_add.read(line, MONDAY, ZONE)

    assert found is not None
    task = found.task
    assert (task.title, task.kind) == (title, kind)
    assert str(task.due_on) == str(day)
    assert (f"{task.starts_at:%H:%M}" if task.starts_at else None) == clock
    assert found.has_day == (day is not None)


@pytest.mark.parametrize(
    ("line", "repeats", "every", "day"),
    [
        ("Water the plants every day", "daily", 1, "2026-03-02"),
        ("Team every friday 9:30", "weekly", 1, "2026-03-06"),
        ("Invoice every 2 weeks from tomorrow", "weekly", 2, "2026-03-03"),
        ("Review monthly", "monthly", 1, "2026-03-02"),
    ],
)
def test_a_rhythm_is_understood(line: str, repeats: str, every: int, day: str) -> None:
    found = quick_add.read(line, MONDAY, ZONE)

    assert found is not None
    assert (found.task.repeats, found.task.repeat_every, str(found.task.due_on)) == (repeats, every, day)


def test_urgency_is_understood_and_a_time_is_that_of_the_company() -> None:
    found = quick_add.read("call Ann ! today 8:15", MONDAY, ZONE)

    assert found is not None
    assert (found.task.title, found.task.priority) == ("call Ann", "high")
    assert found.task.starts_at == datetime(2026, 3, 2, 7, 15, tzinfo=UTC)


def test_a_line_without_words_is_nothing() -> None:
    assert quick_add.read("  \t ", MONDAY, ZONE) is None


@given(some.text(max_size=60) | some.from_regex(r"[a-z ]{0,9}(next |in |every )?[0-9]{0,3} ?[a-z]{0,9}"))
def test_no_line_breaks_it(line: str) -> None:
    found = quick_add.read(line, MONDAY, ZONE)

    assert (found is None) == (not line.split())
    if found is not None:
        assert found.task.title
        assert found.task.kind in task_rules.KINDS
