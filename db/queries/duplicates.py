"""What duplicates are searched in, and the pairs that were found."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import Delete, Update, and_, case, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from db.models import Account, Contact, DuplicatePair, User
from db.queries import Rows

CONTACT_FIELDS = (
    "first_name", "last_name", "birthday", "email", "phone", "mobile", "company", "street",
    "postal_code", "city",
)  # fmt: skip
ACCOUNT_FIELDS = ("name", "domain", "phone", "street", "postal_code", "city")
MODELS: dict[str, Any] = {"contacts": Contact, "accounts": Account}
UNDECIDED = ("open", "low")
FIELDS = {"contacts": CONTACT_FIELDS, "accounts": ACCOUNT_FIELDS}


def compared(record: str, above: int, limit: int) -> Rows:
    """The compared columns of the next records, by number."""
    model = MODELS[record]
    columns = (getattr(model, name) for name in FIELDS[record])
    return select(model.id, *columns).where(model.id > above).order_by(model.id).limit(limit)


def external_ids(record: str, ids: list[int]) -> Rows:
    """What these records were called where they came from."""
    model = MODELS[record]
    return select(model.id, model.external_id).where(model.id.in_(ids))


def changed(record: str, since: datetime) -> Rows:
    """The numbers of records that are new or changed."""
    model = MODELS[record]
    return select(model.id).where(model.updated_at >= since)


def settled(record: str) -> Rows:
    """Pairs that a person decided about."""
    return select(DuplicatePair.left_id, DuplicatePair.right_id).where(
        DuplicatePair.record == record, DuplicatePair.state.not_in(UNDECIDED)
    )


def undecided(record: str) -> Rows:
    """Pairs that nobody decided about: (id, left, right)."""
    columns = (DuplicatePair.id, DuplicatePair.left_id, DuplicatePair.right_id)
    return select(*columns).where(DuplicatePair.record == record, DuplicatePair.state.in_(UNDECIDED))


def forget_undecided(record: str) -> Delete:
    """Remove all pairs that nobody decided about."""
    return delete(DuplicatePair).where(DuplicatePair.record == record, DuplicatePair.state.in_(UNDECIDED))


def forget(ids: Sequence[int]) -> Delete:
    """Remove these pairs."""
    return delete(DuplicatePair).where(DuplicatePair.id.in_(ids))


def judge(sure: float, maybe: float) -> Update:
    """Give the pairs that nobody decided about the verdict of these thresholds."""
    is_sure = and_(DuplicatePair.probability >= sure, DuplicatePair.is_strong)
    is_shown = DuplicatePair.probability >= maybe
    verdict = case((is_sure, "sure"), (is_shown, "maybe"), else_="not")
    state = case((or_(is_sure, is_shown), "open"), else_="low")
    undecided_ones = DuplicatePair.state.in_(UNDECIDED)
    return update(DuplicatePair).where(undecided_ones).values(verdict=verdict, state=state)


def spread(record: str) -> Rows:
    """How many undecided pairs whose both sides may be seen there are of each probability."""
    left, right = aliased(MODELS[record]), aliased(MODELS[record])
    columns = (DuplicatePair.probability, DuplicatePair.is_strong)
    found = select(*columns, func.count().label("pairs"))
    return _seen(found, record, left, right, UNDECIDED).group_by(*columns)


def dismissed(record: str) -> Rows:
    """Pairs that a person said are two and whose both sides may be seen, the latest first."""
    left, right = aliased(MODELS[record]), aliased(MODELS[record])
    names = ("id", "left_id", "right_id", "probability", "decided_at")
    found = select(
        *(getattr(DuplicatePair, name) for name in names),
        left.name.label("left_name"),
        right.name.label("right_name"),
        func.coalesce(User.name, "").label("by"),
    )
    found = _seen(found, record, left, right, ("dismissed",))
    found = found.join(User, User.id == DuplicatePair.actor_id, isouter=True)
    return found.order_by(DuplicatePair.decided_at.desc(), DuplicatePair.id.desc())


def pairs(record: str, verdict: str) -> Rows:
    """Open pairs whose both sides may be seen, the surest first."""
    left, right = aliased(MODELS[record]), aliased(MODELS[record])
    names = ("id", "left_id", "right_id", "probability", "verdict", "reasons")
    columns = (getattr(DuplicatePair, name) for name in names)
    found = select(*columns, left.name.label("left_name"), right.name.label("right_name"))
    found = _seen(found, record, left, right).order_by(DuplicatePair.probability.desc(), DuplicatePair.id)
    return found.where(DuplicatePair.verdict == verdict) if verdict else found


def pair(record: str, pair_id: int) -> Rows:
    """One open pair."""
    return pairs(record, "").where(DuplicatePair.id == pair_id)


def following(record: str, verdict: str, probability: float, pair_id: int) -> Rows:
    """The number of the open pair that follows one in the list."""
    behind = or_(
        DuplicatePair.probability < probability,
        and_(DuplicatePair.probability == probability, DuplicatePair.id > pair_id),
    )
    return pairs(record, verdict).where(behind).limit(1)


def counts(record: str) -> Rows:
    """How many open pairs there are of each verdict, of those whose both sides may be seen."""
    left, right = aliased(MODELS[record]), aliased(MODELS[record])
    found = _seen(select(DuplicatePair.verdict, func.count()), record, left, right)
    return found.group_by(DuplicatePair.verdict)


def _seen(statement: Rows, record: str, left: Any, right: Any, states: Sequence[str] = ("open",)) -> Rows:
    return (
        statement.select_from(DuplicatePair)
        .join(left, left.id == DuplicatePair.left_id)
        .join(right, right.id == DuplicatePair.right_id)
        .where(DuplicatePair.record == record, DuplicatePair.state.in_(states))
    )


def decide(pair_id: int, state: str, actor_id: int | None, at: Any) -> Update:
    """Note what a person decided about a pair."""
    return (
        update(DuplicatePair)
        .where(DuplicatePair.id == pair_id)
        .values(state=state, actor_id=actor_id, decided_at=at)
    )


def completeness(record: str, ids: list[int]) -> Rows:
    """These records with what decides which one of several stays: age and how much is filled."""
    model = MODELS[record]
    filled = reduce(
        add, (case((func.length(getattr(model, name)) > 0, 1), else_=0) for name in FIELDS[record])
    )
    return select(model.id, filled, model.created_at).where(model.id.in_(ids))


def names(record: str, ids: list[int]) -> Rows:
    """What these records are called, as far as they may be seen."""
    model = MODELS[record]
    return select(model.id, model.name).where(model.id.in_(ids))
