"""Facts about what customers say: answers, requests, and the mood of their texts."""

from datetime import datetime

from sqlalchemy import ColumnElement, Integer, String, and_, case, cast, func, literal, or_

from db.models import Contact, Feedback, FeedbackRequest, Survey, TextSentiment
from db.queries.facts import (
    Asked,
    Expression,
    Facts,
    columns,
    dated,
    looked_up,
    ordered_products,
    owner_of,
    yes,
)
from db.queries.feedback import stands
from db.queries.replay import later, was_there

PROMOTER, DETRACTOR, SATISFIED = 9, 6, 4
"""From where on a score of NPS is a promoter's, up to where a detractor's, and from where CSAT is good."""
GOOD = {"nps": PROMOTER, "csat": SATISFIED, "ces": 5, "review": 4}
"""From where on a score of each kind is good."""
_LONGEST = 120


def answers(asked: Asked, kind: str = "", worth: str = "one") -> Facts:
    """Answers that came in the period, of one kind or of all.

    Args:
        worth: ``one``, ``score``, ``promoter`` (100, 0 or -100) or ``satisfied`` (1 or 0).
    """
    score: Expression = Feedback.score.expression
    changed = None
    if asked.known is not None:
        changed = later("feedback", ["feedback.changed"], asked.known, "score")
        score = func.coalesce(cast(changed.c.old, Integer), score)
    value = {
        "one": literal(1),
        "score": score,
        "promoter": case((score >= PROMOTER, 100), (score <= DETRACTOR, -100), else_=0),
        "satisfied": yes(score >= SATISFIED),
    }[worth]
    rows = columns(Feedback.id, Feedback.answered_at, value)
    if asked.known is None or changed is None:
        rows = rows.where(Feedback.deleted_at.is_(None))
    else:
        gone = later("feedback", ["feedback.deleted", "feedback.restored"], asked.known)
        rows = rows.outerjoin(gone, gone.c.subject_id == Feedback.id)
        rows = rows.outerjoin(changed, changed.c.subject_id == Feedback.id)
        rows = rows.where(
            Feedback.created_at < asked.known, was_there(Feedback, gone, asked.known, "feedback")
        )
    if kind:
        rows = rows.where(Feedback.kind == kind)
    comment = func.substr(Feedback.comment, 1, _LONGEST)
    title = case((Feedback.comment != "", comment), else_=func.upper(Feedback.kind))

    def of_product(product_id: int) -> Expression:
        return or_(Feedback.product_id == product_id, Feedback.order_id.in_(ordered_products(product_id)))

    contact_id = Feedback.contact_id.expression
    account_id = looked_up(Contact, "account_id", contact_id)
    parts: Expression = cast(score, String) if kind else Feedback.kind.expression
    return Facts(
        dated(rows, Feedback.answered_at, asked), Feedback.id.expression, "feedback", title,
        owner_of(contact_id, account_id), contact_id, account_id, kind=parts, of_product=of_product,
    )  # fmt: skip


def requests(asked: Asked) -> Facts:
    """Customers who were asked in the period, worth 1 each when they answered and else 0."""
    answered: ColumnElement[bool] = FeedbackRequest.answered_at.is_not(None)
    rows = columns(FeedbackRequest.id, FeedbackRequest.asked_at, yes(_until(answered, asked.known)))
    if asked.known is not None:
        rows = rows.where(FeedbackRequest.asked_at < asked.known)
    contact_id = FeedbackRequest.contact_id.expression
    account_id = looked_up(Contact, "account_id", contact_id)
    name = looked_up(Survey, "name", FeedbackRequest.survey_id.expression)
    return Facts(
        dated(rows, FeedbackRequest.asked_at, asked), FeedbackRequest.id.expression, "contacts", name,
        owner_of(contact_id, account_id), contact_id, account_id, kind=name,
    )  # fmt: skip


def moods(asked: Asked) -> Facts:
    """Texts that customers wrote in the period and whose mood is known, worth -100 to 100."""
    at = TextSentiment.written_at
    rows = columns(TextSentiment.id, at, TextSentiment.score).where(
        TextSentiment.score.is_not(None), stands()
    )
    if asked.known is not None:
        rows = rows.where(at < asked.known)
    contact_id, account_id = TextSentiment.contact_id.expression, TextSentiment.account_id.expression
    title = case((TextSentiment.record == "feedback", "Answer to a survey"), else_="Message")
    return Facts(
        dated(rows, at, asked), TextSentiment.id.expression, "contacts", title,
        owner_of(contact_id, account_id), contact_id, account_id, kind=TextSentiment.record.expression,
    )  # fmt: skip


def _until(answered: ColumnElement[bool], known: datetime | None) -> ColumnElement[bool]:
    return answered if known is None else and_(answered, FeedbackRequest.answered_at < known)
