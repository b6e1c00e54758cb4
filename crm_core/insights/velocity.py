"""How fast selling goes: how long deals take until they are won, and what that means for each day."""

from dataclasses import dataclass, replace
from typing import Final

from crm_core.insights import asking, metrics
from crm_core.insights.kept_answers import kept
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from db.queries import velocity as sql

ENDS: Final = (7, 14, 30, 60, 90, 180)
"""The last days of the steps; the last step has none."""


@dataclass(frozen=True)
class Step:
    """Deals that were won after ``above`` days or more and up to ``until`` days (None: no end)."""

    above: int
    until: int | None
    deals: int


@dataclass(frozen=True)
class Velocity:
    """The four levers of selling, and what they make together.

    ``open_deals`` are those at the end of the period, ``average`` is what a won one brought in minor units
    of ``currency``, ``win_rate`` a share, ``days`` the mean from opening to winning. ``a_day`` is their
    product over the days: what the open deals will bring each day at this pace (sales velocity as sales
    literature calls it). Parts that nothing is known of are None.
    """

    currency: str
    open_deals: int
    average: int | None
    win_rate: float | None
    days: float | None
    steps: tuple[Step, ...]

    @property
    def a_day(self) -> int | None:
        """Minor units a day; None while one of the levers is unknown."""
        if self.average is None or self.win_rate is None or not self.days:
            return None
        return round(self.open_deals * self.average * self.win_rate / self.days)


@use_case(Permission.DEALS_READ, read=True)
@kept()
def report(work: Work, question: Question) -> Velocity:
    """The pace of the deals that were closed in a period, of those that this person sees.

    Raises:
        Invalid, NotFound: as for ``metrics.figures``.
    """
    names = ("open_deals", "deals_won", "revenue_won", "win_rate", "sales_cycle")
    told = {one.metric.name: one for one in metrics.figures(work, replace(question, compare="none"), names)}
    won = told["revenue_won"]
    amount = won.amounts[0]
    days, rate = told["sales_cycle"].value, told["win_rate"].value
    metric = metrics.metric_of("sales_cycle")
    asked = asking.asked(work, metric, question, asking.narrowed(work, question))
    counts = dict(map(tuple, work.tuples(sql.days_to_win(asked, ENDS))))
    begins = (0, *(end + 1 for end in ENDS))
    steps = zip(begins, (*ENDS, None), strict=True)
    return Velocity(
        currency=won.currency,
        open_deals=int(told["open_deals"].value or 0),
        average=round(amount.total / amount.count) if amount.count else None,
        win_rate=None if rate is None else float(rate),
        days=None if days is None else float(days),
        steps=tuple(Step(above, until, counts.get(place, 0)) for place, (above, until) in enumerate(steps)),
    )
