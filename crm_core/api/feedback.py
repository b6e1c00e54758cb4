"""Opinions of customers for programs: ask, write down, read."""

from typing import Any, Final

from crm_core.api.answers import Answer, listed
from crm_core.api.calls import Call
from crm_core.service import asking
from crm_core.service import feedback as answers
from crm_core.service.feedback_types import About, Asked, FeedbackRow, FeedbackSummary, NewFeedback

SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "Feedback": (FeedbackRow, ()),
    "FeedbackSummary": (FeedbackSummary, ()),
    "FeedbackRequest": (Asked, ()),
}
EXAMPLES: Final = {
    "NewFeedback": {"contact_id": 1, "kind": "nps", "score": 9, "comment": "Quick and friendly."},
    "NewFeedbackRequest": {"contact_id": 1, "survey": "nps", "channel": "link", "cause": "visit 42"},
}
_ABOUT: Final = ("case_id", "order_id", "product_id")


def search(call: Call) -> Answer:
    """List answers of customers, the latest first."""
    return listed(call, answers.search(call.actor, paging=call.paging()))


def note(call: Call) -> Answer:
    """Write down what a customer said; answers with what is known of that customer in short."""
    said: dict[str, Any] = dict(call.values)
    about = About(**{name: said.pop(name, None) for name in _ABOUT})
    answers.note(call.actor, NewFeedback(**said, about=about))
    return Answer(body=answers.summary(call.actor, said["contact_id"])).created("/api/v1/feedback")


def ask(call: Call) -> Answer:
    """Ask a contact by mail, or get a personal address to hand on; the same cause asks once."""
    said: dict[str, Any] = dict(call.values)
    about = About(**{name: said.pop(name, None) for name in _ABOUT})
    done = asking.ask(call.actor, said.pop("contact_id"), said.pop("survey"), about=about, **said)
    return Answer(body=done).created("/api/v1/feedback")


def of_contact(call: Call) -> Answer:
    """Tell what a contact said in short: the latest score of each kind and the latest mood."""
    return Answer(body=answers.summary(call.actor, call.id))
