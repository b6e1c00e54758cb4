"""One number for all that a company would call its data: equal before and after means nothing was lost."""

import hashlib
import json
from typing import Any

from sqlalchemy import inspect, select

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from db.base import Base
from db.models import (
    Account,
    AccountTag,
    Consent,
    Contact,
    ContactCount,
    ContactPoint,
    ContactTag,
    Interaction,
    Tag,
)

TABLES: tuple[type[Base], ...] = (
    Account, Contact, ContactPoint, Tag, ContactTag, AccountTag, Consent, Interaction, ContactCount,
)  # fmt: skip
# A version never goes back, or a form opened in between would overwrite what it never showed; the time of
# the last change is the time of the undo.
BOOKKEEPING = {"version", "updated_at"}


def rows_of(model: type[Base]) -> list[dict[str, Any]]:
    """All rows of a table, deleted ones too, without what only keeps the books."""
    names = [column.key for column in inspect(model).column_attrs if column.key not in BOOKKEEPING]
    if model is ContactCount:
        names.remove("id")
    statement = select(*(getattr(model, name) for name in names)).order_by(model.id)
    with begin(SYSTEM, write=False) as work:
        found = work.tuples(statement.execution_options(with_deleted=True))
    rows = [dict(zip(names, values, strict=True)) for values in found]
    if model is ContactCount:
        rows = sorted(
            (row for row in rows if row["count"]), key=lambda row: (row["owner_key"], row["lifecycle"])
        )
    return rows


def business_hash() -> str:
    """The hash over all business tables."""
    digest = hashlib.sha256()
    for model in TABLES:
        for row in rows_of(model):
            digest.update(json.dumps([model.__tablename__, row], default=str, sort_keys=True).encode())
    return digest.hexdigest()
