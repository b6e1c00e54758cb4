"""The catalogue: found by any part of a name, by category; a click opens the product."""

from typing import Any

import pyarrow as pa
import streamlit as st

from crm_core.commerce import products
from crm_core.commerce.types import ProductQuery
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from pages.ui import contacts_state, navigation, product_form, words


def add_button(actor: Actor) -> None:
    """The way to a new product, for those who may."""
    if actor.may(Permission.PRODUCTS_MANAGE) and st.button(
        "Add product", key="add-product", type="primary", icon=":material/add:"
    ):
        product_form.add()


def draw(actor: Actor) -> None:
    """Search, category, the table and its pages."""
    box, category, active = st.columns([4, 2, 2], vertical_alignment="bottom")
    text = box.text_input(
        "Search", key="q", live="250ms", bind="query-params", on_change=contacts_state.first_page,
        max_chars=200, icon=":material/search:", placeholder="Any part of a name or article number",
        label_visibility="collapsed",
    )  # fmt: skip
    known = [name for name, _count in products.categories(actor) if name]
    chosen = category.selectbox(
        "Category", known, index=None, key="category",
        bind="query-params", on_change=contacts_state.first_page, placeholder="Any category",
        label_visibility="collapsed",
    )  # fmt: skip
    is_active = True if active.toggle("Only what is sold now", key="active") else None
    paging = Paging(st.session_state.get("p", 1), contacts_state.page_size(actor))
    page = products.search(actor, ProductQuery(text or "", chosen or "", is_active, paging))
    st.caption(words.count(page.total, "product") + ("+" if page.is_capped else ""))
    if not page.items:
        with st.container(border=True, horizontal_alignment="center", key="no-products"):
            if text or chosen or is_active:
                st.markdown("**No product is called like this.** Use fewer letters.", width="content")
            else:
                st.markdown("**No products yet.** Add the first one, or import a price list.")
        return
    height = contacts_state.row_height(actor)
    cells = {
        "Product": [row.name for row in page],
        "Number": [row.sku or "" for row in page],
        "Category": [row.category for row in page],
        "Price": [words.money(row.unit_price, row.currency) for row in page],
        "Cost": [words.money(row.cost, row.currency) for row in page],
        "Sold": ["yes" if row.is_active else "no" for row in page],
    }
    event: Any = st.dataframe(
        pa.table(cells), hide_index=True, key=f"products-{paging.number}-{hash(page.items)}",
        on_select="rerun", selection_mode="single-cell", row_height=height,
        height=height * (len(page) + 1) + 2,
        column_config={name: st.column_config.Column(alignment="right") for name in ("Price", "Cost")},
        alt=f"Products: {', '.join(row.name for row in page.items[:20])}",
    )  # fmt: skip
    for position, _name in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(page):
            navigation.open_page("orders", product=page.items[position].id)
    st.pagination(contacts_state.last_page(page), key="p", bind="query-params")
