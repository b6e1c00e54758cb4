"""What the coming months may bring: stage times amount, what people think, and what history says.

Three answers stand side by side and are never mixed: ``weighted`` (chance of the stage, or of the deal, times
amount, in the month of the close date), ``committed`` and ``best_case`` (what owners think), and ``expected``
with the interval that holds 80 of 100 futures (see ``simulation``), which asks history when deals close.
"""

from datetime import date, datetime
from typing import Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import dates
from crm_core.kernel.work import Work, use_case
from crm_core.sales import back_tests, forecast_days, forecast_rows, win_model, win_probability
from crm_core.sales.calibration import Quality
from crm_core.sales.deal_past import day_number
from crm_core.sales.forecast_rows import Known
from crm_core.sales.forecast_types import Forecast, Whose
from crm_core.sales.win_probability import Learned
from crm_core.team.company import company
from db.queries import users as user_sql

STEPS: Final = {"month": 1, "quarter": 3}
MOST_PERIODS: Final = 24


@use_case(Permission.DEALS_READ, read=True)
def report(
    work: Work,
    *,
    by: str = "month",
    periods: int = 6,
    pipeline_id: int | None = None,
    owner_id: int | None = None,
    team_id: int | None = None,
) -> Forecast:
    """The forecast from today on, of the deals that this person sees.

    Args:
        by: ``month`` or ``quarter``. periods: how many, the present one included.
        pipeline_id, owner_id, team_id: only deals of these; owner 0 for those of nobody.

    Raises:
        Invalid: another kind or number of periods.
    """
    return _made(work, today(work), by, periods, _whose(work, pipeline_id, owner_id, team_id))


@use_case(Permission.DEALS_READ, read=True)
def as_of(
    work: Work, day: date, *, by: str = "month", periods: int = 6, pipeline_id: int | None = None
) -> Forecast:
    """The forecast as it would have been made at the end of a day: nothing that came later is looked at.

    Raises:
        Invalid: the day is still to come, or another kind or number of periods.
    """
    if day > today(work):
        hint = "Give today or an earlier day."
        raise Invalid(f"Nobody knows yet what will be known then. {hint}", fields={"as_of": hint})
    return _made(work, day, by, periods, Whose(pipeline_id=pipeline_id), is_replayed=True)


@use_case(Permission.REPORTS_READ, read=True)
def back_test(work: Work, day: date | None = None) -> Quality:
    """How good chances and intervals would have been in the past, up to a day (today when none is named)."""
    until = forecast_days.end_of(day or today(work))
    past = win_probability.past_of(work, until)
    return back_tests.back_test(past, day_number(min(until, work.now)), win_probability.defaults_of(work))


def today(work: Work) -> date:
    """The day in the company's time zone."""
    return day_of(work.now)


def day_of(instant: datetime) -> date:
    """The day that an instant lay in, in the company's time zone."""
    return instant.astimezone(dates.zone_of(company().time_zone)).date()


def months_from(day: date, count: int, step: int = 1) -> tuple[date, ...]:
    """First days of so many periods and of the one behind them, beginning with the period of a day.

    >>> [str(one) for one in months_from(date(2026, 11, 9), 2)]
    ['2026-11-01', '2026-12-01', '2027-01-01']
    """
    place = (day.year * 12 + day.month - 1) // step
    return tuple(date(n * step // 12, n * step % 12 + 1, 1) for n in range(place, place + count + 1))


def known_on(
    work: Work,
    day: date,
    by: str = "month",
    periods: int = 6,
    *,
    is_replayed: bool = False,
    learned: Learned | None = None,
) -> Known:
    """All that a forecast of a day needs, read once.

    Raises:
        Invalid: another kind or number of periods.
    """
    if by not in STEPS:
        raise Invalid("A forecast goes by month or quarter.", fields={"by": "Choose month or quarter."})
    if not 1 <= periods <= MOST_PERIODS:
        hint = f"Give 1 to {MOST_PERIODS} periods."
        raise Invalid(hint, fields={"periods": hint})
    bounds = months_from(day, periods, STEPS[by])
    end = forecast_days.end_of(day)
    now = end if is_replayed else work.now
    past = win_probability.past_of(work, end)
    if learned is None and not is_replayed:
        learned = win_probability.latest(work)
    defaults = win_probability.defaults_of(work)
    if learned is None:
        model, is_learned = win_model.fit(past, day_number(now), defaults), False
        if is_replayed:
            is_learned = back_tests.back_test(past, day_number(now), defaults).is_learned_better
    else:
        model, is_learned = learned.model, learned.is_in_use
    deals = forecast_days.deals_on(work, end, bounds[0], is_replayed=is_replayed)
    view = past.at(day_number(now))
    return Known(day, now, past, view, model, is_learned, deals, bounds)


def _made(
    work: Work, day: date, by: str, periods: int, whose: Whose, *, is_replayed: bool = False
) -> Forecast:
    known = known_on(work, day, by, periods, is_replayed=is_replayed)
    rows = tuple(forecast_rows.made_for(work, known, whose))
    return Forecast(day, by, rows, known.model.rates.closed, known.has_history, known.is_learned)


def _whose(work: Work, pipeline_id: int | None, owner_id: int | None, team_id: int | None) -> Whose:
    owners: frozenset[int | None] | None = None
    if owner_id is not None:
        owners = frozenset([owner_id or None])
    elif team_id is not None:
        owners = frozenset(work.scalars(user_sql.ids_of_team(team_id)))
    return Whose(owners, pipeline_id)
