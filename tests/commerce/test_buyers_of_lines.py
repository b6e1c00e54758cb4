"""Every line knows who bought it and when, whatever happens to its order."""

from typing import Any

from sqlalchemy import select, update

from crm_core.commerce.types import NewLine
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from db.models import Order, OrderLine
from tests.commerce.selling import PIECE, customer, order
from tests.people import Cast


def _lines() -> list[Any]:
    with begin(SYSTEM, write=False) as work:
        return [tuple(row) for row in work.tuples(select(OrderLine.buyer_id, OrderLine.bought_at))]


def _do(statement: Any) -> None:
    with begin(SYSTEM) as work:
        work.run(statement)


def test_lines_follow_their_order_when_it_moves_is_cancelled_or_comes_back(cast: Cast, clock: Any) -> None:
    ada, ben = customer(cast.ann, "Ada"), customer(cast.ann, "Ben")
    number = order(cast.ann, ada, [NewLine(PIECE, name="Pump", unit_price=100)], ordered_at=clock.now())
    at = clock.now()

    assert set(_lines()) == {(ada, at)}
    for values, buyer in (
        ({"contact_id": ben}, ben),
        ({"status": "cancelled"}, None),
        ({"status": "paid"}, ben),
        ({"deleted_at": at}, None),
        ({"deleted_at": None}, ben),
        ({"contact_id": None}, None),
    ):
        _do(update(Order).where(Order.id == number).values(**values).execution_options(with_deleted=True))
        assert set(_lines()) == {(buyer, at)}, values
