"""Published histories of orders, brought in as any shop would bring them in: as files."""

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from crm_core.commerce import totals
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from db.models import Contact, Order
from tests.data.importing import bring, table
from tests.people import MONDAY
from tests.shared_data import shared


class Sold(NamedTuple):
    """One order of a published history."""

    customer: str
    day: date
    amount: Decimal


def cdnow() -> list[Sold]:
    """The sample of CDNOW: 2,357 customers, their orders of 1997 and the first half of 1998."""
    rows = [line.split() for line in shared("07_transactions/cdnow_sample.txt").read_text().splitlines()]
    return [
        Sold(number, date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}"), Decimal(amount))
        for _all, number, day, _discs, amount in rows
    ]


def rfm_orders() -> list[Sold]:
    """The orders that come with the package rfm for R."""
    with shared("07_transactions/rfm_orders.csv").open(newline="") as file:
        return [
            Sold(row["customer_id"], date.fromisoformat(row["order_date"]), Decimal(row["revenue"]))
            for row in csv.DictReader(file)
        ]


def bring_in(who: Actor, folder: Path, sold: Iterable[Sold]) -> None:
    """Import a history of orders."""
    header = ("Order ID", "Order date", "Customer ID", "Full name", "Amount", "Currency")
    rows = [
        (str(place), one.day.isoformat(), one.customer, one.customer, str(one.amount), "USD")
        for place, one in enumerate(sold, 1)
    ]
    bring(who, table(folder, header, rows, "orders.csv"), "orders", create_missing=("contacts",))


CONTACT = (
    "id",
    "name",
    "name_key",
    "external_id",
    "origin",
    "email_opt",
    "is_sample",
    "created_at",
    "updated_at",
)
ORDER = ("number", "status", "currency", "total", "ordered_at", "contact_id", "is_sample", "created_at",
         "updated_at")  # fmt: skip


def put_in(sold: Iterable[Sold]) -> dict[str, int]:
    """Store a history of orders as quickly as it goes; returns the contact of each customer."""
    told = list(sold)
    with begin(SYSTEM) as work:
        names = sorted({one.customer for one in told})
        keys = dict(zip(names, work.reserve(Contact, len(names)), strict=True))
        people = [
            (key, name, name, name, "shop", "unknown", False, MONDAY, MONDAY) for name, key in keys.items()
        ]
        work.insert(Contact, CONTACT, people)
        orders = [
            (str(place), "paid", "USD", int(one.amount * 100),
             datetime(one.day.year, one.day.month, one.day.day, 12, tzinfo=UTC), keys[one.customer], False,
             MONDAY, MONDAY)
            for place, one in enumerate(told)
        ]  # fmt: skip
        work.insert(Order, ORDER, orders)
        for model in (Contact, Order):
            work.settle(model)
        totals.recount(work, keys.values())
    return keys
