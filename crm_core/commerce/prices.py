"""What a product costs, and from which day on."""

from collections.abc import Collection
from datetime import date

from crm_core.commerce.rules import LARGEST_AMOUNT
from crm_core.commerce.types import PriceRow
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.values import money
from crm_core.kernel.values.dates import zone_of
from crm_core.kernel.values.problem import Problem
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.models import Product, ProductPrice
from db.queries import products as sql


@use_case(Permission.PRODUCTS_MANAGE)
def set_price(work: Work, product_id: int, new: PriceRow, *, version: int | None = None) -> None:
    """Say what a product costs from a day on; the day may lie ahead. The same day again is corrected.

    Raises:
        NotFound: no such product. Conflict: somebody changed it since ``version``.
        Invalid: no such currency, or a negative amount.
    """
    product = work.fresh(Product, product_id, version)
    wrong = {}
    if isinstance(money.parse_currency(new.currency), Problem):
        wrong["currency"] = "Write the code of a currency, as in EUR."
    for name, amount in (("unit_price", new.unit_price), ("cost", new.cost)):
        if amount is not None and not 0 <= amount <= LARGEST_AMOUNT:
            wrong[name] = "Give an amount that is not negative."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    keep(work, product.id, new)
    bring_into_force(work, product)
    product.updated_at = work.now
    work.record("product.priced", product, price=_text(new), valid_from=new.valid_from.isoformat())


@use_case(Permission.PRODUCTS_MANAGE)
def remove_price(work: Work, product_id: int, currency: str, valid_from: date) -> None:
    """Take back a price that should not have been.

    Raises:
        NotFound: there is none that begins on this day.
    """
    product = work.get(Product, product_id)
    if not work.run(sql.remove_price(product.id, currency, valid_from)):
        raise NotFound("There is no price that begins on this day.")
    bring_into_force(work, product)
    product.updated_at = work.now
    work.record("product.price_removed", product, valid_from=valid_from.isoformat())


@use_case(Permission.PRODUCTS_READ, read=True)
def of_day(work: Work, product_ids: Collection[int], currency: str, on: date) -> dict[int, int]:
    """What products cost in a currency on a day, by product; those that have no price then are left out.

    Before its first dated price, a product costs what it costs today.
    """
    wanted = set(product_ids)
    known = {
        product.id: product.unit_price
        for product in work.scalars(sql.by_ids(wanted))
        if product.currency == currency and product.unit_price is not None
    }
    dated = {key: price for key, price, _cost in work.tuples(sql.prices_until(wanted, currency, on))}
    return known | dated


def keep(work: Work, product_id: int, new: PriceRow) -> None:
    """Store a dated price; one that begins on the same day is overwritten."""
    work.flush()
    row: ProductPrice | None = work.scalar(sql.price(product_id, new.currency, new.valid_from))
    if row is None:
        row = work.add(ProductPrice(product_id=product_id, currency=new.currency, valid_from=new.valid_from))
    row.unit_price, row.cost = new.unit_price, new.cost
    work.flush()


def bring_into_force(work: Work, product: Product) -> None:
    """Let a product cost what its dated prices say for today."""
    rows = work.tuples(sql.prices_until([product.id], product.currency, today(work)))
    if rows:
        _key, product.unit_price, product.cost = rows[-1]


@use_case(Permission.SYSTEM_OPERATE)
def sweep(work: Work) -> int:
    """Bring prices into force whose day has come; returns for how many products. Done daily or oftener."""
    rows = work.tuples(sql.overtaken(today(work)))
    for product, unit_price, cost in rows:
        product.unit_price, product.cost, product.updated_at = unit_price, cost, work.now
        work.record("product.price_began", product)
    return len(rows)


def today(work: Work) -> date:
    """The calendar day in the company's time zone."""
    return work.now.astimezone(zone_of(company().time_zone)).date()


def _text(row: PriceRow) -> str:
    return f"{money.to_decimal(row.unit_price, row.currency)} {row.currency}"
