"""What was sold: every split adds up to the whole, to the last cent, for those who may see it."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm_core.commerce import orders, rules
from crm_core.commerce.types import NewLine, NewReturn
from crm_core.insights import sales
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.values import countries, money
from crm_core.kernel.work import Clock, begin
from db.models import Contact, Deal, DealLine, Order, OrderLine, Pipeline, Product, Stage, Team, User
from tests.commerce.selling import PIECE, customer, line, order, product
from tests.people import MONDAY, Cast
from tests.shared_data import shared

CHECKS = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
WON = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)


def groups(who: Actor, by: str, of: str = "orders", **period: Any) -> dict[str, tuple[int, int]]:
    """Count and value by group, where there is one currency."""
    return {row.group: (row.count, row.value) for row in sales.report(who, by, of, **period)}


def deal(owner: Actor, amount: int, lines: list[tuple[int | None, str, int]], **values: Any) -> None:
    """A won deal with lines of (product, name, total)."""
    with begin(SYSTEM) as work:
        pipeline = work.add(Pipeline(name=f"P{work.now}{amount}{values}"[:120], created_at=MONDAY))
        work.flush()
        stage = work.add(Stage(pipeline_id=pipeline.id, name="New", name_key="new", probability=10,
                               required_fields=[]))  # fmt: skip
        work.flush()
        row = Deal(name="Deal", pipeline_id=pipeline.id, stage_id=stage.id, status="won", amount=amount,
                   currency="EUR", opened_at=WON, stage_since=WON, closed_at=WON, owner_id=owner.id,
                   created_at=MONDAY, updated_at=MONDAY, custom={})  # fmt: skip
        for name, value in values.items():
            setattr(row, name, value)
        work.add(row)
        work.flush()
        for product_id, name, total in lines:
            work.add(DealLine(deal_id=row.id, product_id=product_id, name=name, quantity=PIECE,
                              list_price=1000, unit_price=total, total=total))  # fmt: skip


def test_orders_are_split_by_people_places_products_and_time(cast: Cast, clock: type[Clock]) -> None:
    pump = product(cast.mia, "Pump", "10.00 EUR", category="Machines")
    zoe, max_ = customer(cast.ann, country="DE"), customer(cast.bob, "Max", country="FR")
    order(cast.ann, zoe, [line(pump, 2)], ordered_at=datetime(2025, 12, 31, 12, tzinfo=UTC))
    order(cast.ann, zoe, [line(pump), NewLine(PIECE, name="Gift", unit_price=500)], country="AT")
    order(cast.bob, max_, [line(pump, 3)])
    orders.mark(cast.bob, order(cast.bob, max_, [line(pump, 9)]), "cancelled", version=1)

    assert groups(cast.olga, "owner") == {"Ann Archer": (2, 3500), "Bob Brandt": (1, 3000)}
    assert groups(cast.olga, "team") == {"North": (3, 6500)}
    assert groups(cast.olga, "country") == {"AT": (1, 1500), "DE": (1, 2000), "FR": (1, 3000)}
    assert groups(cast.olga, "region") == {"DE": (2, 3500), "FR": (1, 3000)}
    assert groups(cast.olga, "product") == {"Pump": (3, 6000), "Gift": (1, 500)}
    assert groups(cast.olga, "category") == {"Machines": (3, 6000), "": (1, 500)}
    assert groups(cast.olga, "month") == {"2025-12": (1, 2000), "2026-03": (2, 4500)}
    assert groups(cast.olga, "quarter") == {"2025-Q4": (1, 2000), "2026-Q1": (2, 4500)}
    assert groups(cast.olga, "year", until=date(2025, 12, 31)) == {"2025": (1, 2000)}
    assert groups(cast.olga, "year", since=date(2026, 1, 1)) == {"2026": (2, 4500)}
    assert groups(cast.ann, "owner") == {"Ann Archer": (2, 3500)}


def test_a_report_that_cannot_be_is_refused(olga: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        sales.report(olga, "taste", "wishes")
    assert set(caught.value.fields) == {"by", "of"}
    with pytest.raises(Invalid):
        sales.total(olga, "orders", date(2026, 2, 1), date(2026, 1, 1))
    assert not sales.report(olga, "month")
    assert not sales.total(olga)
    assert not sales.products(olga)


def test_refunds_and_discounts_fall_on_the_products_exactly(mia: Actor, ann: Actor) -> None:
    pump, hose = product(mia, "Pump", "10.00 EUR", cost="6"), product(mia, "Hose", "0.99 EUR")
    key = order(ann, customer(ann), [line(pump, 3), line(hose)], discount=100)
    orders.mark(ann, key, "paid", version=None)
    orders.take_back(ann, key, [NewReturn(orders.get(ann, key).lines[0].id, PIECE)], version=None)

    assert groups(ann, "product") == {"Pump": (1, 1936), "Hose": (1, 95)}
    assert [(row.value, row.count) for row in sales.total(ann)] == [(3099 - 100 - 968, 1)]
    pumps, hoses = sales.products(ann)
    assert (pumps.quantity, pumps.revenue, pumps.cost, pumps.margin) == (2 * PIECE, 1936, 1200, 736)
    assert (hoses.quantity, hoses.revenue, hoses.cost, hoses.margin_share) == (PIECE, 95, None, None)


def test_deals_count_when_they_were_won_in_the_time_zone_of_the_company(cast: Cast) -> None:
    pump = product(cast.mia, "Pump", category="Machines")
    deal(cast.ann, 1000, [(pump, "Pump", 100), (None, "Service", 200)])
    deal(cast.bob, 500, [], owner_id=None, owner_name="Gone Away", currency="")
    deal(cast.ann, 10**6, [], status="lost")
    with begin(SYSTEM) as work:
        work.scalars(select(Team))[0].region = "Nordic"

    assert groups(cast.olga, "owner", "deals") == {"Ann Archer": (1, 1000), "Gone Away": (1, 500)}
    assert groups(cast.olga, "region", "deals") == {"Nordic": (1, 1000), "": (1, 500)}
    assert groups(cast.olga, "product", "deals") == {"Pump": (1, 333), "Service": (1, 667), "": (1, 500)}
    assert groups(cast.olga, "category", "deals") == {"Machines": (1, 333), "": (2, 1167)}
    assert groups(cast.olga, "month", "deals") == {"2026-01": (2, 1500)}
    assert groups(cast.ann, "month", "deals") == {"2026-01": (1, 1000)}


def test_a_discount_that_wins_more_often_shows(cast: Cast) -> None:
    for total, status in ((1000, "won"), (1000, "lost"), (880, "won"), (500, "lost"), (960, "open")):
        deal(cast.ann, total, [(None, "Pump", total)], status=status)

    rows = {row.until: (row.won, row.lost, row.win_rate) for row in sales.discounts(cast.ann)}

    assert rows == {
        0: (1, 1, 0.5), 5: (0, 0, None), 10: (0, 0, None), 20: (1, 0, 1.0), 30: (0, 0, None),
        None: (0, 1, 0.0),
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(-(10**12), 10**12), st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8))
def test_parts_always_add_up_to_the_whole(amount: int, weights: list[int]) -> None:
    parts = rules.allocate(amount, weights)

    assert sum(parts) == amount
    if amount >= 0 and all(weight >= 0 for weight in weights):
        assert all(part >= 0 for part in parts)


BOUGHT = st.tuples(st.integers(0, 2), st.integers(1, 3000), st.integers(0, 10_000))
ORDERS = st.lists(
    st.tuples(
        st.lists(BOUGHT, min_size=1, max_size=3),
        st.integers(0, 500), st.integers(0, 5000), st.integers(0, 800), st.booleans(),
    ),
    min_size=4, max_size=6,
)  # fmt: skip


@settings(max_examples=2, deadline=None, phases=[Phase.generate], suppress_health_check=CHECKS)
@given(made=ORDERS)
def test_every_split_adds_up_to_the_total(made: list[Any], cast: Cast) -> None:
    names = ["Pump", "Hose", "Valve"]
    zoe = customer(cast.ann)
    for lines, discount, back, days, is_paid in made:
        bought = [NewLine(quantity, name=names[which], unit_price=price) for which, quantity, price in lines]
        whole = sum(rules.line_total(one.quantity, one.unit_price or 0, 0) for one in bought)
        moment = Clock.now() - timedelta(days=days)
        key = order(cast.ann, zoe, bought, discount=min(discount, whole), ordered_at=moment)
        if is_paid:
            orders.mark(cast.ann, key, "paid", version=None)
            _return_some(cast.ann, key, back)

    [whole_row] = sales.total(cast.ann)
    for by in sales.WAYS:
        assert sum(row.value for row in sales.report(cast.ann, by)) == whole_row.value, by
    assert sum(row.revenue for row in sales.products(cast.ann)) == whole_row.value
    for row in sales.report(cast.ann, "owner"):
        assert row.count == whole_row.count


def _return_some(who: Actor, key: int, back: int) -> None:
    found = orders.get(who, key)
    first = found.lines[0]
    orders.take_back(who, key, [NewReturn(first.id, 1)], version=None)
    left = orders.get(who, key)
    if 0 < back <= left.total - left.refunded:
        orders.take_back(who, key, [NewReturn(amount=back)], version=None)


def test_the_published_shop_adds_up_to_the_published_answers(olga: Actor) -> None:
    folder = shared("07_transactions")
    expected = json.loads((folder / "chinook.expected.json").read_text())
    _load_shop(folder)

    def amounts(by: str) -> dict[str, Decimal]:
        found = groups(olga, by)
        return {group: money.to_decimal(value, "USD") for group, (_count, value) in found.items()}

    def exact(told: dict[str, float]) -> dict[str, Decimal]:
        return {name: Decimal(str(value)).quantize(Decimal("0.01")) for name, value in told.items()}

    assert amounts("year") == exact(expected["by_year"])
    assert amounts("owner") == exact(expected["by_rep"])
    wanted = {str(countries.parse(name)): value for name, value in exact(expected["by_country"]).items()}
    assert amounts("country") == wanted
    genres = amounts("category")
    assert {name: genres[name] for name in expected["by_genre_top5"]} == exact(expected["by_genre_top5"])
    assert sum(amounts("product").values()) == Decimal("2328.60")


def _load_shop(folder: Any) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with (folder / f"chinook_{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    with begin(SYSTEM) as work:
        users = {one["EmployeeId"]: User(
            username=one["Email"], name=f"{one['FirstName']} {one['LastName']}", password_hash="!",
            role="sales", reach="own", created_at=MONDAY) for one in rows("employees")}  # fmt: skip
        for user in users.values():
            work.add(user)
        work.flush()
        people = {one["CustomerId"]: Contact(
            name=one["LastName"], name_key=one["LastName"], created_at=MONDAY, updated_at=MONDAY, custom={},
            owner_id=users[one["SupportRepId"].split(".")[0]].id) for one in rows("customers")}  # fmt: skip
        genres = {one["TrackId"]: (one["TrackName"], one["Genre"]) for one in rows("invoice_lines")}
        tracks = {key: Product(name=name, name_key=name, category=genre, currency="USD", created_at=MONDAY,
                               updated_at=MONDAY) for key, (name, genre) in genres.items()}  # fmt: skip
        for row in (*people.values(), *tracks.values()):
            work.add(row)
        work.flush()
        sold = {one["InvoiceId"]: Order(
            number=one["InvoiceId"], status="placed", currency="USD", contact_id=people[one["CustomerId"]].id,
            total=_cents(one["Total"]), country=str(countries.parse(one["BillingCountry"])),
            ordered_at=datetime.fromisoformat(one["InvoiceDate"]).replace(tzinfo=UTC), created_at=MONDAY,
            updated_at=MONDAY) for one in rows("invoices")}  # fmt: skip
        for row in sold.values():
            work.add(row)
        work.flush()
        for one in rows("invoice_lines"):
            price, pieces = _cents(one["UnitPrice"]), int(one["Quantity"])
            work.add(OrderLine(order_id=sold[one["InvoiceId"]].id, product_id=tracks[one["TrackId"]].id,
                               name=one["TrackName"], quantity=pieces * PIECE, unit_price=price,
                               total=price * pieces))  # fmt: skip


def _cents(text: str) -> int:
    return money.to_minor(Decimal(text), "USD")


def test_who_does_not_see_a_customer_does_not_see_the_money(cast: Cast) -> None:
    key = order(cast.ann, customer(cast.ann), [NewLine(PIECE, name="x", unit_price=500)])

    assert [sales.total(who) for who in (cast.ann, cast.mia, cast.vera)] == [sales.total(cast.olga)] * 3
    assert not sales.total(cast.bob)
    assert not sales.report(cast.bob, "product")
    assert not sales.products(cast.bob)
    with pytest.raises(NotFound):
        orders.get(cast.bob, key)
