"""Cases of customers: lists, counts, what was said, and clocks that ran out."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, Update, and_, case, cast, func, or_, select, update

from db.models import (
    Account,
    Case,
    CaseMessage,
    Contact,
    Interaction,
    KnownAnswer,
    Mail,
    Order,
    Product,
    User,
)
from db.queries import Rows
from db.queries.lists import listed

EVERY = {"with_deleted": True}
ROW = (
    Case.id,
    Case.number,
    Case.subject,
    Case.kind,
    Case.status,
    Case.priority,
    Case.channel,
    Case.contact_id,
    func.coalesce(Contact.name, "").label("contact_name"),
    Case.account_id,
    func.coalesce(Account.name, "").label("account_name"),
    Case.owner_id,
    func.coalesce(User.name, "").label("owner_name"),
    Case.opened_at,
    Case.last_message_at,
    Case.first_response_at,
    Case.solved_at,
    Case.response_due_at,
    Case.resolution_due_at,
    Case.is_unanswered,
    Case.reopened_count,
    Case.version,
)
UNSOLVED = ("new", "open", "waiting")
_URGENCY = case(
    (Case.priority == "urgent", 0), (Case.priority == "high", 1), (Case.priority == "normal", 2), else_=3
)
_UNANSWERED_BY = case((Case.first_response_at.is_(None), Case.response_due_at))
_DUE = func.coalesce(
    case(
        (
            and_(Case.resolution_due_at.is_not(None), Case.resolution_due_at < _UNANSWERED_BY),
            Case.resolution_due_at,
        ),
        else_=_UNANSWERED_BY,
    ),
    Case.resolution_due_at,
)
ORDERS: dict[str, tuple[Any, ...]] = {
    "urgency": (_DUE.is_(None), _DUE, _URGENCY, Case.id),
    "opened": (Case.opened_at.desc(), Case.id.desc()),
    "touched": (Case.last_message_at.desc(), Case.id.desc()),
}


def rows() -> Rows:
    """Cases with the names of what they are about, in no order; a deleted customer hides them."""
    # A name that is not the reader's to see is left out by the scope of the joined table.
    return (
        select(*ROW)
        .outerjoin(User, User.id == Case.owner_id)
        .join(Contact, Contact.id == Case.contact_id)
        .outerjoin(Account, Account.id == Case.account_id)
    )


def overdue(now: datetime) -> ColumnElement[bool]:
    """The condition that a promise was missed that is still to be kept."""
    late = (now > _UNANSWERED_BY, Case.resolution_due_at < now)
    return and_(Case.status.in_(UNSOLVED), or_(*late))


def of_tab(tab: str, user_id: int | None, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions of one tab."""
    tabs: dict[str, tuple[ColumnElement[bool], ...]] = {
        "mine": (Case.owner_id == (user_id or 0),),
        "unassigned": (Case.owner_id.is_(None),),
        "overdue": (overdue(now),),
        "unanswered": (Case.is_unanswered.is_(True), Case.status.in_(UNSOLVED)),
    }
    return tabs.get(tab, ())


def counts(user_id: int | None, now: datetime, conditions: Collection[Any] = ()) -> Rows:
    """How many unsolved cases there are, and how many each tab shows."""
    tabs = ("mine", "unassigned", "overdue", "unanswered")
    sums = [
        func.coalesce(func.sum(case((and_(*of_tab(tab, user_id, now)), 1), else_=0)), 0).label(tab)
        for tab in tabs
    ]
    chosen = select(func.count().label("all"), *sums).join_from(Case, Contact, Contact.id == Case.contact_id)
    return chosen.where(Case.status.in_(UNSOLVED), *conditions)


def one_of(column: str, values: Collection[Any]) -> ColumnElement[bool]:
    """The condition that a column has one of these values."""
    found: ColumnElement[bool] = getattr(Case, column).in_(values)
    return found


def about(**keys: int | None) -> tuple[ColumnElement[bool], ...]:
    """The conditions for a contact or a company."""
    return tuple(getattr(Case, name) == key for name, key in keys.items() if key is not None)


def tagged(tag: str) -> ColumnElement[bool]:
    """The condition that a case has this tag."""
    # One engine keeps letters beyond ASCII as they are, the other by their numbers.
    spellings = {json.dumps(tag.lower(), ensure_ascii=ascii_only) for ascii_only in (True, False)}
    return or_(*(cast(Case.tags, Text).contains(one, autoescape=True) for one in sorted(spellings)))


