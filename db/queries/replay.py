"""How rows stood at an earlier moment: what was recorded afterwards is taken back.

Traces are read past the scope: a change of one's own deal may be known to its author only, and only the ids
of rows that the statement itself has found are joined to them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Subquery, and_, cast, func, or_, select

from db.base import Base
from db.models import Deal, StageChange


def later(subject: str, names: Sequence[str], moment: datetime, column: str = "") -> Subquery:
    """The first trace of these names on each subject from a moment on: ``subject_id``, ``name``, ``facts``.

    Args:
        column: only traces that tell of a change of this column, whose old value is ``old`` (a text).
    """
    told = Base.metadata.tables["activities"]
    place = func.row_number().over(partition_by=told.c.subject_id, order_by=(told.c.recorded_at, told.c.id))
    rows = select(told.c.subject_id, told.c.name, told.c.facts, place.label("place"))
    rows = rows.where(told.c.name.in_(names), told.c.subject_type == subject, told.c.recorded_at >= moment)
    if column:
        rows = rows.where(told.c.facts[("changes", column)].as_string().is_not(None))
    first = rows.subquery()
    old = first.c.facts[("changes", column, 0)].as_string() if column else first.c.name
    return select(first.c.subject_id, first.c.name, old.label("old")).where(first.c.place == 1).subquery()


def last_trace(subject: str, name: str, key: Any, moment: datetime) -> ColumnElement[Any]:
    """When something was last recorded of a subject before a moment."""
    told = Base.metadata.tables["activities"]
    about = (told.c.subject_type == subject, told.c.subject_id == key, told.c.name == name)
    return select(func.max(told.c.recorded_at)).where(*about, told.c.recorded_at < moment).scalar_subquery()


def paid_back(moment: datetime) -> Subquery:
    """What was paid back on orders from a moment on: ``subject_id``, ``amount`` in minor units."""
    told = Base.metadata.tables["activities"]
    written = minor_units(told.c.facts["total"].as_string())
    rows = select(told.c.subject_id, cast(func.sum(written), BigInteger).label("amount"))
    happened = (told.c.name == "order.returned", told.c.subject_type == "orders")
    return rows.where(*happened, told.c.recorded_at >= moment).group_by(told.c.subject_id).subquery()


def minor_units(written: ColumnElement[Any]) -> ColumnElement[Any]:
    """The minor units of an amount as traces keep it: ``12.50 EUR`` is 1250; nothing where none is told."""
    number = func.replace(func.substr(written, 1, func.length(written) - 4), ".", "")
    return cast(func.nullif(number, ""), BigInteger)


def currency_of(written: ColumnElement[Any]) -> ColumnElement[Any]:
    """The currency of an amount as traces keep it; empty where none is told."""
    return func.substr(written, func.length(written) - 2, 3)


def was_known(model: Any, moment: datetime) -> ColumnElement[bool]:
    """Had a row been entered by a moment? What came by import counts from when it happened."""
    return or_(model.created_at < moment, model.import_id.is_not(None))


def was_there(model: Any, gone: Subquery, moment: datetime, noun: str) -> ColumnElement[bool]:
    """Was a row not deleted at a moment? ``gone`` is its first deletion or restoration afterwards."""
    silent = and_(gone.c.name.is_(None), or_(model.deleted_at.is_(None), model.deleted_at >= moment))
    return or_(gone.c.name == f"{noun}.deleted", silent)


def last_steps(moment: datetime) -> Subquery:
    """The last change of each deal that was known at a moment: deal, stage, status, when."""
    newest = (StageChange.changed_at.desc(), StageChange.id.desc())
    place = func.row_number().over(partition_by=StageChange.deal_id, order_by=newest).label("place")
    known = or_(StageChange.recorded_at < moment, StageChange.import_id.is_not(None))
    rows = (
        select(
            StageChange.deal_id,
            StageChange.to_stage_id.label("stage_id"),
            StageChange.status,
            StageChange.changed_at,
            place,
        )
        .join(Deal, Deal.id == StageChange.deal_id)
        .where(StageChange.changed_at < moment, known)
        .subquery()
    )
    return select(rows).where(rows.c.place == 1).subquery()
