"""Products, their categories and their prices."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Delete, delete, func, select

from db.models import Product, ProductPrice
from db.queries import Rows
from db.queries.lists import listed

ROW = (
    Product.id,
    Product.sku,
    Product.name,
    Product.category,
    Product.unit_price,
    Product.cost,
    Product.currency,
    Product.is_active,
)
SORTS = {
    "name": (Product.name_key,),
    "category": (Product.category, Product.name_key),
    "sku": (Product.sku, Product.name_key),
    "price": (Product.currency, Product.unit_price, Product.name_key),
}


def search(
    needle: str, category: str, is_active: bool | None, *, sort: str = "name", is_descending: bool = False
) -> Rows:
    """Products by a part of name, number or category (folded), of one category, active or not."""
    found = select(*ROW)
    if needle:
        found = found.where(Product.search_text.contains(needle, autoescape=True))
    if category:
        found = found.where(Product.category == category)
    if is_active is not None:
        found = found.where(Product.is_active == is_active)
    order = [column.desc() if is_descending else column for column in SORTS[sort]]
    return found.order_by(*order, Product.id)


def categories() -> Rows:
    """Each category with the number of its products, by name; the empty one stands for those without."""
    return select(Product.category, func.count()).group_by(Product.category).order_by(Product.category)


def by_sku(sku: str) -> Rows:
    """The product of this article number."""
    return select(Product).where(Product.sku == sku)


def by_name_key(name_key: str) -> Rows:
    """The products of this folded name, the oldest first."""
    return select(Product).where(Product.name_key == name_key).order_by(Product.id)


def by_ids(product_ids: Collection[int]) -> Rows:
    """These products."""
    return select(Product).where(listed(Product.id, product_ids))


def prices_of(product_id: int) -> Rows:
    """All prices of a product, the latest day first."""
    return (
        select(ProductPrice.currency, ProductPrice.valid_from, ProductPrice.unit_price, ProductPrice.cost)
        .where(ProductPrice.product_id == product_id)
        .order_by(ProductPrice.valid_from.desc(), ProductPrice.currency)
    )


def price(product_id: int, currency: str, valid_from: date) -> Rows:
    """The price that begins on exactly this day."""
    return select(ProductPrice).where(
        ProductPrice.product_id == product_id,
        ProductPrice.currency == currency,
        ProductPrice.valid_from == valid_from,
    )


def remove_price(product_id: int, currency: str, valid_from: date) -> Delete:
    """Forget a price."""
    return delete(ProductPrice).where(
        ProductPrice.product_id == product_id,
        ProductPrice.currency == currency,
        ProductPrice.valid_from == valid_from,
    )


def prices_until(product_ids: Collection[int], currency: str, on: date) -> Rows:
    """What these products cost in a currency up to a day: product, price and cost, the latest day last."""
    return (
        select(ProductPrice.product_id, ProductPrice.unit_price, ProductPrice.cost)
        .where(
            listed(ProductPrice.product_id, product_ids),
            ProductPrice.currency == currency,
            ProductPrice.valid_from <= on,
        )
        .order_by(ProductPrice.product_id, ProductPrice.valid_from)
    )


def overtaken(on: date) -> Rows:
    """Products whose kept price is not the one of this day: product, price and cost as they should be."""
    latest = (
        select(ProductPrice.product_id, func.max(ProductPrice.valid_from).label("day"))
        .join(
            Product,
            (Product.id == ProductPrice.product_id) & (Product.currency == ProductPrice.currency),
        )
        .where(ProductPrice.valid_from <= on)
        .group_by(ProductPrice.product_id)
        .subquery()
    )
    return (
        select(Product, ProductPrice.unit_price, ProductPrice.cost)
        .join(latest, latest.c.product_id == Product.id)
        .join(
            ProductPrice,
            (ProductPrice.product_id == Product.id)
            & (ProductPrice.currency == Product.currency)
            & (ProductPrice.valid_from == latest.c.day),
        )
        .where(
            Product.unit_price.is_distinct_from(ProductPrice.unit_price)
            | Product.cost.is_distinct_from(ProductPrice.cost)
        )
        .order_by(Product.id)
    )
