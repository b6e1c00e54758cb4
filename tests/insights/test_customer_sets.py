"""Reports about customers, told for a segment, a country or a product: numbers, cells and their rows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crm_core.insights import (
    churn,
    cohorts,
    customer_sets,
    customer_value,
    journey_stages,
    periods,
    retention,
    rfm,
)
from crm_core.insights.customer_sets import CustomerSet
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import NotFound
from crm_core.people import accounts, contacts
from tests.commerce.selling import customer, line, order
from tests.insights.measured import House, furnish
from tests.people import MONDAY, Cast

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def house(cast: Cast) -> House:
    """Zoe (Germany, of Ann) and Max (France, of Bob) bought pumps; Ida (of a French company) did not."""
    made = furnish(cast)
    accounts.create(cast.ann, {"company": "Eau", "country": "FR"})
    ida = contacts.create(cast.ann, {"full_name": "Ida", "company": "Eau"})
    order(cast.ann, ida, [replace(line(made.pump), product_id=None, name="Gift", unit_price=5)])
    customer(cast.ann, "Nobody yet", country="DE")
    return made


def _sets(house: House) -> dict[str, CustomerSet]:
    return {
        "all": CustomerSet(),
        "segment": CustomerSet(segment_id=house.french),
        "product": CustomerSet(product_id=house.pump),
        "country": CustomerSet(country="FR"),
        "both": CustomerSet(product_id=house.pump, country="FR"),
        "none": CustomerSet(country="IT"),
    }


def test_each_set_has_its_customers_as_far_as_a_person_sees_them(cast: Cast, house: House) -> None:
    buyers = {"all": 3, "segment": 1, "product": 2, "country": 2, "both": 1, "none": 0}
    known = {"all": 4, "segment": 1, "product": 2, "country": 2, "both": 1, "none": 0}
    for name, which in _sets(house).items():
        assert cohorts.report(cast.olga, which=which).customers == buyers[name], name
        assert retention.report(cast.olga, which=which).customers == buyers[name], name
        assert journey_stages.report(cast.olga, which=which)[0].reached == known[name], name
    french = CustomerSet(country="FR")
    assert cohorts.report(cast.ann, which=french).customers == 1
    assert customer_value.report(cast.olga, which=french).customers == 2
    assert churn.report(cast.olga, which=french).learned_from == 0


def test_what_a_cell_opens_adds_up_to_it_in_every_set(cast: Cast, house: House) -> None:
    sets, past = _sets(house), MONDAY.date() - timedelta(days=3)
    for who, day, which in (
        (cast.olga, None, sets["country"]),
        (cast.bob, past, sets["both"]),
        (cast.olga, past, sets["segment"]),
    ):
        _cohorts_add_up(who, which)
        scored = rfm.report(who, day, which=which)
        for row in scored.segments:
            people = rfm.members(who, row.segment, day, which=which)
            opened = (people.total, sum(one.revenue for one in people), sum(one.orders for one in people))
            assert opened == (row.customers, row.revenue, row.orders)
        [cell, *_] = scored.cells
        mine = [one.customers for one in scored.cells if (one.r, one.f) == (cell.r, cell.f)]
        assert rfm.at(who, (cell.r, cell.f), day, which=which).total == sum(mine)
        for step in journey_stages.report(who, day, which)[1:3]:
            found = journey_stages.people(who, step.stage, day, only_here=True, which=which)
            assert found.total == step.stands, step.stage


def _cohorts_add_up(who: Actor, which: CustomerSet) -> None:
    for cell in cohorts.report(who, which=which).cells:
        assert cohorts.members(who, cell.cohort, cell.months, which=which).total == cell.customers


def test_a_set_is_what_the_filters_say(cast: Cast, house: House) -> None:
    asked = Question(periods.month_of(MONDAY.date()), segment_id=house.french, country="FR", owner_id=1)

    assert customer_sets.of_question(asked) == CustomerSet(house.french, None, "FR")
    with pytest.raises(NotFound):
        rfm.report(cast.olga, which=CustomerSet(segment_id=house.french + 99))
