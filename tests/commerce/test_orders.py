"""Orders: exact to the cent, one state after the other, back in parts, and never more than was paid."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm_core.activity import history
from crm_core.commerce import order_changes, orders, products, purchases, totals
from crm_core.commerce.types import NewLine, NewOrder, NewReturn, OrderChange, OrderQuery
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.people import accounts
from db.models import PurchaseTotal
from tests.commerce.selling import PIECE, customer, line, order, product
from tests.people import MONDAY, Cast
from tests.people.records import activities


def test_an_order_takes_the_prices_of_the_catalogue_and_adds_up_exactly(mia: Actor, ann: Actor) -> None:
    pump, hose = product(mia, "Pump", "12.50 EUR"), product(mia, "Hose", "0.99 EUR")
    zoe = customer(ann)

    made = orders.get(ann, order(ann, zoe, [line(pump, 2, discount=100), NewLine(2500, hose)], discount=72))

    assert [(one.name, one.unit_price, one.total) for one in made.lines] == [
        ("Pump", 1250, 2400), ("Hose", 99, 248),
    ]  # fmt: skip
    assert (made.total, made.discount, made.refunded, made.status) == (2576, 72, 0, "placed")
    assert (made.customer, made.seller, made.currency) == ("Zoe", "Ann Archer", "EUR")
    assert made.number.endswith(f"-{made.id:05}")


def test_everything_that_is_wrong_with_an_order_is_said_at_once(ann: Actor, clock: type[Clock]) -> None:
    bad = NewOrder(
        [NewLine(0, name="x"), NewLine(PIECE), NewLine(PIECE, name="y", unit_price=5, discount=6)],
        discount=-1, ordered_at=MONDAY + timedelta(days=1),
    )  # fmt: skip

    with pytest.raises(Invalid) as caught:
        orders.create(ann, bad)

    wanted = {"customer", "ordered_at", "discount", "line_1", "line_2", "line_3"}
    assert set(caught.value.fields) == wanted
    zoe = customer(ann)
    with pytest.raises(Invalid) as caught:
        order(ann, zoe, [NewLine(PIECE, 4711), NewLine(PIECE, name="free text")])
    assert set(caught.value.fields) == {"line_1", "line_2"}
    with pytest.raises(Invalid) as caught:
        order(ann, zoe, [NewLine(PIECE, name="y", unit_price=5)], discount=6)
    assert set(caught.value.fields) == {"discount"}
    with pytest.raises(Invalid) as caught:
        order(ann, zoe, [NewLine(PIECE, name="y", unit_price=5)], currency="beans", country="Atlantis")
    assert set(caught.value.fields) == {"currency", "country"}


def test_a_number_is_used_once_for_each_origin(ann: Actor) -> None:
    zoe = customer(ann)
    lines = [NewLine(PIECE, name="x", unit_price=5)]
    first = order(ann, zoe, lines, number="A-1")

    with pytest.raises(Conflict, match="A-1") as caught:
        order(ann, zoe, lines, number="A-1")

    assert caught.value.theirs["id"] == first
    assert order(ann, zoe, lines, number="A-1", origin="shop") != first


def test_states_follow_each_other_each_with_its_date(ann: Actor, clock: type[Clock]) -> None:
    key = order(ann, customer(ann), [NewLine(PIECE, name="x", unit_price=500)],
                ordered_at=MONDAY - timedelta(days=9))  # fmt: skip
    sent = MONDAY - timedelta(days=3)

    orders.mark(ann, key, "shipped", at=sent, version=1)
    orders.mark(ann, key, "delivered", version=2)
    orders.mark(ann, key, "paid", version=3)

    found = orders.get(ann, key)
    assert (found.status, found.shipped_at, found.delivered_at, found.paid_at) == (
        "delivered", sent, MONDAY, MONDAY,
    )  # fmt: skip
    with pytest.raises(Conflict, match="paid already"):
        orders.mark(ann, key, "paid", version=None)
    with pytest.raises(Conflict, match="cannot be cancelled"):
        orders.mark(ann, key, "cancelled", version=None)
    with pytest.raises(Conflict, match="Someone else"):
        orders.mark(ann, key, "returned", version=1)
    with pytest.raises(Invalid):
        orders.mark(ann, key, "eaten", version=None)
    with pytest.raises(Invalid, match="correct"):
        orders.mark(ann, key, "returned", at=MONDAY - timedelta(days=30), version=None)


def test_a_cancelled_order_counts_nowhere_and_stays_cancelled(ann: Actor) -> None:
    zoe = customer(ann)
    key = order(ann, zoe, [NewLine(PIECE, name="x", unit_price=500)])

    orders.mark(ann, key, "cancelled", version=1)

    assert purchases.of_contact(ann, zoe).totals == ()
    with pytest.raises(Conflict, match="Nothing can follow"):
        orders.mark(ann, key, "paid", version=None)


def test_parts_come_back_with_their_share_of_the_discount(ann: Actor) -> None:
    zoe = customer(ann)
    lines = [NewLine(3 * PIECE, name="x", unit_price=1000), NewLine(PIECE, name="y", unit_price=1000)]
    key = order(ann, zoe, lines, discount=400)
    with pytest.raises(Conflict, match="Cancel it instead"):
        orders.take_back(ann, key, [NewReturn(amount=1)], version=1)
    orders.mark(ann, key, "paid", version=1)
    first, second = orders.get(ann, key).lines

    orders.take_back(ann, key, [NewReturn(first.id, PIECE, reason="broken")], version=2)

    found = orders.get(ann, key)
    assert (found.status, found.refunded, found.lines[0].returned) == ("paid", 900, PIECE)
    assert (found.returns[0].amount, found.returns[0].reason) == (900, "broken")
    orders.take_back(ann, key, [NewReturn(first.id, 2 * PIECE), NewReturn(second.id, PIECE)], version=3)
    found = orders.get(ann, key)
    assert (found.status, found.refunded, found.returned_at is not None) == ("returned", 3600, True)
    assert found.total - found.refunded == 0


def test_never_more_comes_back_than_was_bought_or_paid(ann: Actor) -> None:
    key = order(ann, customer(ann), [NewLine(2 * PIECE, name="x", unit_price=1000)])
    orders.mark(ann, key, "paid", version=None)
    [only] = orders.get(ann, key).lines

    for wrong in (
        [NewReturn(only.id, 3 * PIECE)], [NewReturn(only.id, PIECE), NewReturn(only.id, 2 * PIECE)],
        [NewReturn(amount=2001)], [NewReturn(4711, PIECE)], [NewReturn(only.id)], [NewReturn()], [],
        [NewReturn(only.id, PIECE, amount=1500), NewReturn(only.id, PIECE, amount=501)],
    ):  # fmt: skip
        with pytest.raises(Invalid):
            orders.take_back(ann, key, wrong, version=None)

    orders.take_back(ann, key, [NewReturn(amount=1900)], version=None)
    orders.take_back(ann, key, [NewReturn(only.id, 2 * PIECE)], version=None)
    assert orders.get(ann, key).refunded == 2000


def test_a_whole_order_comes_back_in_one_step(ann: Actor) -> None:
    key = order(ann, customer(ann), [NewLine(2 * PIECE, name="x", unit_price=999)], discount=1)
    orders.mark(ann, key, "shipped", version=None)

    orders.mark(ann, key, "returned", version=None)

    found = orders.get(ann, key)
    assert (found.status, found.refunded, found.total) == ("returned", 1997, 1997)


def test_the_timeline_of_the_customer_tells_what_happened(ann: Actor) -> None:
    zoe = customer(ann)
    key = order(ann, zoe, [NewLine(PIECE, name="x", unit_price=500)], number="A-7")
    orders.mark(ann, key, "paid", version=1)

    told = [entry.sentence for entry in history.of_contact(ann, zoe, Paging(), ["Orders"])]

    assert told == ["noted that order A-7 is paid", "placed the order A-7 of 5.00 EUR"]
    assert activities("order.placed") == [{"number": "A-7", "total": "5.00 EUR"}]


def test_orders_are_found_by_number_customer_state_period_product_and_channel(
    mia: Actor, ann: Actor, clock: type[Clock]
) -> None:
    pump = product(mia, "Pump")
    zoe, max_ = customer(ann, "Zoe"), customer(ann, "Max", company="Acme Ltd")
    early = order(ann, zoe, [line(pump)], number="A-1", channel="Shop", ordered_at=MONDAY - timedelta(30))
    late = order(ann, max_, [NewLine(PIECE, name="x", unit_price=5)], number="B-2")
    acme = orders.get(ann, late).account_id
    orders.mark(ann, late, "paid", version=None)

    def found(**asked: object) -> list[int]:
        return [row.id for row in orders.search(ann, OrderQuery(**asked))]  # type: ignore[arg-type]

    assert found() == [late, early]
    assert found(text="A-") == found(text="zoe") == found(status="placed") == [early]
    assert found(text="acme") == found(account_id=acme) == found(contact_id=max_) == [late]
    assert found(until=MONDAY) == found(product_id=pump) == found(channel="Shop") == [early]
    assert found(since=MONDAY) == [late]
    assert found(seller_id=ann.id) == found(paging=Paging(sort="-number")) == [late, early]
    assert found(paging=Paging(sort="date")) == [early, late]
    assert orders.channels(ann) == ["Shop"]
    for wrong in ({"status": "eaten"}, {"paging": Paging(sort="taste")}):
        with pytest.raises(Invalid):
            found(**wrong)


def test_deleted_orders_count_nowhere_until_they_are_restored(ann: Actor) -> None:
    zoe = customer(ann)
    lines = [NewLine(PIECE, name="x", unit_price=500)]
    key = order(ann, zoe, lines, number="A-1")

    orders.delete(ann, [key])
    assert [row.number for row in orders.deleted(ann)] == ["A-1"]
    assert purchases.of_contact(ann, zoe).totals == ()
    again = order(ann, zoe, lines, number="A-1")
    with pytest.raises(Conflict, match="another order"):
        orders.restore(ann, [key])
    orders.delete(ann, [again])
    orders.restore(ann, [key])

    assert purchases.of_contact(ann, zoe).totals[0].orders == 1
    assert len(orders.search(ann)) == 1


def test_a_seller_sees_the_orders_of_the_own_customers_only(cast: Cast) -> None:
    zoe = customer(cast.ann)
    lines = [NewLine(PIECE, name="x", unit_price=500)]
    key = order(cast.mia, zoe, lines)

    assert orders.get(cast.ann, key).seller == "Ann Archer"
    assert len(orders.search(cast.mia)) == len(orders.search(cast.vera)) == 1
    assert len(orders.search(cast.bob)) == 0
    for act in (
        lambda: orders.get(cast.bob, key),
        lambda: orders.mark(cast.bob, key, "paid", version=None),
        lambda: orders.delete(cast.bob, [key]),
        lambda: order(cast.bob, zoe, lines),
        lambda: purchases.of_contact(cast.bob, zoe),
    ):
        with pytest.raises(NotFound):
            act()
    for who in (cast.vera, cast.mark):
        with pytest.raises(NotAllowed):
            order(who, zoe, lines)
    with pytest.raises(NotAllowed):
        order(cast.ann, zoe, lines, seller_id=cast.bob.id)
    with pytest.raises(Invalid):
        order(cast.ann, zoe, lines, seller_id=4711)


def test_purchases_add_up_by_currency_and_tell_rhythm_and_likes(
    mia: Actor, ann: Actor, clock: type[Clock]
) -> None:
    pump = product(mia, "Pump")
    zoe = customer(ann, company="Acme Ltd")
    for days, pieces in ((40, 1), (30, 2), (10, 1)):
        order(ann, zoe, [line(pump, pieces)], ordered_at=MONDAY - timedelta(days))
    order(ann, zoe, [NewLine(PIECE, name="Gift", unit_price=100)], currency="USD",
          ordered_at=MONDAY - timedelta(10))  # fmt: skip

    sheet = purchases.of_contact(ann, zoe)

    euros, dollars = sheet.totals
    assert (euros.orders, euros.revenue, euros.average) == (3, 4000, 1333)
    assert (dollars.currency, dollars.revenue) == ("USD", 100)
    assert sheet.rhythm is not None
    assert (sheet.rhythm.days_between, sheet.rhythm.next_on) == (
        15.0,
        date(2026, 3, 7),
    )
    assert [(one.name, one.quantity, one.orders) for one in sheet.likes] == [
        ("Pump", 4 * PIECE, 3), ("Gift", PIECE, 1),
    ]  # fmt: skip
    assert len(sheet.latest) == 4


def test_a_company_counts_its_own_orders_and_those_of_its_people(ann: Actor) -> None:
    lines = [NewLine(PIECE, name="x", unit_price=500)]
    acme = accounts.create(ann, {"company": "Acme Ltd"})
    zoe = customer(ann, company="Acme Ltd")
    order(ann, zoe, lines)
    order(ann, None, lines, account_id=acme)

    sheet = purchases.of_account(ann, acme)

    assert [(total.orders, total.revenue) for total in sheet.totals] == [(2, 1000)]
    assert purchases.of_contact(ann, zoe).totals[0].orders == 1
    with pytest.raises(NotFound):
        purchases.of_account(ann, 4711)


def test_a_recount_finds_kept_totals_that_are_wrong(ann: Actor) -> None:
    zoe = customer(ann)
    order(ann, zoe, [NewLine(PIECE, name="x", unit_price=500)])
    with begin(SYSTEM) as work:
        assert totals.differences(work) == []
        [row] = work.scalars(select(PurchaseTotal))
        row.revenue, row.currency = 499, "USD"
        work.flush()
        assert totals.differences(work) == [(zoe, "EUR", 0, 500), (zoe, "USD", 499, 0)]
        totals.recount(work, [zoe, None])
        assert totals.differences(work) == []


def test_an_order_of_a_later_hour_is_still_of_its_moment(ann: Actor, clock: type[Clock]) -> None:
    new = NewOrder([NewLine(PIECE, name="x", unit_price=1)], customer(ann), currency="EUR")

    assert orders.get(ann, orders.create(ann, replace(new, number="9"))).ordered_at == MONDAY


def test_a_placed_order_is_changed_and_everything_follows(mia: Actor, ann: Actor) -> None:
    pump = product(mia, "Pump", "12.50 EUR")
    zoe = customer(ann)
    key = order(ann, zoe, [line(pump, 2, discount=100), NewLine(PIECE, name="Work", unit_price=4000)])
    kept = orders.get(ann, key).lines[0].id
    products.delete(mia, [pump])

    lines = [line(pump, 3, unit_price=1250, discount=100)]
    order_changes.change(ann, key, OrderChange(lines, 50, city=" Graz ", country="Austria"), version=1)

    now = orders.get(ann, key)
    assert [(one.id, one.name, one.total) for one in now.lines] == [(kept, "Pump", 3650)]
    assert (now.total, now.discount, now.city, now.country, now.version) == (3600, 50, "Graz", "AT", 2)
    assert [one.revenue for one in purchases.of_contact(ann, zoe).totals] == [3600]
    [changed] = activities("order.changed")
    assert changed["changes"]["total"] == ["64.00 EUR", "36.00 EUR"]
    assert changed["changes"]["lines"] == ["2 × Pump, 1 × Work", "3 × Pump"]

    order_changes.change(ann, key, OrderChange(discount=50), version=2)
    assert orders.get(ann, key).version == 2, "nothing is different"
    order_changes.change(
        ann, key, OrderChange([*lines, NewLine(PIECE, name="Hose", unit_price=99)]), version=2
    )
    assert [one.name for one in orders.get(ann, key).lines] == ["Pump", "Hose"]


def test_an_order_that_is_paid_or_sent_stays_as_it_is(ann: Actor, bob: Actor) -> None:
    zoe = customer(ann)
    for reached in ("paid", "shipped", "cancelled"):
        key = order(ann, zoe, [NewLine(PIECE, name="x", unit_price=500)])
        for wrong in (OrderChange([]), OrderChange(discount=501), OrderChange([NewLine(0, name="y")])):
            with pytest.raises(Invalid):
                order_changes.change(ann, key, wrong, version=None)
        with pytest.raises(NotFound):
            order_changes.change(bob, key, OrderChange(discount=1), version=None)
        orders.mark(ann, key, reached, version=1)
        with pytest.raises(Conflict, match=f"is {reached}, so it stays"):
            order_changes.change(ann, key, OrderChange(discount=1), version=None)
        assert orders.get(ann, key).total == 500
