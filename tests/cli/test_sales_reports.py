"""What was sold, on the command line: decimals as texts, and the whole beside its parts."""

from datetime import UTC, datetime

from crm_core.commerce.types import NewLine
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from db.models import PurchaseTotal
from tests.cli.conftest import Run
from tests.commerce.selling import PIECE, customer, line, order, product
from tests.people import Cast

MARCH = datetime(2026, 3, 31, 21, tzinfo=UTC)


def test_sales_are_reported_by_group_with_their_total(run: Run, staff: Cast) -> None:
    pump = product(staff.mia, "Pump", "12.50 EUR", category="Machines", cost="5")
    zoe = customer(staff.ann, country="DE")
    order(staff.ann, zoe, [line(pump, 2)], ordered_at=MARCH)
    order(staff.ann, zoe, [NewLine(1500, name="Hose", unit_price=100)], ordered_at=MARCH)

    told = run(
        "report", "sales", "--by", "product", "--from", "2026-03-01", "--to", "2026-03-31", "--json"
    ).json

    assert (told["name"], told["from"], told["to"]) == ("sales", "2026-03-01", "2026-03-31")
    assert told["rows"] == [
        {"group": "Pump", "currency": "EUR", "count": 1, "value": "25.00"},
        {"group": "Hose", "currency": "EUR", "count": 1, "value": "1.50"},
    ]
    assert told["total"] == [{"currency": "EUR", "count": 2, "value": "26.50"}]
    assert "26.50" in run("report", "sales", "--by", "month").out
    assert run("report", "sales", "--by", "country", "--to", "2026-02-28", "--json").json["rows"] == []
    assert run("--as", "bob", "report", "sales", "--of", "deals", "--json").json["rows"] == []
    assert run("report", "sales", "--by", "taste").code == 2
    assert run("report", "sales", "--from", "2026-03-02", "--to", "2026-03-01").code == 1


def test_products_are_reported_with_margin(run: Run, staff: Cast) -> None:
    pump = product(staff.mia, "Pump", "12.50 EUR", sku="P-1", category="Machines", cost="5")
    order(staff.ann, customer(staff.ann), [line(pump, 2)])

    [row] = run("report", "products", "--json").json["rows"]

    assert row == {
        "product": "Pump", "sku": "P-1", "category": "Machines", "currency": "EUR", "orders": 1,
        "quantity": "2", "revenue": "25.00", "cost": "10.00", "margin": "15.00", "margin_share": 0.6,
    }  # fmt: skip
    assert "15.00" in run("report", "products").out
    assert run("report", "products", "--owner", "Ann Archer", "--json").json["rows"] == [row]
    assert run("report", "products", "--product", "P-1", "--as-of", "2020-01-31", "--json").json["rows"] == []
    assert run("report", "sales", "--country", "IT", "--json").json["rows"] == []


def test_the_doctor_adds_purchases_up(run: Run, staff: Cast) -> None:
    zoe = customer(staff.ann)
    order(staff.ann, zoe, [NewLine(PIECE, name="x", unit_price=500)])

    def purchases() -> list[str]:
        return [
            one["state"] for one in run("doctor", "--json").json["findings"] if one["check"] == "purchases"
        ]

    assert purchases() == ["ok"]
    with begin(SYSTEM) as work:
        now = datetime.now(UTC)
        work.add(
            PurchaseTotal(contact_id=zoe, currency="USD", orders=1, revenue=7, first_at=now, last_at=now)
        )
    assert purchases() == ["fail"]
