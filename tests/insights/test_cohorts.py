"""Cohorts, returns and stages of relationships agree with calculations of our own on the same orders."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_core.activity import interactions
from crm_core.activity.types import NewInteraction
from crm_core.insights import cohorts, journey_stages, retention
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from db.models import Referral, Referrer
from tests.commerce.selling import customer, line, order, product
from tests.insights.published_orders import cdnow, put_in
from tests.people import Cast
from tests.shared_data import shared

LAST = date(1998, 6, 30)


def test_cohorts_and_returns_of_a_published_shop_equal_calculations_of_our_own(olga: Actor) -> None:
    orders = cdnow()
    put_in(orders)
    sold = pd.DataFrame(orders)
    _cohorts_are_right(olga, sold)
    _returns_are_right(olga, sold)


def _cohorts_are_right(olga: Actor, sold: pd.DataFrame) -> None:
    months = sold.day.map(lambda day: day.year * 12 + day.month - 1)
    first = months.groupby(sold.customer).transform("min")
    wanted = sold.groupby([first, months - first]).customer.nunique()

    found = cohorts.report(olga, as_of=LAST)

    assert {(cell.cohort, cell.months): cell.customers for cell in found.cells} == {
        (f"{key[0] // 12}-{key[0] % 12 + 1:02}", key[1]): customers for key, customers in _pairs(wanted)
    }
    assert sum(found.sizes.values()) == found.customers == 2357
    assert found.orders == len(sold)
    assert found.repeat_rate == pytest.approx((sold.groupby("customer").size() > 1).mean())
    assert found.average[0] == 1
    old = wanted.xs(3, level=1).sum() / sum(found.sizes.values())
    assert found.average[3] == pytest.approx(old)
    for cell in found.cells[::25]:
        page = cohorts.members(olga, cell.cohort, cell.months, LAST)
        assert page.total == cell.customers
    told = sold[first.eq(1997 * 12 + 1) & months.eq(1997 * 12 + 3)]
    page = cohorts.members(olga, "1997-02", 2, LAST, Paging(size=500))
    assert sum(one.orders for one in page) == len(told)
    with pytest.raises(Invalid, match="no month"):
        cohorts.members(olga, "1997-13", 2)
    part = cohorts.report(olga, date(1997, 2, 1), date(1997, 2, 1), LAST)
    assert set(part.sizes) == {"1997-02"}


def _returns_are_right(olga: Actor, sold: pd.DataFrame) -> None:
    days_of = sold[["customer", "day"]].drop_duplicates().sort_values(["customer", "day"])
    firsts = days_of.groupby("customer").day.agg(list)
    seen = [((days[1] - days[0]).days if len(days) > 1 else (LAST - days[0]).days, len(days) > 1)
            for days in firsts]  # fmt: skip

    found = retention.report(olga, LAST)

    assert (found.customers, found.came_back) == (2357, sum(happened for _days, happened in seen))
    for step in found.curve[:: len(found.curve) // 4]:
        assert step.share == pytest.approx(_product_limit(seen, step.time))
    assert found.share_after(90) == pytest.approx(1 - _product_limit(seen, 90))
    assert found.share_after(10_000) is None


def _product_limit(seen: list[tuple[int, bool]], until: float) -> float:
    """The estimate of Kaplan and Meier, the slow way."""
    share = 1.0
    for time in sorted({days for days, happened in seen if happened and days <= until}):
        at_risk = sum(days >= time for days, _happened in seen)
        share *= 1 - sum(days == time and happened for days, happened in seen) / at_risk
    return share


def test_survival_of_published_customers_is_what_is_known_of_them() -> None:
    table = pd.read_csv(shared("08_crm_campaigns/telco_churn_half.csv"))
    counted = table.groupby(["tenure", "Churn"]).size()
    told = [(float(key[0]), key[1] == "Yes", int(many)) for key, many in _pairs(counted)]

    curve = retention.survival(told)

    at_year = next(step for step in curve if step.time == 12)
    slow = [(int(time), end == "Yes") for time, end in zip(table.tenure, table.Churn, strict=True)]
    assert at_year.share == pytest.approx(_product_limit(slow, 12))
    # 0.8432 is what all 7,043 of them have; these are half of them.
    assert at_year.share == pytest.approx(0.8432, abs=0.015)
    assert at_year.low < 0.8432 < at_year.high


def test_survival_of_a_textbook_sample() -> None:
    """The 6-MP arm of Freireich et al. (1963), as in Kleinbaum and Klein, Survival Analysis, table 2.4."""
    relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]

    curve = retention.survival([(t, True, 1) for t in relapsed] + [(t, False, 1) for t in censored])

    shares = {step.time: round(step.share, 4) for step in curve}
    assert {time: shares[time] for time in (6, 7, 10, 13, 16, 22, 23)} == {
        6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482,
    }  # fmt: skip
    assert all(step.low <= step.share <= step.high for step in curve)
    assert np.all(np.diff([step.share for step in curve]) <= 0)


def test_relationships_grow_by_what_happened(cast: Cast, clock: type[Any]) -> None:
    lines = [line(product(cast.mia, "Pump"))]
    people = [customer(cast.ann, f"C{place}") for place in range(4)]
    met = clock.now()
    clock.now = staticmethod(lambda: met + timedelta(days=40))
    for place, contact_id in enumerate(people[1:], 1):
        _touch(cast.ann, contact_id, met + timedelta(days=place))
    for contact_id in people[2:]:
        order(cast.ann, contact_id, lines, ordered_at=met + timedelta(days=10))
    with begin(SYSTEM) as work:
        row = work.add(
            Referrer(contact_id=people[3], kind="advocate", code="C3", code_key="c3", started_at=met)
        )
        work.flush()
        work.add(Referral(contact_id=people[0], referrer_id=row.id, state="waiting",
                          referred_at=met + timedelta(days=30)))  # fmt: skip

    found = journey_stages.report(cast.ann)

    told = [(step.stage, step.reached, step.stands, step.median_days) for step in found]
    assert told == [
        ("exploratory", 4, 1, None), ("basic", 3, 1, 2), ("collaborative", 2, 1, 7),
        ("interconnected", 1, 1, 20),
    ]  # fmt: skip
    assert found[1].drop == 0.25
    for step in found:
        assert journey_stages.people(cast.ann, step.stage).total == step.reached
        assert journey_stages.people(cast.ann, step.stage, only_here=True).total == step.stands
    [speaker] = journey_stages.people(cast.ann, "interconnected")
    assert (speaker.contact_id, speaker.on) == (people[3], met.date() + timedelta(days=30))
    assert journey_stages.people(cast.bob, "basic").total == 0
    with pytest.raises(Invalid):
        journey_stages.people(cast.ann, "married")
    assert journey_stages.report(cast.bob)[0].reached == 0
    assert journey_stages.report(cast.ann, met.date() + timedelta(days=5))[2].reached == 0


def _touch(who: Actor, contact_id: int, moment: Any) -> None:
    interactions.log(who, NewInteraction("call", contact_id=contact_id, subject="Hello", happened_at=moment))


def test_an_empty_base_has_empty_reports(olga: Actor) -> None:
    assert cohorts.report(olga).repeat_rate is None
    assert cohorts.report(olga).cells == ()
    assert retention.report(olga).curve == ()
    assert [step.reached for step in journey_stages.report(olga)] == [0, 0, 0, 0]


def _pairs(series: Any) -> list[tuple[Any, Any]]:
    """The keys of a series with several levels, and its values."""
    return list(series.items())
