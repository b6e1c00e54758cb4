"""Orders on their page: entered with a live total, paid, taken back; the catalogue; and for whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.commerce import orders
from crm_core.commerce.types import NewLine, NewReturn
from crm_core.kernel.access import Actor
from crm_core.kernel.work import Clock
from crm_core.people import accounts
from pages.ui.order_list import period
from tests.commerce.selling import PIECE, customer, line, order, product
from tests.pages.conftest import OpenApp, press, said
from tests.people import Cast


def key_of(app: AppTest, start: str) -> Any:
    """The widget whose key begins so."""
    widgets = [*app.number_input, *app.selectbox, *app.text_input, *app.button]
    return next(each for each in widgets if (each.key or "").startswith(start))


def test_the_list_begins_empty_and_says_what_to_do(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "orders")

    assert "No orders yet" in said(app)
    assert not app.exception


def test_an_order_is_entered_with_the_price_of_the_catalogue(
    open_app: OpenApp, mia: Actor, ann: Actor
) -> None:
    product(mia, "Pump", "12.50 EUR")
    zoe = customer(ann, "**Zoe**")
    app = open_app(ann, "orders", new="1", contact=str(zoe))

    key_of(app, "line-product-new-0").set_value("Pump").run()
    key_of(app, "line-quantity-new-0").set_value(3.0).run()
    key_of(app, "order-discount").set_value(0.5).run()
    assert "€37.00" in said(app)
    press(app, "Place order")

    [made] = orders.search(ann)
    assert (made.total, made.customer, made.seller) == (3700, "**Zoe**", "Ann Archer")
    assert not app.exception

    firm = accounts.create(ann, {"company": "Alder & Sons"})
    app = open_app(ann, "orders", new="1", account=str(firm))
    key_of(app, "line-product-new-0").set_value("Pump").run()
    press(app, "Place order")

    assert next((row.total, row.customer) for row in orders.search(ann)) == (1250, "Alder & Sons")
    assert not app.exception


def test_a_wrong_order_says_what_is_missing_and_keeps_what_was_typed(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "orders", new="1")

    press(app, "Place order")

    assert "Say who ordered" in said(app)
    assert orders.search(ann).total == 0


def test_an_order_shows_its_lines_and_is_marked_as_paid(open_app: OpenApp, ann: Actor) -> None:
    key = order(ann, customer(ann), [NewLine(2500, name="*Hose*", unit_price=99)], discount=8)
    app = open_app(ann, "orders", order=str(key))
    assert "2.5 ×" in said(app)
    assert "\\*Hose\\*" in said(app)
    assert "€2\\.40" in said(app)

    press(app, "Mark as paid")
    press(app, "Save", dialog="Mark as paid")

    assert orders.get(ann, key).status == "paid"
    assert "Mark as shipped" in said(app.run())
    assert not app.exception


def test_an_order_is_changed_on_the_page_until_it_is_paid(open_app: OpenApp, mia: Actor, ann: Actor) -> None:
    pump = product(mia, "Pump", "12.50 EUR")
    key = order(
        ann, customer(ann), [line(pump, 2), NewLine(PIECE, name="Work", unit_price=4000)], discount=50
    )
    assert "Change" in said(open_app(ann, "orders", order=str(key)))
    app = open_app(ann, "orders", order=str(key), change="1")
    assert "€64\\.50" in said(app) or "€64.50" in said(app)

    key_of(app, f"drop-line-{key}-1-1").click().run()
    key_of(app, f"line-quantity-{key}-1-0").set_value(3.0).run()
    key_of(app, f"order-city-{key}").set_value("Graz").run()
    press(app, "Save")

    now = orders.get(ann, key)
    assert ([(one.product_id, one.total) for one in now.lines], now.total, now.city) == (
        [(pump, 3750)], 3700, "Graz",
    )  # fmt: skip
    orders.mark(ann, key, "paid", version=None)
    assert "stays as it is" in said(open_app(ann, "orders", order=str(key), change="1"))
    assert not app.exception


def test_a_part_comes_back_from_the_page(open_app: OpenApp, ann: Actor) -> None:
    key = order(ann, customer(ann), [NewLine(2 * PIECE, name="Hose", unit_price=100)])
    orders.mark(ann, key, "paid", version=1)
    orders.take_back(ann, key, [NewReturn(orders.get(ann, key).lines[0].id, PIECE)], version=2)

    shown = said(open_app(ann, "orders", order=str(key)))

    assert "1 came back" in shown
    assert "Stays" in shown


def test_a_strange_number_is_answered_kindly(open_app: OpenApp, ann: Actor, bob: Actor) -> None:
    key = order(ann, customer(ann), [NewLine(PIECE, name="x", unit_price=1)])

    for query in ({"order": str(key)}, {"order": "99999999"}, {"product": "99999999"}):
        app = open_app(bob, "orders", **query)
        assert "Nothing to see here" in said(app)
        assert not app.exception
    app = open_app(bob, "orders", order="9" * 5000)
    assert "No orders yet" in said(app)
    assert not app.exception


def test_managers_add_and_change_products_others_look(open_app: OpenApp, cast: Cast) -> None:
    pump = product(cast.mia, "Pump", "10.00 EUR", cost="4")
    app = open_app(cast.mia, "orders", show="products")
    assert "Add product" in said(app)
    assert "Add product" not in said(open_app(cast.ann, "orders", show="products"))

    card = open_app(cast.mia, "orders", product=str(pump))
    assert "60%" in said(card)
    assert "Edit" not in said(open_app(cast.vera, "orders", product=str(pump)))
    press(card, "Edit")
    assert "A new price counts from today" in said(card)
    assert not card.exception


def test_sales_and_prices_are_told_in_words(open_app: OpenApp, mia: Actor, ann: Actor) -> None:
    pump = product(mia, "Pump", "10.00 EUR", cost="4")
    order(ann, customer(ann), [line(pump, 2)])

    app = open_app(mia, "orders", show="prices")

    assert "Margin by product in EUR" in said(app)
    assert "Needs closed deals" in said(app)
    assert not app.exception


def test_the_page_of_a_customer_tells_what_was_bought(
    open_app: OpenApp, ann: Actor, clock: type[Clock]
) -> None:
    zoe = customer(ann, company="Acme Ltd")
    lines = [NewLine(PIECE, name="Hose", unit_price=1000)]
    keys = [order(ann, zoe, lines, ordered_at=clock.now() - timedelta(days=days)) for days in (30, 20, 10)]

    shown = said(open_app(ann, "customer", id=str(zoe)))
    company = said(open_app(ann, "customer", account=str(orders.get(ann, keys[-1]).account_id)))

    for text in (shown, company):
        assert "**€30\\.00** in 3 orders" in text
        assert "Every 10 days" in text
        assert "Hose (3)" in text


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("month", (date(2026, 1, 1), None)), ("last_month", (date(2025, 12, 1), date(2025, 12, 31))),
        ("quarter", (date(2026, 1, 1), None)), ("year", (date(2026, 1, 1), None)),
        ("last_year", (date(2025, 1, 1), date(2025, 12, 31))), ("days_30", (date(2025, 12, 17), None)),
        (None, (None, None)),
    ],
)  # fmt: skip
def test_periods_begin_and_end_with_the_calendar(name: str | None, days: tuple[Any, Any]) -> None:
    assert period(name, date(2026, 1, 15)) == days
