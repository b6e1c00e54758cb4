"""An order in the window makes a conversion with its revenue; taken back, there was none."""

from datetime import timedelta

import pytest

from crm_core.commerce import order_changes, orders
from crm_core.commerce.types import NewLine, NewOrder, OrderChange
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import results
from db.models import Recipient
from tests.conftest import at
from tests.marketing.campaigning import person
from tests.marketing.campaigns_made import campaign, recipient, variant
from tests.people import MONDAY

DAY = timedelta(days=1)
PIECE = 1_000  # quantities are in thousandths


def row(key: int) -> Recipient:
    with begin(SYSTEM, write=False) as work:
        return work.get(Recipient, key)


def bought(who: Actor, contact_id: int, total: int, after: timedelta, currency: str = "EUR") -> int:
    line = NewLine(PIECE, name="Tea", unit_price=total)
    new = NewOrder([line], contact_id=contact_id, currency=currency, ordered_at=MONDAY + after)
    return orders.create(who, new)


def test_orders_in_the_window_convert_those_who_got_it_and_those_held_back_until_they_are_taken_back(
    olga: Actor, mark: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY + 30 * DAY))
    ada, ben = person(mark, "Ada"), person(mark, "Ben")
    key = campaign(window_days=7)
    sent, held = variant(key, "A"), variant(key, "holdout")
    got, waited = recipient(key, sent, ada), recipient(key, held, ben, state="held")
    other = recipient(key, sent, ada, wave=1)

    first = bought(olga, ada, 2_000, DAY)
    second = bought(olga, ada, 500, 2 * DAY)
    for after in (-DAY, 7 * DAY):
        bought(olga, ada, 9_900, after)
    bought(olga, ada, 700, DAY, currency="USD")
    bought(olga, ben, 300, 6 * DAY)

    found = row(got)
    assert (found.is_converted, found.converted_at, found.revenue) == (True, MONDAY + DAY, 2_500)
    assert (row(waited).is_converted, row(waited).revenue, row(other).is_converted) == (True, 300, False)
    told = {arm.variant: (arm.counts["converted"], arm.revenue) for arm in results.report(mark, key).arms}
    assert told == {"A": (1, 2_500), "holdout": (1, 300)}

    more = OrderChange([NewLine(2 * PIECE, name="Tea", unit_price=1_500)])
    order_changes.change(olga, first, more, version=None)
    assert row(got).revenue == 3_500
    orders.mark(olga, first, "cancelled", version=None)
    assert row(got).revenue == 500
    orders.delete(olga, [second])
    assert (row(got).is_converted, row(got).revenue) == (True, 0)
    orders.restore(olga, [second])
    assert row(got).converted_at == MONDAY + DAY
