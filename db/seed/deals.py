"""Makes deals up: what was offered to whom, how far it came, and why it was lost."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from db.seed import words

A_YEAR = timedelta(days=365)
SHARE = 4
"""One deal for every so many contacts."""

_WANTED = (
    "Office chairs", "Standing desks", "Meeting room", "Yearly service", "Warehouse shelves",
    "Reception area", "Lighting", "Quiet booths", "Framework contract", "Pilot order", "Second site",
    "Spare parts",
)  # fmt: skip
_REASONS = ("Price", "Went with a competitor", "No budget", "No decision", "Bad timing", "No answer any more")
_STEPS = (
    ("call", "Call about the offer"), ("todo", "Send the revised offer"),
    ("meeting", "Walk through the site"), ("call", "Ask for the decision"), ("todo", "Prepare the contract"),
)  # fmt: skip
_STAY = (6, 11, 14, 10)
_BUYING = ("lead", "qualified", "opportunity")


@dataclass(frozen=True)
class SampleDeal:
    """A made-up deal. ``contact`` is the position of the contact, ``amount`` in whole units of money.

    ``entered`` says when each stage was entered, the first one first; ``status`` and ``closed_at`` how it
    ended. ``step`` is the kind and title of what comes next, on ``step_on``.
    """

    contact: int
    name: str
    amount: int
    entered: tuple[datetime, ...]
    status: str
    closed_at: datetime | None
    reason: str
    close_on: date
    step: tuple[str, str] | None
    step_on: date | None


def deals(
    contacts: Sequence[dict[str, Any]], stages: int, now: datetime, seed: int = 4
) -> Iterator[SampleDeal]:
    """Deals of the past year: customers bought, some were lost, and those in the middle are still open."""
    chance = random.Random(seed)  # noqa: S311 - stories, not secrets
    for position in range(0, len(contacts), SHARE):
        contact = contacts[position]
        since = max(contact["created_at"], now - A_YEAR)
        if contact["lifecycle"] in words.CUSTOMERS or (now - since).days > 150:
            share = 0.8 if contact["lifecycle"] in words.CUSTOMERS else 0.25
            status = "won" if chance.random() < share else "lost"
        elif contact["lifecycle"] in _BUYING:
            status = "open"
        else:
            status = chance.choice(("open", "lost"))
        yield _lived(chance, position, since, stages, status, now)


def _lived(
    chance: random.Random, position: int, since: datetime, stages: int, status: str, now: datetime
) -> SampleDeal:
    """One deal with its dates; they never lie after now."""
    depth = stages if status == "won" else chance.randint(1, stages)
    days = [_STAY[place % len(_STAY)] * chance.uniform(0.3, 2.2) for place in range(depth)]
    room = max((now - since).total_seconds() / 86_400, 0.1)
    if status == "open":
        # What is open began lately; now and then one was forgotten.
        opened = now - timedelta(days=min(room, sum(days) * chance.choice((0.6, 0.9, 1.1, 2.5))))
    else:
        opened = since + timedelta(days=max(0.0, room - sum(days)) * chance.random())
    # A story that would not be over by now is told faster, and ends some time ago.
    share = chance.uniform(0.6, 0.97) if status != "open" else 1.0
    pace = min(1.0, share * (now - opened).total_seconds() / 86_400 / max(sum(days), 0.1))
    entered, moment = [], opened
    for stay in days:
        entered.append(moment.replace(microsecond=0))
        moment = min(moment + timedelta(days=stay * pace), now)
    is_planned = status == "open" and chance.random() < 0.75
    ahead = timedelta(days=chance.randint(-3, 12))
    return SampleDeal(
        contact=position,
        name=chance.choice(_WANTED),
        amount=100 * max(5, round(chance.lognormvariate(4.0, 0.8))),
        entered=tuple(entered),
        status=status,
        closed_at=None if status == "open" else moment.replace(microsecond=0),
        reason=chance.choice(_REASONS) if status == "lost" else "",
        close_on=(now if status == "open" else moment).date()
        + timedelta(days=chance.randint(-10, 75) if status == "open" else 0),
        step=chance.choice(_STEPS) if is_planned else None,
        step_on=(now + ahead).date() if is_planned else None,
    )
