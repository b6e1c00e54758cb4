"""What customers will bring agrees with what was published, and nothing is promised without reason."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from crm_core.insights import buying, customer_value, spend
from crm_core.insights.buying import Buyers
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.work import Clock
from crm_core.team import company
from tests.commerce.selling import customer, line, order, product
from tests.conftest import at
from tests.data.importing import inbox
from tests.insights.published_orders import bring_in, cdnow, put_in
from tests.people import Cast
from tests.shared_data import shared

__all__ = ["inbox"]

CALIBRATED = date(1997, 10, 1)
LAST = date(1998, 6, 30)


def published() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared("07_transactions/cdnow_sample.expected.json").read_text())
    return found


@pytest.mark.one_engine
def test_the_models_of_an_imported_shop_are_the_published_ones(olga: Actor, inbox: Any) -> None:
    told = published()
    bring_in(olga, inbox, cdnow())

    found = customer_value.report(olga, CALIBRATED, LAST)

    assert (found.customers, found.repeaters, found.weeks) == (2357, 946, 39)
    assert found.buying is not None
    assert found.spending is not None
    assert found.holdout is not None
    for name in ("r", "alpha", "a", "b"):
        assert getattr(found.buying, name) == pytest.approx(told["published"]["bg_nbd"][name], rel=0.01)
    assert found.buying.log_likelihood == pytest.approx(-9582.43, abs=0.05)
    spending = (found.spending.p, found.spending.q, found.spending.v)
    assert spending == pytest.approx((6.25, 3.74, 15.44), rel=0.01)
    assert found.holdout.actual == told["computed"]["holdout_total_actual"] == 1882
    assert found.holdout.expected == pytest.approx(
        told["computed"]["holdout_total_expected_bg_nbd"], rel=1e-3
    )
    assert found.holdout.error == pytest.approx(-0.12, abs=0.005)
    assert found.holdout.mae == pytest.approx(0.785, abs=0.005)
    assert found.holdout.naive == pytest.approx(2930, rel=0.01)
    by_repeats = told["computed"]["by_calibration_frequency"]
    for row in found.rows:
        wanted = by_repeats[row.repeats]
        assert row.customers == wanted["customers"]
        assert (row.actual, row.expected) == pytest.approx((wanted["actual"], wanted["expected"]), abs=2e-3)


def test_the_page_of_a_customer_says_what_a_year_will_bring(
    olga: Actor, ann: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = put_in(cdnow())
    monkeypatch.setattr(Clock, "now", at(Clock.now().replace(year=1998, month=7, day=1)))
    regular, once = keys["0001"], keys["0003"]
    before = customer_value.of_contact(olga, regular)
    assert before is not None
    assert before.orders is None
    assert "100" in before.missing

    assert customer_value.is_due(SYSTEM)
    assert customer_value.advance_next("w1", lambda: False)
    assert not customer_value.advance_next("w1", lambda: False)

    found, rare = (customer_value.of_contact(olga, key) for key in (regular, once))
    assert found is not None
    assert found.orders is not None
    assert found.value is not None
    assert found.days == 4
    assert found.alive is not None
    assert 0 < found.alive < 1
    assert found.orders.low <= found.orders.middle <= found.orders.high
    assert found.value.low <= found.value.middle <= found.value.high
    assert found.error is not None
    assert abs(found.error) < 0.5
    assert rare is not None
    assert rare.orders is not None
    assert rare.orders.middle < found.orders.middle
    again = customer_value.learn(SYSTEM)
    assert again is not None
    customer_value.keep(SYSTEM, again)
    best = customer_value.largest(olga)
    assert len(best) == 20
    assert [one.value for one in best] == sorted((one.value for one in best), reverse=True)
    assert customer_value.largest(ann) == []
    with pytest.raises(NotFound):
        customer_value.of_contact(ann, regular)


def test_with_too_few_customers_nothing_is_promised(cast: Cast, clock: type[Clock]) -> None:
    zoe = customer(cast.ann)
    pump = product(cast.mia, "Pump")
    for days in (90, 60, 30):
        order(cast.ann, zoe, [line(pump)], ordered_at=clock.now() - timedelta(days=days))

    found = customer_value.report(cast.ann)

    assert (found.customers, found.repeaters, found.currency) == (1, 1, "EUR")
    assert found.buying is None
    assert "100" in found.missing
    assert customer_value.learn(SYSTEM) is None
    assert not customer_value.advance_next("w1", lambda: False)
    shown = customer_value.of_contact(cast.ann, zoe)
    assert shown is not None
    assert shown.orders is None
    assert shown.days == 3
    assert customer_value.of_contact(cast.ann, customer(cast.ann, "Max")) is None
    assert customer_value.largest(cast.ann) == []
    with pytest.raises(Invalid):
        customer_value.report(cast.ann, date(2030, 1, 1))


def test_a_customer_counts_a_day_once_in_the_time_zone_of_the_company(cast: Cast, clock: type[Clock]) -> None:
    company.change_company(cast.olga, replace(company.company(), name="Acme", time_zone="Europe/Berlin"))
    zoe = customer(cast.ann)
    lines = [line(product(cast.mia, "Pump"))]
    winter = clock.now().replace(month=1, day=10, hour=22, minute=30)
    for moment in (winter, winter + timedelta(hours=1), winter + timedelta(hours=20)):
        order(cast.ann, zoe, lines, ordered_at=moment)
    summer = winter.replace(year=2025, month=7)
    for moment in (summer, summer.replace(hour=21, minute=59)):
        order(cast.ann, zoe, lines, ordered_at=moment)

    found = customer_value.of_contact(cast.ann, zoe)

    # Winter: 23:30 on the 10th, 0:30 and 19:30 on the 11th. Summer: 0:30 on the 11th, 23:59 on the 10th.
    assert found is not None
    assert found.days == 4


def test_a_long_known_answer_of_the_model() -> None:
    model = buying.Buying(0.243, 4.414, 0.793, 2.426)
    one = Buyers(*(np.array([value]) for value in (2.0, 30.43, 38.86, 1.0)))

    assert model.expected(one, 39)[0] == pytest.approx(1.226, abs=5e-4)
    assert model.alive(one)[0] == pytest.approx(0.7266, abs=5e-4)
    drawn = model.draws(one, 39, 200_000, np.random.default_rng(7))
    assert drawn.mean() == pytest.approx(1.226, rel=0.02)


@pytest.mark.parametrize("truth", [(0.5, 6.0, 0.6, 2.0), (1.5, 20.0, 1.0, 4.0), (2.0, 10.0, 1.8, 6.0)])
def test_parameters_are_found_again_in_customers_made_from_them(truth: tuple[float, ...]) -> None:
    who, later = _made_up(truth, 20_000)

    found = buying.fit(who)

    weeks = 26.0
    assert found.expected(who, weeks).sum() == pytest.approx(later.sum(), rel=0.04)
    assert found.r == pytest.approx(truth[0], rel=0.15)


def test_spending_is_found_again_and_drawn_towards_everybody() -> None:
    chance = np.random.default_rng(3)
    repeats = chance.integers(1, 8, 20_000).astype(float)
    spent = chance.gamma(5.0 * repeats) / chance.gamma(4.0, 1 / 20.0, len(repeats))

    found = spend.fit(repeats, spent)

    assert (found.p, found.q, found.v) == pytest.approx((5.0, 4.0, 20.0), rel=0.1)
    usual = found.average(np.array([0.0]), np.array([0.0]))
    rich = found.average(np.array([1.0]), np.array([500.0]))
    assert usual is not None
    assert rich is not None
    assert usual[0] < rich[0] < 500


def _made_up(truth: tuple[float, ...], many: int) -> tuple[Buyers, Any]:
    """Customers who follow the model, over 52 weeks, and how often they buy in the 26 weeks after."""
    r, alpha, a, b = truth
    chance = np.random.default_rng(11)
    rate, leaving = chance.gamma(r, 1 / alpha, many), chance.beta(a, b, many)
    age = chance.uniform(20, 52, many)
    table = np.zeros((many, 3))
    for place in range(many):
        moment, alive = 0.0, True
        while alive:
            moment += chance.exponential(1 / rate[place])
            if moment > age[place] + 26:
                break
            if moment <= age[place]:
                table[place, :2] = table[place, 0] + 1, moment
            else:
                table[place, 2] += 1
            alive = chance.random() > leaving[place]
    return Buyers(table[:, 0], table[:, 1], age, np.ones(many)), table[:, 2]
