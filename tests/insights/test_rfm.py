"""Scores of customers agree with the published ones, and every number opens its customers."""

import json
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_core.commerce.types import NewLine
from crm_core.insights import kpi_filters, rfm
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Paging
from tests.commerce.selling import PIECE, customer, order
from tests.data.importing import contacts, inbox
from tests.insights.published_orders import bring_in, put_in, rfm_orders
from tests.people import Cast
from tests.shared_data import shared

__all__ = ["inbox"]

DAY = date(2006, 12, 31)
CHECKS = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)


def test_segments_of_an_imported_shop_are_the_published_ones(olga: Actor, inbox: Any) -> None:
    told = json.loads(shared("07_transactions/rfm_orders.expected.json").read_text())["published"]
    bring_in(olga, inbox, rfm_orders())

    found = rfm.report(olga, DAY)

    segments = {row.segment: row for row in found.segments}
    assert {name: row.customers for name, row in segments.items()} == told["segment_counts"]
    champions = segments["Champions"]
    assert champions.orders == told["champions"]["orders"]
    assert champions.revenue == told["champions"]["revenue"] * 100
    for r in rfm.SCORES:
        for f in rfm.SCORES:
            among = [cell for cell in found.cells if (cell.r, cell.f) == (r, f)]
            mean = sum(cell.revenue for cell in among) / sum(cell.customers for cell in among) / 100
            assert mean == pytest.approx(told["heat_map_mean_amount"][f"F{f}R{r}"], abs=0.006)
    best = [cell for cell in found.cells if (cell.r, cell.f) == (5, 5)]
    opened = rfm.at(olga, (5, 5), DAY, paging=Paging(size=500))
    assert opened.total == sum(cell.customers for cell in best)
    assert sum(one.revenue for one in opened) == sum(cell.revenue for cell in best)
    keys = {one.id: one.external_id for one in contacts()}
    scores = {
        keys[one.contact_id]: (one.orders, one.revenue // 100, f"{one.r}{one.f}{one.m}")
        for name in segments
        for one in rfm.members(olga, name, DAY, paging=Paging(size=500))
    }
    assert len(scores) == found.customers == 995
    for name, (_days, orders, revenue, score) in told["examples"].items():
        assert scores[name] == (orders, revenue, score)


def test_scores_of_every_customer_equal_a_calculation_of_our_own(olga: Actor) -> None:
    sold = pd.DataFrame(rfm_orders())
    put_in(rfm_orders())
    table = sold.assign(amount=sold.amount.astype(float)).groupby("customer").agg(
        last=("day", "max"), orders=("day", "size"), revenue=("amount", "sum")
    )  # fmt: skip
    days = table["last"].map(lambda last: (DAY - last).days)
    scores = pd.DataFrame({"r": 6 - _fifth(days), "f": _fifth(table.orders), "m": _fifth(table.revenue)})

    found = rfm.report(olga, DAY)

    counted = scores.groupby(["r", "f", "m"]).size().to_dict()
    assert {(cell.r, cell.f, cell.m): cell.customers for cell in found.cells} == counted
    assert found.days == pytest.approx(tuple(days.quantile([0.2, 0.4, 0.6, 0.8]) + 1))


def _fifth(values: pd.Series) -> pd.Series:
    ends = values.quantile([0.2, 0.4, 0.6, 0.8]) + 1
    return sum(((values >= end).astype(int) for end in ends), start=1 + 0 * values.astype(int))


@settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=CHECKS)
@given(made=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 900), st.integers(0, 90_000)), max_size=9))
def test_segments_always_add_up_to_all_customers(made: list[Any], cast: Cast, clock: Any) -> None:
    known = rfm.report(cast.ann).customers
    people = [customer(cast.ann, f"C{place}") for place in range(4)]
    for who, days, price in made:
        lines = [NewLine(PIECE, name="Pump", unit_price=price)]
        order(cast.ann, people[who], lines, ordered_at=clock.now() - timedelta(days=days))

    now, that_day = rfm.report(cast.ann), rfm.report(cast.ann, clock.now().date())

    assert now.customers == that_day.customers == known + len({who for who, *_ in made})
    assert sum(row.customers for row in now.segments) == now.customers
    assert now.cells == that_day.cells
    for row in now.segments:
        opened = rfm.members(cast.ann, row.segment)
        assert opened.total == row.customers
        assert sum(one.revenue for one in opened) == row.revenue
    assert rfm.report(cast.bob).customers == 0
    assert rfm.report(kpi_filters.within(cast.olga, owner_id=cast.ann.id)) == now
    assert rfm.report(kpi_filters.within(cast.mia, cast.bob.id)).customers == 0


def test_a_segment_that_there_is_not_is_refused(olga: Actor) -> None:
    with pytest.raises(Invalid, match="Champions"):
        rfm.members(olga, "Friends")
    with pytest.raises(Invalid, match="1 to 5"):
        rfm.at(olga, (0, 6))
    assert rfm.at(olga, (5, 5)).total == rfm.members(olga, "Champions").total == 0
    assert rfm.report(olga).segments == ()
