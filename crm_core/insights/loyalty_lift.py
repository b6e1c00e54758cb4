"""What the programme changed: from hold-outs where there are any, else against comparable customers."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from crm_core.insights import loyalty_matching as matching
from crm_core.insights.kept_answers import kept
from crm_core.insights.loyalty_matching import Buyer
from crm_core.insights.loyalty_types import LiftReport, MemberLift
from crm_core.insights.purchase_days import local_day
from crm_core.kernel.access import Permission
from crm_core.kernel.values import money
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import coupon_results
from crm_core.team.company import company
from db.queries import loyalty_lift as sql

MATCHED: Final = "matched"
MEASURES: Final = ("converted", "revenue")
MOST_CUSTOMERS: Final = 100_000
"""Of more customers every second, third … one is compared: the interval would hardly become narrower."""

MOST_COUPONS: Final = 5
YEAR: Final = 12


@use_case(Permission.LOYALTY_READ, read=True)
@kept()
def report(work: Work) -> LiftReport:
    """What members bought more than customers alike, and what coupons with a hold-out changed.

    See ``loyalty_matching`` for who is alike. Members who joined with their first order are left out: before
    it there is nothing to compare.
    """
    customers = int(work.scalar(sql.customers()) or 0)
    every = max(1, -(-customers // MOST_CUSTOMERS))
    today = local_day(work.now)
    found = matching.match(_buyers(work, every), today.year * YEAR + today.month - 1)
    unit = 10 ** money.exponent(company().currency)
    rows = [
        MemberLift(
            MATCHED, measure, told.people, told.compared, told.usual / scale, told.difference / scale,
            told.low / scale, told.high / scale, told.enough,
        )
        for measure, scale in zip(MEASURES, (1, unit), strict=True)
        if (told := found.estimate(measure)) is not None
    ]  # fmt: skip
    rows += _held_out(work)
    return LiftReport(company().currency, matching.WINDOW, found.unmatched, every, tuple(rows))


def _buyers(work: Work, every: int) -> list[Buyer]:
    zone = company().time_zone
    joined: dict[int, int] = dict(map(tuple, work.tuples(sql.joined(zone, every))))
    bought = work.tuples(sql.months(zone, company().currency, every))
    return [
        Buyer(contact_id, joined.get(contact_id), tuple(tuple(row)[1:] for row in rows))
        for contact_id, rows in groupby(bought, key=lambda row: row.contact_id)
    ]


def _held_out(work: Work) -> Iterator[MemberLift]:
    for coupon_id in work.scalars(sql.held_out(MOST_COUPONS)):
        told = coupon_results.report(work, coupon_id)
        people = {arm.is_holdout: arm.people for arm in told.arms}
        for row in told.lift:
            if row.measure in MEASURES:
                yield MemberLift(
                    told.coupon, row.measure, people.get(False, 0), people.get(True, 0), row.usual,
                    row.found.difference, row.found.low, row.found.high, row.enough,
                )  # fmt: skip
