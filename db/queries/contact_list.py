"""The list of contacts: its rows, its orders, the quick filters, and how long it is without counting it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    asc,
    bindparam,
    desc,
    func,
    literal_column,
    or_,
    select,
    true,
)

from db.models import Contact, ContactCount, ContactTag, SavedView, Tag, User
from db.queries import Rows
from db.session import current

# What a list can be sorted by. Those in INDEXED come in order from an index at any size.
SORTS: dict[str, Any] = {
    "name": Contact.name_key,
    "email": Contact.email,
    "company": Contact.company,
    "job_title": Contact.job_title,
    "city": Contact.city,
    "country": Contact.country,
    "lifecycle": Contact.lifecycle,
    "lead_status": Contact.lead_status,
    "source": Contact.source,
    "created": Contact.created_at,
    "updated": Contact.updated_at,
    "last_touch": Contact.last_touch_at,
    "deleted": Contact.deleted_at,
}
INDEXED = frozenset({"name", "email", "created", "last_touch", "lifecycle", "deleted"})
COLUMNS = (
    "id", "version", "name", "first_name", "last_name", "salutation", "job_title", "department", "account_id",
    "company", "email", "email_opt", "phone", "mobile", "street", "city", "state", "postal_code", "country",
    "birthday", "language", "lifecycle", "lead_status", "rating", "source", "campaign", "industry",
    "preferred_channel", "custom", "owner_id", "owner_name", "is_sample", "created_at", "updated_at",
    "last_touch_at", "deleted_at",
)  # fmt: skip


@dataclass(frozen=True)
class Quick:
    """The filters that an index answers. ``owner`` is a user id, 0 for nobody, None for everybody."""

    owner: int | None = None
    lifecycle: str = ""
    created_since: datetime | None = None
    touched_since: datetime | None = None
    opted_out: bool = False
    deleted: bool = False


def quick(chosen: Quick) -> list[ColumnElement[bool]]:
    """The conditions of the quick filters."""
    found: list[ColumnElement[bool]] = []
    if chosen.owner is not None:
        found.append(Contact.owner_id == chosen.owner if chosen.owner else Contact.owner_id.is_(None))
    if chosen.lifecycle:
        found.append(Contact.lifecycle == chosen.lifecycle)
    if chosen.created_since is not None:
        found.append(_rare(Contact.created_at >= chosen.created_since))
    if chosen.touched_since is not None:
        found.append(_rare(Contact.last_touch_at >= chosen.touched_since))
    if chosen.opted_out:
        found.append(Contact.email_opt == "out")
    if chosen.deleted:
        found.append(Contact.deleted_at.is_not(None))
    return found


def _rare(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tell SQLite, which knows no histograms, that this narrows more than an owner does."""
    return func.likelihood(condition, literal_column("0.0001")) if current().is_sqlite else condition


def ids() -> Select[Any]:
    """The ids of contacts."""
    return select(Contact.id)


def of_ids(keys: Sequence[int]) -> ColumnElement[bool]:
    """These contacts and no others."""
    if current().is_sqlite:
        listed = func.json_each(json.dumps(list(keys))).table_valued("value")
        return Contact.id.in_(select(listed.c.value))
    return Contact.id == any_(bindparam(None, list(keys), ARRAY(BigInteger)))


def rows() -> Select[Any]:
    """What a list shows of each contact, in the order of ``COLUMNS``; tags come apart."""
    owner = select(User.name).where(User.id == Contact.owner_id).scalar_subquery().label("owner_name")
    return select(*(owner if name == "owner_name" else getattr(Contact, name) for name in COLUMNS))


def ordered(statement: Select[Any], sort: str, *, is_descending: bool) -> Select[Any]:
    """The statement in one of the orders of ``SORTS``; equal values by id."""
    column = SORTS[sort]
    turn = desc if is_descending else asc
    if sort == "lifecycle":
        return statement.order_by(turn(column), turn(Contact.name_key), turn(Contact.id))
    return statement.order_by(turn(column), turn(Contact.id))


def small_ordered(statement: Select[Any], sort: str, *, is_descending: bool) -> Select[Any]:
    """The same order for few rows, with what was never touched at the end."""
    if sort != "last_touch":
        return ordered(statement, sort, is_descending=is_descending)
    touched = Contact.last_touch_at
    turned = touched.desc() if is_descending else touched.asc()
    return statement.order_by(turned.nulls_last(), Contact.id.desc() if is_descending else Contact.id)


def touched(is_touched: bool) -> ColumnElement[bool]:
    """Contacts with, or without, a last touch."""
    return Contact.last_touch_at.is_not(None) if is_touched else Contact.last_touch_at.is_(None)


def kept_total(owner_ids: Sequence[int] | None, *, unowned: bool, chosen: Quick) -> Select[Any]:
    """How many contacts a scope has with this owner and lifecycle, from the kept counts."""
    seen: ColumnElement[bool] = true()
    if owner_ids is not None:
        seen = ContactCount.owner_key.in_([*owner_ids, *([0] if unowned else [])])
    wanted = [seen]
    if chosen.owner is not None:
        wanted.append(ContactCount.owner_key == chosen.owner)
    if chosen.lifecycle:
        wanted.append(ContactCount.lifecycle == chosen.lifecycle)
    return select(func.coalesce(func.sum(ContactCount.count), 0)).where(and_(*wanted))


def tags_of(keys: Sequence[int]) -> Rows:
    """Contact id and tag name, by name."""
    return (
        select(ContactTag.contact_id, Tag.name)
        .join(Tag, Tag.id == ContactTag.tag_id)
        .where(ContactTag.contact_id.in_(keys))
        .order_by(Tag.name_key)
    )


def views(record: str, user_id: int | None) -> Rows:
    """The saved views of a record that a user may open: own and shared ones, by name."""
    return (
        select(SavedView, User.name.label("by"))
        .outerjoin(User, User.id == SavedView.user_id)
        .where(SavedView.record == record, or_(SavedView.user_id == user_id, SavedView.is_shared))
        .order_by(func.lower(SavedView.name), SavedView.id)
    )
