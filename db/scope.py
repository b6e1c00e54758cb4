"""Whose rows a session may touch: decided once, here, for every statement that names a mapped class.

Core tables and textual SQL walk past these criteria, which is why only a few listed places may use them.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria

from db.base import AccountChild, Base, ContactChild, ImportChild, Owned, SoftDeleted, Trace


@dataclass(frozen=True)
class Scope:
    """The owners whose rows may be seen; ``owner_ids=None`` means everybody's.

    ``unowned`` adds rows that belong to nobody yet. ``user_id`` is the person who asks.
    """

    owner_ids: tuple[int, ...] | None
    unowned: bool = False
    user_id: int | None = None

    @property
    def is_everything(self) -> bool:
        """May every row be seen?"""
        return self.owner_ids is None

    def covers(self, owner_id: int | None) -> bool:
        """Would a row of this owner be seen?"""
        if self.owner_ids is None:
            return True
        return self.unowned if owner_id is None else owner_id in self.owner_ids


EVERYONE = Scope(owner_ids=None)
NOBODY = Scope(owner_ids=())


def owned_by(scope: Scope, owner: Any) -> ColumnElement[bool]:
    """The condition that a column of owner ids lies inside the scope (which is not everything)."""
    mine: ColumnElement[bool] = owner.in_(scope.owner_ids or ())
    return or_(mine, owner.is_(None)) if scope.unowned else mine


def _parent_seen(scope: Scope, table: str, key: Any) -> ColumnElement[bool]:
    parent = Base.metadata.tables[table].alias()
    return select(parent.c.id).where(parent.c.id == key, owned_by(scope, parent.c.owner_id)).exists()


def _trace_seen(scope: Scope, row: Any) -> ColumnElement[bool]:
    own: ColumnElement[bool] = row.actor_id == scope.user_id if scope.user_id is not None else false()
    return or_(
        _parent_seen(scope, "contacts", row.contact_id),
        and_(row.contact_id.is_(None), _parent_seen(scope, "accounts", row.account_id)),
        and_(row.contact_id.is_(None), row.account_id.is_(None), own),
    )


def _seen(scope: Scope, model: Any) -> ColumnElement[bool] | None:
    if issubclass(model, Owned):
        return owned_by(scope, model.owner_id)
    if issubclass(model, ContactChild):
        return _parent_seen(scope, "contacts", model.contact_id)
    if issubclass(model, AccountChild):
        return _parent_seen(scope, "accounts", model.account_id)
    if issubclass(model, ImportChild):
        return _parent_seen(scope, "imports", model.import_id)
    return _trace_seen(scope, model) if issubclass(model, Trace) else None


def _mapped() -> list[Any]:
    return [mapper.class_ for mapper in Base.registry.mappers]


@cache
def _hidden_when_deleted() -> tuple[Any, ...]:
    return tuple(
        with_loader_criteria(model, model.deleted_at.is_(None), include_aliases=True)
        for model in _mapped()
        if issubclass(model, SoftDeleted)
    )


@lru_cache(maxsize=1024)
def _inside(scope: Scope) -> tuple[Any, ...]:
    seen = ((model, _seen(scope, model)) for model in _mapped())
    return tuple(
        with_loader_criteria(model, condition, include_aliases=True)
        for model, condition in seen
        if condition is not None
    )


def keep_inside(state: ORMExecuteState) -> None:
    """Add the scope of the session, and the hiding of deleted rows, to an ORM statement.

    A statement that really means deleted rows says so: ``execution_options(with_deleted=True)``.
    """
    if state.is_column_load or state.is_relationship_load:
        return
    options: tuple[Any, ...] = ()
    if not state.execution_options.get("with_deleted"):
        options = _hidden_when_deleted()
    scope: Scope = state.session.info.get("scope", NOBODY)
    if not scope.is_everything:
        options += _inside(scope)
    if options:
        state.statement = state.statement.options(*options)
