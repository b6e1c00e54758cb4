"""Makes a campaign up that is over: who got it, who was held back, and what came of it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

MOST = 20_000
SENT_AGO = timedelta(days=38)
WINDOW_DAYS = 14
HELD = 0.2
NAME = "Autumn offer: standing desks"
LINK = "https://www.sample.example/autumn"
VARIANTS = ("A", "B")
_OPENS = {"A": 0.44, "B": 0.36}
_CLICKS = {"A": 0.34, "B": 0.22}
_BUYS = {"A": 0.42, "B": 0.36}
"""Of those who clicked: what the message brings beside what would have been bought anyway."""

TEMPLATES = (
    (
        "Seasonal offer",
        'Something new for your office, {{ first_name | or("dear customer") }}',
        ("this month we build standing desks on site and take the old ones along.",
         "Answer this message, and we will call you back the same day."),
    ),
    (
        "Thank you for your order",
        "Thank you – and what happens next",
        ("your order has arrived with us. We will tell you when it leaves the house.",
         "If anything is missing, just answer this message."),
    ),
)  # fmt: skip
SEGMENTS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("Loyal customers", "Bought at least three times: they hear of news first.",
     "orders.count at_least 3", {}),
    ("Quiet customers", "Bought before, and nothing for half a year.",
     "orders.count at_least 1 and orders.last more_than_days_ago 180", {}),
    ("Office planner Petra", "The persona behind our catalogue for facility teams.",
     "lifecycle is customer and company is_filled",
     {"who": "Runs the offices of a company of forty to two hundred people, alone or with one colleague.",
      "wants": "Furniture that lasts, one invoice, and somebody who picks up the phone.",
      "hurdles": "Every order above 5,000 needs a second signature, and that takes weeks.",
      "reach": "E-mail before ten; calls only by appointment.",
      "quote": "I do not want the cheapest chair. I want the chair that nobody complains about."}),
)  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """What became of one recipient; ``contact`` is its position, ``variant`` is empty for the hold-out.

    ``state`` is ``sent``, ``held`` or ``excluded``; ``bought_at`` is an order that the message brought.
    """

    contact: int
    state: str
    variant: str
    sent_at: datetime | None = None
    opened_at: datetime | None = None
    clicked_at: datetime | None = None
    unsubscribed_at: datetime | None = None
    bought_at: datetime | None = None


def began(now: datetime) -> datetime:
    """When the campaign was sent: in the morning, some weeks ago."""
    return datetime.combine((now - SENT_AGO).date(), time(8, 30), tzinfo=now.tzinfo)


def letters(contacts: Sequence[dict[str, Any]], now: datetime, seed: int = 6) -> Iterator[Letter]:
    """One for each person that was there already and did not refuse, and a few who had refused."""
    chance = random.Random(seed)  # noqa: S311 - stories, not secrets
    start = began(now)
    for place, contact in enumerate(contacts[:MOST]):
        draws = [chance.random() for _ in range(7)]
        if contact["created_at"] > start or contact["email_opt"] == "unknown":
            continue
        if contact["email_opt"] == "out":
            yield Letter(place, "excluded", "A")
        elif draws[0] < HELD:
            yield Letter(place, "held", "")
        else:
            yield _sent(place, "A" if draws[1] < 0.5 else "B", start + timedelta(seconds=2 * place), draws)


def _sent(place: int, variant: str, sent_at: datetime, draws: Sequence[float]) -> Letter:
    opened_at = clicked_at = unsubscribed_at = bought_at = None
    if draws[2] < _OPENS[variant]:
        opened_at = sent_at + timedelta(minutes=round(5 + 2_000 * draws[5] ** 3))
        if draws[3] < _CLICKS[variant]:
            clicked_at = opened_at + timedelta(minutes=2)
        elif draws[3] > 0.97:
            unsubscribed_at = opened_at + timedelta(minutes=1)
    if clicked_at is not None and draws[4] < _BUYS[variant]:
        bought_at = clicked_at + timedelta(hours=round(1 + 200 * draws[6]))
    return Letter(place, "sent", variant, sent_at, opened_at, clicked_at, unsubscribed_at, bought_at)
