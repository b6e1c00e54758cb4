"""Looks into the tables, as the tests of people need it."""

import hashlib
from typing import Any

from sqlalchemy import select

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from db.base import Base
from db.models import Account, AccountTag, Activity, Consent, Contact, ContactCount, ContactPoint, ContactTag

BUSINESS = (Contact, ContactPoint, ContactTag, Consent, Account, AccountTag, ContactCount)
NOT_BUSINESS = {"version", "updated_at"}


def activities(name: str) -> list[dict[str, Any]]:
    """The facts of all activities of one name, in their order."""
    with begin(SYSTEM, write=False) as work:
        return list(work.scalars(select(Activity.facts).where(Activity.name == name).order_by(Activity.id)))


def everything_of(contact_id: int) -> dict[str, Any]:
    """Every business column of a contact, with its points and tags."""
    [row] = [row for row in rows_of(Contact) if row["id"] == contact_id]
    for model in (ContactPoint, ContactTag):
        mine = [line for line in rows_of(model) if line["contact_id"] == contact_id]
        lines = [{key: value for key, value in line.items() if key != "id"} for line in mine]
        row[model.__tablename__] = sorted(lines, key=repr)
    return row


def rows_of(model: type[Base]) -> list[dict[str, Any]]:
    """All rows of a table, deleted ones too, without what only counts changes."""
    with begin(SYSTEM, write=False) as work:
        statement = select(model).order_by(model.id).execution_options(with_deleted=True)
        columns = [column.key for column in model.__mapper__.column_attrs if column.key not in NOT_BUSINESS]
        return [{key: getattr(row, key) for key in columns} for row in work.scalars(statement)]


def fingerprint() -> str:
    """A digest of all business tables: equal when nothing in them changed."""
    found = []
    for model in BUSINESS:
        rows = rows_of(model)
        if model in (ContactTag, ContactCount):
            rows = [{k: v for k, v in row.items() if k != "id"} for row in rows if row.get("count", 1)]
            rows.sort(key=repr)
        found.append((model.__tablename__, rows))
    return hashlib.sha256(repr(found).encode()).hexdigest()
