"""Every row that belongs to somebody is hidden from a stranger, whichever way it is asked for."""

from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    Delete,
    String,
    Update,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from db import models, session
from db.base import (
    AccountChild,
    Assigned,
    Base,
    ContactChild,
    DealChild,
    ImportChild,
    MemberChild,
    OrderChild,
    Owned,
    Trace,
    UtcDateTime,
)
from db.scope import EVERYONE, NOBODY, Scope
from tests.architecture.exceptions import UNMARKED_CHILDREN
from tests.people import Cast

pytestmark = pytest.mark.one_engine

MARKS = (Owned, ContactChild, AccountChild, ImportChild, DealChild, OrderChild, MemberChild, Assigned, Trace)
MODELS: dict[str, Any] = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
PRIVATE = sorted(name for name, model in MODELS.items() if issubclass(model, MARKS))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

Question = Callable[[Session, Any, int], Any]
READING: dict[str, Question] = {
    "get": lambda asked, model, key: asked.get(model, key),
    "list": lambda asked, model, key: asked.scalars(select(model).where(model.id == key)).all(),
    "column": lambda asked, model, key: asked.scalars(select(model.id).where(model.id == key)).all(),
    "count": lambda asked, model, _key: asked.scalar(select(func.count()).select_from(model)),
    "alias": lambda asked, model, _key: asked.scalars(select(aliased(model))).all(),
    "subquery": lambda asked, model, key: asked.scalars(
        select(models.User.id).where(select(model.id).where(model.id == key).exists())
    ).all(),
}
WRITING: dict[str, Question] = {
    "update": lambda asked, model, key: _changed(asked, update(model).where(model.id == key).values(id=key)),
    "delete": lambda asked, model, key: _changed(asked, delete(model).where(model.id == key)),
}


@pytest.mark.parametrize("how", [*READING, *WRITING])
@pytest.mark.parametrize("name", PRIVATE)
def test_a_row_is_hidden_from_a_stranger(name: str, how: str, cast: Cast) -> None:
    model = MODELS[name]
    ask = (READING | WRITING)[how]
    key = plant(model, owner_id=cast.ann.id)

    for stranger in (cast.bob.scope, NOBODY):
        with session.transaction(stranger, write=True) as asked:
            assert not ask(asked, model, key)
    with session.transaction(cast.ann.scope, write=True) as asked:
        assert ask(asked, model, key), "its owner does not see it either: the test would prove nothing"


@pytest.mark.parametrize("name", [name for name in PRIVATE if not issubclass(MODELS[name], Trace)])
def test_nobodys_row_is_seen_only_by_those_who_look_after_such_rows(name: str, cast: Cast) -> None:
    key = plant(MODELS[name], owner_id=None)

    assert not sees(cast.ann.scope, MODELS[name], key)
    assert sees(cast.mia.scope, MODELS[name], key)


def test_every_table_below_an_owned_one_carries_a_mark() -> None:
    owned = {model.__tablename__ for model in MODELS.values() if issubclass(model, Owned)}
    unmarked = {
        model.__tablename__
        for model in MODELS.values()
        if not issubclass(model, MARKS)
        and {key.column.table.name for key in model.__table__.foreign_keys} & owned
    }

    assert unmarked - set(UNMARKED_CHILDREN) == set()
    assert set(UNMARKED_CHILDREN) - unmarked == set(), "no longer needed: take it off the list"


def sees(scope: Scope, model: Any, key: int) -> bool:
    with session.transaction(scope, write=False) as asked:
        return asked.get(model, key) is not None


def plant(model: Any, *, owner_id: int | None) -> int:
    """A row of this table that belongs to this owner, by itself or through its parents."""
    with session.transaction(EVERYONE, write=True) as planting:
        row = _filled(planting, model, owner_id)
        planting.flush()
        return int(row.id)


def _filled(planting: Session, model: Any, owner_id: int | None) -> Any:
    values = {column.key: _something(column) for column in model.__table__.columns if _must_be_given(column)}
    if issubclass(model, Owned | Assigned):
        values["owner_id"] = owner_id
    if issubclass(model, Trace):
        values["contact_id"] = _parent(planting, models.Contact, owner_id)
    for key in model.__table__.foreign_key_constraints:
        column = key.columns[0]
        if not column.nullable:
            parent = next(known for known in MODELS.values() if known.__table__ is key.referred_table)
            values[column.key] = _parent(planting, parent, owner_id)
    row = model(**values)
    planting.add(row)
    return row


def _parent(planting: Session, model: Any, owner_id: int | None) -> int:
    row = _filled(planting, model, owner_id)
    planting.flush()
    return int(row.id)


def _must_be_given(column: Column[Any]) -> bool:
    return not (column.nullable or column.primary_key or column.default is not None or column.server_default)


def _something(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, UtcDateTime | DateTime):
        return NOON
    if isinstance(column.type, Date):
        return NOON.date()
    if isinstance(column.type, String):
        return token_hex(16)[: column.type.length or 32]
    return column.type.python_type(1)


def _changed(asked: Session, statement: Update | Delete) -> int:
    return int(asked.execute(statement).rowcount)  # type: ignore[attr-defined]
