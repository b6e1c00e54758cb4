"""The catalogue: products with categories, prices and costs. Values go by the import field names."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm_core.commerce import prices, product_fields
from crm_core.commerce.rules import product_key
from crm_core.commerce.types import PriceRow, ProductDetail, ProductQuery, ProductRow
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.paging import Page
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.people.context import usual
from db.models import Product
from db.queries import products as sql

CHOICES = 50
SORTS = tuple(sql.SORTS)
_PRICED = ("unit_price", "cost", "currency")


@use_case(Permission.PRODUCTS_MANAGE)
def create(work: Work, values: Mapping[str, Any], *, even_if_duplicate: bool = False) -> int:
    """Put a product into the catalogue and return its number; its price counts from today.

    Raises:
        Invalid: with a hint for every wrong field.
        Conflict: the article number or the name is used already; ``theirs`` names the product.
    """
    columns = product_fields.read(values, usual())
    columns.setdefault("is_active", True)
    product = Product(is_sample=False, created_at=work.now, updated_at=work.now)
    product_fields.fill(product, columns)
    _refuse_known(work, product, even_if_duplicate=even_if_duplicate)
    work.add(product)
    work.flush()
    _date_price(work, product)
    work.record("product.created", product)
    return product.id


@use_case(Permission.PRODUCTS_MANAGE)
def change(work: Work, product_id: int, values: Mapping[str, Any], *, version: int | None) -> None:
    """Change some fields of a product; a new price counts from today, orders keep theirs.

    Raises:
        Conflict: somebody else saved meanwhile (``theirs`` holds the fields as they are now), or the article
            number is used by another product.
        Invalid, NotFound: as in ``create`` and ``get``.
    """
    product = work.get(Product, product_id)
    if version is not None and product.version != version:
        raise Conflict(
            f"Someone else changed “{product.name}” meanwhile. Look at both versions and choose.",
            theirs={**product_fields.values(product), "version": product.version},
        )
    before = {name: getattr(product, name) for name in _PRICED}
    product_fields.fill(product, product_fields.read(values, usual(), product))
    changed = work.changes(product)
    changed["changes"].pop("name_key", None)
    if not changed["changes"]:
        return
    with work.session.no_autoflush:
        _refuse_known(work, product, even_if_duplicate=True)
    product.updated_at = work.now
    work.record("product.changed", product, **changed)
    if before != {name: getattr(product, name) for name in _PRICED}:
        _date_price(work, product)


@use_case(Permission.PRODUCTS_READ, read=True)
def get(work: Work, product_id: int) -> ProductDetail:
    """One product with its prices.

    Raises:
        NotFound: there is none of this number.
    """
    row = work.get(Product, product_id)
    return ProductDetail(
        id=row.id,
        version=row.version,
        sku=row.sku,
        name=row.name,
        category=row.category,
        unit_price=row.unit_price,
        cost=row.cost,
        currency=row.currency,
        is_active=row.is_active,
        description=row.description,
        created_at=row.created_at,
        updated_at=row.updated_at,
        prices=tuple(work.rows(sql.prices_of(row.id), PriceRow)),
    )


@use_case(Permission.PRODUCTS_READ, read=True)
def search(work: Work, query: ProductQuery = ProductQuery()) -> Page[ProductRow]:  # noqa: B008 - frozen
    """One page of the catalogue, by name unless another order is asked for (see ``SORTS``)."""
    sort = query.paging.sort_field or "name"
    if sort not in SORTS:
        raise Invalid("The query needs correcting.", fields={"sort": f"Choose one of: {', '.join(SORTS)}."})
    statement = sql.search(
        fold(query.text), query.category, query.is_active, sort=sort,
        is_descending=query.paging.is_descending,
    )  # fmt: skip
    return work.page(statement, query.paging, ProductRow)


@use_case(Permission.PRODUCTS_READ, read=True)
def choices(work: Work, text: str = "") -> list[ProductRow]:
    """The first active products that a person may mean, by name."""
    return work.rows(sql.search(fold(text), "", True).limit(CHOICES), ProductRow)


@use_case(Permission.PRODUCTS_READ, read=True)
def categories(work: Work) -> list[tuple[str, int]]:
    """Each category with the number of its products, by name; an empty name for those without."""
    return [(row[0], row[1]) for row in work.tuples(sql.categories())]


@use_case(Permission.PRODUCTS_MANAGE)
def delete(work: Work, product_ids: Sequence[int]) -> int:
    """Hide products; what was sold stays with their names. They can be restored. Returns how many."""
    rows = [work.get(Product, key) for key in product_ids]
    for product in rows:
        product.deleted_at = product.updated_at = work.now
        work.record("product.deleted", product)
    return len(rows)


@use_case(Permission.PRODUCTS_MANAGE)
def restore(work: Work, product_ids: Sequence[int]) -> int:
    """Bring deleted products back. Returns how many.

    Raises:
        Conflict: the article number was given to another product meanwhile.
    """
    rows = [work.get(Product, key, with_deleted=True) for key in product_ids]
    back = [row for row in rows if row.deleted_at is not None]
    for product in back:
        _refuse_known(work, product, even_if_duplicate=True)
        product.deleted_at, product.updated_at = None, work.now
        work.record("product.restored", product)
    return len(back)


def find(work: Work, *, sku: str = "", name: str = "") -> Product | None:
    """The product of this article number, else the oldest of this name (blanks and case do not count)."""
    if sku and (found := work.scalar(sql.by_sku(sku))) is not None:
        return found  # type: ignore[no-any-return]
    return work.scalar(sql.by_name_key(product_key(name))) if name.strip() else None


def _refuse_known(work: Work, product: Product, *, even_if_duplicate: bool) -> None:
    known: Product | None = work.scalar(sql.by_sku(product.sku)) if product.sku else None
    if known is not None and known.id != product.id:
        raise Conflict(
            f"“{known.name}” has the article number {product.sku} already.",
            fields={"sku": f"Used by “{known.name}”."},
            theirs={"id": known.id, "name": known.name},
        )
    known = None if even_if_duplicate else find(work, name=product.name)
    if known is not None and known.id != product.id and (known.sku == product.sku or not product.sku):
        raise Conflict(
            f"There is a product “{known.name}” already. Change it, or create this one anyway.",
            fields={"product": f"Used by “{known.name}”."},
            theirs={"id": known.id, "name": known.name},
        )


def _date_price(work: Work, product: Product) -> None:
    if product.unit_price is not None:
        day = prices.today(work)
        prices.keep(work, product.id, PriceRow(product.currency, day, product.unit_price, product.cost))