def named(text: str, number: int | None) -> ColumnElement[bool]:
    """The condition that subject, customer or company contain a text, or that the number is this one."""
    wanted = text.lower()
    ways = [
        func.lower(column).contains(wanted, autoescape=True)
        for column in (Case.subject, Contact.name, Account.name)
    ]
    if number is not None:
        ways.append(Case.number == number)
    return or_(*ways)


def by_ids(case_ids: Collection[int]) -> Select[Any]:
    """These cases as rows to change, in the order of their ids."""
    return select(Case).where(listed(Case.id, case_ids)).order_by(Case.id)


def by_number(number: int) -> Select[Any]:
    """The case of this number."""
    return select(Case).where(Case.number == number)


def of_cause(cause: str) -> Rows:
    """The case that something brought about, also a deleted one."""
    return select(Case.id).where(Case.cause == cause).execution_options(**EVERY)


def extras(case_id: int) -> Rows:
    """What the page of one case shows besides its row."""
    return (
        select(Product.name.label("product_name"), Order.number.label("order_number"))
        .select_from(Case)
        .outerjoin(Product, Product.id == Case.product_id)
        .outerjoin(Order, Order.id == Case.order_id)
        .where(Case.id == case_id)
    )


def messages(case_id: int) -> Rows:
    """What was said in a case, the oldest first."""
    said = (
        Interaction.kind, Interaction.direction, Interaction.subject, Interaction.body, Interaction.actor_id,
        Interaction.happened_at,
    )  # fmt: skip
    who = func.coalesce(User.name, Interaction.actor_label, "").label("actor_name")
    return (
        select(
            CaseMessage.id, CaseMessage.interaction_id, *said, who,
            func.coalesce(Mail.state, "").label("mail_state"),
        )
        .join(Interaction, Interaction.id == CaseMessage.interaction_id)
        .outerjoin(User, User.id == Interaction.actor_id)
        .outerjoin(Mail, Mail.id == CaseMessage.mail_id)
        .where(CaseMessage.case_id == case_id)
        .order_by(Interaction.happened_at, CaseMessage.id)
    )  # fmt: skip


def mail_names(case_id: int) -> Rows:
    """The names of the mails of a case, the oldest first."""
    return (
        select(CaseMessage.message_id)
        .where(CaseMessage.case_id == case_id, CaseMessage.message_id != "")
        .order_by(CaseMessage.id)
    )


def with_mail(message_ids: Collection[str]) -> Select[Any]:
    """The cases that mails with these names belong to, the latest first."""
    return (
        select(Case)
        .join(CaseMessage, CaseMessage.case_id == Case.id)
        .where(CaseMessage.message_id.in_(message_ids))
        .order_by(CaseMessage.id.desc())
        .limit(1)
    )


def is_attached(interaction_id: int) -> Rows:
    """Does a touchpoint belong to a case already?"""
    return select(CaseMessage.id).where(CaseMessage.interaction_id == interaction_id)


def move_messages(from_id: int, to_id: int) -> Update:
    """Let what was said in one case belong to another."""
    return update(CaseMessage).where(CaseMessage.case_id == from_id).values(case_id=to_id)


def move_merged(from_id: int, to_id: int) -> Update:
    """Let cases that were merged into one lead to another, deleted ones too."""
    chosen = update(Case).where(Case.merged_into_id == from_id)
    return chosen.values(merged_into_id=to_id).execution_options(**EVERY)


def loads(user_ids: Collection[int]) -> Rows:
    """How many cases each of these users has to work on: (user, count)."""
    active = (Case.owner_id.in_(user_ids), Case.status.in_(("new", "open")))
    return select(Case.owner_id, func.count()).where(*active).group_by(Case.owner_id)


def workers() -> Rows:
    """Everybody who can sign in, as those who may get cases are found among them."""
    return select(User).where(User.is_active).order_by(User.id)


def answers_named(text: str) -> Select[Any]:
    """Known answers whose title or words contain a text, those used most first."""
    wanted = text.lower()
    columns = (KnownAnswer.title, KnownAnswer.body)
    found = [func.lower(column).contains(wanted, autoescape=True) for column in columns]
    chosen = select(KnownAnswer).order_by(KnownAnswer.used_count.desc(), KnownAnswer.title, KnownAnswer.id)
    return chosen.where(or_(*found)) if wanted else chosen
