"""The list of deals: its conditions, its orders, what rows and cards show, and sums for columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select

from db.models import Account, Contact, Deal, DealContact, DealLine, Stage, Task, User
from db.queries import Rows
from db.queries.search import Words, having

SORTS: dict[str, tuple[Any, ...]] = {
    "name": (func.lower(Deal.name),),
    "amount": (Deal.amount,),
    "close_date": (Deal.close_on,),
    "stage": (Stage.position, Deal.rank),
    "days_in_stage": (Deal.stage_since,),
    "company": (func.lower(Account.name),),
    "contact": (Contact.name_key,),
    "owner": (func.lower(User.name),),
    "status": (Deal.status,),
    "created": (Deal.opened_at,),
    "updated": (Deal.updated_at,),
    "closed": (Deal.closed_at,),
}
MAY_BE_EMPTY = frozenset({"amount", "close_date", "closed", "company", "contact", "owner"})


@dataclass(frozen=True)
class DealFilter:
    """What is asked of a deal, in the terms of its columns; instants are UTC.

    ``owner`` is a user id, 0 for nobody, None for everybody. ``rotten`` names stages with the instant before
    which a deal must have entered to be rotting; None asks for nothing.
    """

    words: Words = ()
    pipeline_id: int | None = None
    stage_id: int | None = None
    status: str = ""
    owner: int | None = None
    team_id: int | None = None
    amount: tuple[int | None, int | None] = (None, None)
    currency: str = ""
    close_on: tuple[date | None, date | None] = (None, None)
    closed_at: tuple[datetime | None, datetime | None] = (None, None)
    opened_at: tuple[datetime | None, datetime | None] = (None, None)
    contact_id: int | None = None
    account_id: int | None = None
    product_id: int | None = None
    lost_reason: str = ""
    rotten: tuple[tuple[int, datetime], ...] | None = None
    without_next_step: bool = False
    deleted: bool = False


def conditions(asked: DealFilter) -> list[ColumnElement[bool]]:
    """What a deal must fulfil."""
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (Deal.pipeline_id, asked.pipeline_id),
        (Deal.stage_id, asked.stage_id),
        (Deal.status, asked.status),
        (Deal.currency, asked.currency),
        (Deal.account_id, asked.account_id),
        (Deal.lost_reason, asked.lost_reason),
    ):
        if value not in (None, ""):
            found.append(column == value)
    if asked.owner is not None:
        found.append(Deal.owner_id == asked.owner if asked.owner else Deal.owner_id.is_(None))
    found += _between(Deal.amount, *asked.amount) + _between(Deal.close_on, *asked.close_on)
    found += _from_until(Deal.closed_at, *asked.closed_at) + _from_until(Deal.opened_at, *asked.opened_at)
    return found + _about_others(asked)


def _about_others(asked: DealFilter) -> list[ColumnElement[bool]]:
    """Conditions that look into other tables."""
    found: list[ColumnElement[bool]] = []
    if asked.words:
        found.append(having(asked.words, Deal))
    if asked.team_id is not None:
        found.append(Deal.owner_id.in_(select(User.id).where(User.team_id == asked.team_id)))
    if asked.contact_id is not None:
        part = DealContact.deal_id == Deal.id, DealContact.contact_id == asked.contact_id
        found.append(or_(Deal.contact_id == asked.contact_id, exists().where(*part)))
    if asked.product_id is not None:
        found.append(exists().where(DealLine.deal_id == Deal.id, DealLine.product_id == asked.product_id))
    if asked.rotten is not None:
        old = [and_(Deal.stage_id == stage, Deal.stage_since < since) for stage, since in asked.rotten]
        found += [Deal.status == "open", or_(false(), *old)]
    if asked.without_next_step:
        planned = exists().where(Task.deal_id == Deal.id, Task.status == "open")
        found += [Deal.status == "open", ~planned]
    if asked.deleted:
        found.append(Deal.deleted_at.is_not(None))
    return found


def rows() -> Select[Any]:
    """What rows and cards show, in the order of ``types.DealRow`` up to ``deleted_at``; add conditions."""
    columns: tuple[Any, ...] = (
        Deal.id, Deal.version, Deal.name, Deal.pipeline_id, Deal.stage_id, Stage.name.label("stage"),
        Deal.status, Deal.amount, Deal.currency, Deal.probability, Deal.judgement, Deal.close_on,
        Deal.opened_at, Deal.stage_since, Deal.closed_at, Deal.lost_reason, Deal.contact_id,
        Contact.name.label("contact_name"), Deal.account_id, Account.name.label("company"), Deal.owner_id,
        func.coalesce(User.name, Deal.owner_name).label("owner_name"), Deal.source, Deal.rank, Deal.is_sample,
        Deal.created_at, Deal.updated_at, Deal.deleted_at,
        Stage.probability.label("stage_probability"), Stage.rot_days,
    )  # fmt: skip
    joined: Select[Any] = select(*columns).join(Stage, Stage.id == Deal.stage_id)
    joined = joined.outerjoin(Account, Account.id == Deal.account_id)
    joined = joined.outerjoin(Contact, Contact.id == Deal.contact_id)
    return joined.outerjoin(User, User.id == Deal.owner_id)


def ordered(statement: Select[Any], sort: str, *, is_descending: bool) -> Select[Any]:
    """The statement in one of the orders of ``SORTS``; what is empty comes last, equal values by id."""
    turned = [column.desc() if is_descending else column.asc() for column in SORTS[sort]]
    if sort in MAY_BE_EMPTY:
        turned = [column.nulls_last() for column in turned]
    return statement.order_by(*turned, Deal.id.desc() if is_descending else Deal.id)


def ids(asked: DealFilter) -> Rows:
    """The ids of all deals that are asked for, in rising order."""
    return select(Deal.id).where(*conditions(asked)).order_by(Deal.id)


def sums(asked: DealFilter) -> Rows:
    """Per currency: how many deals, and what they add up to."""
    columns = (Deal.currency, func.count(), func.sum(Deal.amount))
    return select(*columns).where(*conditions(asked)).group_by(Deal.currency)


def stage_sums(asked: DealFilter, stage_ids: Sequence[int]) -> Rows:
    """Per stage and currency: how many open deals, and what they add up to; the index has it all."""
    columns = (Deal.stage_id, Deal.currency, func.count(), func.sum(Deal.amount))
    inside = (Deal.stage_id.in_(stage_ids), *conditions(asked))
    return select(*columns).where(*inside).group_by(Deal.stage_id, Deal.currency)


def column(asked: DealFilter, stage_id: int, after: tuple[int, int] | None, limit: int) -> Rows:
    """The cards of one column in their order, behind a rank and id."""
    inside = [Deal.stage_id == stage_id, *conditions(asked)]
    if after is not None:
        rank, deal_id = after
        inside.append(or_(Deal.rank > rank, and_(Deal.rank == rank, Deal.id > deal_id)))
    chosen = select(Deal.id).where(*inside).order_by(Deal.rank, Deal.id).limit(limit)
    return rows().where(Deal.id.in_(chosen)).order_by(Deal.rank, Deal.id)


def _between(column: Any, low: Any, high: Any) -> list[ColumnElement[bool]]:
    found = [] if low is None else [column >= low]
    return found if high is None else [*found, column <= high]


def _from_until(column: Any, low: Any, high: Any) -> list[ColumnElement[bool]]:
    found = [] if low is None else [column >= low]
    return found if high is None else [*found, column < high]


def is_deal(deal_id: int) -> ColumnElement[bool]:
    """This deal and no other."""
    return Deal.id == deal_id
