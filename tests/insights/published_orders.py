"""Published histories of orders, brought in as any shop would bring them in: as files."""

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from crm_core.kernel.access import Actor
from tests.data.importing import bring, table
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
