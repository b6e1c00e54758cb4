"""What deals that were opened in a period went through, and which deals these are."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, literal, select

from db.models import Account, Contact, Deal, StageChange, User
from db.queries import Rows, metrics
from db.queries.facts import Asked, narrowed


class Cohort(NamedTuple):
    """The deals of a pipeline that were opened in a period, as they were known at ``until``.

    ``among``: only those with one of these ids.
    """

    pipeline_id: int
    since: datetime | None
    before: datetime | None
    until: datetime
    among: Rows | None = None


def opened(asked: Asked) -> Rows:
    """The ids of the deals that were opened in a period, with the filters that are set."""
    facts = metrics.SOURCES["new_deals"](asked)
    rows = narrowed(facts, asked.narrow, metrics.members(asked))
    return rows.with_only_columns(facts.id)


def changes(cohort: Cohort) -> Rows:
    """What happened to the deals, deal by deal."""
    columns = (StageChange.deal_id, StageChange.to_stage_id, StageChange.status, StageChange.changed_at)
    told = _within(select(*columns).join(Deal, Deal.id == StageChange.deal_id), cohort)
    told = told.where(StageChange.changed_at <= cohort.until)
    return told.order_by(StageChange.deal_id, StageChange.changed_at, StageChange.id)


def deals(cohort: Cohort, reached: Collection[int] | None, ended: str | None) -> Rows:
    """The deals themselves, as rows of numbers are shown: those that were at one of these stages, or ended
    like this (``won``, ``lost`` or ``open``); the most valuable first."""
    columns = (
        Deal.id, Deal.opened_at.label("at"), func.coalesce(Deal.amount, 0).label("value"), Deal.currency,
        literal("deals").label("record"), Deal.name.label("title"), Deal.contact_id, Deal.account_id,
        func.coalesce(Contact.name, Account.name, "").label("customer"), User.name.label("owner"),
    )  # fmt: skip
    joined = select(*columns).outerjoin(Contact, Contact.id == Deal.contact_id)
    joined = joined.outerjoin(Account, Account.id == Deal.account_id)
    known = (StageChange.deal_id == Deal.id, StageChange.changed_at <= cohort.until)
    told = _within(joined.outerjoin(User, User.id == Deal.owner_id), cohort)
    told = told.where(select(StageChange.id).where(*known).exists())
    if reached is not None:
        there = StageChange.to_stage_id.in_(sorted(reached))
        told = told.where(select(StageChange.id).where(*known, there).exists())
    if ended is not None:
        last = select(StageChange.status).where(*known)
        last = last.order_by(StageChange.changed_at.desc(), StageChange.id.desc()).limit(1)
        told = told.where(last.correlate(Deal).scalar_subquery() == ended)
    return told.order_by(func.coalesce(Deal.amount, 0).desc(), Deal.id)


def _within(told: Rows, cohort: Cohort) -> Rows:
    told = told.where(Deal.pipeline_id == cohort.pipeline_id, Deal.opened_at <= cohort.until)
    if cohort.since is not None:
        told = told.where(Deal.opened_at >= cohort.since)
    if cohort.before is not None:
        told = told.where(Deal.opened_at < cohort.before)
    return told if cohort.among is None else told.where(Deal.id.in_(cohort.among))
