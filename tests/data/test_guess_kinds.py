"""What kind of record a file holds is guessed from its columns and its name, and files come in order."""

from typing import Any

import pytest

from crm_core.data import kinds
from crm_core.data.fields import KINDS
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Invalid
from db.models import Account
from tests.data.importing import bring, count, draft, inbox, table

__all__ = ["inbox"]

HEADERS = {
    "contacts": ("First name", "Last name", "E-mail", "Phone"),
    "accounts": ("Company", "Industry", "Employees", "Website"),
    "products": ("SKU", "Product name", "Unit price", "Category"),
    "deals": ("Deal name", "Stage", "Amount", "Close date"),
    "orders": ("Order ID", "Order date", "Quantity", "SKU", "Unit price"),
    "interactions": ("Subject", "Direction", "Duration", "Outcome"),
    "users": ("Name", "Sign-in name", "Role", "Team", "Manager"),
    "campaign-results": ("Campaign", "E-mail", "Sent at", "Opened at", "Clicked at"),
}


@pytest.mark.parametrize("kind", HEADERS)
def test_the_columns_tell_the_kind(inbox: Any, kind: str) -> None:
    header = HEADERS[kind]

    found = kinds.guess(table(inbox, header, [("x",) * len(header)], "export.csv"))

    assert found.kind == kind
    assert 0 < found.confidence <= 1
    assert found.reason.startswith("Its columns “")


def test_the_name_of_the_file_decides_where_the_columns_do_not() -> None:
    assert kinds.guess_columns(("Name", "ID"), (), "companies_2026.csv").kind == "accounts"
    assert kinds.guess_columns(("Name", "ID"), (), "Kunden-Export.csv").kind == "contacts"
    assert kinds.guess_columns((), ()).confidence == 0


def test_files_come_behind_those_whose_records_they_name() -> None:
    there = ["orders", "interactions", "contacts", "products", "deals", "accounts", "users"]
    there.append("campaign-results")

    order = kinds.in_order(there, str)

    assert set(order) == set(KINDS) == set(kinds.NEEDS)
    for kind in order:
        assert all(order.index(need) < order.index(kind) for need in kinds.NEEDS[kind])
    assert kinds.needed("orders", ["orders", "contacts"]) == ["contacts"]


def test_companies_that_rows_name_are_made_only_when_asked(olga: Actor, inbox: Any) -> None:
    path = table(inbox, ("Name", "E-mail", "Company"), [("Anna Berg", "a@x.test", "Berg AB")])

    done = bring(olga, path, create_missing=())
    assert (count(Account), done.summary["companies_created"]) == (0, 0)
    with pytest.raises(Invalid, match="correcting"):
        draft(olga, path, create_missing=("planets",))
