"""Contacts: one, some by their ids, and those that may be the same person."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Delete, Update, delete, select, update

from db.hints import rare
from db.models import Account, Activity, Contact, ContactTag, Tag
from db.queries import Rows

_HINT = (Contact.id, Contact.name, Contact.company, Contact.email)
_AT_ONCE = (Contact.id, Contact.name, Contact.owner_id, Contact.lifecycle, Contact.deleted_at)


def locked(contact_ids: Collection[int], *, with_deleted: bool = False) -> Rows:
    """These contacts with what bulk acts change; nobody else changes them until the transaction ends."""
    statement = select(*_AT_ONCE).where(Contact.id.in_(contact_ids)).order_by(Contact.id)
    return statement.with_for_update(of=Contact).execution_options(with_deleted=with_deleted)


def set_column(contact_ids: Collection[int], column: str, value: Any, now: Any) -> Update:
    """Give these contacts a value, also deleted ones; whoever has them open will see a conflict."""
    return _changed(contact_ids, now).values({column: value})


def touch(contact_ids: Collection[int], now: Any) -> Update:
    """Something beside their own columns changed: the version goes up."""
    return _changed(contact_ids, now)


def by_email(email: str) -> Rows:
    """Who has this main address."""
    return select(*_HINT).where(rare(Contact.email == email)).order_by(Contact.id)


def by_phone(number: str) -> Rows:
    """Who has this main number."""
    return select(*_HINT).where(rare(Contact.phone == number)).order_by(Contact.id)


def by_mobile(number: str) -> Rows:
    """Who has this mobile number. A question of its own: an “or” would keep both indexes from being used."""
    return select(*_HINT).where(rare(Contact.mobile == number)).order_by(Contact.id)


def by_name(name_key: str, company_key: str) -> Rows:
    """Who has this folded name at the company of this folded name; without a company: at none."""
    statement = select(*_HINT).where(rare(Contact.name_key == name_key)).order_by(Contact.id)
    if not company_key:
        return statement.where(Contact.account_id.is_(None))
    return statement.join(Account, Account.id == Contact.account_id).where(Account.name_key == company_key)


def deleted() -> Rows:
    """What can be restored, the latest first."""
    statement = select(*_HINT, Contact.deleted_at).where(Contact.deleted_at.is_not(None))
    ordered = statement.order_by(Contact.deleted_at.desc(), Contact.id.desc())
    return ordered.execution_options(with_deleted=True)


def of_account(account_id: int) -> Rows:
    """The people at a company, by name."""
    columns = (Contact.id, Contact.name, Contact.job_title, Contact.email, Contact.phone)
    return select(*columns).where(Contact.account_id == account_id).order_by(Contact.name_key, Contact.id)


def named_after(account_id: int, above: int, limit: int) -> Rows:
    """The people at a company with all that their names and search texts follow from, deleted ones too."""
    statement = select(Contact).where(Contact.account_id == account_id, Contact.id > above)
    return statement.order_by(Contact.id).limit(limit).execution_options(with_deleted=True)


def tags_of(contact_id: int) -> Rows:
    """The names of a contact's tags."""
    statement = select(Tag.name).join(ContactTag, ContactTag.tag_id == Tag.id)
    return statement.where(ContactTag.contact_id == contact_id).order_by(Tag.name_key)


def tag_ids_of(contact_id: int) -> Rows:
    """The numbers of a contact's tags."""
    return select(ContactTag.tag_id).where(ContactTag.contact_id == contact_id)


def tagged(contact_ids: Collection[int], tag_id: int) -> Rows:
    """Which of these contacts carry a tag."""
    return select(ContactTag.contact_id).where(
        ContactTag.tag_id == tag_id, ContactTag.contact_id.in_(contact_ids)
    )


def untag(contact_ids: Collection[int], tag_ids: Collection[int]) -> Delete:
    """Take tags from contacts."""
    return delete(ContactTag).where(ContactTag.contact_id.in_(contact_ids), ContactTag.tag_id.in_(tag_ids))


def undone(token: int) -> Rows:
    """The trace that a bulk act was taken back."""
    return select(Activity.id).where(Activity.subject_type == "activities", Activity.subject_id == token)


def bulk_act(token: int) -> Rows:
    """The trace of a bulk act, for one undo at a time."""
    named = Activity.name == "contacts.bulk_changed"
    return select(Activity).where(Activity.id == token, named).with_for_update(of=Activity)


def steps(name: str, between: Sequence[int], above: int, limit: int) -> Rows:
    """What was recorded for each contact in a range of activities, some at a time."""
    first, last = between
    statement = select(Activity.id, Activity.contact_id, Activity.facts)
    inside = statement.where(Activity.id > max(above, first - 1), Activity.id <= last, Activity.name == name)
    return inside.order_by(Activity.id).limit(limit)


def _changed(contact_ids: Collection[int], now: Any) -> Update:
    statement = update(Contact).where(Contact.id.in_(contact_ids))
    changed = statement.values(version=Contact.version + 1, updated_at=now)
    return changed.execution_options(with_deleted=True)
