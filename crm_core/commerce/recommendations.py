"""What a customer may want next, and what is bought together: learned every night from all purchases."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from crm_core.commerce import item_model
from crm_core.commerce.item_model import BackTest
from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.work import Work, begin, use_case
from crm_core.team.company import company
from db.models import Contact, FittedModel, Product, ProductNeighbour
from db.queries import models as models_sql
from db.queries import recommendations as sql

NAME: Final = "recommendations"
MOST_PRODUCTS: Final = 2_000
FEWEST_CUSTOMERS: Final = 500
"""With fewer customers who bought at least two products, only what is popular is told."""

MOST_POPULAR: Final = 50
LOOK_BACK: Final = timedelta(days=730)
RECENT: Final = timedelta(days=30)
BOUGHT_AGAIN: Final = 0.2
"""From this share of buyers on who came back for it, a product is offered to its owners, too."""


@dataclass(frozen=True)
class Recommended:
    """A product to offer, with the reason in words; the price is in minor units."""

    product_id: int
    name: str
    unit_price: int | None
    currency: str
    because: str
    category: str = ""
    sku: str = ""


@dataclass(frozen=True)
class Recommendations:
    """Products to offer, the best first. ``is_popular``: what most people buy, for want of better."""

    items: tuple[Recommended, ...]
    is_popular: bool


@dataclass(frozen=True)
class Quality:
    """What was learned last: from how many customers and products, and how it does on what was held out."""

    fitted_at: datetime
    customers: int
    products: int
    is_popular_only: bool
    test: BackTest | None


@use_case(Permission.PRODUCTS_READ, read=True)
def for_contact(work: Work, contact_id: int, most: int = 5) -> Recommendations:
    """What to offer a contact: what goes with its purchases, else what most people buy.

    Never what is not sold any more, was bought within a month, or is hardly ever bought twice by anybody.

    Raises:
        NotFound: no such contact within reach.
    """
    work.get(Contact, contact_id)
    return for_many(work, [contact_id], most)[contact_id]


def for_many(work: Work, contact_ids: Sequence[int], most: int) -> dict[int, Recommendations]:
    """The same for many contacts at once, as messages to them need it; who asks has found the contacts."""
    learned = _learned(work)
    bought: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    for contact_id, product, last_at in work.tuples(sql.bought(contact_ids)) if contact_ids else ():
        bought[contact_id][product] = last_at
    known = {product for products in bought.values() for product in products}
    close: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for product, neighbour, score, _ in work.tuples(sql.neighbours(known)) if known else ():
        close[product].append((neighbour, score))
    near = {neighbour for pairs in close.values() for neighbour, _ in pairs}
    sold = _sold(work, known | near | set(learned.get("popular", ())))
    return {key: _offered(bought[key], close, learned, sold, (most, work.now)) for key in contact_ids}


def _offered(
    bought: Mapping[int, datetime],
    close: Mapping[int, Sequence[tuple[int, float]]],
    learned: Mapping[str, Any],
    sold: Mapping[int, Recommended],
    wanted: tuple[int, datetime],
) -> Recommendations:
    """What to offer somebody who bought this; ``wanted`` is how many products, and now."""
    most, now = wanted
    left_out = {
        key
        for key, last_at in bought.items()
        if key not in learned.get("again", ()) or last_at >= now - RECENT
    }
    scores: defaultdict[int, float] = defaultdict(float)
    reasons: dict[int, tuple[float, int]] = {}
    for product in sorted(bought):
        for neighbour, score in close.get(product, ()):
            scores[neighbour] += score
            reasons[neighbour] = max(reasons.get(neighbour, (0.0, product)), (score, product))
    ranked = [key for key in sorted(scores, key=lambda key: (-scores[key], key)) if scores[key] > 0]
    names = {key: one.name for key, one in sold.items()}
    why = {key: f"goes with {names.get(reasons[key][1], 'earlier purchases')}" for key in ranked}
    found = _chosen(sold, [key for key in ranked if key not in left_out], why, most)
    if found:
        return Recommendations(found, False)
    popular = [key for key in learned.get("popular", ()) if key not in left_out]
    return Recommendations(_chosen(sold, popular, {}, most), True)


@use_case(Permission.PRODUCTS_READ, read=True)
def bought_together(work: Work, product_id: int, most: int = 5) -> Recommendations:
    """What buyers of a product also buy, more than others do.

    Raises:
        NotFound: there is no such product.
    """
    work.get(Product, product_id)
    rows = work.tuples(sql.neighbours([product_id]))
    why = {key: f"{together:,} customers bought both" for _, key, _, together in rows}
    return Recommendations(_chosen(_sold(work, list(why)), list(why), why, most), False)


@use_case(Permission.PRODUCTS_READ, read=True)
def quality(work: Work) -> Quality | None:
    """How good the recommendations are; None before the first night."""
    row: FittedModel | None = work.scalar(models_sql.latest(NAME))
    if row is None:
        return None
    test = BackTest(**row.quality["test"]) if row.quality.get("test") else None
    return Quality(row.fitted_at, row.quality["customers"], row.quality["products"], not row.is_in_use, test)


@use_case(Permission.PRODUCTS_MANAGE)
def fit(work: Work) -> Quality:
    """Learn anew from the purchases of two years, test it on what was bought last, and keep it.

    Neighbours are kept only where they find more of what was held out than naming what is popular does.
    """
    system = work.as_system()
    products: list[int] = system.scalars(sql.sold(MOST_PRODUCTS))
    place = {key: number for number, key in enumerate(products)}
    by_contact: defaultdict[int, list[int]] = defaultdict(list)
    for contact_id, product in system.tuples(sql.histories(products, work.now - LOOK_BACK)):
        by_contact[contact_id].append(place[product])
    several = [history for history in by_contact.values() if len(history) > 1]
    test = item_model.back_test(several, len(products)) if len(several) >= FEWEST_CUSTOMERS else None
    is_used = test is not None and test.is_better
    system.run(sql.forget())
    if is_used:
        system.insert(ProductNeighbour, sql.NEIGHBOUR, _neighbours(list(by_contact.values()), products))
    again = [
        key for key, buyers, twice in system.tuples(sql.again(products)) if twice >= BOUGHT_AGAIN * buyers
    ]
    row: FittedModel | None = system.scalar(models_sql.latest(NAME))
    if row is None:
        row = system.add(FittedModel(name=NAME, numbers={}, quality={}, fitted_at=work.now))
    row.numbers = {"popular": products[:MOST_POPULAR], "again": again}
    row.quality = {
        "customers": len(by_contact), "products": len(products), "test": asdict(test) if test else None,
    }  # fmt: skip
    row.is_in_use, row.fitted_at = is_used, work.now
    return Quality(work.now, len(by_contact), len(products), not is_used, test)


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Learn anew, once a day; returns whether this worker did so."""
    if is_stopping():
        return False
    with begin(SYSTEM, write=False) as work:
        row: FittedModel | None = work.scalar(models_sql.latest(NAME))
        zone = ZoneInfo(company().time_zone)
        midnight = datetime.combine(work.now.astimezone(zone).date(), time.min, zone)
    if row is not None and row.fitted_at >= midnight:
        return False
    fit(SYSTEM)
    return True


