"""Goals and the forecast for programs. Money is a decimal string in the currency of its row."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import money
from crm_core.sales import forecast, goals
from crm_core.sales.forecast_types import ForecastRow
from crm_core.sales.goal_types import GoalRow


@dataclass(frozen=True)
class ForecastPeriod:
    """One period and currency; without a period, open deals that are overdue or have no date."""

    kind: str
    period: date | None
    currency: str
    open_deals: int
    open_amount: str
    won_deals: int
    won: str
    weighted: str
    committed: str
    best_case: str
    expected: str | None
    low: str | None
    high: str | None


@dataclass(frozen=True)
class ForecastReport:
    """The forecast of a day; see the meaning of its numbers in the pages."""

    as_of: date
    by: str
    closed_deals: int
    has_history: bool
    uses_learned_chances: bool
    rows: tuple[ForecastPeriod, ...]


@dataclass(frozen=True)
class GoalProgress:
    """A goal with what was reached: ``share`` of the target, ``gone`` of the working days of the period."""

    id: int
    version: int
    measure: str
    level: str
    whose: str
    user_id: int | None
    team_id: int | None
    starts_on: date
    ends_on: date
    currency: str
    target: str
    value: str
    share: float
    gone: float
    pace: str


def report(call: Call) -> Answer:
    """Tell what the coming months may bring: by stage, by judgement, and by history with its interval."""
    by, periods = call.query.get("by", "month"), call.number("periods", 6, forecast.MOST_PERIODS)
    day = _day(call, "as_of")
    if day is None:
        made = forecast.report(call.actor, by=by, periods=periods)
    else:
        made = forecast.as_of(call.actor, day, by=by, periods=periods)
    rows = tuple(map(_period, made.rows))
    told = (made.as_of, made.by, made.closed, made.has_history, made.is_learned)
    return Answer(body=ForecastReport(*told, rows))


def search(call: Call) -> Answer:
    """List the goals whose period touches `from` and `to` (today where they are not said), with progress."""
    found = goals.search(call.actor, _day(call, "from"), _day(call, "to"))
    return Answer(body={"items": [_goal(row) for row in found]})


def _goal(row: GoalRow) -> GoalProgress:
    target, value = (
        str(money.to_decimal(one, row.currency)) if row.is_money else str(one)
        for one in (row.target, row.value)
    )
    return GoalProgress(
        row.id, row.version, row.measure, row.level, row.whose, row.user_id, row.team_id, row.starts_on,
        row.ends_on, row.currency, target, value, round(row.pace.share, 4), round(row.pace.gone, 4),
        row.pace.word,
    )  # fmt: skip


def _period(row: ForecastRow) -> ForecastPeriod:
    def told(minor: int | None) -> Any:
        return None if minor is None else str(money.to_decimal(minor, row.currency))

    return ForecastPeriod(
        row.kind, row.starts_on, row.currency, row.open_deals, told(row.open_amount), row.won_deals,
        told(row.won), told(row.weighted), told(row.committed), told(row.best_case), told(row.expected),
        told(row.low), told(row.high),
    )  # fmt: skip


def _day(call: Call, name: str) -> date | None:
    given = call.query.get(name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        hint = "Give a day, such as 2026-03-31."
        raise Invalid("The query needs correcting.", fields={name: hint}) from None
