"""What was sold, for programs and for people who like the command line."""

from datetime import date, datetime
from typing import Any

import click

from crm_core.cli.filters import asked_for, filtered, words_of
from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.commerce.rules import quantity_text
from crm_core.insights import product_sales, sales
from crm_core.insights.kpi_filters import Words
from crm_core.kernel.access import Actor
from crm_core.kernel.values import money
from crm_core.kernel.work import Clock

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_PERIOD = (
    click.option("--from", "since", type=_DAY, help="The first day, such as 2026-01-01."),
    click.option("--to", "until", type=_DAY, help="The last day; it belongs to the period."),
)


def _in_period(command: Any) -> Any:
    for option in _PERIOD:
        command = option(command)
    return command


@click.command("sales")
@click.option("--by", type=click.Choice(sales.WAYS), default="month", show_default=True)
@click.option("--of", type=click.Choice(sales.MEASURES), default="orders", show_default=True)
@_in_period
@filtered
@as_json
@pass_shell
def sales_report(shell: Shell, /, by: str, of: str, is_json: bool, **asked: Any) -> None:
    """Revenue of orders, or amounts of won deals, in groups."""
    actor, words = shell.actor(), words_of(asked)
    period = (_day(asked["since"]), _day(asked["until"]))
    found = _split(actor, (by, of), period, words)
    rows = [
        {"group": row.group, "currency": row.currency, "count": row.count,
         "value": _amount(row.value, row.currency)}
        for row in found
    ]  # fmt: skip
    whole = [
        {"currency": row.currency, "count": row.count, "value": _amount(row.value, row.currency)}
        for row in (_added(found) if any(words) else sales.total(actor, of, *period))
    ]
    if is_json:
        show({"name": "sales", "by": by, "of": of, **_frame(*period), "rows": rows, "total": whole})
        return
    cells = [(row["group"] or "(none)", row["count"], row["value"], row["currency"]) for row in rows]
    cells += [("total", row["count"], row["value"], row["currency"]) for row in whole]
    table((by, of, "value", ""), cells)


@click.command("products")
@_in_period
@click.option("--as-of", "as_of", type=_DAY, help="As it was known at the end of this day.")
@filtered
@as_json
@pass_shell
def products_report(shell: Shell, /, is_json: bool, **asked: Any) -> None:
    """What each product brought: quantity, orders, revenue and margin.

    With a filter or a day: in the company's currency.
    """
    actor, words, as_of = shell.actor(), words_of(asked), _day(asked["as_of"])
    period = (_day(asked["since"]), _day(asked["until"]))
    if any(words) or as_of:
        found = product_sales.products(actor, asked_for(actor, period, words, as_of))
    else:
        found = sales.products(actor, *period)
    rows = [_product(row) for row in found]
    if is_json:
        show({"name": "products", **_frame(*period), "rows": rows})
        return
    shown = ("product", "orders", "quantity", "revenue", "margin", "currency")
    table(shown, [[row[name] for name in shown] for row in rows])


def _split(
    actor: Actor, how: tuple[str, str], period: tuple[date | None, date | None], words: Words
) -> list[sales.SalesRow]:
    if any(words):
        return product_sales.split(actor, asked_for(actor, period, words), *how)
    return sales.report(actor, *how, *period)


def _added(rows: list[sales.SalesRow]) -> list[sales.SalesRow]:
    """The whole of some groups, by currency; a sale with lines in two groups counts in both."""
    names = sorted({row.currency for row in rows})
    among = {name: [row for row in rows if row.currency == name] for name in names}
    return [
        sales.SalesRow("", name, sum(row.count for row in ones), sum(row.value for row in ones))
        for name, ones in among.items()
    ]


def _product(row: sales.ProductRow) -> dict[str, Any]:
    return {
        "product": row.product,
        "sku": row.sku,
        "category": row.category,
        "currency": row.currency,
        "orders": row.orders,
        "quantity": quantity_text(row.quantity),
        "revenue": _amount(row.revenue, row.currency),
        "cost": _amount(row.cost, row.currency),
        "margin": _amount(row.margin, row.currency),
        "margin_share": row.margin_share,
    }


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else str(money.to_decimal(minor, currency))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _frame(since: date | None, until: date | None) -> dict[str, Any]:
    return {"from": since, "to": until, "as_of": Clock.now().isoformat()}
