"""What a deal is about: its products with quantity, price and discount, and what they come to."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from crm_core.commerce import products
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.values import money
from crm_core.sales import deal_lines
from crm_core.sales.types import DealDetail, LineRow, NewLine
from pages.ui import grid_save, words
from pages.ui.guard import guard
from pages.ui.session import me

_THOUSANDTHS = 1000


def draw(actor: Actor, deal: DealDetail) -> None:
    """The lines, and for those who may, the ways to change them."""
    with st.container(border=True, key="deal-products"):
        st.subheader("Products", anchor=False)
        if actor.may(Permission.DEALS_EDIT) and deal.row.status == "open":
            _add(actor, deal)
            if deal.lines:
                _edit(deal)
        elif deal.lines:
            st.table(_frame(deal).drop(columns=["id", "product_id"]), border="horizontal", hide_index=True)
        if not deal.lines:
            st.caption("Nothing is listed. With products the amount adds itself up, and a quote can be made.")
            return
        total = sum(line.total for line in deal.lines)
        st.markdown(f"**Total {words.md(words.money(total, deal.row.currency))}**", text_alignment="right")


def _add(actor: Actor, deal: DealDetail) -> None:
    known = {row.id: row for row in products.choices(actor) if row.currency in ("", deal.row.currency)}
    with st.form(f"add-line-{deal.version}", border=False):
        what, amount, act = st.columns([6, 2, 2], vertical_alignment="bottom")
        names = [row.name for row in known.values()]
        name = what.selectbox(
            "Add a product", names, index=None, accept_new_options=True,
            placeholder="Choose a product, or write what it is",
        )  # fmt: skip
        quantity = amount.number_input("Quantity", min_value=0.001, value=1.0, step=1.0, format="%g")
        if act.form_submit_button("Add", icon=":material/add:", width="stretch") and name:
            found = next((row.id for row in known.values() if row.name == name), None)
            price = None if found is not None else Decimal(0)
            new = NewLine(found, "" if found else name, Decimal(str(quantity)), price)
            with guard(done=f"“{name}” is added.", rerun=True):
                deal_lines.put(me(), deal.id, [*map(_kept(deal), deal.lines), new], version=deal.version)


def _edit(deal: DealDetail) -> None:
    edited = st.data_editor(
        _frame(deal), key=f"lines-{deal.id}-{deal.version}", hide_index=True, num_rows="delete",
        column_order=("name", "quantity", "price", "discount", "total"), column_config=_columns(),
    )  # fmt: skip
    rows = edited.to_dict("records")
    if rows != _frame(deal).to_dict("records"):
        with st.container(horizontal=True, horizontal_alignment="right"):
            if grid_save.button("Save products", key="save-lines"):
                with guard(done="The products are saved.", rerun=True):
                    deal_lines.put(me(), deal.id, [_line(row) for row in rows], version=deal.version)


def _columns() -> dict[str, Any]:
    kinds = st.column_config
    return {
        "name": kinds.TextColumn("Product", required=True, max_chars=300, width="large"),
        "quantity": kinds.NumberColumn("Quantity", min_value=0.001, step=0.001, required=True, format="%g"),
        "price": kinds.NumberColumn("Price of one", min_value=0.0, required=True, format="%.2f"),
        "discount": kinds.NumberColumn(
            "Discount", min_value=0.0, format="%.2f", help="Taken off the whole line."
        ),
        "total": kinds.NumberColumn("Total", disabled=True, format="%.2f"),
    }


def _frame(deal: DealDetail) -> pd.DataFrame:
    currency = deal.row.currency
    cells = [
        [line.id, line.product_id, line.name, line.quantity / _THOUSANDTHS, *_amounts(line, currency)]
        for line in deal.lines
    ]
    columns = ["id", "product_id", "name", "quantity", "price", "discount", "total"]
    return pd.DataFrame(cells, columns=columns).astype({"product_id": "Int64"})


def _amounts(line: LineRow, currency: str) -> list[float]:
    return [
        float(money.to_decimal(minor, currency)) for minor in (line.unit_price, line.discount, line.total)
    ]


def _kept(deal: DealDetail) -> Any:
    currency = deal.row.currency
    return lambda line: NewLine(
        line.product_id,
        line.name,
        Decimal(line.quantity) / _THOUSANDTHS,
        money.to_decimal(line.unit_price, currency),
        money.to_decimal(line.discount, currency),
    )


def _line(row: Mapping[Any, Any]) -> NewLine:
    """A row of the grid; its numbers have at most a few decimals, which text keeps exactly."""
    product = None if pd.isna(row["product_id"]) else int(row["product_id"])
    discount = 0 if pd.isna(row["discount"]) else row["discount"]
    return NewLine(
        product,
        str(row["name"]),
        Decimal(str(row["quantity"])),
        Decimal(str(row["price"])),
        Decimal(str(discount)),
    )
