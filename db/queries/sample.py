"""The made-up records: found by their flag."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Delete, Update, exists, func, select, update
from sqlalchemy import delete as sql_delete

from db.models import Account, AccountTag, Contact, ContactTag, Interaction, Setting, Tag, User
from db.queries import Rows

EVERY = {"with_deleted": True}


def setting() -> Rows:
    """The row that says that the sample company is here."""
    return select(Setting).where(Setting.name == "sample")


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


def names_of_users() -> Rows:
    """Ids and names of all users."""
    return select(User.id, User.name)


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
