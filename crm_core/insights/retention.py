"""How long until customers come back, also told from those who have not come back yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log, sqrt

from crm_core.insights import customer_sets, purchase_histories
from crm_core.insights.customer_sets import EVERYBODY, CustomerSet
from crm_core.insights.kept_answers import kept
from crm_core.insights.purchase_days import begin_of, local_day, number
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company

_NORMAL = 1.959964


@dataclass(frozen=True)
class Survival:
    """After so many units of time: the share to whom it has not happened, between 95 % bounds.

    ``at_risk`` were watched so long without it, ``happened`` counts those to whom it happened then.
    """

    time: float
    at_risk: int
    happened: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class ReturnReport:
    """Customers, those who came back on another day, and the share that had done so after each day.

    ``median_days`` is after how many days half of all customers had come back; None when fewer ever did.
    """

    as_of: date
    customers: int
    came_back: int
    median_days: int | None
    curve: tuple[Survival, ...]

    def share_after(self, days: int) -> float | None:
        """Which share of customers comes back within so many days; None when nobody was watched so long."""
        known = [step for step in self.curve if step.time <= days]
        watched = any(step.time >= days for step in self.curve)
        if not watched:
            return None
        return 1 - known[-1].share if known else 0.0


def survival(seen: Iterable[tuple[float, bool, int]]) -> tuple[Survival, ...]:
    """The estimate of Kaplan and Meier (1958) with Greenwood's error on the scale log(-log S).

    Args:
        seen: how long somebody was watched, whether it happened then, and how many these are.
    """
    by_time: dict[float, list[int]] = {}
    for time, happened, people in seen:
        by_time.setdefault(time, [0, 0])[0 if happened else 1] += people
    at_risk = sum(sum(counts) for counts in by_time.values())
    share, error, found = 1.0, 0.0, []
    for time in sorted(by_time):
        count, left = by_time[time]
        share *= 1 - count / at_risk
        if count and at_risk > count:
            error += count / (at_risk * (at_risk - count))
        found.append(Survival(time, at_risk, count, share, *_bounds(share, error)))
        at_risk -= count + left
    return tuple(found)


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def report(work: Work, as_of: date | None = None, which: CustomerSet = EVERYBODY) -> ReturnReport:
    """When the customers that this person sees came back after their first day of buying.

    Args:
        as_of: only orders up to this day count; None for today.
        which: only these customers.
    """
    day = as_of or local_day(work.now)
    until, among = begin_of(day + timedelta(days=1)), customer_sets.ids(work, which)
    days = purchase_histories.days(work, company().time_zone, until, among=among)
    rows = purchase_histories.returns(days, number(day))
    curve = survival((row.days, bool(row.came_back), row.customers) for row in rows)
    half = next((int(step.time) for step in curve if step.share <= 0.5), None)
    customers = sum(row.customers for row in rows)
    came_back = sum(row.customers for row in rows if row.came_back)
    return ReturnReport(day, customers, came_back, half, curve)


def _bounds(share: float, error: float) -> tuple[float, float]:
    if not 0 < share < 1:
        return share, share
    width = _NORMAL * sqrt(error) / log(share)
    return share ** exp(-width), share ** exp(width)
