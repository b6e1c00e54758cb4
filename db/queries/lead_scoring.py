"""What the scores of leads follow from: what is known of them, what they did, and how others ended."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Update, and_, func, literal, select, union_all, update

from db.models import Account, Activity, Contact, FittedModel, Interaction, LeadScore, Recipient
from db.queries import Rows
from db.queries.leads import IS_LEAD


def facts(contact_ids: Collection[int]) -> Rows:
    """What is known of leads; country and industry of the company where the person has none."""
    return (
        select(
            Contact.id.label("contact_id"), Contact.job_title, Contact.company,
            func.coalesce(func.nullif(Contact.country, ""), Account.country, "").label("country"),
            func.coalesce(func.nullif(Contact.industry, ""), Account.industry, "").label("industry"),
            Contact.email, Contact.phone, Contact.mobile, Contact.email_opt, Contact.source,
            Contact.lead_status, Contact.created_at,
        )
        .outerjoin(Account, Account.id == Contact.account_id)
        .where(Contact.id.in_(contact_ids), IS_LEAD)
        .order_by(Contact.id)
    )  # fmt: skip


def signals(contact_ids: Collection[int]) -> Any:
    """What leads did and when: (contact, signal, instant), in no order."""
    inward = Interaction.direction == "in"
    met, spoke = Interaction.kind == "meeting", Interaction.kind == "call"
    wrote = and_(Interaction.kind.in_(("email", "chat", "post")), inward)
    parts: list[Any] = [
        select(Interaction.contact_id, literal(name), Interaction.happened_at).where(
            Interaction.contact_id.in_(contact_ids), condition
        )
        for name, condition in (("meeting", met), ("call", spoke), ("replied", wrote))
    ]
    parts += [
        select(Recipient.contact_id, literal(name), column).where(
            Recipient.contact_id.in_(contact_ids), column.is_not(None)
        )
        for name, column in (
            ("opened", Recipient.opened_at),
            ("clicked", Recipient.clicked_at),
            ("replied", Recipient.replied_at),
        )
    ]
    form = select(Activity.contact_id, literal("form"), Activity.happened_at)
    parts.append(form.where(Activity.contact_id.in_(contact_ids), Activity.name == "form.submitted"))
    return union_all(*parts)


def closed(statuses: Collection[str], limit: int) -> Rows:
    """The latest closed leads: id, status, creation, and when they were decided as far as it is known."""
    decided = (
        select(func.max(Activity.happened_at))
        .where(Activity.contact_id == Contact.id, Activity.name.in_(("lead.converted", "lead.disqualified")))
        .scalar_subquery()
    )
    statement = select(Contact.id, Contact.lead_status, Contact.created_at, decided.label("decided_at"))
    found = statement.where(IS_LEAD, Contact.lead_status.in_(statuses))
    return found.order_by(Contact.created_at.desc(), Contact.id.desc()).limit(limit)


def closed_count(statuses: Collection[str]) -> Rows:
    """How many leads were decided."""
    return select(func.count()).select_from(Contact).where(IS_LEAD, Contact.lead_status.in_(statuses))


def later_changes(contact_ids: Collection[int]) -> Rows:
    """Changes of contacts in the order in which they happened, to know what stood there before."""
    statement = select(Activity.contact_id, Activity.happened_at, Activity.facts).where(
        Activity.contact_id.in_(contact_ids), Activity.name == "contact.changed"
    )
    return statement.order_by(Activity.id)


def scores_of(contact_ids: Collection[int]) -> Rows:
    """The stored scores of leads."""
    return select(LeadScore).where(LeadScore.contact_id.in_(contact_ids))


def unscored(limit: int) -> Rows:
    """Leads that nobody looked at yet: they came by an import, or many at once."""
    known = select(LeadScore.id).where(LeadScore.contact_id == Contact.id).exists()
    return select(Contact.id, Contact.owner_id, Contact.lead_status).where(IS_LEAD, ~known).limit(limit)


def scored_before(moment: datetime, statuses: Collection[str], limit: int) -> Rows:
    """Open leads whose score is older than this."""
    statement = select(Contact.id).join(LeadScore, LeadScore.contact_id == Contact.id)
    old = statement.where(LeadScore.scored_at < moment, Contact.lead_status.in_(statuses))
    return old.order_by(LeadScore.scored_at).limit(limit)


def age_scores(moment: datetime) -> Update:
    """Let all scores look old, so that the worker counts them anew."""
    return update(LeadScore).values(scored_at=moment)


def newest_model(name: str) -> Rows:
    """The model of this name that was fitted last."""
    return select(FittedModel).where(FittedModel.name == name).order_by(FittedModel.id.desc()).limit(1)