def _neighbours(histories: Sequence[Sequence[int]], products: Sequence[int]) -> list[tuple[Any, ...]]:
    counted = item_model.together(histories, len(products))
    learned = item_model.weights(counted)
    found = []
    for row, product in enumerate(products):
        order = np.argsort(-learned[row], kind="stable")[: item_model.KEPT]
        close = [column for column in order if learned[row, column] > 0 and counted[row, column] > 0]
        found += [
            (product, products[column], rank, float(learned[row, column]), int(counted[row, column]))
            for rank, column in enumerate(close, 1)
        ]
    return found


def _learned(work: Work) -> dict[str, Any]:
    row: FittedModel | None = work.scalar(models_sql.latest(NAME))
    return dict(row.numbers) if row is not None else {}


def _sold(work: Work, wanted: Collection[int]) -> dict[int, Recommended]:
    rows = work.tuples(sql.on_sale(wanted)) if wanted else ()
    return {
        key: Recommended(key, name, price, currency, "bought by many", category, sku or "")
        for key, name, price, currency, category, sku in rows
    }


def _chosen(
    sold: Mapping[int, Recommended], wanted: Sequence[int], why: Mapping[int, str], most: int
) -> tuple[Recommended, ...]:
    found = [replace(sold[key], because=why.get(key, sold[key].because)) for key in wanted if key in sold]
    return tuple(found[:most])
