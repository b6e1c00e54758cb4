"""One use case, one permission check, one transaction, one trace of what happened."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Executable, Select, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from crm_core.kernel.access import SYSTEM, Actor, Permission
from crm_core.kernel.errors import Conflict, NotFound, Unavailable
from crm_core.kernel.paging import COUNT_CAP, Page, Paging
from db import bulk
from db import session as sessions
from db.base import Base
from db.errors import clashing_columns, is_busy, is_out_of_reach, may_be_retried
from db.models import Activity
from db.queries.counting import capped

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Base)
T = TypeVar("T")

ATTEMPTS = 5
BUSY = "Too many people are busy right now. Try again in a moment."

Reaction = Callable[["Work", Activity], None]
Keep = Callable[["Work", Counter[Any]], None]
REACTIONS: dict[str, tuple[Reaction, ...]] = {}


class Clock:
    """The source of time; tests put another function in its place."""

    now: Callable[[], datetime] = staticmethod(lambda: datetime.now(UTC))


@dataclass
class Work:
    """What every use case is handed: who asks, what time it is, and the open transaction."""

    actor: Actor
    session: Session
    now: datetime
    happened: list[Activity] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """May this transaction change something, so that it may see what others do not see yet?"""
        return bool(self.session.info.get("writes", True))

    @property
    def tallies(self) -> dict["Keep", Counter[Any]]:
        """What this transaction adds to kept totals, by who writes it: once, at the end of everything.

        Until then nobody else waits for the rows, and each writer takes them in one order.
        """
        return self.session.info.setdefault("tallies", defaultdict(Counter))  # type: ignore[no-any-return]

    def get(self, model: type[M], key: int, *, with_deleted: bool = False) -> M:
        """The row with this id.

        Raises:
            NotFound: there is none, or none inside the scope of this work.
        """
        options = {"with_deleted": True} if with_deleted else {}
        found = self.session.get(model, key, execution_options=options)
        if found is None or (not with_deleted and getattr(found, "deleted_at", None) is not None):
            raise NotFound(f"This {model.noun} does not exist, or it is not yours to see.")
        return found

    def fresh(self, model: type[M], key: int, version: int | None) -> M:
        """The row with this id, provided nobody changed it since ``version`` was read.

        Raises:
            NotFound: as in ``get``.
            Conflict: it was changed meanwhile; ``theirs`` holds the stored values.
        """
        row = self.get(model, key)
        if version is not None and row.version != version:  # type: ignore[attr-defined]
            raise Conflict(
                f"Someone else changed this {model.noun} meanwhile. Look at both versions and choose.",
                theirs={column.key: getattr(row, column.key) for column in inspect(model).column_attrs},
            )
        return row

    def add(self, row: M) -> M:
        """Put a new row into the transaction."""
        self.session.add(row)
        return row

    def delete(self, row: Base) -> None:
        """Remove a row for good."""
        self.session.delete(row)

    def flush(self) -> None:
        """Send what is pending to the database, so that ids exist and queries see it."""
        self.session.flush()

    def scalar(self, statement: Select[Any]) -> Any:
        """The first column of the first row, or None."""
        return self.session.scalars(statement).first()

    def scalars(self, statement: Executable) -> list[Any]:
        """The first column of all rows."""
        return list(self.session.execute(statement).scalars())

    def rows(self, statement: Executable, shape: Callable[..., T]) -> list[T]:
        """All rows, each made into ``shape(**columns)``."""
        return [shape(**row._mapping) for row in self.session.execute(statement)]

    def tuples(self, statement: Executable) -> Sequence[Any]:
        """All rows as plain tuples."""
        return self.session.execute(statement).all()

    def first(self, statement: Executable, shape: Callable[..., T]) -> T | None:
        """The first row made into ``shape(**columns)``, or None."""
        row = self.session.execute(statement).first()
        return None if row is None else shape(**row._mapping)

    def page(
        self, statement: Select[Any], paging: Paging, shape: Callable[..., T], *, total: int | None = None
    ) -> Page[T]:
        """One page of an ordered statement; the total is counted up to ``COUNT_CAP`` unless it is given."""
        rows = self.rows(statement.limit(paging.limit).offset(paging.offset), shape)
        if total is not None:
            return Page(tuple(rows), paging, total)
        if len(rows) < paging.limit and (rows or not paging.offset):
            counted = paging.offset + len(rows)  # the last page tells by itself
        else:
            counted = self.scalar(capped(statement, COUNT_CAP + 1)) or 0
        return Page(tuple(rows), paging, min(counted, COUNT_CAP), counted > COUNT_CAP)

    def run(self, statement: Executable) -> int:
        """Change rows by one statement; returns how many."""
        self.session.flush()
        result = self.session.execute(statement, execution_options={"synchronize_session": False})
        return int(getattr(result, "rowcount", 0))

    def insert(self, model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Insert many finished rows in the quickest way that the engine has; returns how many.

        Every column that needs a value must be named: defaults are not applied.
        """
        self.session.flush()
        return bulk.insert(self.session, model, columns, rows)

    def change_many(self, model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Change many rows by their key, the first of ``columns``; their versions go up. Returns how many."""
        self.session.flush()
        return bulk.update(self.session, model, columns, rows)

    def expect_many(self) -> None:
        """Say that this transaction looks up and stores many rows, so that the engine prepares for it."""
        bulk.expect_many(self.session)

    def take_time(self) -> None:
        """Say that nobody waits for this transaction: its statements may take longer and more memory."""
        bulk.take_time(self.session)

    def settle(self, model: type[Base]) -> None:
        """After many rows were stored: let the engine take note, so that the next reader does not wait."""
        self.session.flush()
        bulk.settle(self.session, model)

    def reserve(self, model: type[Base], count: int) -> Sequence[int]:
        """Ids, in rising order, for ``count`` rows that will be inserted with their ids set."""
        return bulk.reserve(self.session, model, count)

    def as_system(self) -> "Work":
        """The same transaction seen by the system: no scope, the person who caused it is kept."""
        self.session.flush()
        self.session.info["scope"] = SYSTEM.scope
        widened = replace(self.actor, permissions=SYSTEM.permissions, scope=SYSTEM.scope)
        return Work(widened, self.session, self.now, self.happened)

    def record(self, name: str, subject: Base, **facts: Any) -> Activity:
        """Say that something happened: the one trace that timeline, audit, automation and webhooks read.

        Args:
            name: ``noun.past``, e.g. ``deal.won``.
            subject: the row it happened to.
            facts: what is worth knowing later, in JSON types; ``happened_at`` may be given for the past.
        """
        self.session.flush()
        table = subject.__tablename__
        activity = Activity(
            name=name,
            subject_type=table,
            subject_id=subject.id,
            contact_id=subject.id if table == "contacts" else getattr(subject, "contact_id", None),
            account_id=subject.id if table == "accounts" else getattr(subject, "account_id", None),
            actor_id=self.actor.id,
            actor_name=self.actor.name,
            happened_at=facts.pop("happened_at", self.now),
            recorded_at=self.now,
            facts=facts,
        )
        self.session.add(activity)
        self.happened.append(activity)
        return activity

    def changes(self, row: Base) -> dict[str, Any]:
        """What was changed on a row and is not stored yet: ``{"changes": {column: [old, new]}}``."""
        changed: dict[str, Any] = {}
        for attribute in inspect(row).attrs:
            history = attribute.history
            if history.has_changes() and attribute.key not in {"search_text", "version", "updated_at"}:
                old = history.deleted[0] if history.deleted else None
                new = history.added[0] if history.added else None
                changed[attribute.key] = [_plain(old), _plain(new)]
        return {"changes": changed}


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


@contextmanager
def begin(actor: Actor, *, write: bool = True) -> Iterator[Work]:
    """One transaction for this actor: all of it happens, with its reactions, or none of it."""
    try:
        with sessions.transaction(actor.scope, write=write) as session:
            work = Work(actor, session, Clock.now())
            yield work
            _react(work)
    except StaleDataError as error:
        raise Conflict("Someone else changed this meanwhile. Reload it and try again.") from error
    except IntegrityError as error:
        columns = " and ".join(sorted(clashing_columns(error))) or "value"
        raise Conflict(f"Another record already uses this {columns.replace('_', ' ')}.") from error


def _react(work: Work) -> None:
    for activity in work.happened:  # grows while reactions record more
        reactions = REACTIONS.get(activity.name, ())
        if reactions:
            system = work.as_system()
            for react in reactions:
                react(system, activity)
    # In one order, whatever was done first: two who wait for each other would wait for ever.
    for keep, sums in sorted(work.tallies.items(), key=lambda one: one[0].__qualname__):
        keep(work, sums)


def use_case(
    permission: Permission, *, read: bool = False
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Actor | Work, P], R]]:
    """Called with an actor: check the permission, begin, run, commit. Called with a work: join it.

    Args:
        permission: what the actor must be allowed to do.
        read: the use case changes nothing, so on SQLite it does not wait for writers.
    """

    def decorate(function: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Actor | Work, P], R]:
        @wraps(function)
        def run(who: Actor | Work, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if isinstance(who, Work):
                return function(who, *args, **kwargs)
            who.require(permission)

            def attempt() -> R:
                with begin(who, write=not read) as work:
                    return function(work, *args, **kwargs)

            return _again_when_lost(attempt)

        run.permission = permission  # type: ignore[attr-defined]
        return run

    return decorate


def _again_when_lost(attempt: Callable[[], R]) -> R:
    for left in range(ATTEMPTS - 1, -1, -1):
        try:
            return attempt()
        except TimeoutError as error:
            raise Unavailable(BUSY) from error
        except DBAPIError as error:
            if is_out_of_reach(error):
                raise Unavailable(
                    "The database does not answer. Nothing was saved; try again soon."
                ) from error
            is_lost = may_be_retried(error)
            if is_busy(error) or (is_lost and not left):
                raise Unavailable(BUSY) from error
            if not is_lost:
                raise
    raise AssertionError("unreachable")
