"""Facts about people and work: contacts, leads, touchpoints, tasks, campaign mail, points."""

from dataclasses import replace

from sqlalchemy import BigInteger, and_, case, cast, func, literal, null, or_, select

from db.models import (
    Campaign,
    Contact,
    Interaction,
    Membership,
    PointEntry,
    Recipient,
    Task,
)
from db.queries import Rows
from db.queries.facts import Asked, Expression, Facts, columns, dated, looked_up, owner_of, yes
from db.queries.replay import last_trace, later, was_known, was_there

_GONE = ("deleted", "restored")


def contacts(asked: Asked) -> Facts:
    """Contacts that were added in the period."""
    return _contacts(asked, literal(1), Contact.source.expression)


def leads(asked: Asked, *, is_converted: bool = False) -> Facts:
    """Leads that came in the period, worth 1 each, or 1 when converted and else 0."""
    status: Expression = Contact.lead_status.expression
    joined = None
    if asked.known is not None:
        joined = later("contacts", ["contact.changed"], asked.known, "lead_status")
        status = case((joined.c.subject_id.is_not(None), func.coalesce(joined.c.old, "")), else_=status)
    value = yes(status == "converted") if is_converted else literal(1)
    facts = _contacts(asked, value, Contact.source.expression)
    rows = facts.rows
    if joined is not None:
        rows = rows.outerjoin(joined, joined.c.subject_id == Contact.id)
    return replace(facts, rows=rows.where(status != ""))


def interactions(asked: Asked, kinds: tuple[str, ...] = ()) -> Facts:
    """Touchpoints with customers in the period, of some kinds or of all."""
    rows = columns(Interaction.id, Interaction.happened_at, literal(1))
    if asked.known is None:
        rows = rows.where(Interaction.deleted_at.is_(None))
    else:
        gone = later("interactions", [f"interaction.{name}" for name in _GONE], asked.known)
        rows = rows.outerjoin(gone, gone.c.subject_id == Interaction.id)
        rows = rows.where(was_known(Interaction, asked.known), Interaction.happened_at < asked.known)
        rows = rows.where(was_there(Interaction, gone, asked.known, "interaction"))
    if kinds:
        rows = rows.where(Interaction.kind.in_(kinds))
    title = case((Interaction.subject != "", Interaction.subject), else_=Interaction.kind)
    return Facts(
        dated(rows, Interaction.happened_at, asked), Interaction.id.expression, "interactions", title,
        Interaction.actor_id.expression, Interaction.contact_id.expression,
        Interaction.account_id.expression, kind=Interaction.kind.expression,
    )  # fmt: skip


def tasks_done(asked: Asked) -> Facts:
    """Tasks that were done in the period."""
    rows = columns(Task.id, Task.done_at, literal(1))
    if asked.known is None:
        rows = rows.where(Task.status == "done", Task.deleted_at.is_(None))
        return _tasks(dated(rows, Task.done_at, asked))
    gone = later("tasks", [f"task.{name}" for name in _GONE], asked.known)
    changed = later("tasks", ["task.done", "task.reopened", "task.cancelled"], asked.known)
    rows = rows.outerjoin(gone, gone.c.subject_id == Task.id)
    rows = rows.outerjoin(changed, changed.c.subject_id == Task.id)
    # Who opens a task again takes away when it was done; the trace still says it.
    was_open_again = changed.c.name == "task.reopened"
    at = case((was_open_again, last_trace("tasks", "task.done", Task.id, asked.known)), else_=Task.done_at)
    rows = rows.with_only_columns(*columns(Task.id, at, literal(1)).selected_columns)
    still = or_(was_open_again, and_(changed.c.name.is_(None), Task.status == "done"))
    rows = rows.where(was_there(Task, gone, asked.known, "task"), still, at < asked.known)
    return _tasks(dated(rows, at, asked))


