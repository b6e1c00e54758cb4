"""Orders come in with their lines, whatever the file looks like, and their sums are those of the file."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_core.commerce import totals
from crm_core.data import chunks, exports
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from db.models import Contact, Order, OrderLine, Product, PurchaseTotal
from tests.business_hash import business_hash
from tests.data.importing import bring, check, count, draft, inbox, run, table, undo
from tests.people import Cast
from tests.shared_data import shared

__all__ = ["inbox"]

MADE = ("companies", "contacts", "products")


def orders(*columns: Any) -> list[tuple[Any, ...]]:
    """These columns of all orders, the oldest first."""
    with begin(SYSTEM, write=False) as work:
        return [tuple(row) for row in work.tuples(select(*columns).order_by(Order.id))]


def revenue() -> int:
    """What all orders brought, in minor units."""
    with begin(SYSTEM, write=False) as work:
        net = func.sum(Order.total - Order.refunded)
        return int(work.scalar(select(net).where(Order.status != "cancelled")) or 0)


def sums_are_right() -> bool:
    """Is every total the sum of its lines less the discount, and are purchases counted right?"""
    with begin(SYSTEM, write=False) as work:
        lines = select(func.sum(OrderLine.total)).where(OrderLine.order_id == Order.id).scalar_subquery()
        wrong = work.tuples(
            select(Order.number).where(func.coalesce(lines, 0) - Order.discount != Order.total)
        )
        return not wrong and not totals.differences(work)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 3)


LINES = (
    "Order ID",
    "Order date",
    "Customer ID",
    "Customer email",
    "SKU",
    "Product",
    "Quantity",
    "Unit price",
)


def test_rows_of_one_order_that_lie_apart_become_one_order(
    olga: Actor, inbox: Any, small_chunks: None
) -> None:
    rows = [
        ("A1", "2025-01-01", "7", "ann@x.test", "P1", "Pen", "2", "1.25"),
        ("A2", "2025-01-02", "8", "", "P2", "Ink", "1", "9.99"),
        ("A1", "2025-01-01", "7", "ann@x.test", "P2", "Ink", "0.5", "9.99"),
        ("A3", "2025-01-03", "", "", "P1", "Pen", "1", "1.25"),
        ("A1", "2025-01-01", "7", "ann@x.test", "P1", "Pen", "-1", "1.25"),
    ]
    path = table(inbox, LINES, rows, "orders.csv")
    before = business_hash()
    import_id = draft(olga, path, "orders", create_missing=MADE)
    seen = check(olga, import_id)

    done = run(olga, import_id)

    assert done.state == "done", done.message
    assert done.counts == seen.counts
    assert {name: done.summary[f"{name}_created"] for name in MADE[1:]} == {"contacts": 2, "products": 2}
    assert {name: seen.summary[f"{name}_created"] for name in MADE[1:]} == {"contacts": 2, "products": 2}
    assert orders(Order.number, Order.total) == [("A1", 625), ("A2", 999), ("A3", 125)]
    assert sums_are_right()
    again = bring(olga, path, "orders", create_missing=MADE)
    assert (again.counts["created"], again.counts["updated"], again.counts["skipped"]) == (0, 0, 5)
    assert undo(olga, import_id).summary["undo_kept"] == 0
    assert business_hash() == before


def test_a_file_of_lines_fills_orders_that_came_without(olga: Actor, inbox: Any, small_chunks: None) -> None:
    heads = [(f"{at}", "2025-01-01", "10.00") for at in range(1, 5)]
    bring(olga, table(inbox, ("Order ID", "Order date", "Total"), heads, "heads.csv"), "orders")
    before = business_hash()
    rows = [(f"{1 + at % 4}", "Pen", "2", "2.00") for at in range(8)]
    path = table(inbox, ("Order ID", "Product", "Quantity", "Unit price"), rows, "lines.csv")

    import_id = draft(olga, path, "orders")
    seen, done = check(olga, import_id), run(olga, import_id)

    assert (done.counts, done.state) == (seen.counts, "done")
    assert {total for _, total in orders(Order.number, Order.total)} == {1000}
    assert sums_are_right()
    with begin(SYSTEM, write=False) as work:
        assert sorted(work.scalars(select(OrderLine.total))) == [200] * 4 + [400] * 8
    again = bring(olga, path, "orders")
    assert (again.counts["created"], again.counts["updated"]) == (0, 0)
    assert undo(olga, import_id).summary["undo_kept"] == 0
    assert business_hash() == before


def test_a_file_of_lines_alone_is_refused_with_the_way_out(olga: Actor, inbox: Any) -> None:
    path = table(inbox, ("Order ID", "Product", "Unit price"), [("1", "Pen", "2.00")], "lines.csv")

    done = bring(olga, path, "orders")

    assert (done.counts["rejected"], count(Order)) == (1, 0)


@pytest.mark.parametrize(
    ("status", "amount", "refunded", "net"),
    [
        ("Paid", "19.00", "0.00", 1900), ("Refunded", "249.00", "249.00", 0), ("Failed", "49.00", "0.00", 0),
        ("Partially refunded", "20.00", "5.00", 1500), ("Refunded", "20.00", "", 0),
        ("wc-cancelled", "5", "", 0),
    ],
)  # fmt: skip
def test_what_was_paid_back_or_failed_is_no_revenue(
    olga: Actor, inbox: Any, status: str, amount: str, refunded: str, net: int
) -> None:
    header = ("Order ID", "Created at", "Amount", "Amount refunded", "Status", "Currency")
    row = ("ch_1", "2025-01-01", amount, refunded, status, "usd")

    bring(olga, table(inbox, header, [row], "orders.csv"), "orders")

    assert (revenue(), sums_are_right()) == (net, True)


def test_equal_rows_without_a_number_are_several_orders_once(
    olga: Actor, inbox: Any, small_chunks: None
) -> None:
    header, row = ("Customer email", "Order date", "Revenue"), ("a@x.test", "2025-01-01", "12.50")
    path = table(inbox, header, [row, ("b@x.test", "2025-01-01", "3"), row, row, row], "orders.csv")
    import_id = draft(olga, path, "orders", create_missing=MADE)

    seen, done = check(olga, import_id), run(olga, import_id)

    assert (done.counts["created"], seen.counts) == (5, done.counts)
    assert (revenue(), count(Contact)) == (5300, 2)
    again = bring(olga, path, "orders", create_missing=MADE)
    assert (again.counts["created"], again.counts["updated"]) == (0, 0)


def test_an_order_of_a_shop_keeps_shipping_and_discount(olga: Actor, inbox: Any) -> None:
    header = ("Name", "Email", "Financial Status", "Currency", "Subtotal", "Shipping", "Taxes", "Total",
              "Discount Code", "Discount Amount", "Created at", "Lineitem quantity", "Lineitem name",
              "Lineitem price", "Lineitem sku")  # fmt: skip
    rows = [
        ("#1001", "a@x.test", "paid", "EUR", "45.00", "4.90", "0", "49.90", "SPRING", "5.00", "2025-03-01",
         "2", "Tea", "20.00", "T1"),
        ("#1001", "a@x.test", "", "", "", "", "", "", "", "", "2025-03-01", "1", "Cup", "10.00", "C1"),
    ]  # fmt: skip

    bring(olga, table(inbox, header, rows, "orders.csv"), "orders", create_missing=MADE)

    assert orders(Order.number, Order.total, Order.discount, Order.coupon) == [("#1001", 4990, 500, "SPRING")]
    with begin(SYSTEM, write=False) as work:
        found = work.tuples(select(OrderLine.name, OrderLine.total).order_by(OrderLine.total))
    assert [tuple(row) for row in found] == [("Not itemised", 490), ("Cup", 1000), ("Tea", 4000)]


def test_discounts_that_are_shares_are_taken_off_the_line(olga: Actor, inbox: Any) -> None:
    header = ("orderID", "orderDate", "productID", "unitPrice", "quantity", "discount")
    rows = [("1", "1996-07-04", "11", "14", "12", "0"), ("1", "1996-07-04", "42", "9.8", "10", "0.15"),
            ("2", "1996-07-05", "14", "18.6", "9", "0.05")]  # fmt: skip

    bring(olga, table(inbox, header, rows, "order_details.csv"), "orders")

    assert orders(Order.number, Order.total) == [("1", 16800 + 8330), ("2", 15903)]


def test_orders_of_a_music_shop_come_in_from_two_files(olga: Actor, inbox: Any) -> None:
    folder = shared("07_transactions")
    expected = json.loads((folder / "chinook.expected.json").read_text())
    bring(olga, folder / "chinook_customers.csv")
    bring(olga, folder / "chinook_invoices.csv", "orders")
    assert (count(Order), revenue()) == (expected["invoices"], round(expected["revenue"] * 100))

    bring(olga, folder / "chinook_invoice_lines.csv", "orders", create_missing=MADE)

    assert (count(OrderLine), revenue()) == (expected["lines"], round(expected["revenue"] * 100))
    assert sums_are_right()
    with begin(SYSTEM, write=False) as work:
        by_group = dict(
            tuple(row)
            for row in work.tuples(
                select(Product.category, func.sum(OrderLine.total))
                .join(Product, Product.id == OrderLine.product_id)
                .group_by(Product.category)
            )
        )
        top = work.tuples(
            select(Contact.name, PurchaseTotal.revenue)
            .join(PurchaseTotal, PurchaseTotal.contact_id == Contact.id)
            .order_by(PurchaseTotal.revenue.desc())
            .limit(1)
        )
    assert {name: float(by_group[name] / 100) for name in expected["by_genre_top5"]} == expected[
        "by_genre_top5"
    ]
    assert [(name, total / 100) for name, total in top] == [next(iter(expected["top5"].items()))]


def test_orders_without_numbers_come_in_with_their_customers(olga: Actor, inbox: Any) -> None:
    lines = shared("07_transactions/rfm_orders.csv").read_text().splitlines()[:1001]
    path = inbox / "orders.csv"
    path.write_text("\n".join(lines))

    done = bring(olga, path, "orders", create_missing=MADE)

    assert (done.counts["created"], count(Order)) == (1000, 1000)
    assert revenue() == sum(int(line.split(",")[2]) for line in lines[1:]) * 100
    assert count(Contact) == len({line.split(",")[0] for line in lines[1:]})


def test_invoices_and_their_cancellations_add_up(olga: Actor, inbox: Any) -> None:
    with gzip.open(shared("07_transactions/online_retail_2010_12.csv.gz"), "rt") as file:
        lines = [next(file).rstrip("\n") for _ in range(4001)]
    path: Path = inbox / "online_retail.csv"
    path.write_text("\n".join(lines))

    done = bring(olga, path, "orders", create_missing=MADE)

    cells = [line.rsplit(",", 5) for line in lines[1:]]
    net = sum(round(int(row[1]) * round(float(row[3]) * 100)) for row in cells)
    assert (revenue(), done.counts["rejected"]) == (net, 0)
    assert count(Contact) == len({row[4] for row in cells if row[4]})
    assert sums_are_right()


@pytest.mark.parametrize("kind", ["orders", "deals", "products", "interactions"])
def test_what_leaves_as_a_table_comes_back_as_it_was(
    olga: Actor, inbox: Any, tmp_path: Path, kind: str
) -> None:
    header = (
        "Order ID",
        "Order date",
        "Email",
        "SKU",
        "Product",
        "Quantity",
        "Unit price",
        "Discount",
        "Total",
        "Status",
    )
    rows = [
        ("A1", "2025-01-01", "ann@x.test", "P1", "Pen", "2", "1.25", "0.50", "", "paid"),
        ("A1", "2025-01-01", "ann@x.test", "P2", "Ink", "0.5", "9.99", "", "", "paid"),
        ("A2", "2025-01-02", "bo@x.test", "P2", "Ink", "1", "9.99", "", "14.99", "refunded"),
    ]  # fmt: skip
    bring(olga, table(inbox, header, rows, "orders.csv"), "orders", create_missing=MADE)
    deals = [
        ("1", "Big", "Proposal", "100", "2025-03-01", "", "ann@x.test"),
        ("2", "Old", "Closed lost", "7.5", "2025-02-01", "Price", ""),
    ]
    names = ("ID", "Deal name", "Stage", "Amount", "Close date", "Lost reason", "Contact email")
    bring(olga, table(inbox, names, deals, "deals.csv"), "deals")
    calls = [("7", "Call", "Hello", "2025-01-02 10:00", "ann@x.test", "15")]
    columns = ("Activity ID", "Type", "Subject", "Date", "Contact email", "Duration")
    bring(olga, table(inbox, columns, calls, "calls.csv"), "interactions")
    target, before = tmp_path / f"{kind}.csv", business_hash()

    exports.save(olga, kind, target, "csv")

    again = bring(olga, target, kind, on_duplicate="update")
    assert (again.counts["created"], again.counts["updated"], again.counts["rejected"]) == (0, 0, 0)
    assert again.counts["skipped"] > 0
    assert business_hash() == before


def test_only_what_one_may_see_leaves(olga: Actor, cast: Cast, inbox: Any, tmp_path: Path) -> None:
    rows = [("A1", "2025-01-01", "5.00", "ann"), ("A2", "2025-01-02", "7.00", "bob")]
    bring(olga, table(inbox, ("Order ID", "Order date", "Total", "Seller"), rows, "orders.csv"), "orders")
    deals = [("1", "Big", "Proposal", "ann"), ("2", "Old", "Proposal", "bob")]
    bring(olga, table(inbox, ("Deal ID", "Deal name", "Stage", "Owner"), deals, "deals.csv"), "deals")

    for kind in ("orders", "deals"):
        assert exports.save(cast.ann, kind, tmp_path / f"{kind}.csv", "csv").row_count == 1
        assert exports.save(olga, kind, tmp_path / f"{kind}.csv", "csv").row_count == 2
