"""What a case may be, and which step leads where: pure decisions."""

import re
from typing import Final, Literal

from crm_core.kernel.errors import Conflict, Invalid
from crm_core.service.case_types import CaseQuery, NewCase

Verb = Literal["answer", "receive", "wait", "solve", "close", "reopen"]

KINDS: Final = ("question", "problem", "complaint", "request")
STATUSES: Final = ("new", "open", "waiting", "solved", "closed")
PRIORITIES: Final = ("low", "normal", "high", "urgent")
CHANNELS: Final = ("mail", "phone", "chat", "form", "social")
ACTIVE: Final = ("new", "open")
"""Somebody here has to do something: the clock runs."""
UNSOLVED: Final = ("new", "open", "waiting")
SORTS: Final = ("urgency", "opened", "touched")
TABS: Final = ("all", "mine", "unassigned", "overdue", "unanswered")
LONGEST_SUBJECT: Final = 300
LONGEST_TAG: Final = 40
MOST_TAGS: Final = 20
MESSAGE_KIND: Final = {"mail": "email", "phone": "call", "chat": "chat", "form": "email", "social": "post"}
"""What kind of touchpoint a message of a case is, by the way it came."""

_NEXT: Final[dict[Verb, dict[str, str]]] = {
    "answer": {"new": "open", "open": "open", "waiting": "waiting", "solved": "solved"},
    "receive": {"new": "new", "open": "open", "waiting": "open", "solved": "open"},
    "wait": {"new": "waiting", "open": "waiting"},
    "solve": {"new": "solved", "open": "solved", "waiting": "solved"},
    "close": {"new": "closed", "open": "closed", "waiting": "closed", "solved": "closed"},
    "reopen": {"solved": "open", "closed": "open"},
}
_REFUSED: Final[dict[Verb, str]] = {
    "answer": "Reopen it first, then answer.",
    "receive": "Open a new case for what the customer says now.",
    "wait": "Reopen it first.",
    "solve": "Reload the page to see how it stands.",
    "close": "Reload the page to see how it stands.",
    "reopen": "It is open already.",
}
_NUMBER: Final = re.compile(r"\[C-(\d{1,9})\]", re.IGNORECASE)


def shown(number: int) -> str:
    """A number as people read and write it: ``C-1042``."""
    return f"C-{number}"


def number_in(subject: str) -> int | None:
    """The number of a case that the subject of a mail names as ``[C-1042]``."""
    found = _NUMBER.search(subject)
    return int(found[1]) if found else None


def subject_of_mail(number: int, subject: str) -> str:
    """The subject of a mail about a case: its number once, in front."""
    return f"[{shown(number)}] {_NUMBER.sub('', subject).strip()}"


def may(verb: Verb, status: str) -> bool:
    """Is this step open to a case of that status?"""
    return status in _NEXT[verb]


def after(verb: Verb, status: str, number: int) -> str:
    """The status that a step leads to.

    Raises:
        Conflict: the step is not open to a case of that status.
    """
    if not may(verb, status):
        raise Conflict(f"Case {shown(number)} is {status}. {_REFUSED[verb]}")
    return _NEXT[verb][status]


def raised(priority: str) -> str:
    """The next higher priority; the highest stays."""
    return PRIORITIES[min(PRIORITIES.index(priority) + 1, len(PRIORITIES) - 1)]


def tidy_tags(tags: object) -> tuple[str, ...]:
    """Tags in small letters, each once, in their order; empty ones left out."""
    words = tags if isinstance(tags, list | tuple) else ()
    return tuple(dict.fromkeys(tag for one in words if (tag := " ".join(str(one).split()).lower())))


def check(new: NewCase) -> None:
    """Refuse a case that nobody could work on later.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong: dict[str, str] = {}
    if not new.subject.strip():
        wrong["subject"] = "Say in a few words what it is about."
    elif len(new.subject) > LONGEST_SUBJECT:
        wrong["subject"] = f"This is longer than {LONGEST_SUBJECT} characters. Shorten it."
    for name, value, known in (
        ("kind", new.kind, KINDS), ("priority", new.priority, PRIORITIES), ("channel", new.channel, CHANNELS),
        ("direction", new.direction, ("in", "out", "")),
    ):  # fmt: skip
        if value not in known:
            wrong[name] = f"Choose one of: {', '.join(filter(None, known))}."
    if len(new.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in new.tags):
        wrong["tags"] = f"Use at most {MOST_TAGS} tags of at most {LONGEST_TAG} characters."
    if wrong:
        raise Invalid("The case needs correcting.", fields=wrong)


def check_query(query: CaseQuery) -> None:
    """Refuse a question for cases that has no meaning.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong: dict[str, str] = {}
    for name, values, known in (
        ("status", query.statuses, STATUSES), ("priority", query.priorities, PRIORITIES),
        ("kind", query.kinds, KINDS), ("tab", (query.tab,), TABS), ("sort", (query.sort,), SORTS),
    ):  # fmt: skip
        if not set(values) <= set(known):
            wrong[name] = f"Known are: {', '.join(known)}."
    if wrong:
        raise Invalid("This list of cases cannot be made.", fields=wrong)