def tasks_overdue(asked: Asked) -> Facts:
    """Tasks that were due before the day on which the period ends, and are still to be done."""
    day = asked.day
    at, due = Task.created_at, Task.due_on
    rows = columns(Task.id, at, literal(1))
    if asked.known is None:
        rows = rows.where(Task.status == "open", Task.deleted_at.is_(None))
        return _tasks(rows.where(due < day))
    gone = later("tasks", [f"task.{name}" for name in _GONE], asked.known)
    ended = later("tasks", ["task.done", "task.reopened", "task.cancelled"], asked.known)
    for told in (gone, ended):
        rows = rows.outerjoin(told, told.c.subject_id == Task.id)
    is_open = case(
        (ended.c.name == "task.reopened", False), (ended.c.name.is_not(None), True),
        else_=Task.status == "open",
    )  # fmt: skip
    rows = rows.where(was_there(Task, gone, asked.known, "task"), Task.created_at < asked.known, is_open)
    return _tasks(rows.where(due < day))


def mails(asked: Asked, *, is_click: bool = False) -> Facts:
    """Campaign messages that were sent in the period, worth 1 each, or 1 when clicked and else 0."""
    clicked: Expression = Recipient.clicked_at.is_not(None)
    if asked.known is not None:
        clicked = and_(clicked, Recipient.clicked_at < asked.known)
    rows = columns(Recipient.id, Recipient.sent_at, yes(clicked) if is_click else literal(1))
    rows = rows.where(Recipient.sent_at.is_not(None))
    if asked.known is not None:
        rows = rows.where(Recipient.sent_at < asked.known)
    return _mails(dated(rows, Recipient.sent_at, asked))


def unsubscribes(asked: Asked) -> Facts:
    """Recipients of campaigns who unsubscribed in the period."""
    at = Recipient.unsubscribed_at
    rows = columns(Recipient.id, at, literal(1)).where(at.is_not(None))
    if asked.known is not None:
        rows = rows.where(at < asked.known)
    return _mails(dated(rows, at, asked))


def points(asked: Asked) -> Facts:
    """Points that members hold at the end of the period, one row a member."""
    at, value = Membership.joined_at, Membership.balance.expression
    rows = columns(Membership.id, at, value)
    if asked.known is not None:
        posted = (PointEntry.membership_id == Membership.id, PointEntry.recorded_at < asked.known)
        total = select(func.sum(PointEntry.points)).where(*posted).correlate(Membership)
        value = cast(func.coalesce(total.scalar_subquery(), 0), BigInteger)
        rows = columns(Membership.id, at, value).where(at < asked.known)
    contact_id = Membership.contact_id.expression
    nobody: Expression = cast(null(), BigInteger)
    owner = looked_up(Contact, "owner_id", contact_id)
    return Facts(
        rows.where(value != 0), Membership.id.expression, "contacts", Membership.card_number.expression,
        owner, contact_id, nobody, kind=Membership.state.expression,
    )  # fmt: skip


def _contacts(asked: Asked, value: Expression, kind: Expression) -> Facts:
    rows = columns(Contact.id, Contact.created_at, value)
    if asked.known is None:
        rows = rows.where(Contact.deleted_at.is_(None))
    else:
        gone = later("contacts", [f"contact.{name}" for name in _GONE], asked.known)
        rows = rows.outerjoin(gone, gone.c.subject_id == Contact.id)
        rows = rows.where(Contact.created_at < asked.known, was_there(Contact, gone, asked.known, "contact"))
    return Facts(
        dated(rows, Contact.created_at, asked), Contact.id.expression, "contacts", Contact.name.expression,
        Contact.owner_id.expression, Contact.id.expression, Contact.account_id.expression, kind=kind,
    )  # fmt: skip


def _tasks(rows: Rows) -> Facts:
    return Facts(
        rows, Task.id.expression, "tasks", Task.title.expression, Task.owner_id.expression,
        Task.contact_id.expression, Task.account_id.expression, kind=Task.kind.expression,
    )  # fmt: skip


def _mails(rows: Rows) -> Facts:
    contact_id, account_id = Recipient.contact_id.expression, Recipient.account_id.expression
    name = looked_up(Campaign, "name", Recipient.campaign_id.expression)
    return Facts(
        rows, Recipient.id.expression, "recipients", name, owner_of(contact_id, account_id),
        contact_id, account_id, kind=name,
    )  # fmt: skip
