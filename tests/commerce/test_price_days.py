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
    monkeypatch.setattr(jobs._Looked, "prices_until", 0.0)
    pump = product(mia, "Pump", "10.00 EUR")
    prices.set_price(mia, pump, PriceRow("EUR", date(2026, 3, 3), 1200, None))
    jobs._begin_prices(1.0)
    monkeypatch.setattr(Clock, "now", at(datetime(2026, 3, 3, 9, tzinfo=UTC)))

    jobs._begin_prices(1.0 + jobs.PRICE_PAUSE - 1)
    assert products.get(mia, pump).unit_price == 1000
    jobs._begin_prices(1.0 + jobs.PRICE_PAUSE)

    assert products.get(mia, pump).unit_price == 1200
