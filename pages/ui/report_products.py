"""Products: what each brought, what stayed of it, and whether discounts win deals."""

import streamlit as st

from crm_core.commerce.rules import quantity_text
from crm_core.insights import product_sales, sales
from crm_core.insights.metric_types import Question
from crm_core.insights.sales import DiscountRow, ProductRow
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.values import money
from pages.ui import charts, report_sections, report_table, words
from pages.ui.charts import Mark
from pages.ui.report_charts import BLUE, share

_SHOWN = 10
_ROWS = 200


def draw(actor: Actor, question: Question) -> None:
    """Revenue by product and by category, margins as a table, and the win rate by discount."""
    rows = product_sales.products(actor, question)
    if rows:
        _sales(rows)
    else:
        st.info("No product was sold in this time, with these filters.", icon=":material/inventory_2:")
    if actor.may(Permission.DEALS_READ):
        with st.container(border=True):
            _discounts(sales.discounts(actor))


def _sales(rows: list[ProductRow]) -> None:
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.markdown("**Revenue by product**")
        marks = [
            _mark(str(row.product_id or ""), row.product, row.revenue, row.currency) for row in rows[:_SHOWN]
        ]
        picked = charts.picked_anew("products", charts.bars(marks, "Revenue", key="products"))
        report_sections.open_part("order_revenue", "product", picked)
    with right.container(border=True, height="stretch"):
        st.markdown("**Revenue by category**")
        groups = product_sales.categories(rows)
        currency = rows[0].currency
        marks = [
            _mark(row.category or report_sections.NONE, row.category or "None", row.revenue, currency)
            for row in groups[:_SHOWN]
        ]
        picked = charts.picked_anew("categories", charts.bars(marks, "Revenue", key="categories", color=BLUE))
        report_sections.open_part("order_revenue", "category", picked)
        known = [row for row in groups if row.margin is not None and row.revenue]
        told = [f"{row.category or 'without'} {share((row.margin or 0) / row.revenue)}" for row in known[:6]]
        if told:
            st.caption(words.md(f"What stays after cost: {words.joined(told)}."))
    with st.container(border=True):
        st.markdown("**All products**")
        columns = ("Product", "Category", "Orders", "Quantity", "Revenue", "Margin", "Margin %")
        table = [
            (row.product, row.category, row.orders, quantity_text(row.quantity),
             words.money(row.revenue, row.currency), words.money(row.margin, row.currency),
             share(row.margin_share))
            for row in rows
        ]  # fmt: skip
        if len(table) > _ROWS:
            st.caption(f"The first {_ROWS} of {len(table):,}; the files have all.")
        report_table.draw(columns, table, "products", right=columns[2:], shown=_ROWS)
        st.caption("Discounts on whole orders and refunds are shared out to their products, to the cent.")


def _discounts(rows: list[DiscountRow]) -> None:
    st.markdown("**Do discounts win deals?**")
    told = [row for row in rows if row.win_rate is not None]
    if not told:
        st.caption("Needs closed deals with products: then it shows whether discounts win more deals.")
        return
    marks = [
        Mark(str(place), _step(row), row.win_rate, f"{row.win_rate:.0%} of {row.won + row.lost}")
        for place, row in enumerate(told)
    ]
    charts.columns(marks, "Share won", key="discounts", below="Discount off the list price, all closed deals")
    with st.expander("As a table"):
        table = [(_step(row), row.won, row.lost, share(row.win_rate)) for row in rows]
        report_table.draw(("Discount", "Won", "Lost", "Share won"), table, "discounts",
                          right=("Won", "Lost", "Share won"))  # fmt: skip
    st.caption("Few deals say little: look at the numbers behind the shares.")


def _mark(key: str, name: str, minor: int, currency: str) -> Mark:
    return Mark(key, name, float(money.to_decimal(minor, currency)), words.money(minor, currency))


def _step(row: DiscountRow) -> str:
    if row.above is None:
        return "None"
    return f"Over {row.above} %" if row.until is None else f"{row.above}–{row.until} %"
