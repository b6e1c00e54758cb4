"""The worker brings planned prices into force by itself, at its first look and then now and then."""

from datetime import UTC, date, datetime

import pytest

from crm_core import jobs
from crm_core.commerce import prices, products
from crm_core.commerce.types import PriceRow
from crm_core.kernel.access import Actor
from crm_core.kernel.work import Clock
from tests.commerce.selling import product
from tests.conftest import at


def test_a_worker_looks_for_prices_that_begin_but_not_all_the_time(
    mia: Actor, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [1.0]
    monkeypatch.setattr("crm_core.jobs.time.monotonic", lambda: seconds[0])
    pieces = tuple(piece for piece in jobs.WORK if piece.name == "prices")
    lane = jobs.lanes("worker", jobs.Book(), pieces)["mail"]
    pump = product(mia, "Pump", "10.00 EUR")
    prices.set_price(mia, pump, PriceRow("EUR", date(2026, 3, 3), 1200, None))
    lane.turn(lambda: False)
    monkeypatch.setattr(Clock, "now", at(datetime(2026, 3, 3, 9, tzinfo=UTC)))

    seconds[0] += jobs.QUARTER_HOUR - 1
    lane.turn(lambda: False)
    assert products.get(mia, pump).unit_price == 1000
    seconds[0] += 1
    lane.turn(lambda: False)

    assert products.get(mia, pump).unit_price == 1200
