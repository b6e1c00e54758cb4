"""Whatever is done to orders: money is never lost, and the kept totals agree with a recount."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm_core.commerce import order_changes, orders, purchases, totals
from crm_core.commerce.types import NewLine, NewReturn, OrderChange, OrderQuery
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import begin
from db import engines, session
from db.models import Contact
from db.session import Database
from tests.commerce.selling import PIECE, customer, order
from tests.people import hire

CHECKS = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
ACTS = (
    "paid",
    "shipped",
    "delivered",
    "returned",
    "cancelled",
    "part",
    "money",
    "delete",
    "restore",
    "change",
)
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 2500)), max_size=7)
LINES = st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 9999)), min_size=1, max_size=3)


def act(who: Actor, key: int, name: str, size: int) -> None:
    """Try something; what cannot be is refused and changes nothing."""
    with suppress(Conflict, Invalid):
        if name == "delete":
            orders.delete(who, [key])
        elif name == "restore":
            orders.restore(who, [key])
        elif name == "part":
            orders.take_back(who, key, [NewReturn(orders.get(who, key).lines[0].id, size)], version=None)
        elif name == "change":
            lines = [
                NewLine(size, name="y", unit_price=size * 3),
                *([NewLine(500, name="z", unit_price=size)] * 2),
            ]
            order_changes.change(who, key, OrderChange(lines[: size % 3 + 1], size // 9), version=None)
        elif name == "money":
            orders.take_back(who, key, [NewReturn(amount=size)], version=None)
        else:
            orders.mark(who, key, name, version=None)


@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=CHECKS)
@given(lines=LINES, discount=st.integers(0, 300), steps=STEPS)
def test_refunds_never_exceed_the_total_and_totals_agree(
    ann: Actor, lines: list[Any], discount: int, steps: list[tuple[str, int]]
) -> None:
    zoe = customer(ann)
    bought = [NewLine(quantity, name="x", unit_price=price) for quantity, price in lines]
    with suppress(Invalid):  # more discount than it costs
        key = order(ann, zoe, bought, discount=discount)
        for name, size in steps:
            if name != "restore" and not orders.search(ann, OrderQuery(contact_id=zoe)).total:
                continue
            act(ann, key, name, size)

    rows = list(orders.search(ann, OrderQuery(contact_id=zoe)))
    for row in rows:
        found = orders.get(ann, row.id)
        assert 0 <= found.refunded <= found.total
        assert found.total == sum(line.total for line in found.lines) - found.discount
        assert found.refunded == sum(back.amount for back in found.returns)
        assert all(0 <= line.returned <= line.quantity for line in found.lines)
        if found.status == "returned" and found.returns[-1].line_id:
            assert all(line.returned == line.quantity for line in found.lines)
    counted = sum(row.total - row.refunded for row in rows if row.status != "cancelled")
    assert sum(one.revenue for one in purchases.of_contact(ann, zoe).totals) == counted
    with begin(SYSTEM, write=False) as work:
        assert totals.differences(work) == []
        assert totals.misremembered(work) == []


@pytest.mark.parametrize("engine_name", ["postgres"])  # SQLite has one writer at a time
def test_two_orders_of_one_customer_at_once_do_not_wait_for_each_other_in_a_circle(
    own_database: Database,
) -> None:
    ann = hire().ann
    zoe = customer(ann)
    other_till = engines.create(own_database.url)

    with other_till.begin() as connection:  # it has entered its order and adds up next
        its_customer = select(Contact.id).where(Contact.id == zoe)
        connection.execute(its_customer.with_for_update(read=True, key_share=True))
        session.connect(own_database.url, statement_timeout=2000)
        order(ann, zoe, [NewLine(PIECE, name="Work", unit_price=4000)])
    other_till.dispose()

    assert [one.orders for one in purchases.of_contact(ann, zoe).totals] == [1]
