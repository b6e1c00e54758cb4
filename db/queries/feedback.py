"""Surveys, requests, answers, and the mood of what customers write."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Executable,
    and_,
    case,
    delete,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)

from db.models import (
    Contact,
    Feedback,
    FeedbackRequest,
    Interaction,
    Order,
    Product,
    Survey,
    TextSentiment,
    User,
)
from db.queries import Rows
from db.upsert import insert_or_keep

FEEDBACK, INTERACTIONS = "feedback", "interactions"
WRITTEN = ("email", "chat", "post")
"""Kinds of touchpoints whose words are the customer's own when they come in."""
Range = tuple[str, int, int]


def surveys() -> Rows:
    """All surveys by name, with how many were asked and how many answered."""
    columns = (
        "id",
        "name",
        "kind",
        "question",
        "comment_question",
        "thanks",
        "language",
        "is_active",
        "version",
    )
    asked = select(func.count()).where(FeedbackRequest.survey_id == Survey.id)
    answered = asked.where(FeedbackRequest.answered_at.is_not(None))
    return select(
        *(getattr(Survey, name) for name in columns),
        asked.scalar_subquery().label("asked"),
        answered.scalar_subquery().label("answered"),
    ).order_by(Survey.name_key)


def survey_named(key: str) -> Rows:
    """The survey with this folded name."""
    return select(Survey).where(Survey.name_key == key)


def lock_contact(contact_id: int) -> Rows:
    """A contact, for one transaction at a time."""
    return select(Contact.id).where(Contact.id == contact_id).with_for_update(key_share=True)


def request(key: int) -> Rows:
    """One request."""
    return select(FeedbackRequest).where(FeedbackRequest.id == key)


def request_of_cause(cause: str) -> Rows:
    """The request that was made for this cause."""
    return select(FeedbackRequest).where(FeedbackRequest.cause == cause)


def last_mailed(contact_id: int, since: datetime) -> Rows:
    """When this contact was last asked by mail, after an instant."""
    return select(func.max(FeedbackRequest.asked_at)).where(
        FeedbackRequest.contact_id == contact_id, FeedbackRequest.channel == "mail",
        FeedbackRequest.asked_at > since,
    )  # fmt: skip


def of_request(request_id: int) -> Rows:
    """The answer to a request."""
    return select(Feedback).where(Feedback.request_id == request_id)


def about(product_id: int | None, order_id: int | None) -> Rows:
    """What a question is about, in words: the product, else the order."""
    if product_id is not None:
        return select(Product.name).where(Product.id == product_id)
    return select(literal("Order ") + Order.number).where(Order.id == order_id)


def listed_by(ranges: Sequence[Range], since: datetime | None) -> Rows:
    """Answers whose kind and score lie in one of some ranges, the latest first."""
    rows = _answers().where(or_(false(), *(_inside(one) for one in ranges)))
    return rows if since is None else rows.where(Feedback.answered_at >= since)


def of_contact(contact_id: int) -> Rows:
    """The answers of a contact, the latest first."""
    return _answers().where(Feedback.contact_id == contact_id)


def of_product(product_id: int) -> Rows:
    """Reviews of a product, the latest first."""
    return _answers().where(Feedback.product_id == product_id, Feedback.kind == "review")


def stars(product_id: int) -> Rows:
    """How many reviews gave how many stars: score, count."""
    chosen = (Feedback.product_id == product_id, Feedback.kind == "review", Feedback.deleted_at.is_(None))
    return select(Feedback.score, func.count()).where(*chosen).group_by(Feedback.score)


def counted(contact_id: int) -> Rows:
    """How many answers of a contact there are, and when the latest came."""
    return select(func.count(), func.max(Feedback.answered_at)).where(
        Feedback.contact_id == contact_id, Feedback.deleted_at.is_(None)
    )


def latest_scores(contact_id: int) -> Rows:
    """The scores of a contact: kind, score; the latest of each kind comes last."""
    rows = select(Feedback.kind, Feedback.score).where(Feedback.contact_id == contact_id)
    return rows.where(Feedback.deleted_at.is_(None)).order_by(Feedback.answered_at, Feedback.id)


def latest_mood(contact_id: int) -> Rows:
    """The mood of the latest text of a contact that was scored and stands."""
    chosen = (TextSentiment.contact_id == contact_id, TextSentiment.score.is_not(None), stands())
    newest = (TextSentiment.written_at.desc(), TextSentiment.id.desc())
    return select(TextSentiment.score).where(*chosen).order_by(*newest).limit(1)


def sentiment_of(record: str, record_id: int) -> Rows:
    """The mood of one text."""
    return select(TextSentiment).where(TextSentiment.record == record, TextSentiment.record_id == record_id)


def unread_texts(after: int, limit: int) -> Rows:
    """What customers wrote after a touchpoint and nobody scored yet, the first first."""
    scored = exists().where(
        TextSentiment.record == INTERACTIONS, TextSentiment.record_id == Interaction.id
    )  # fmt: skip
    return (
        select(
            Interaction.id, Interaction.subject, Interaction.body, Interaction.contact_id,
            Interaction.account_id, Interaction.happened_at,
        )
        .where(
            Interaction.id > after, Interaction.direction == "in", Interaction.kind.in_(WRITTEN), ~scored,
            or_(Interaction.contact_id.is_not(None), Interaction.account_id.is_not(None)),
        )
        .order_by(Interaction.id)
        .limit(limit)
    )  # fmt: skip


