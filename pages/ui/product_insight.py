"""What products bring, and what discounts do: pictures with the same told in words and a table."""

from typing import Any

import pyarrow as pa
import streamlit as st

from crm_core.commerce.rules import quantity_text
from crm_core.insights import sales
from crm_core.insights.sales import DiscountRow, ProductRow
from crm_core.kernel.access import Actor
from pages.ui import order_list, recommended, words
from pages.ui.order_money import shown

SHOWN = 12
_BARS: dict[str, Any] = {
    "height": {"step": 30},
    "encoding": {
        "y": {"field": "product", "type": "nominal", "sort": None, "title": None,
              "axis": {"ticks": False, "domain": False, "labelPadding": 8, "labelLimit": 180}},
        "x": {"field": "margin", "type": "quantitative", "title": None,
              "axis": {"format": "~s", "grid": False, "tickCount": 5}},
    },
    "layer": [
        {"mark": {"type": "bar", "cornerRadiusEnd": 4, "height": 18},
         "encoding": {"color": {"value": "#17897E"},
                      "tooltip": [{"field": "product", "title": "Product"},
                                  {"field": "shown", "title": "Margin"},
                                  {"field": "share", "title": "of revenue"}]}},
        {"mark": {"type": "text", "align": "left", "dx": 6},
         "encoding": {"text": {"field": "share"}, "color": {"value": "#7A8794"}}},
    ],
}  # fmt: skip
_WINS: dict[str, Any] = {
    "height": 220,
    "encoding": {
        "x": {"field": "step", "type": "ordinal", "sort": None, "title": "Discount off the list price",
              "axis": {"labelAngle": 0, "ticks": False, "domain": False}},
        "y": {"field": "rate", "type": "quantitative", "title": "Won", "scale": {"domain": [0, 1]},
              "axis": {"format": ".0%", "tickCount": 3, "domain": False}},
    },
    "layer": [
        {"mark": {"type": "bar", "cornerRadiusEnd": 4, "width": {"band": 0.6}},
         "encoding": {"color": {"value": "#17897E"},
                      "tooltip": [{"field": "step", "title": "Discount"},
                                  {"field": "rate", "title": "Won", "format": ".0%"},
                                  {"field": "deals", "title": "Closed deals"}]}},
        {"mark": {"type": "text", "dy": -8},
         "encoding": {"text": {"field": "label"}, "color": {"value": "#7A8794"}}},
    ],
}  # fmt: skip


def draw(actor: Actor) -> None:
    """Sales and margin by product in a period, and the win rate by discount."""
    chosen = st.selectbox(
        "Period", list(order_list.PERIODS), index=None, format_func=order_list.PERIODS.__getitem__,
        key="insight-period", placeholder="All time", label_visibility="collapsed", width=220,
    )  # fmt: skip
    rows = sales.products(actor, *order_list.period(chosen, words.today()))
    st.subheader("Sales by product", anchor=False)
    if not rows:
        st.caption("Nothing was sold in this time. As soon as there are orders, they show here by product.")
    else:
        _margin(rows)
        _table(rows)
    st.subheader("Discounts and win rate", anchor=False)
    _discounts(sales.discounts(actor))
    recommended.quality(actor)


def _margin(rows: list[ProductRow]) -> None:
    currency = max(
        {row.currency for row in rows}, key=lambda one: sum(r.revenue for r in rows if r.currency == one)
    )
    known = [row for row in rows if row.margin is not None and row.currency == currency]
    best = sorted(known, key=lambda row: -(row.margin or 0))[:SHOWN]
    if not best:
        st.caption("Margins show here as soon as products have a cost.")
        return
    frame = pa.table(
        {
            "product": [row.product for row in best],
            "margin": [shown(row.margin, currency) for row in best],
            "shown": [words.money(row.margin, currency) for row in best],
            "share": [f"{row.margin_share:.0%}" if row.margin_share is not None else "" for row in best],
        }
    )
    first = best[0]
    st.caption(
        words.md(f"Margin by product in {currency}: “{first.product}” brings the most, "
                 f"{words.money(first.margin, currency)} of {words.money(first.revenue, currency)}.")
    )  # fmt: skip
    st.vega_lite_chart(frame, _BARS, key="margins")


def _table(rows: list[ProductRow]) -> None:
    cells = {
        "Product": [row.product for row in rows],
        "Category": [row.category for row in rows],
        "Orders": [row.orders for row in rows],
        "Quantity": [quantity_text(row.quantity) for row in rows],
        "Revenue": [words.money(row.revenue, row.currency) for row in rows],
        "Margin": [words.money(row.margin, row.currency) for row in rows],
        "Share": [f"{row.margin_share:.0%}" if row.margin_share is not None else "" for row in rows],
    }
    right = ("Quantity", "Revenue", "Margin", "Share")
    st.dataframe(
        pa.table(cells), hide_index=True, key="product-sales",
        column_config={name: st.column_config.Column(alignment="right") for name in right},
        alt=f"Sales by product: {', '.join(row.product for row in rows[:10])}",
    )  # fmt: skip


def _discounts(rows: list[DiscountRow]) -> None:
    told = [row for row in rows if row.win_rate is not None]
    if not told:
        st.caption("Needs closed deals with products: then it shows whether discounts win more deals.")
        return
    frame = pa.table(
        {
            "step": [_step(row) for row in told],
            "rate": [row.win_rate for row in told],
            "deals": [row.won + row.lost for row in told],
            "label": [f"{row.win_rate:.0%} of {row.won + row.lost}" for row in told],
        }
    )
    best = max(told, key=lambda row: row.win_rate or 0)
    st.caption(
        f"Won most often: {_step(best).lower()}, {best.win_rate:.0%} of "
        f"{words.count(best.won + best.lost, 'closed deal')}. Few deals say little."
    )
    st.vega_lite_chart(frame, _WINS, key="wins")


def _step(row: DiscountRow) -> str:
    if row.above is None:
        return "None"
    return f"Over {row.above} %" if row.until is None else f"{row.above}–{row.until} %"
