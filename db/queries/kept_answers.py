"""Answers that are kept, and whether the base is still as it was when they were found."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    ScalarSelect,
    Update,
    cast,
    delete,
    func,
    literal,
    select,
    update,
)

from db.base import Base
from db.models import KeptAnswer, User
from db.queries import Rows

_GROWING = (
    "contacts", "orders", "order_lines", "order_returns", "interactions", "deals", "recipients",
    "campaign_events", "point_entries",
)  # fmt: skip
_LATE = 900
"""Among so many of the newest traces those are looked for that came late."""


def pulse() -> Rows:
    """A number that is different as soon as anything was changed.

    All that happens leaves a trace, and files bring rows before the trace of their import. A trace of a long
    transaction may come after later ones: so the newest are counted, too.
    """
    newest, recent = _traces()
    grown: ColumnElement[int] = newest + literal(0)
    for name in _GROWING:
        table = Base.metadata.tables[name]
        grown = grown + select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
    return select(cast(grown * 1000 + recent, BigInteger))


def latest_trace() -> Rows:
    """A number that is different as soon as any trace came, though it be one of a long transaction."""
    newest, recent = _traces()
    return select(cast(newest * 1000 + recent, BigInteger))


def _traces() -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """The newest trace, and how many of the newest there are."""
    traces = Base.metadata.tables["activities"]
    newest = select(func.coalesce(func.max(traces.c.id), 0)).scalar_subquery()
    return newest, select(func.count()).where(traces.c.id > newest - _LATE).scalar_subquery()


def largest() -> Rows:
    """The highest number that an order or a touchpoint ever got: how large the base may be."""
    found = [
        select(func.coalesce(func.max(Base.metadata.tables[name].c.id), 0)).scalar_subquery()
        for name in ("orders", "interactions")
    ]
    return select(cast(found[0] + found[1], BigInteger))


def by_key(key: str) -> Rows:
    """The answer to one question."""
    return select(KeptAnswer).where(KeptAnswer.key == key)


def asked_since(moment: datetime) -> Rows:
    """Answers somebody asked for since then, the oldest ones first."""
    return select(KeptAnswer).where(KeptAnswer.asked_at >= moment).order_by(KeptAnswer.made_at)


def touch(key: str, now: datetime) -> Update:
    """Note that somebody asked."""
    return update(KeptAnswer).where(KeptAnswer.key == key).values(asked_at=now)


def forget(key: str) -> Delete:
    """Keep an answer no longer."""
    return delete(KeptAnswer).where(KeptAnswer.key == key)


def not_asked_since(moment: datetime) -> Rows:
    """The key of one answer that nobody asked for since then, if there is any."""
    return select(KeptAnswer.key).where(KeptAnswer.asked_at < moment).limit(1)


def forget_before(moment: datetime) -> Delete:
    """Keep no answers that nobody asked for since then."""
    return delete(KeptAnswer).where(KeptAnswer.asked_at < moment)


def person(user_id: int) -> Rows:
    """Somebody who may still sign in."""
    return select(User).where(User.id == user_id, User.is_active)
