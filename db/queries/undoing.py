"""Taking an import back: what it made, whether somebody touched it since, and removing it.

Every statement means deleted records too: what an import made goes, also out of the bin.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Delete, delete, exists, false, or_, select, update
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import Update

from db.base import Base
from db.models import (
    Account,
    AccountTag,
    Activity,
    Consent,
    Contact,
    ContactPoint,
    ContactTag,
    ImportRow,
    LeadScore,
    Tag,
    TextSentiment,
)
from db.queries import Rows

# What is worked out from a record by itself is no use that somebody made of it.
_OWN_PARTS = {ContactPoint, ContactTag, AccountTag, Consent, LeadScore, TextSentiment}


def made(model: type[Contact] | type[Account], import_id: int, after: int, limit: int) -> Rows:
    """Records that the import made, from behind this id on: (id, name, touched since)."""
    statement = select(model.id, model.name, _touched(model).label("touched"))
    statement = (
        statement.where(model.import_id == import_id, model.id > after).order_by(model.id).limit(limit)
    )
    return statement.execution_options(with_deleted=True)


def current(model: type[Contact] | type[Account], ids: Collection[int], columns: Collection[str]) -> Rows:
    """These columns of these records, as they are now."""
    statement = select(*(getattr(model, name) for name in columns)).where(model.id.in_(ids))
    return statement.execution_options(with_deleted=True)


def traces(child: str, ids: Collection[int]) -> Rows:
    """What happened to these records: (record, name, facts)."""
    key: ColumnElement[int] = getattr(Activity, child)
    return select(key, Activity.name, Activity.facts).where(key.in_(ids)).order_by(Activity.id)


def points_of(ids: Collection[int]) -> Rows:
    """The points of these contacts: (contact, id, kind, key, value)."""
    columns = (
        ContactPoint.contact_id,
        ContactPoint.id,
        ContactPoint.kind,
        ContactPoint.value_key,
        ContactPoint.value,
    )
    statement = select(*columns).where(ContactPoint.contact_id.in_(ids)).order_by(ContactPoint.id)
    return statement.execution_options(with_deleted=True)


def tags_of(model: type[ContactTag] | type[AccountTag], child: str, ids: Collection[int]) -> Rows:
    """The tags of these records: (record, id of the mark, folded name)."""
    key = getattr(model, child)
    statement = select(key, model.id, Tag.name_key).join(Tag, Tag.id == model.tag_id).where(key.in_(ids))
    return statement.execution_options(with_deleted=True)


def remove(model: type[Base], ids: Collection[int]) -> Delete:
    """Remove rows for good, with all that belongs to them."""
    return delete(model).where(model.id.in_(ids)).execution_options(with_deleted=True)


def remove_consents(import_id: int, contact_ids: Collection[int]) -> Delete:
    """Remove what this import said about the consent of these contacts."""
    return delete(Consent).where(Consent.import_id == import_id, Consent.contact_id.in_(contact_ids))


def remove_unused_tags(import_id: int) -> Delete:
    """Remove the tags that the import made and nobody carries."""
    used = or_(exists().where(ContactTag.tag_id == Tag.id), exists().where(AccountTag.tag_id == Tag.id))
    return delete(Tag).where(Tag.import_id == import_id, ~used)


def settle(import_id: int, row_ids: Collection[int], outcome: str) -> Update:
    """Mark rows as dealt with."""
    return (
        update(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.id.in_(row_ids))
        .values(outcome=outcome)
    )


def listed(import_id: int, record_ids: Collection[int]) -> Rows:
    """Which of these records are listed as kept already."""
    chosen = (
        ImportRow.import_id == import_id,
        ImportRow.phase == "undo",
        ImportRow.record_id.in_(record_ids),
    )
    return select(ImportRow.record_id).where(*chosen)


def last_listed(import_id: int) -> Rows:
    """The last number in the list of what was kept."""
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == "undo")
    return select(ImportRow.row_number).where(*chosen).order_by(ImportRow.row_number.desc()).limit(1)


def _touched(model: Any) -> ColumnElement[bool]:
    """Changed, or named by a row of another table that is not a part of the record itself."""
    child = "contact_id" if model is Contact else "account_id"
    naming: list[ColumnElement[bool]] = []
    for mapper in Base.registry.mappers:
        other: Any = mapper.class_
        if other not in _OWN_PARTS and child in mapper.columns:
            naming.append(exists().where(getattr(other, child) == model.id))
    if model is Account:
        above = aliased(Account)
        # Companies below it that came with the same import, and that nobody touched, go with it.
        stays = or_(above.import_id.is_(None), above.import_id != model.import_id, above.version > 1)
        naming.append(exists().where(above.parent_id == model.id, stays))
    return or_(false(), model.version > 1, *naming)
