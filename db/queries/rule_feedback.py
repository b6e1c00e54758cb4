"""What contacts said last as a condition: the latest score of a kind, the latest mood, the last answer."""

from typing import Any

from sqlalchemy import func, select

from db.models import Contact, Feedback, TextSentiment
from db.queries import Rows
from db.queries.feedback import stands
from db.queries.rule_comparisons import BY_TYPE, Condition
from db.rule_tree import Leaf, Moment


def said(leaf: Leaf, moment: Moment) -> Condition:
    """The contacts whose latest answer, or latest mood, is as the rule says."""
    name = leaf.field.removeprefix("feedback.")
    if name == "last":
        last = func.max(Feedback.answered_at)
        answered = select(Feedback.contact_id).where(Feedback.deleted_at.is_(None))
        return Contact.id.in_(
            answered.group_by(Feedback.contact_id).having(BY_TYPE["instant"](last, leaf, moment))
        )
    newest = (_latest_mood() if name == "mood" else _latest_score(name)).subquery()
    found = BY_TYPE[leaf.type](newest.c.score, leaf, moment)
    return Contact.id.in_(select(newest.c.contact_id).where(newest.c.place == 1, found))


def _latest_score(kind: str) -> Rows:
    place = _place(Feedback.contact_id, Feedback.answered_at, Feedback.id)
    rows = select(Feedback.contact_id, Feedback.score, place)
    return rows.where(Feedback.kind == kind, Feedback.deleted_at.is_(None))


def _latest_mood() -> Rows:
    place = _place(TextSentiment.contact_id, TextSentiment.written_at, TextSentiment.id)
    rows = select(TextSentiment.contact_id, TextSentiment.score, place)
    return rows.where(TextSentiment.score.is_not(None), TextSentiment.contact_id.is_not(None), stands())


def _place(contact: Any, at: Any, key: Any) -> Any:
    return func.row_number().over(partition_by=contact, order_by=(at.desc(), key.desc())).label("place")
