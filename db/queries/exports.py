"""Reading whole lists in the order of their ids, some rows at a time, and the files made of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from db.models import Account, AccountTag, Contact, ContactPoint, ContactTag, Export, Tag, User
from db.queries import Rows
from db.queries.export_sales import MODELS


def contacts(columns: Sequence[str], above: int, limit: int, *wanted: ColumnElement[bool]) -> Rows:
    """The next contacts after an id, with these columns."""
    statement = select(Contact.id, *(getattr(Contact, name) for name in columns))
    return statement.where(Contact.id > above, *wanted).order_by(Contact.id).limit(limit)


def accounts(columns: Sequence[str], above: int, limit: int, *wanted: ColumnElement[bool]) -> Rows:
    """The next companies after an id, with these columns and the name of the company above each."""
    parent = aliased(Account)
    statement = select(Account.id, *(getattr(Account, name) for name in columns), parent.name.label("parent"))
    following = statement.outerjoin(parent, parent.id == Account.parent_id).where(Account.id > above, *wanted)
    return following.order_by(Account.id).limit(limit)


def one_of(kind: str, ids: Collection[int]) -> ColumnElement[bool]:
    """The condition that a record has one of these ids."""
    models: dict[str, Any] = {"contacts": Contact, "accounts": Account, **MODELS}
    found: ColumnElement[bool] = models[kind].id.in_(ids)
    return found


def company_contains(needle: str) -> ColumnElement[bool]:
    """The condition that the search text of a company contains a folded text."""
    return Account.search_text.contains(needle, autoescape=True)


def points_of(contact_ids: Collection[int]) -> Rows:
    """Further e-mails, phones and handles of contacts, in the order they were added."""
    columns = (ContactPoint.contact_id, ContactPoint.kind, ContactPoint.value)
    return select(*columns).where(ContactPoint.contact_id.in_(contact_ids)).order_by(ContactPoint.id)


def tags_of(kind: str, ids: Collection[int]) -> Rows:
    """Record id and name of every tag of these contacts or companies."""
    if kind == "contacts":
        statement = select(ContactTag.contact_id, Tag.name).join(Tag, Tag.id == ContactTag.tag_id)
        return statement.where(ContactTag.contact_id.in_(ids)).order_by(Tag.name_key)
    statement = select(AccountTag.account_id, Tag.name).join(Tag, Tag.id == AccountTag.tag_id)
    return statement.where(AccountTag.account_id.in_(ids)).order_by(Tag.name_key)


def owners() -> Rows:
    """Id, name and e-mail address of everybody who may own a record."""
    return select(User.id, User.name, User.email).order_by(User.id)


def made_by(owner_id: int | None, limit: int) -> Rows:
    """The latest files of one person."""
    mine = Export.owner_id == owner_id if owner_id is not None else Export.owner_id.is_(None)
    return select(Export).where(mine).order_by(Export.id.desc()).limit(limit)


def expired(now: datetime) -> Rows:
    """Files whose time is over and that still lie on the disk."""
    return select(Export).where(Export.expires_at <= now, Export.file_path != "").order_by(Export.id)
