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
from db.queries import product_rows
from db.queries import sold_ids as sql
from db.queries.facts import Asked

_METRIC: Final = "order_revenue"
_ABOUT: Final = 5


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
    """What each product brought in the company's currency, the largest revenue first.

    As of a past day refunds and returns of later days are taken back. With a product among the filters only
    that one is told.

    Raises:
        Invalid, NotFound: as for ``metrics.figures``.
    """
    work.actor.require(Permission.ORDERS_READ)
    asked = asking.asked(work, metrics.metric_of(_METRIC), question, asking.narrowed(work, question))
    rows = _then(work, asked) if asked.known is not None else _now(work, question, asked)
    return [
        row
        for row in rows
        if row.currency == company().currency and question.product_id in (None, row.product_id)
    ]


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def split(work: Work, question: Question, by: str, of: str = "orders") -> list[sales.SalesRow]:
    """``sales.report`` of a period with the filters of the other numbers, as it is known today.

    Raises:
        Invalid, NotFound: as for ``metrics.figures`` and ``sales.report``.
    """
    metric = metrics.metric_of(_METRIC if of == "orders" else "revenue_won")
    work.actor.require(metric.permission)
    asked = asking.asked(work, metric, question, asking.narrowed(work, question))
    period, among = question.period, sql.of_metric(metric.source, asked)
    return sales.report(work, by, of, period.since, period.until, among=among)


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def by_region(work: Work, question: Question) -> list[sales.SalesRow]:
    """Revenue by region: that of the seller's team, else the customer's country; the largest first.

    Raises:
        Invalid, NotFound: as for ``metrics.figures``.
    """
    return [row for row in split(work, question, "region") if row.currency == company().currency]


def _now(work: Work, question: Question, asked: Asked) -> list[ProductRow]:
    period = question.period
    return sales.products(work, period.since, period.until, among=sql.of_metric("orders", asked))


def _then(work: Work, asked: Asked) -> list[ProductRow]:
    rows = [
        sales.product_row(row[:_ABOUT], *row[_ABOUT:]) for row in work.tuples(product_rows.as_known(asked))
    ]
    return sorted(rows, key=lambda row: (-row.revenue, row.product))


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