def newest_touchpoint() -> Rows:
    """The highest number of a touchpoint."""
    return select(func.max(Interaction.id)).execution_options(with_deleted=True)


def moods(band: tuple[int | None, int | None], since: datetime | None, until: datetime | None) -> Rows:
    """Texts with their mood, the worst first.

    Args:
        band: the lowest and the highest score, None for no bound; texts without a score only without both.
    """
    low, high = band
    text = case(
        (TextSentiment.record == FEEDBACK, Feedback.comment),
        (Interaction.body != "", Interaction.body),
        else_=Interaction.subject,
    )
    rows = _mood_rows().add_columns(func.coalesce(text, "").label("text"))
    if low is not None:
        rows = rows.where(TextSentiment.score >= low)
    if high is not None:
        rows = rows.where(TextSentiment.score <= high)
    rows = _between(rows, since, until)
    return rows.order_by(
        TextSentiment.score.asc().nulls_last(), TextSentiment.written_at.desc(), TextSentiment.id
    )


def mood_counts(edge: int, since: datetime | None, until: datetime | None) -> Rows:
    """How many texts are bad, neither, good and not scored, and the mean of the scored ones."""
    score = TextSentiment.score
    return _between(
        select(
            func.count(case((score <= -edge, 1))), func.count(case((and_(score > -edge, score < edge), 1))),
            func.count(case((score >= edge, 1))), func.count() - func.count(score), func.sum(score),
        ).where(stands()),
        since, until,
    )  # fmt: skip


def _mood_rows() -> Rows:
    names = (
        "id",
        "record",
        "record_id",
        "contact_id",
        "written_at",
        "score",
        "found",
        "language",
        "corrected_at",
    )
    return (
        select(*(getattr(TextSentiment, name) for name in names), Contact.name.label("contact"))
        .outerjoin(Feedback, and_(TextSentiment.record == FEEDBACK, Feedback.id == TextSentiment.record_id))
        .outerjoin(
            Interaction,
            and_(TextSentiment.record == INTERACTIONS, Interaction.id == TextSentiment.record_id),
        )
        .outerjoin(Contact, Contact.id == TextSentiment.contact_id)
        .where(stands())
    )


def stands() -> ColumnElement[bool]:
    """Is the text still there? Hidden answers and entries are in no number."""
    answer = exists().where(Feedback.id == TextSentiment.record_id, Feedback.deleted_at.is_(None))
    entry = exists().where(Interaction.id == TextSentiment.record_id, Interaction.deleted_at.is_(None))
    return or_(
        and_(TextSentiment.record == FEEDBACK, answer.correlate(TextSentiment)),
        and_(TextSentiment.record == INTERACTIONS, entry.correlate(TextSentiment)),
    )


def _between(rows: Rows, since: datetime | None, until: datetime | None) -> Rows:
    if since is not None:
        rows = rows.where(TextSentiment.written_at >= since)
    return rows if until is None else rows.where(TextSentiment.written_at < until)


def _inside(one: Range) -> ColumnElement[bool]:
    kind, low, high = one
    return and_(Feedback.kind == kind, Feedback.score.between(low, high))


def _answers() -> Rows:
    names = (
        "id", "kind", "score", "comment", "source", "answered_at", "contact_id", "case_id", "order_id",
        "product_id", "version",
    )  # fmt: skip
    mood: Any = and_(TextSentiment.record == FEEDBACK, TextSentiment.record_id == Feedback.id)
    return (
        select(
            *(getattr(Feedback, name) for name in names), Contact.name.label("contact"),
            Product.name.label("product"), Survey.name.label("survey"), User.name.label("owner"),
            TextSentiment.score.label("sentiment"),
        )
        .join(Contact, Contact.id == Feedback.contact_id)
        .outerjoin(Product, Product.id == Feedback.product_id)
        .outerjoin(Survey, Survey.id == Feedback.survey_id)
        .outerjoin(User, User.id == Contact.owner_id)
        .outerjoin(TextSentiment, mood)
        .where(Feedback.deleted_at.is_(None))
        .order_by(Feedback.answered_at.desc(), Feedback.id.desc())
    )  # fmt: skip


def keep_moods(rows: Sequence[dict[str, Any]]) -> Executable:
    """Note the moods of many texts; those that are known stay as they are."""
    return insert_or_keep(TextSentiment, rows, ("record", "record_id"))


def delete_unused(names: Sequence[str]) -> Delete:
    """Remove the surveys of these names that nobody changed and nobody was asked with."""
    asked = exists().where(FeedbackRequest.survey_id == Survey.id)
    told = exists().where(Feedback.survey_id == Survey.id)
    return delete(Survey).where(Survey.name.in_(names), Survey.version == 1, ~asked, ~told)
