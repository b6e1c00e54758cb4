"""The catalogue: found by any part of a name, priced by the day, never twice under one number."""

from datetime import UTC, date, datetime

import pytest

from crm_core.commerce import prices, products
from crm_core.commerce.types import PriceRow, ProductQuery
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock
from tests.commerce.selling import product
from tests.conftest import at
from tests.people import Cast
from tests.people.records import activities

PUMP = {"sku": "P-1", "product": "GTX Pro", "category": "Pumps", "unit_price": "12.50 USD", "cost": "7"}


def test_what_was_typed_is_kept_exactly_and_its_price_counts_from_today(
    mia: Actor, clock: type[Clock]
) -> None:
    found = products.get(mia, products.create(mia, PUMP))

    assert (found.sku, found.name, found.category) == ("P-1", "GTX Pro", "Pumps")
    assert (found.unit_price, found.cost, found.currency, found.is_active) == (1250, 700, "USD", True)
    assert found.prices == (PriceRow("USD", date(2026, 3, 2), 1250, 700),)


def test_everything_that_is_wrong_is_said_at_once(mia: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        products.create(mia, {"unit_price": "cheap", "cost": "-3", "colour": "red", "sku": "x" * 200})

    assert set(caught.value.fields) == {"product", "unit_price", "cost", "colour", "sku"}
    with pytest.raises(Invalid, match="Some fields") as caught:
        products.create(mia, {"product": "A", "unit_price": "1 EUR", "cost": "1 USD"})
    assert "one currency" in caught.value.fields["currency"]


def test_a_known_number_or_name_is_a_conflict(mia: Actor) -> None:
    pump = products.create(mia, PUMP)

    with pytest.raises(Conflict, match="GTX Pro") as caught:
        products.create(mia, {"product": "Another", "sku": "P-1"})
    assert caught.value.theirs["id"] == pump
    with pytest.raises(Conflict, match="There is a product"):
        products.create(mia, {"product": "gtxpro"})
    assert products.create(mia, {"product": "GTX PRO", "sku": "P-2"}) != pump


def test_only_what_is_named_changes_and_a_stale_save_shows_theirs(mia: Actor, clock: type[Clock]) -> None:
    pump = products.create(mia, PUMP)
    products.change(mia, pump, {"unit_price": "13"}, version=1)

    with pytest.raises(Conflict) as caught:
        products.change(mia, pump, {"category": "Old"}, version=1)

    assert caught.value.theirs["unit_price"] == "13.00 USD"
    found = products.get(mia, pump)
    assert (found.category, found.unit_price, found.cost) == ("Pumps", 1300, 700)
    assert [row.unit_price for row in found.prices] == [1300]
    assert activities("product.changed")[0]["changes"] == {"unit_price": [1250, 1300]}


def test_another_currency_asks_for_all_amounts_again(mia: Actor) -> None:
    pump = products.create(mia, PUMP)

    with pytest.raises(Invalid) as caught:
        products.change(mia, pump, {"unit_price": "14 EUR"}, version=None)

    assert set(caught.value.fields) == {"cost"}


def test_products_are_found_by_part_of_name_number_and_category(mia: Actor, vera: Actor) -> None:
    pump = products.create(mia, PUMP)
    hose = product(mia, "Garden hose", category="Hoses", active="no")

    def found(**asked: object) -> list[int]:
        return [row.id for row in products.search(vera, ProductQuery(**asked))]  # type: ignore[arg-type]

    assert found() == [hose, pump]
    assert found(text="gtxp") == found(text="TX P") == found(text="p-1") == [pump]
    assert found(category="Hoses") == found(is_active=False) == [hose]
    assert found(paging=Paging(sort="-price")) == [pump, hose]
    assert products.categories(vera) == [("Hoses", 1), ("Pumps", 1)]
    assert [row.id for row in products.choices(vera, "")] == [pump]
    with pytest.raises(Invalid):
        found(paging=Paging(sort="taste"))


def test_a_planned_price_comes_into_force_on_its_day(
    mia: Actor, monkeypatch: pytest.MonkeyPatch, clock: type[Clock]
) -> None:
    pump = products.create(mia, PUMP)
    prices.set_price(mia, pump, PriceRow("USD", date(2026, 4, 1), 1500, 800), version=1)
    assert products.get(mia, pump).unit_price == 1250

    assert prices.of_day(mia, [pump], "USD", date(2026, 3, 31)) == {pump: 1250}
    assert prices.of_day(mia, [pump], "USD", date(2026, 4, 1)) == {pump: 1500}
    assert prices.of_day(mia, [pump], "USD", date(2025, 1, 1)) == {pump: 1250}
    assert prices.of_day(mia, [pump], "EUR", date(2026, 4, 1)) == {}

    monkeypatch.setattr(Clock, "now", at(datetime(2026, 4, 1, 9, tzinfo=UTC)))
    assert prices.sweep(SYSTEM) == 1
    assert prices.sweep(SYSTEM) == 0
    assert (products.get(mia, pump).unit_price, products.get(mia, pump).cost) == (1500, 800)


def test_a_wrong_price_is_taken_back(mia: Actor, clock: type[Clock]) -> None:
    pump = products.create(mia, PUMP)
    prices.set_price(mia, pump, PriceRow("USD", date(2026, 1, 1), 900, None))
    prices.set_price(mia, pump, PriceRow("USD", date(2026, 3, 2), 1400, None))
    assert products.get(mia, pump).unit_price == 1400

    prices.remove_price(mia, pump, "USD", date(2026, 3, 2))

    assert products.get(mia, pump).unit_price == 900
    with pytest.raises(NotFound):
        prices.remove_price(mia, pump, "USD", date(2026, 3, 2))
    with pytest.raises(Invalid):
        prices.set_price(mia, pump, PriceRow("USD", date(2026, 3, 2), -1, None))


def test_a_deleted_product_can_be_restored_unless_its_number_was_given_away(mia: Actor) -> None:
    pump = products.create(mia, PUMP)
    assert products.delete(mia, [pump]) == 1
    with pytest.raises(NotFound):
        products.get(mia, pump)
    other = products.create(mia, {**PUMP, "product": "Successor"})

    with pytest.raises(Conflict, match="Successor"):
        products.restore(mia, [pump])
    products.delete(mia, [other])
    assert products.restore(mia, [pump]) == 1


def test_everybody_looks_at_the_catalogue_but_only_managers_change_it(cast: Cast) -> None:
    pump = products.create(cast.mia, PUMP)

    for who in cast.everybody.values():
        assert products.get(who, pump).name == "GTX Pro"
    for who in (cast.ann, cast.mark, cast.sue, cast.vera):
        with pytest.raises(NotAllowed):
            products.create(who, {"product": "Mine"})
        with pytest.raises(NotAllowed):
            prices.set_price(who, pump, PriceRow("USD", date(2026, 3, 2), 1, None))
