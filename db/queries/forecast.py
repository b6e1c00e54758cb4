"""What a forecast is made from: the steps of all deals, what is open, what was won, and earlier forecasts."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Delete, Update, and_, case, cast, delete, func, null, or_, select, update

from db.models import (
    Activity,
    Deal,
    FittedModel,
    ForecastSnapshot,
    Pipeline,
    Setting,
    Stage,
    StageChange,
    User,
)
from db.queries import Rows
from db.queries.lists import listed

STATE = (
    Deal.id,
    Deal.pipeline_id,
    Deal.owner_id,
    Deal.owner_name,
    Deal.source,
    Deal.currency,
    Deal.amount,
    Deal.close_on,
    Deal.judgement,
    Deal.probability,
    Deal.stage_id,
    Deal.status,
    Deal.opened_at,
    Deal.stage_since,
)


def steps(until: datetime) -> Rows:
    """Every change of a deal before an instant, deal by deal in their order; deleted deals are left out."""
    columns = (
        StageChange.deal_id,
        StageChange.to_stage_id,
        StageChange.status,
        StageChange.amount,
        StageChange.changed_at,
        StageChange.recorded_at,
        Deal.owner_id,
        Deal.owner_name,
        Deal.pipeline_id,
        Deal.source,
        Deal.currency,
    )
    told = select(*columns).join(Deal, Deal.id == StageChange.deal_id)
    kept = (StageChange.changed_at < until, _there(until))
    ordered = told.where(*kept).order_by(StageChange.deal_id, StageChange.changed_at, StageChange.id)
    return ordered.execution_options(with_deleted=True)


def last_steps(until: datetime, pipeline_id: int | None = None) -> Rows:
    """The last change of every deal before an instant, with the deal as it is today."""
    newest = (StageChange.changed_at.desc(), StageChange.id.desc())
    place = func.row_number().over(partition_by=StageChange.deal_id, order_by=newest).label("place")
    columns = (StageChange.deal_id, StageChange.to_stage_id, StageChange.status, StageChange.changed_at)
    told = select(*columns, StageChange.recorded_at, place).where(StageChange.changed_at < until).subquery()
    # Of a deal that was told only after its end, amount and close date are those of the end.
    hindsight = and_(told.c.status == "open", Deal.status != "open", told.c.recorded_at > Deal.closed_at)
    amount, close_on = (case((hindsight, null()), else_=column) for column in (Deal.amount, Deal.close_on))
    replayed = (
        Deal.id,
        Deal.pipeline_id,
        Deal.owner_id,
        Deal.owner_name,
        Deal.source,
        Deal.currency,
        amount.label("amount"),
        close_on.label("close_on"),
        Deal.judgement,
        Deal.probability,
        told.c.to_stage_id.label("stage_id"),
        told.c.status,
        Deal.opened_at,
        told.c.changed_at.label("stage_since"),
    )
    joined = select(*replayed).join(told, and_(told.c.deal_id == Deal.id, told.c.place == 1))
    kept = joined.where(_there(until), told.c.status != "lost")
    if pipeline_id is not None:
        kept = kept.where(Deal.pipeline_id == pipeline_id)
    return kept.order_by(Deal.id).execution_options(with_deleted=True)


def present(since: datetime, pipeline_id: int | None = None) -> Rows:
    """The deals that are open, and those that were won from an instant on."""
    won = and_(Deal.status == "won", Deal.closed_at >= since)
    closing = case((Deal.status == "won", Deal.closed_at), else_=Deal.stage_since).label("stage_since")
    chosen = select(*STATE[:-1], closing).where(or_(Deal.status == "open", won))
    if pipeline_id is not None:
        chosen = chosen.where(Deal.pipeline_id == pipeline_id)
    return chosen.order_by(Deal.id)


def later_edits(since: datetime) -> Rows:
    """What was changed on deals from an instant on, the latest first: deal id and facts."""
    names = ("deal.changed", "deal.assigned")
    told = select(Activity.subject_id, Activity.facts).where(Activity.name.in_(names))
    told = told.where(Activity.subject_type == "deals", Activity.recorded_at >= since)
    return told.order_by(Activity.recorded_at.desc(), Activity.id.desc())


def states(deal_ids: Collection[int]) -> Rows:
    """These deals as they are."""
    return select(*STATE).where(listed(Deal.id, deal_ids)).order_by(Deal.id)


def stage_chances() -> Rows:
    """Of every stage: id, name, its usual chance in percent."""
    return select(Stage.id, Stage.name, Stage.probability)


def user_names() -> Rows:
    """Id and name of everybody who works here, or did."""
    return select(User.id, User.name)


def pipeline_ids() -> Rows:
    """All pipelines."""
    return select(Pipeline.id)


def latest_model(name: str) -> Rows:
    """The model of this name that was fitted last."""
    newest = (FittedModel.fitted_at.desc(), FittedModel.id.desc())
    return select(FittedModel).where(FittedModel.name == name).order_by(*newest).limit(1)


def forget_models(name: str, before: datetime) -> Delete:
    """Remove models of this name that were fitted long ago."""
    return delete(FittedModel).where(FittedModel.name == name, FittedModel.fitted_at < before)


def claim_night(name: str, begun: datetime, now: datetime) -> Update:
    """Take the work of this night; changes nothing when another worker did so already."""
    mine = update(Setting).where(Setting.name == name, Setting.updated_at < begun)
    return mine.values(updated_at=now)


def snapshot_days(since: date) -> Rows:
    """The days on which forecasts were kept, from a day on."""
    days = select(ForecastSnapshot.taken_on).where(ForecastSnapshot.taken_on >= since).distinct()
    return days.order_by(ForecastSnapshot.taken_on)


def kept(months: Collection[date], currency: str, pipeline_id: int | None = None) -> Rows:
    """What was forecast for some months: month, day, sums, and the squared reach of the interval."""
    sums = [
        cast(func.sum(column), BigInteger)
        for column in (
            ForecastSnapshot.won,
            ForecastSnapshot.weighted,
            ForecastSnapshot.committed,
            ForecastSnapshot.best_case,
            ForecastSnapshot.expected,
        )
    ]
    below = ForecastSnapshot.expected - ForecastSnapshot.low
    above = ForecastSnapshot.high - ForecastSnapshot.expected
    # As real numbers: squares of cents are more than whole numbers hold.
    squares: list[Any] = [func.sum(reach * 1.0 * reach) for reach in (below, above)]
    by = (ForecastSnapshot.month_on, ForecastSnapshot.taken_on)
    chosen = select(*by, *sums, *squares).where(ForecastSnapshot.month_on.in_(months))
    chosen = chosen.where(ForecastSnapshot.currency == currency)
    if pipeline_id is not None:
        chosen = chosen.where(ForecastSnapshot.pipeline_id == pipeline_id)
    return chosen.group_by(*by).order_by(*by)


def _there(until: datetime) -> Any:
    return or_(Deal.deleted_at.is_(None), Deal.deleted_at >= until)


def won_since(since: datetime, currency: str, usual: str, pipeline_id: int | None = None) -> Rows:
    """When deals were won from an instant on, and for how much."""
    named = Deal.currency == currency
    same = or_(named, Deal.currency == "") if currency == usual else named
    won = select(Deal.closed_at, func.coalesce(Deal.amount, 0)).where(Deal.status == "won", same)
    if pipeline_id is not None:
        won = won.where(Deal.pipeline_id == pipeline_id)
    return won.where(Deal.closed_at >= since)


def closing(kind: str, since: date | None, until: date | None, today: date) -> list[Any]:
    """When an open deal belongs to a period, is overdue, or has no date; the past of a period is overdue."""
    if kind == "undated":
        return [Deal.close_on.is_(None)]
    if kind == "overdue":
        return [Deal.close_on < today]
    return [Deal.close_on >= max(since or today, today), *([Deal.close_on < until] if until else [])]


def place_sums(inside: list[Any]) -> Rows:
    """Per currency: how many deals, and what they add up to."""
    return select(Deal.currency, func.count(), func.sum(Deal.amount)).where(*inside).group_by(Deal.currency)
