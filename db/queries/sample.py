"""The made-up records: found by their flag."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Delete, Update, exists, func, or_, select, update
from sqlalchemy import delete as sql_delete

from db.models import (
    Account,
    AccountTag,
    Activity,
    Case,
    CaseMessage,
    Contact,
    ContactTag,
    CouponCode,
    Interaction,
    Membership,
    Order,
    Setting,
    Tag,
    User,
)
from db.queries import Rows

EVERY = {"with_deleted": True}


def setting() -> Rows:
    """The row that says that the sample company is here."""
    return select(Setting).where(Setting.name == "sample")


def mark_what_was_said() -> Update:
    """What was said in made-up cases is made up too."""
    said = (
        select(CaseMessage.interaction_id)
        .join(Case, Case.id == CaseMessage.case_id)
        .where(Case.is_sample.is_(True))
    )
    return (
        update(Interaction)
        .where(Interaction.id.in_(said))
        .values(is_sample=True)
        .execution_options(synchronize_session=False)
    )


def count(model: Any) -> Rows:
    """How many made-up rows of one kind there are, deleted ones too."""
    chosen = select(func.count()).select_from(model).where(model.is_sample.is_(True))
    return chosen.execution_options(**EVERY)


def tally() -> Rows:
    """The made-up contacts that count, by owner and lifecycle."""
    return (
        select(Contact.owner_id, Contact.lifecycle, func.count())
        .where(Contact.is_sample.is_(True))
        .group_by(Contact.owner_id, Contact.lifecycle)
    )


def delete(model: Any) -> Delete:
    """Remove the made-up rows of one kind; what hangs on them goes too."""
    return sql_delete(model).where(model.is_sample.is_(True)).execution_options(**EVERY)


def delete_unused_tags(keys: Sequence[str]) -> Delete:
    """Remove these tags where nothing is marked with them any more."""
    used = exists().where(ContactTag.tag_id == Tag.id) | exists().where(AccountTag.tag_id == Tag.id)
    return sql_delete(Tag).where(Tag.name_key.in_(keys), ~used)


def tags(keys: Sequence[str]) -> Rows:
    """The tags with these folded names."""
    return select(Tag).where(Tag.name_key.in_(keys))


def named(model: Any, key: str) -> Rows:
    """The record of a kind with this folded name, whoever made it."""
    return select(model.id).where(model.name_key == key)


def paid_orders() -> Rows:
    """The made-up orders that were paid and kept, the earliest first."""
    columns = ("id", "contact_id", "currency", "total", "discount", "ordered_at", "paid_at")
    return (
        select(*(getattr(Order, name) for name in columns))
        .where(Order.is_sample.is_(True), Order.paid_at.is_not(None), Order.contact_id.is_not(None))
        .where(Order.status.not_in(("returned", "cancelled")))
        .order_by(Order.ordered_at, Order.id)
    )


def coupon_word(word: str) -> Rows:
    """The code of a coupon that says this word."""
    return select(CouponCode.id).where(CouponCode.code_key == word)


def richest_members(points: int, most: int) -> Rows:
    """Made-up members who have so many points, those with most first."""
    chosen = select(Membership).where(Membership.is_sample.is_(True), Membership.balance >= points)
    return chosen.order_by(Membership.balance.desc(), Membership.id).limit(most)


def delete_traces(models: Sequence[Any]) -> Delete:
    """Remove what was written about made-up rows of these kinds, as far as it names no customer."""
    about = (
        (Activity.subject_type == model.__tablename__)
        & Activity.subject_id.in_(select(model.id).where(model.is_sample.is_(True)))
        for model in models
    )
    return sql_delete(Activity).where(or_(*about)).execution_options(**EVERY)


def delete_traces_of(table: str, ids: Sequence[int]) -> Delete:
    """Remove what was written about these rows of a table."""
    return sql_delete(Activity).where(Activity.subject_type == table, Activity.subject_id.in_(ids))


def names_of_users() -> Rows:
    """Ids and names of all users."""
    return select(User.id, User.name)


def opt_out(contact_ids: Sequence[int]) -> Update:
    """These contacts get no more marketing by e-mail."""
    return update(Contact).where(Contact.id.in_(contact_ids)).values(email_opt="out")


def touch_contacts() -> Update:
    """Set the last touch of the made-up contacts from their touchpoints."""
    latest = (
        select(func.max(Interaction.happened_at))
        .where(Interaction.contact_id == Contact.id, Interaction.kind != "note")
        .scalar_subquery()
    )
    return update(Contact).where(Contact.is_sample.is_(True)).values(last_touch_at=latest)


def touch_accounts() -> Update:
    """Set the last touch of the made-up companies from their touchpoints."""
    latest = (
        select(func.max(Interaction.happened_at))
        .where(Interaction.account_id == Account.id, Interaction.kind != "note")
        .scalar_subquery()
    )
    return update(Account).where(Account.is_sample.is_(True)).values(last_touch_at=latest)
