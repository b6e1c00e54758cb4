"""Products, deals, orders and touchpoints as rows of an export, by the field names of the import."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from crm_core.kernel.values import money
from crm_core.kernel.work import Work
from db.queries import export_sales as sql

Record = dict[str, Any]

WHOLE_DISCOUNT: Final = "Discount on the whole order"
"""The line by which a discount on a whole order leaves, so that the lines add up to the total."""


def rows(work: Work, kind: str, found: Sequence[Record]) -> Iterator[Record]:
    """These records as rows; an order has as many as it has lines."""
    return _MAKERS[kind](work, found)


def _products(_work: Work, found: Sequence[Record]) -> Iterator[Record]:
    for one in found:
        prices = {name: _amount(one[name], one["currency"]) for name in ("unit_price", "cost")}
        yield {**one, **prices, "product": one["name"], "active": one["is_active"]}


def _deals(work: Work, found: Sequence[Record]) -> Iterator[Record]:
    names: dict[int, list[str]] = defaultdict(list)
    for deal_id, name in work.tuples(sql.lines_of_deals([one["id"] for one in found])):
        names[deal_id].append(name)
    for one in found:
        closed = {
            f"{status}_at": one["closed_at"] if one["status"] == status else None
            for status in ("won", "lost")
        }
        chance = one["probability"]
        yield {
            **one, **closed, "deal": one["name"], "amount": _amount(one["amount"], one["currency"]),
            "close_date": one["close_on"], "created_at": one["opened_at"], "contact": one["person"],
            "contact_email": one["email"], "owner": one["user"] or one["owner_name"],
            "product": ", ".join(names[one["id"]]), "probability": None if chance is None else f"{chance} %",
        }  # fmt: skip


def _orders(work: Work, found: Sequence[Record]) -> Iterator[Record]:
    lines: dict[int, list[Any]] = defaultdict(list)
    for line in work.tuples(sql.lines_of_orders([one["id"] for one in found])):
        lines[line.order_id].append(line._mapping)
    for one in found:
        whole = {
            **one, "order_id": one["number"], "order_date": one["ordered_at"], "full_name": one["person"],
            "owner": one["user"] or one["seller_name"], "discount": None,
            "refunded": _amount(one["refunded"] or None, one["currency"]),
        }  # fmt: skip
        parts = [dict(line) for line in lines[one["id"]]]
        if one["discount"]:
            less = -one["discount"]
            parts.append(
                {"name": WHOLE_DISCOUNT, "quantity": 1000, "unit_price": less, "discount": 0, "total": less}
            )
        for part in parts or [{}]:
            yield whole | _line(part, one["currency"])
            whole["refunded"] = None


def _line(part: Record, currency: str) -> Record:
    if not part:
        return {}
    return {
        "product": part["name"], "sku": part.get("sku"), "category": part.get("category"),
        "quantity": Decimal(part["quantity"]) / 1000, "unit_price": _amount(part["unit_price"], currency),
        "discount": _amount(part["discount"] or None, currency), "amount": _amount(part["total"], currency),
    }  # fmt: skip


def _interactions(_work: Work, found: Sequence[Record]) -> Iterator[Record]:
    for one in found:
        yield {
            **one, "type": one["kind"], "notes": one["body"], "date": one["happened_at"],
            "duration": one["duration_minutes"], "contact_email": one["email"], "full_name": one["person"],
            "owner": one["user"] or one["actor_label"],
        }  # fmt: skip


def _amount(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else money.to_decimal(minor, currency)


_MAKERS: Final[dict[str, Callable[[Work, Sequence[Record]], Iterator[Record]]]] = {
    "products": _products, "deals": _deals, "orders": _orders, "interactions": _interactions,
}  # fmt: skip
