"""Two records that became one: what was sold to either and planned with either stays right."""

import pytest

from crm_core.activity import task_lists, tasks
from crm_core.activity.task_types import NewTask, TaskQuery
from crm_core.commerce import purchases, totals
from crm_core.data import merging
from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.work import begin
from crm_core.marketing import results, segment_sizes, segments
from crm_core.marketing.segment_types import NewSegment
from crm_core.people import contacts
from crm_core.sales import deals
from crm_core.sales.types import DealQuery
from tests.business_hash import business_hash
from tests.commerce.selling import customer, line, order, product
from tests.marketing.campaigning import person
from tests.marketing.campaigns_made import campaign, recipient, variant


@pytest.fixture
def pair(mia: Actor) -> tuple[int, int]:
    """A customer with two orders, a deal and a task, and the same person again with one order."""
    oven = product(mia, "Oven", "1200.00 EUR")
    first, second = customer(mia, "Zoë"), customer(mia, "Zoe")
    order(mia, first, [line(oven)])
    order(mia, first, [line(oven, 2)])
    order(mia, second, [line(oven, 3)])
    deals.create(mia, {"deal": "A second oven", "contact_id": second})
    tasks.add(mia, NewTask("Call her", contact_id=second))
    return first, second


def test_purchases_of_both_add_up_after_a_merge_and_part_with_it(mia: Actor, pair: tuple[int, int]) -> None:
    keep, drop = pair
    before = business_hash()
    merge_id = merging.merge(mia, "contacts", keep, drop)

    assert bought(mia, keep) == (3, 7_200_00)
    assert no_differences()

    merging.unmerge(mia, merge_id)
    assert bought(mia, keep) == (2, 3_600_00)
    assert bought(mia, drop) == (1, 3_600_00)
    assert no_differences()
    assert business_hash() == before


def test_deals_and_tasks_come_along(mia: Actor, pair: tuple[int, int]) -> None:
    keep, drop = pair
    merging.merge(mia, "contacts", keep, drop)

    assert [row.name for row in deals.search(mia, DealQuery(contact_id=keep))] == ["A second oven"]
    assert [row.title for row in task_lists.search(mia, TaskQuery(contact_id=keep))] == ["Call her"]
    assert contacts.get(mia, keep).name


def test_two_who_share_a_campaign_and_a_list_become_one_whose_refusal_counts(olga: Actor) -> None:
    keep, drop = person(olga, "Zoe"), person(olga, "Zoé", "zoe2@x.test", opt="out")
    spring = campaign()
    sent = variant(spring, "A")
    for contact_id in (keep, drop):
        recipient(spring, sent, contact_id)
    friends = segments.create(olga, NewSegment("Friends", is_static=True))
    segments.add_members(olga, friends, [keep, drop])
    before = business_hash()

    merge_id = merging.merge(olga, "contacts", keep, drop)

    assert contacts.get(olga, keep).email_opt == "out"
    assert results.report(olga, spring).total.counts["sent"] == 1
    merging.unmerge(olga, merge_id)
    assert business_hash() == before
    assert results.report(olga, spring).total.counts["sent"] == 2
    assert segment_sizes.refresh(olga, friends) == 2


def bought(who: Actor, contact_id: int) -> tuple[int, int]:
    """How many orders, and what they came to in cents."""
    [total] = purchases.of_contact(who, contact_id).totals
    return total.orders, total.revenue


def no_differences() -> bool:
    """Do the kept totals agree with a recount?"""
    with begin(OPERATOR, write=False) as work:
        return totals.differences(work) == []
