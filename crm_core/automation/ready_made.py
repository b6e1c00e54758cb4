"""Journeys that are ready to use: one call brings them in as a draft, with the templates that they need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm_core.automation import journeys
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import NotFound
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import templates
from db.queries import journeys as sql

_DAYTIME: Final = {"do": "until", "from": "09:00", "to": "18:00"}
_WORKDAYS: Final = {**_DAYTIME, "weekdays": ["monday", "tuesday", "wednesday", "thursday", "friday"]}
_DEAR: Final = 'Dear {{ first_name | or("customer") }},'
_US: Final = "{{ our_company }}"


@dataclass(frozen=True)
class Words:
    """An e-mail that a ready-made journey brings along."""

    name: str
    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class ReadyMade:
    """A journey to begin with: its key, its name, what it is good for, and its definition."""

    key: str
    name: str
    description: str
    definition: Mapping[str, Any]
    words: tuple[Words, ...] = field(default=(), repr=False)


def _mail(template: str, purpose: str = "marketing") -> dict[str, Any]:
    return {"do": "mail", "template": template, "purpose": purpose}


READY_MADE: Final = (
    ReadyMade(
        "birthday", "Birthday card", "Congratulates on the day, in the morning where the contact lives.",
        {"when": {"on": "birthday", "days": 0}, "again": 300, "steps": [_DAYTIME, _mail("Birthday card")]},
        (Words("Birthday card", 'Happy birthday, {{ first_name | or("dear customer") }}!', (
            _DEAR, f"all of us at {_US} wish you a happy birthday and a good year.")),),
    ),
    ReadyMade(
        "anniversary", "Purchase anniversary", "Says thank you a year after an order.",
        {"when": {"on": "anniversary", "years": 1}, "again": 300,
         "steps": [_DAYTIME, _mail("Purchase anniversary")]},
        (Words("Purchase anniversary", "A year with us – thank you", (
            _DEAR, f"a year ago you bought from {_US}. Thank you for your trust.",
            "Is there anything we can do better? Just answer this message.")),),
    ),
    ReadyMade(
        "follow_up", "After a purchase", "Asks two weeks after delivery whether all is well.",
        {"when": {"on": "order.delivered"}, "again": 60, "steps": [
            {"do": "wait", "days": 14}, _WORKDAYS, _mail("After a purchase", "service")]},
        (Words("After a purchase", "Is everything as it should be?", (
            _DEAR, f"your order from {_US} arrived two weeks ago. Is everything as it should be?",
            "If not, answer this message and we will see to it.")),),
    ),
    ReadyMade(
        "win_back", "Win back", "Writes to those who bought nothing for half a year; then the owner calls.",
        {"when": {"on": "inactive", "days": 180}, "again": 180, "leave_if": "orders.last in_the_last_days 30",
         "steps": [_WORKDAYS, _mail("We miss you"), {"do": "wait", "days": 10},
                   {"do": "task", "title": "Call {{ name }}: nothing bought for half a year", "kind": "call",
                    "due_days": 3}]},
        (Words("We miss you", 'We have not heard from you, {{ first_name | or("dear customer") }}', (
            _DEAR, f"it has been a while since your last order from {_US}.",
            "What would make you come back? Just answer this message.")),),
    ),
    ReadyMade(
        "material", "Sales material by interest", "Sends new leads what fits, by what they like or bought.",
        {"when": {"on": "lead.arrived"}, "again": "once", "steps": [
            {"do": "wait", "hours": 1},
            {"do": "branch", "if": "likes is_filled or has purchases", "yes": [_mail("Material that fits")],
             "no": [_mail("An overview of what we do")]},
            {"do": "wait", "days": 3},
            {"do": "task", "title": "Ask {{ name }} about the material", "kind": "call", "due_days": 1}]},
        (Words("Material that fits", "What fits your interests", (
            _DEAR, "you told us what interests you.", f"Here is what {_US} has for you.")),
         Words("An overview of what we do", f"What {_US} can do for you", (
             _DEAR, f"thank you for your interest in {_US}. Here is an overview of what we do."))),
    ),
    ReadyMade(
        "low_score", "Low score", "Opens a case and tells the owner when a customer gives a low score.",
        {"when": {"on": "feedback.received", "kind": "nps", "at_most": 6}, "again": 30, "steps": [
            {"do": "case", "title": "{{ name }} is not happy with us"},
            {"do": "notice", "text": "A customer gave a low score"}]},
    ),
    ReadyMade(
        "quiet", "Quiet customer", "Gives the owner an urgent task when a good customer becomes quiet.",
        {"when": {"on": "weekly", "weekday": "monday"}, "again": 90,
         "if": "rfm.recency at_most 2 and rfm.monetary at_least 4", "steps": [
            {"do": "case", "title": "{{ name }} was a good customer and has become quiet"},
            {"do": "notice", "text": "A good customer has become quiet"}]},
    ),
    ReadyMade(
        "new_lead", "New lead alert", "Tells the owner at once, and again by a task for the next day.",
        {"when": {"on": "lead.arrived"}, "again": "once", "per_hour": 0, "steps": [
            {"do": "notice", "text": "A new lead has arrived"},
            {"do": "wait", "days": 1},
            {"do": "branch", "if": "last_touch is_empty", "yes": [
                {"do": "task", "title": "Nobody has spoken to {{ name }} yet", "kind": "call", "due_days": 0,
                 "priority": "high"}], "no": []}]},
    ),
    ReadyMade(
        "points", "Points about to expire", "Reminds members a month before points expire.",
        {"when": {"on": "points_expiring", "days": 30}, "again": 25,
         "steps": [_WORKDAYS, _mail("Points about to expire", "service")]},
        (Words("Points about to expire", "Your points are about to expire", (
            _DEAR, f"some of your points at {_US} expire in a month. Use them before they are gone.")),),
    ),
)  # fmt: skip


@use_case(Permission.AUTOMATION_READ, read=True)
def search(work: Work) -> list[tuple[ReadyMade, int | None]]:
    """All ready-made journeys, each with the number of the journey of its name where there is one."""
    return [(one, getattr(work.scalar(sql.by_key(fold(one.name))), "id", None)) for one in READY_MADE]


@use_case(Permission.AUTOMATION_WRITE)
def install(work: Work, key: str) -> int:
    """Bring a ready-made journey in as a draft, with its templates; returns its number.

    Templates of these names that are there already stay as they are.

    Raises:
        NotFound: there is no such ready-made journey. Conflict: there is a journey of this name.
    """
    chosen = next((one for one in READY_MADE if one.key == key), None)
    if chosen is None:
        raise NotFound(f"There is no ready-made journey “{key[:40]}”. Choose one of: {', '.join(KEYS)}.")
    for words in chosen.words:
        if work.scalar(sql.template(fold(words.name))) is None:
            body = "".join(f"<p>{paragraph}</p>" for paragraph in words.paragraphs)
            templates.create(
                work, {"name": words.name, "subject": words.subject, "body_html": body + f"<p>{_US}</p>"}
            )
    return journeys.create(work, chosen.name, chosen.definition, chosen.description)


KEYS: Final = tuple(one.key for one in READY_MADE)
