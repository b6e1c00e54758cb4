"""Deals, orders and products have a work list too: what is missing, stale or contradictory, by its list."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.activity.rules import sentence
from crm_core.commerce import products
from crm_core.commerce.types import ProductQuery
from crm_core.data import quality, quality_runs
from crm_core.data.quality_checks import KINDS
from crm_core.data.quality_repairs import Order as Mending
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Clock, begin
from crm_core.sales import deals
from db.models import Activity, Contact, Deal, Order, Product, Task
from tests.people import Cast


def listed(who: Actor, record: str) -> dict[str, list[str]]:
    """The names of the records that each check lists."""
    found = {check.key: [row.name for row in quality.search(who, record, check.key)]
             for check in KINDS[record].checks}  # fmt: skip
    return {key: names for key, names in found.items() if names}


@pytest.fixture
def world(cast: Cast) -> Cast:
    """A deal, an order and a product of each kind of trouble, and one of each without any."""
    asked = {"amount": "1", "currency": "EUR", "close_date": (Clock.now().date() + timedelta(9)).isoformat()}
    with begin(SYSTEM) as work:
        person = work.add(Contact(last_name="Berg", name="Berg", name_key="berg", owner_id=cast.ann.id,
                                  created_at=work.now, updated_at=work.now))  # fmt: skip
        work.flush()
        contact_id = person.id
    usual: dict[str, Any] = {**asked, "contact_id": contact_id}
    changed: dict[str, dict[str, Any]] = {
        "Whole": {}, "Free": {"amount": ""}, "Open end": {"close_date": ""}, "Alone": {"contact_id": None},
        "Late": {},
    }  # fmt: skip
    keys = {name: deals.create(cast.ann, {"deal": name, **usual, **more}) for name, more in changed.items()}
    with begin(SYSTEM) as work:
        for name in keys:
            if name != "Late":
                work.add(Task(title="Call", kind="call", status="open", deal_id=keys[name],
                              owner_id=cast.ann.id, created_at=work.now, updated_at=work.now))  # fmt: skip
        work.get(Deal, keys["Late"]).close_on = work.now.date() - timedelta(1)
        order: dict[str, Any] = {
            "currency": "EUR", "total": 1, "discount": 0, "refunded": 0, "created_at": work.now,
            "updated_at": work.now, "status": "placed",
        }  # fmt: skip
        work.add(Order(number="1", ordered_at=work.now, contact_id=contact_id, actor_id=cast.ann.id, **order))
        work.add(Order(number="2", ordered_at=work.now - timedelta(31), **order))
        for name, price, cost in (("Oven", 9, 5), ("Mug", None, None), ("Cup", 3, 5)):
            work.add(Product(name=name, name_key=name.lower(), sku=name if price else None,
                             category="Kitchen" if price else "", unit_price=price, cost=cost, currency="EUR",
                             is_active=True, created_at=work.now, updated_at=work.now))  # fmt: skip
    return cast


def test_each_check_lists_what_is_wrong_and_nothing_else(world: Cast) -> None:
    assert listed(world.olga, "deals") == {
        "close_date_past": ["Late"], "no_next_step": ["Late"], "no_amount": ["Free"],
        "no_close_date": ["Open end"], "no_customer": ["Alone"],
    }  # fmt: skip
    assert listed(world.olga, "orders") == {
        "no_customer": ["2"], "no_lines": ["1", "2"], "no_seller": ["2"], "unpaid": ["2"],
    }  # fmt: skip
    assert listed(world.olga, "products") == {
        "no_price": ["Mug"], "no_category": ["Mug"], "no_cost": ["Mug"], "no_sku": ["Mug"],
        "below_cost": ["Cup"],
    }  # fmt: skip


@pytest.mark.parametrize(("record", "records"), [("deals", 5), ("orders", 2), ("products", 3)])
def test_they_are_counted_scored_and_told_to_be_right(world: Cast, record: str, records: int) -> None:
    assert quality_runs.recount(world.olga, record) is None
    before = quality.overview(world.olga, record)

    assert before.records == records
    assert {one.check.key: one.count for one in before.findings} == {
        key: len(names) for key, names in listed(world.olga, record).items()
    }
    assert before.pairs is None
    [first, *_] = before.findings
    ids = [row.id for row in quality.search(world.olga, record, first.check.key)]
    assert quality.dismiss(world.olga, record, first.check.key, ids) == len(ids)
    assert first.check.key not in listed(world.olga, record)
    assert len(quality.dismissed(world.olga, record, first.check.key).items) == len(ids)
    after = quality.overview(world.olga, record)
    assert (after.score or 0) >= (before.score or 0)
    assert len(after.findings) == len(before.findings) - 1


def test_what_follows_from_around_is_mended_and_given_back(world: Cast) -> None:
    """A close date, an owner, a seller, a category; an undo knows what was before."""
    with begin(SYSTEM) as work:
        late, orphan = work.scalars(
            select(Deal).filter(Deal.name.in_(("Late", "Whole"))).order_by(Deal.id.desc())
        )
        orphan.owner_id, ids = None, (late.id,)
        first, second = work.scalars(select(Order).order_by(Order.id))
        second.contact_id = first.contact_id
        oven, mug, _cup = work.scalars(select(Product).order_by(Product.id))
        oven.sku, mug.sku = "KT-1", "KT-2"

    def now() -> list[Any]:
        with begin(SYSTEM, write=False) as work:
            return [
                work.get(Deal, late.id).close_on, work.get(Deal, orphan.id).owner_id,
                work.get(Order, second.id).actor_id, work.get(Product, mug.id).category,
            ]  # fmt: skip

    before, ann = now(), world.ann.id
    wanted = (
        Mending("deals", "close_date_past", "close_soon", ids),
        Mending("deals", "no_owner", "assign", owner_id=ann),
        Mending("orders", "no_seller", "seller_of_customer"),
        Mending("products", "no_category", "category_of_kin"),
    )
    previewed = [quality_runs.preview(world.olga, one).changes for one in wanted]
    assert [change.name for changes in previewed for change in changes] == ["Late", "Whole", "2", "Mug"]
    runs = [quality_runs.repair(world.olga, one) for one in wanted]

    assert now() == [Clock.now().date() + timedelta(30), ann, ann, "Kitchen"]
    found = {row.name for row in products.search(world.olga, ProductQuery(text="kitchen"))}
    assert "Mug" in found
    with begin(SYSTEM, write=False) as work:
        told = work.tuples(select(Activity.name, Activity.facts).order_by(Activity.id.desc()).limit(4))
    assert [name for name, _ in reversed(told)] == [
        "deal.changed", "deal.assigned", "order.changed", "product.changed",
    ]  # fmt: skip
    assert told[-1].facts["deal"] == "Late"
    assert all(sentence(name, facts) for name, facts in told)

    assert [quality_runs.undo(world.olga, run.id).done for run in runs] == [1, 1, 1, 1]
    assert now() == before
    with pytest.raises(Invalid, match="suggestion"):
        quality_runs.repair(world.olga, Mending("deals", "close_date_past", "close_soon"))
