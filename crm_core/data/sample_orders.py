"""The catalogue of the sample company, and what its customers bought."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from crm_core.commerce import rules, totals
from crm_core.commerce.order_views import text
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.team.company import company
from db.models import Activity, Order, OrderLine, OrderReturn, Product, ProductPrice
from db.seed import shop
from db.seed.mailing import Letter
from db.seed.shop import Sale

_ORDER = (
    "id", "number", "status", "currency", "total", "discount", "refunded", "ordered_at", "paid_at",
    "shipped_at", "delivered_at", "returned_at", "cancelled_at", "contact_id", "account_id", "actor_id",
    "channel", "country", "city", "origin", "is_sample", "created_at", "updated_at",
)  # fmt: skip
_LINE = ("order_id", "product_id", "name", "quantity", "returned", "unit_price", "total", "position")
_TRACE = (
    "name", "subject_type", "subject_id", "contact_id", "account_id", "actor_id", "actor_name",
    "happened_at", "recorded_at", "facts",
)  # fmt: skip
_REACHED = {
    "paid": ("paid",),
    "shipped": ("paid", "shipped"),
    "delivered": ("paid", "shipped", "delivered"),
    "returned": ("paid", "shipped", "delivered", "returned"),
    "cancelled": ("cancelled",),
}


def add(work: Work, people: list[dict[str, Any]], names: dict[int, str], letters: Sequence[Letter]) -> int:
    """Store products and orders of the made-up people (each with its ``id``); returns how many orders.

    Args:
        names: of the users, by their ids.
        letters: of the made-up campaign, which brought orders too.
    """
    currency = company().currency
    keys = _products(work, currency)
    sales = [*shop.sales(people, work.now), *shop.after_campaign(letters, work.now)]
    ids = work.reserve(Order, len(sales))
    rows, lines, backs, traces = [], [], [], []
    for key, sale in zip(ids, sales, strict=True):
        person = people[sale.contact]
        made = [_line(key, keys, place, one, sale) for place, one in enumerate(sale.wares, 1)]
        order = _order(key, sale, person, currency, sum(line["total"] for line in made))
        rows.append([order[name] for name in _ORDER])
        lines += [[line[name] for name in _LINE] for line in made]
        if order["refunded"]:
            backs.append((key, 0, order["refunded"], "Sample", order["returned_at"], person["owner_id"]))
        traces.append(_trace(order, person, names.get(person["owner_id"], "")))
    work.insert(Order, _ORDER, rows)
    work.insert(OrderLine, _LINE, lines)
    work.insert(OrderReturn, ("order_id", "quantity", "amount", "reason", "returned_at", "actor_id"), backs)
    work.insert(Activity, _TRACE, traces)
    totals.recount(work, {people[sale.contact]["id"] for sale in sales})
    return len(sales)


def _products(work: Work, currency: str) -> list[int]:
    keys = list(work.reserve(Product, len(shop.WARES)))
    names = (
        "id", "sku", "name", "name_key", "category", "unit_price", "cost", "currency", "is_active",
        "search_text", "is_sample", "created_at", "updated_at",
    )  # fmt: skip
    began = work.now - timedelta(days=800)
    cells = (
        (key, f"SAMPLE-{ware.sku}", ware.name, rules.product_key(ware.name), ware.category, ware.price,
         ware.cost, currency, True, f"{fold(ware.name)}\n{fold(ware.sku)}\n{fold(ware.category)}", True,
         began, began)
        for key, ware in zip(keys, shop.WARES, strict=True)
    )  # fmt: skip
    work.insert(Product, names, cells)
    prices = []
    for key, ware in zip(keys, shop.WARES, strict=True):
        prices.append((key, currency, began.date(), ware.before, ware.cost))
        if ware.before != ware.price:
            prices.append((key, currency, (work.now - shop.PRICE_CHANGE).date(), ware.price, ware.cost))
    work.insert(ProductPrice, ("product_id", "currency", "valid_from", "unit_price", "cost"), prices)
    return keys


def _line(key: int, products: list[int], place: int, one: tuple[int, int], sale: Sale) -> dict[str, Any]:
    ware, pieces = shop.WARES[one[0]], one[1] * rules.THOUSAND
    return {
        "order_id": key,
        "product_id": products[one[0]],
        "name": ware.name,
        "quantity": pieces,
        "returned": pieces if sale.status == "returned" else 0,
        "unit_price": ware.price,
        "total": rules.line_total(pieces, ware.price, 0),
        "position": place,
    }


def _order(key: int, sale: Sale, person: dict[str, Any], currency: str, whole: int) -> dict[str, Any]:
    discount = whole * sale.percent_off // 100
    reached = _REACHED.get(sale.status, ())
    dates: dict[str, datetime | None] = {
        f"{status}_at": sale.ordered_at + timedelta(hours=5 * place) if status in reached else None
        for place, status in enumerate(rules.STATUSES)
    }
    return dates | {
        "id": key,
        "number": f"S-{key:05}",
        "status": sale.status,
        "currency": currency,
        "total": whole - discount,
        "discount": discount,
        "refunded": whole - discount if sale.status == "returned" else 0,
        "ordered_at": sale.ordered_at,
        "contact_id": person["id"],
        "account_id": person["account_id"],
        "actor_id": person["owner_id"],
        "channel": sale.channel,
        "country": person["country"],
        "city": person["city"],
        "origin": "sample",
        "is_sample": True,
        "created_at": sale.ordered_at,
        "updated_at": sale.ordered_at,
    }


def _trace(order: dict[str, Any], person: dict[str, Any], name: str) -> tuple[Any, ...]:
    facts = {"number": order["number"], "total": text(order["total"], order["currency"])}
    whose = (person["id"], person["account_id"], person["owner_id"], name)
    return ("order.placed", "orders", order["id"], *whose, order["ordered_at"], order["ordered_at"], facts)
