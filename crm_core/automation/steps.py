"""What a journey can do: each step with its options and its sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Final

from crm_core.activity.task_rules import KINDS, PRIORITIES
from crm_core.automation.options import Option, days
from crm_core.channels.sms import LONGEST_TEXT
from crm_core.people.rules import LIFECYCLES
from crm_core.service.rules import KINDS as CASE_KINDS
from crm_core.service.rules import PRIORITIES as CASE_PRIORITIES

WAITING: Final = ("wait", "until")
LONGEST_NOTE: Final = 2_000
LONGEST_SAID: Final = 120
"""Characters of an option in a sentence: more would fill the picture of a journey."""


@dataclass(frozen=True)
class Kind:
    """One kind of step: its name in a choice, its sentence with options in braces, and its options."""

    label: str
    sentence: str
    options: Mapping[str, Option] = field(default_factory=dict)


_PURPOSE: Final = Option(
    "what it is: marketing goes to those who agreed, service to all who did not refuse", "choice",
    default="marketing", choices=("marketing", "service"),
)  # fmt: skip
KIND_OF: Final[Mapping[str, Kind]] = {
    "mail": Kind(
        "Send an e-mail", "send the e-mail “{template}”",
        {"template": Option("template", is_needed=True, high=120), "purpose": _PURPOSE},
    ),
    "sms": Kind(
        "Send an SMS", "send the SMS “{text}” between 8 and 20 o’clock where the contact lives",
        {"text": Option("text", is_needed=True, high=LONGEST_TEXT), "purpose": _PURPOSE},
    ),
    "task": Kind(
        "Give the owner a task", "give the owner the task “{title}”, due {due}",
        {
            "title": Option("title", is_needed=True, high=300),
            "kind": Option("kind", "choice", default="todo", choices=tuple(KINDS)),
            "due_days": days("days until it is due", 1),
            "priority": Option("priority", "choice", default="normal", choices=tuple(PRIORITIES)),
            "notes": Option("notes", high=LONGEST_NOTE),
        },
    ),
    "case": Kind(
        "Open a case", "open the case “{title}”",
        {
            "title": Option("what it is about", is_needed=True),
            "kind": Option("kind", "choice", default="request", choices=CASE_KINDS),
            "priority": Option("priority", "choice", default="high", choices=CASE_PRIORITIES),
            "notes": Option("notes", high=LONGEST_NOTE),
        },
    ),
    "notice": Kind("Tell the owner", "tell the owner “{text}”", {"text": Option("text", is_needed=True)}),
    "tag": Kind("Add a tag", "add the tag {tag}", {"tag": Option("tag", is_needed=True, high=80)}),
    "untag": Kind("Take a tag off", "take {tag} off", {"tag": Option("tag", is_needed=True, high=80)}),
    "lifecycle": Kind(
        "Change the relationship stage", "put the contact on the stage {lifecycle}",
        {"lifecycle": Option("stage", "choice", is_needed=True, choices=tuple(LIFECYCLES))},
    ),
    "owner": Kind(
        "Change the owner", "give the contact to user {owner_id}",
        {"owner_id": Option("user", "number", is_needed=True, low=1, high=2**31)},
    ),
    "coupon": Kind(
        "Give a coupon", "give the coupon “{coupon}”",
        {"coupon": Option("name of the coupon", is_needed=True, high=120)},
    ),
    "points": Kind(
        "Give points", "give {points} points: {reason}",
        {
            "points": Option("points", "number", is_needed=True, low=1, high=1_000_000),
            "reason": Option("reason", default="A gift"),
        },
    ),
    "webhook": Kind(
        "Tell another system", "tell {url}", {"url": Option("address", "url", is_needed=True, high=1_000)}
    ),
    "wait": Kind(
        "Wait", "wait {days} days, {hours} hours, {minutes} minutes",
        {
            "days": days("days", 0),
            "hours": Option("hours", "number", default=0, high=10_000),
            "minutes": Option("minutes", "number", default=0, high=100_000),
        },
    ),
    "until": Kind(
        "Wait until a time of day", "wait for {weekdays} between {from} and {to} where the contact lives",
        {
            "from": Option("from", "clock", default="09:00"),
            "to": Option("to", "clock", default="18:00"),
            "weekdays": Option("weekdays (empty: every day)", "weekdays"),
        },
    ),
    "branch": Kind(
        "Branch", "if {if}", {"if": Option("rule", "rule", is_needed=True)}
    ),
    "stop": Kind("End here", "end here"),
}  # fmt: skip


def said(option: object) -> str:
    """An option within a sentence, in one line and cut where it is long."""
    return shorten(str(option), LONGEST_SAID, placeholder=" …")
