"""Whose rows a session may touch: decided once, here, for every statement that names a mapped class.

Core tables and textual SQL walk past these criteria, which is why only a few listed places may use them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria

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
    SoftDeleted,
    Trace,
)


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


Criterion = Callable[[Any], ColumnElement[bool]]

EVERYONE = Scope(owner_ids=None)
NOBODY = Scope(owner_ids=())


def _parent_seen(table: str, key: Any, owners: Any, *, unowned: bool) -> ColumnElement[bool]:
    parent = Base.metadata.tables[table].alias()
    seen = parent.c.owner_id.in_(owners)
    rule = or_(seen, parent.c.owner_id.is_(None)) if unowned else seen
    return select(parent.c.id).where(parent.c.id == key, rule).exists()


# The rules are functions of the row and not finished conditions: only those reach aliases that are joined.
# SQLAlchemy caches by the code of a function and tracks the values that it captures: they must be plain.
def _owner_rule(scope: Scope) -> Criterion:
    owners = scope.owner_ids
    if scope.unowned:
        return lambda row: or_(row.owner_id.in_(owners), row.owner_id.is_(None))
    return lambda row: row.owner_id.in_(owners)


def _child_rule(scope: Scope, table: str) -> Criterion:
    owners = scope.owner_ids
    if scope.unowned:
        rules: dict[str, Criterion] = {
            "contacts": lambda row: _parent_seen("contacts", row.contact_id, owners, unowned=True),
            "accounts": lambda row: _parent_seen("accounts", row.account_id, owners, unowned=True),
            "imports": lambda row: _parent_seen("imports", row.import_id, owners, unowned=True),
            "deals": lambda row: _parent_seen("deals", row.deal_id, owners, unowned=True),
        }
    else:
        rules = {
            "contacts": lambda row: _parent_seen("contacts", row.contact_id, owners, unowned=False),
            "accounts": lambda row: _parent_seen("accounts", row.account_id, owners, unowned=False),
            "imports": lambda row: _parent_seen("imports", row.import_id, owners, unowned=False),
            "deals": lambda row: _parent_seen("deals", row.deal_id, owners, unowned=False),
        }
    return rules[table]


def _trace_seen(row: Any, owners: Any, user: int, *, unowned: bool) -> ColumnElement[bool]:
    return or_(
        _parent_seen("contacts", row.contact_id, owners, unowned=unowned),
        and_(row.contact_id.is_(None), _parent_seen("accounts", row.account_id, owners, unowned=unowned)),
        and_(row.contact_id.is_(None), row.account_id.is_(None), row.actor_id == user),
    )


def _order_seen(key: Any, owners: Any, user: int, *, unowned: bool) -> ColumnElement[bool]:
    order = Base.metadata.tables["orders"].alias()
    seen = _trace_seen(order.c, owners, user, unowned=unowned)
    return select(order.c.id).where(order.c.id == key, seen).exists()


def _assigned_seen(row: Any, owners: Any, *, unowned: bool) -> ColumnElement[bool]:
    ways = [row.owner_id.in_(owners)]
    if unowned:
        ways.append(row.owner_id.is_(None))
    ways.append(_parent_seen("contacts", row.contact_id, owners, unowned=unowned))
    no_contact = row.contact_id.is_(None)
    ways.append(and_(no_contact, _parent_seen("accounts", row.account_id, owners, unowned=unowned)))
    return or_(*ways)


def _trace_rule(scope: Scope) -> Criterion:
    owners, user = scope.owner_ids, scope.user_id or 0
    if scope.unowned:
        return lambda row: _trace_seen(row, owners, user, unowned=True)
    return lambda row: _trace_seen(row, owners, user, unowned=False)


def _order_child_rule(scope: Scope) -> Criterion:
    owners, user = scope.owner_ids, scope.user_id or 0
    if scope.unowned:
        return lambda row: _order_seen(row.order_id, owners, user, unowned=True)
    return lambda row: _order_seen(row.order_id, owners, user, unowned=False)


def _member_seen(key: Any, owners: Any, *, unowned: bool) -> ColumnElement[bool]:
    member = Base.metadata.tables["memberships"].alias()
    seen = _parent_seen("contacts", member.c.contact_id, owners, unowned=unowned)
    return select(member.c.id).where(member.c.id == key, seen).exists()


def _member_child_rule(scope: Scope) -> Criterion:
    owners = scope.owner_ids
    if scope.unowned:
        return lambda row: _member_seen(row.membership_id, owners, unowned=True)
    return lambda row: _member_seen(row.membership_id, owners, unowned=False)


def _assigned_rule(scope: Scope) -> Criterion:
    owners = scope.owner_ids
    if scope.unowned:
        return lambda row: _assigned_seen(row, owners, unowned=True)
    return lambda row: _assigned_seen(row, owners, unowned=False)


_HIDDEN_WHEN_DELETED = with_loader_criteria(
    SoftDeleted, lambda row: row.deleted_at.is_(None), include_aliases=True
)


@lru_cache(maxsize=1024)
def _inside(scope: Scope) -> tuple[Any, ...]:
    rules: tuple[tuple[type, Criterion], ...] = (
        (Owned, _owner_rule(scope)),
        (ContactChild, _child_rule(scope, "contacts")),
        (AccountChild, _child_rule(scope, "accounts")),
        (ImportChild, _child_rule(scope, "imports")),
        (Trace, _trace_rule(scope)),
        (DealChild, _child_rule(scope, "deals")),
        (OrderChild, _order_child_rule(scope)),
        (MemberChild, _member_child_rule(scope)),
        (Assigned, _assigned_rule(scope)),
    )
    return tuple(with_loader_criteria(mark, rule, include_aliases=True) for mark, rule in rules)


def keep_inside(state: ORMExecuteState) -> None:
    """Add the scope of the session, and the hiding of deleted rows, to an ORM statement.

    A statement that really means deleted rows says so: ``execution_options(with_deleted=True)``.
    """
    if state.is_column_load or state.is_relationship_load:
        return
    options: tuple[Any, ...] = ()
    if not state.execution_options.get("with_deleted"):
        options = (_HIDDEN_WHEN_DELETED,)
    scope: Scope = state.session.info.get("scope", NOBODY)
    if not scope.is_everything:
        options += _inside(scope)
    if options:
        state.statement = state.statement.options(*options)
