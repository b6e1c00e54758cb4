"""What came of a coupon, and above all what would not have happened without it."""

from datetime import datetime, time, timedelta

from crm_core.activity.task_days import zone
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import coupon_setup
from crm_core.loyalty.coupon_types import CouponReport, CouponRow
from crm_core.marketing.lift import HOLDOUT
from crm_core.marketing.result_types import Arm
from crm_core.marketing.results import lift_of
from db.queries import coupon_results as sql

WITH = "with coupon"
_COUNTED = ("people", "converted")


@use_case(Permission.LOYALTY_READ, read=True)
def report(work: Work, coupon_id: int) -> CouponReport:
    """What was redeemed so far, and what people with the coupon bought more than those who were held back.

    Bought counts from when the people were chosen until the coupon ends: the share who bought at all, and
    revenue per head in the currency of the coupon, whether with the coupon or not.

    Raises:
        NotFound: there is no such coupon.
    """
    row = coupon_setup.get(work, coupon_id)
    until = _end(row)
    is_final = row.state == "ended" or (until is not None and until <= work.now)
    arms = _arms(work, row, min(until or work.now, work.now))
    lift = lift_of(arms, row.currency, measures=set(_COUNTED[1:]) | {"revenue"}, is_final=is_final)
    [(uses, cancelled, customers, discount, baskets)] = work.tuples(sql.totals(coupon_id))
    return CouponReport(
        row.id, row.name, row.state, row.currency, row.codes, uses, cancelled, customers, discount, baskets,
        tuple(arms), tuple(lift),
    )  # fmt: skip


def _arms(work: Work, row: CouponRow, until: datetime) -> list[Arm]:
    found = work.tuples(sql.bought_since(row.id, row.currency, until))
    return [
        Arm(
            HOLDOUT if is_held else WITH, {"people": people, "converted": buyers}, int(revenue),
            float(squares), int(spenders),
        )
        for is_held, people, buyers, revenue, squares, spenders in found
    ]  # fmt: skip


def _end(row: CouponRow) -> datetime | None:
    """The moment after the last day of a coupon; None when it has none."""
    if row.ends_on is None:
        return None
    return datetime.combine(row.ends_on + timedelta(days=1), time(), zone())
