"""What customers wrote beside their scores, and what they wrote at all, with the filters of reports."""

from sqlalchemy import case, func, select

from db.models import Contact, Feedback, Interaction, TextSentiment, User
from db.queries import Rows
from db.queries import metrics as sql
from db.queries.facts import Asked, narrowed
from db.queries.feedback_facts import answers, moods


def comments(asked: Asked) -> Rows:
    """Comments beside scores: id, contact, kind, score, when, text, mood, owner; the worst mood first."""
    found = narrowed(answers(asked), asked.narrow, sql.members(asked)).with_only_columns(Feedback.id)
    return (
        select(
            Feedback.id, Feedback.contact_id, Contact.name.label("contact"), Feedback.kind, Feedback.score,
            Feedback.answered_at.label("at"), Feedback.comment.label("text"),
            TextSentiment.score.label("sentiment"), User.name.label("owner"),
        )
        .join(Contact, Contact.id == Feedback.contact_id)
        .outerjoin(User, User.id == Contact.owner_id)
        .outerjoin(
            TextSentiment, (TextSentiment.record == "feedback") & (TextSentiment.record_id == Feedback.id)
        )
        .where(Feedback.id.in_(found), Feedback.comment != "")
        .order_by(TextSentiment.score.asc().nulls_last(), Feedback.answered_at.desc(), Feedback.id)
    )  # fmt: skip


def texts(asked: Asked, edge: int) -> Rows:
    """Texts whose mood is bad, the worst first; columns as ``comments``."""
    found = narrowed(moods(asked), asked.narrow, sql.members(asked)).with_only_columns(TextSentiment.id)
    text = case(
        (TextSentiment.record == "feedback", Feedback.comment),
        (Interaction.body != "", Interaction.body),
        else_=Interaction.subject,
    )
    is_answer = TextSentiment.record == "feedback"
    return (
        select(
            TextSentiment.record_id.label("id"), TextSentiment.contact_id, Contact.name.label("contact"),
            case((is_answer, Feedback.kind), else_=Interaction.kind).label("kind"), Feedback.score,
            TextSentiment.written_at.label("at"), func.coalesce(text, "").label("text"),
            TextSentiment.score.label("sentiment"), User.name.label("owner"),
        )
        .outerjoin(Contact, Contact.id == TextSentiment.contact_id)
        .outerjoin(User, User.id == Contact.owner_id)
        .outerjoin(Feedback, is_answer & (Feedback.id == TextSentiment.record_id))
        .outerjoin(
            Interaction,
            (TextSentiment.record == "interactions") & (Interaction.id == TextSentiment.record_id),
        )
        .where(TextSentiment.id.in_(found), TextSentiment.score <= -edge)
        .order_by(TextSentiment.score, TextSentiment.written_at.desc(), TextSentiment.id)
    )  # fmt: skip


def bands(asked: Asked, edge: int) -> Rows:
    """How many texts are bad, neither and good."""
    found = narrowed(moods(asked), asked.narrow, sql.members(asked)).subquery("facts")
    value = found.c.value
    return select(
        func.count(case((value <= -edge, 1))),
        func.count(case(((value > -edge) & (value < edge), 1))),
        func.count(case((value >= edge, 1))),
    )
