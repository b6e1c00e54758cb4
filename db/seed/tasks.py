"""Makes up what the sample company has to do: calls, meetings and tasks around today."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PLANS = (
    ("call", "Call {name} about the offer"),
    ("call", "Ask {name} how the delivery went"),
    ("meeting", "Show {name} the new catalogue"),
    ("meeting", "Lunch with {name}"),
    ("todo", "Send {name} the samples"),
    ("todo", "Check the terms for {company}"),
    ("email", "Write to {name} about the renewal"),
    ("todo", "Prepare the quote for {company}"),
)
OUTCOMES = {"call": ("reached", "no answer", "left a message"), "meeting": ("interested", "done")}
HOURS = (9, 9.5, 10, 11, 13, 14, 15.5, 16)


@dataclass(frozen=True)
class Plan:
    """A made-up task; ``contact`` is the position of the contact in the list."""

    contact: int
    kind: str
    title: str
    priority: str
    status: str
    due_on: date
    starts_at: datetime | None
    duration_minutes: int | None
    outcome: str
    done_at: datetime | None


def plans(contacts: Sequence[dict[str, Any]], now: datetime, zone: ZoneInfo, seed: int = 4) -> Iterator[Plan]:
    """Something for about every fifth contact: a month back, a month ahead, most of the past done."""
    chance = random.Random(seed)  # noqa: S311 - stories, not secrets
    today = now.astimezone(zone).date()
    for position, contact in enumerate(contacts):
        if position % 5 or position >= 2_000:
            continue
        kind, words = chance.choice(PLANS)
        day = today + timedelta(days=round(chance.triangular(-30, 30, 1)))
        is_done = day < today and chance.random() < 0.85
        is_timed = kind == "meeting" or (kind == "call" and chance.random() < 0.5)
        hour = chance.choice(HOURS)
        clock = time(int(hour), 30 if hour % 1 else 0)
        starts_at = datetime.combine(day, clock, tzinfo=zone) if is_timed else None
        yield Plan(
            contact=position,
            kind=kind,
            title=words.format(
                name=contact["first_name"], company=contact["company"] or contact["last_name"]
            ),
            priority=chance.choices(("normal", "high", "low"), (80, 14, 6))[0],
            status="done" if is_done else "open",
            due_on=day,
            starts_at=starts_at,
            duration_minutes=(60 if kind == "meeting" else 15) if is_timed else None,
            outcome=chance.choice(OUTCOMES.get(kind, ("",))) if is_done else "",
            done_at=datetime.combine(day, time(16), tzinfo=zone) if is_done else None,
        )
