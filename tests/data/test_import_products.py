"""Products come in once each, with the price of the day they came."""

from typing import Any

from sqlalchemy import select

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from db.models import Product, ProductPrice
from tests.business_hash import business_hash
from tests.data.importing import bring, check, draft, inbox, run, table, undo

__all__ = ["inbox"]

HEADER = ("SKU", "Product", "Series", "Sales price", "Cost")


def stored(*columns: Any) -> list[tuple[Any, ...]]:
    """These columns of all products."""
    with begin(SYSTEM, write=False) as work:
        return [tuple(row) for row in work.tuples(select(*columns).order_by(columns[0]))]


def test_a_name_written_otherwise_is_the_same_product(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, HEADER, [("", "GTX Pro", "GTX", "4821", "")], "products.csv"), "products")

    again = bring(olga, table(inbox, HEADER, [("", "GTXPro", "GTX", "4821", "")], "products.csv"), "products")

    assert (again.counts["created"], again.counts["skipped"]) == (0, 1)
    assert stored(Product.name, Product.category, Product.unit_price) == [("GTX Pro", "GTX", 482100)]


def test_two_articles_of_one_name_are_two_products(olga: Actor, inbox: Any) -> None:
    rows = [("A1", "Shirt", "", "10", ""), ("A2", "Shirt", "", "12", ""), ("A1", "Shirt", "", "99", "")]

    done = bring(olga, table(inbox, HEADER, rows, "products.csv"), "products")

    assert (done.counts["created"], done.counts["skipped"]) == (2, 1)


def test_a_new_price_is_kept_from_its_day_and_given_back(olga: Actor, inbox: Any) -> None:
    bring(
        olga,
        table(inbox, HEADER, [("A1", "Shirt", "", "10", "4"), ("A2", "Hat", "", "5", "")], "one.csv"),
        "products",
    )
    before = business_hash()
    path = table(inbox, HEADER, [("A1", "Shirt", "", "12.50", "4"), ("A2", "Hat", "", "5", "")], "two.csv")
    import_id = draft(olga, path, "products", on_duplicate="update")

    seen, done = check(olga, import_id), run(olga, import_id)

    assert (done.state, done.counts["updated"], seen.counts) == ("done", 1, done.counts)
    assert stored(ProductPrice.unit_price) == [(500,), (1250,)]
    assert undo(olga, import_id).summary["undo_kept"] == 0
    assert business_hash() == before


def test_what_somebody_changed_since_stays(olga: Actor, inbox: Any) -> None:
    done = bring(olga, table(inbox, HEADER, [("A1", "Shirt", "", "10", "4")], "one.csv"), "products")
    with begin(SYSTEM) as work:
        work.scalar(select(Product)).description = "Blue"

    taken_back = undo(olga, done.id)

    assert taken_back.summary["undo_kept"] == 1
    assert stored(Product.name) == [("Shirt",)]
