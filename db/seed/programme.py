"""What the made-up company gives to those who stay, what it wants to reach, and what runs by itself."""

from collections.abc import Mapping
from typing import Any, Final

MOST_MEMBERS: Final = 25
PEOPLE_A_MEMBER: Final = 8
MOST_ORDERS: Final = 4
"""Enough to look at: members joined so late that so many orders brought points, posted as at the till."""

TIERS: Final = (
    ("Bronze", 0, 0, "Birthday points"),
    ("Silver", 3_000, 5, "Five per cent more points, first look at the catalogue"),
    ("Gold", 9_000, 10, "Ten per cent more points, free assembly"),
)
REWARD: Final = ("Desk lamp", 800, "The small one, in the colour of your choice", 25)
EARN_RULE: Final = "A point for every whole unit of money"
COUPON: Final = ("Welcome back", "WELCOME10", "Ten per cent off the next order", 10)
COUPON_USES: Final = 12
FRIENDS: Final = 3
REFERRAL_CODE: Final = "FRIENDS"

JOURNEY: Final = "Look after new leads"
JOURNEY_SAYS: Final = "Calls a new lead the next day and asks again after three. For made-up leads only."
FIRST_STEP: Final = {"do": "task", "title": "Call {{ name }}", "kind": "call", "due_days": 1}
LAST_STEP: Final = {"do": "task", "title": "Ask {{ name }} what is missing", "kind": "email", "due_days": 2}
WAIT_DAYS: Final = 3
JOURNEY_STEPS: Final[Mapping[str, Any]] = {
    "when": {"on": "lead.arrived"},
    "if": "sample is yes",
    "again": "once",
    "steps": [FIRST_STEP, {"do": "wait", "days": WAIT_DAYS}, LAST_STEP],
}
MOST_RUNS: Final = 12

GOALS: Final = (("revenue_won", "quarter"), ("order_revenue", "month"), ("new_deals", "month"))
EASE: Final = 1.15
"""Goals are so much below what an even pace would bring: some are reached, some are not."""
