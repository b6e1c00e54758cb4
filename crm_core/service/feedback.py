"""What customers say: answers of surveys, and what somebody was told and wrote down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.service import sentiment
from crm_core.service import survey_rules as rules
from crm_core.service.feedback_types import FeedbackRow, FeedbackSummary, NewFeedback
from crm_core.service.survey_rules import KINDS
from db.models import Case, Contact, Feedback, FeedbackRequest, Order, Product
from db.queries import feedback as sql

RECEIVED: Final = "feedback.received"


@use_case(Permission.FEEDBACK_ASK)
def note(work: Work, new: NewFeedback) -> int:
    """Write down what a customer said, as on the phone; returns its number.

    Raises:
        NotFound: no such contact, case, order or product within reach. Invalid: a field is wrong.
    """
    work.get(Contact, new.contact_id)
    about = new.about
    for model, key in ((Case, about.case_id), (Order, about.order_id), (Product, about.product_id)):
        if key is not None:
            work.get(model, key)
    return keep(work, new)


def keep(work: Work, new: NewFeedback, request: FeedbackRequest | None = None) -> int:
    """Store an answer, to a request or to none, inside other use cases; returns its number.

    Raises:
        Invalid: a field is wrong.
    """
    rules.check_note(new)
    happened_at = min(new.answered_at or work.now, work.now)
    row = work.add(
        Feedback(
            contact_id=new.contact_id, kind=new.kind, score=new.score, comment=clean(new.comment),
            source=new.source, case_id=new.about.case_id, order_id=new.about.order_id,
            product_id=new.about.product_id, request_id=request.id if request else None,
            survey_id=request.survey_id if request else None, actor_id=work.actor.id,
            answered_at=happened_at, created_at=work.now,
        )
    )  # fmt: skip
    work.flush()
    if request is not None:
        request.answered_at = work.now
    sentiment.keep(work, row, row.comment, happened_at)
    work.record(
        RECEIVED, row, happened_at=happened_at, kind=row.kind, score=row.score, source=row.source,
        scale=rules.SCALES[row.kind].title, most=rules.SCALES[row.kind].high,
        case_id=row.case_id, order_id=row.order_id, product_id=row.product_id,
    )  # fmt: skip
    return row.id


def replace_answer(work: Work, row: Feedback, score: int, comment: str) -> None:
    """Let a customer's later answer take the place of the earlier one; the same again changes nothing."""
    if (row.score, row.comment) == (score, comment):
        return
    is_better = score > row.score
    row.score, row.comment = score, comment
    work.record(
        "feedback.changed", row, kind=row.kind, score=score, most=rules.SCALES[row.kind].high,
        scale=rules.SCALES[row.kind].title, is_better=is_better, **work.changes(row),
    )  # fmt: skip
    sentiment.keep(work, row, comment, row.answered_at)


@use_case(Permission.FEEDBACK_ASK)
def change(work: Work, feedback_id: int, score: int, comment: str, *, version: int) -> None:
    """Correct what was written down by hand.

    Raises:
        Conflict: a customer's own answer is theirs, or somebody else changed it since ``version``.
        Invalid: the scale has no such score.
    """
    row = work.fresh(Feedback, feedback_id, version)
    if row.request_id is not None:
        raise Conflict("The customer answered this; only what was written down by hand is corrected here.")
    text = clean(comment)
    rules.check_answer(row.kind, score, text)
    replace_answer(work, row, score, text)


@use_case(Permission.FEEDBACK_ASK)
def delete(work: Work, feedback_id: int) -> None:
    """Hide an answer, as after a wrong entry; numbers leave it out. It can be restored."""
    row = work.get(Feedback, feedback_id)
    row.deleted_at = work.now
    work.record("feedback.deleted", row, kind=row.kind, score=row.score)


@use_case(Permission.FEEDBACK_ASK)
def restore(work: Work, feedback_id: int) -> None:
    """Bring a hidden answer back.

    Raises:
        Conflict: it was not deleted.
    """
    row = work.get(Feedback, feedback_id, with_deleted=True)
    if row.deleted_at is None:
        raise Conflict("This answer was not deleted.")
    row.deleted_at = None
    work.record("feedback.restored", row, kind=row.kind, score=row.score)


@use_case(Permission.FEEDBACK_READ, read=True)
def search(
    work: Work,
    *,
    kinds: Sequence[str] = (),
    groups: Sequence[str] = (),
    since: datetime | None = None,
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Page[FeedbackRow]:
    """Answers, the latest first.

    Args:
        kinds: some of ``survey_rules.KINDS``; all without any.
        groups: some of ``good``, ``middle``, ``bad``.
    """
    ranges = [
        (kind, min(scores), max(scores))
        for kind in kinds or KINDS
        for name in groups or ("bad", "middle", "good")
        if kind in rules.SCALES
        and (scores := [one for one in rules.SCALES[kind].scores if rules.group(kind, one) == name])
    ]
    return work.page(sql.listed_by(ranges, since), paging, FeedbackRow)


@use_case(Permission.FEEDBACK_READ, read=True)
def of_contact(work: Work, contact_id: int, paging: Paging = Paging()) -> Page[FeedbackRow]:  # noqa: B008 - frozen
    """What a contact said, the latest first.

    Raises:
        NotFound: no such contact within reach.
    """
    work.get(Contact, contact_id)
    return work.page(sql.of_contact(contact_id), paging, FeedbackRow)


@use_case(Permission.FEEDBACK_READ, read=True)
def summary(work: Work, contact_id: int) -> FeedbackSummary:
    """What a contact said in short: the latest score of each kind, and the latest mood of a text of theirs.

    Raises:
        NotFound: no such contact within reach.
    """
    work.get(Contact, contact_id)
    count, last_at = work.tuples(sql.counted(contact_id))[0]
    latest = dict(tuple(row) for row in work.tuples(sql.latest_scores(contact_id)))
    mood = work.scalar(sql.latest_mood(contact_id))
    scores = {kind: latest.get(kind) for kind in KINDS}
    return FeedbackSummary(count, **scores, last_at=last_at, sentiment=mood)
