"""What products, categories and regions brought in a period, with the filters of the other numbers."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from crm_core.insights import asking, metrics, sales
from crm_core.insights.kept_answers import kept
from crm_core.insights.metric_types import Question
from crm_core.insights.sales import ProductRow
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.queries import sold_ids as sql

_METRIC: Final = "order_revenue"


@dataclass(frozen=True)
class CategoryRow:
    """What a category brought: revenue and margin in minor units; ``margin`` None where a cost is unknown."""

    category: str
    products: int
    revenue: int
    margin: int | None


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def products(work: Work, question: Question) -> list[ProductRow]:
    """What each product brought in the company's currency, the largest revenue first, as it is known today.

    With a product among the filters only that one is told.

    Raises:
        Invalid, NotFound: as for ``metrics.figures``.
    """
    work.actor.require(Permission.ORDERS_READ)
    asked = asking.asked(work, metrics.metric_of(_METRIC), question, asking.narrowed(work, question))
    period = question.period
    rows = sales.products(work, period.since, period.until, among=sql.of_metric("orders", asked))
    return [
        row
        for row in rows
        if row.currency == company().currency and question.product_id in (None, row.product_id)
    ]


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def by_region(work: Work, question: Question) -> list[sales.SalesRow]:
    """Revenue by region: that of the seller's team, else the customer's country; the largest first.

    Raises:
        Invalid, NotFound: as for ``metrics.figures``.
    """
    work.actor.require(Permission.ORDERS_READ)
    asked = asking.asked(work, metrics.metric_of(_METRIC), question, asking.narrowed(work, question))
    period = question.period
    rows = sales.report(
        work, "region", "orders", period.since, period.until, among=sql.of_metric("orders", asked)
    )
    return [row for row in rows if row.currency == company().currency]


def categories(rows: list[ProductRow]) -> list[CategoryRow]:
    """Products added up by category, the largest revenue first."""
    found: dict[str, list[ProductRow]] = defaultdict(list)
    for row in rows:
        found[row.category].append(row)
    told = [
        CategoryRow(name, len(group), sum(row.revenue for row in group), _margin(group))
        for name, group in found.items()
    ]
    return sorted(told, key=lambda row: (-row.revenue, row.category))


def _margin(rows: list[ProductRow]) -> int | None:
    known = [row.margin for row in rows if row.margin is not None]
    return sum(known) if len(known) == len(rows) else None
