"""One product: what it is, what it costs and cost, and what it brought."""

from datetime import timedelta
from typing import Any

import streamlit as st

from crm_core.commerce import prices, products
from crm_core.commerce.types import PriceRow, ProductDetail
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError
from pages.ui import dialogs, navigation, product_form, recommended, words
from pages.ui.guard import guard
from pages.ui.order_money import amount_of, picture, shown, step
from pages.ui.session import me


def draw(actor: Actor, number: int) -> None:
    """The product of this number, or a friendly answer when there is none."""
    navigation.link("orders", "Back to the products", icon=":material/arrow_back:", show="products")
    refusals: list[CrmError] = []
    found = None
    with guard(refused=refusals.append):
        found = products.get(actor, number)
    if found is None:
        st.header("Nothing to see here", anchor=False)
        st.write("This product does not exist any more.")
        return
    _head(found)
    if actor.may(Permission.PRODUCTS_MANAGE):
        _acts(found)
    about, history = st.columns([3, 3], gap="large")
    with about:
        _numbers(found)
        if found.description:
            st.text(found.description)
        recommended.together(actor, number)
    with history.container(key="prices"):
        _prices(actor, found)


def _head(found: ProductDetail) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(words.md(found.name), anchor=False, width="content")
        if not found.is_active:
            st.badge("Not sold any more", color="gray")
    st.caption(words.md(" · ".join(filter(None, (found.sku, found.category)))) or "No category yet")


def _acts(found: ProductDetail) -> None:
    with st.container(horizontal=True):
        if st.button("Edit", key="edit-product", icon=":material/edit:", type="primary"):
            product_form.edit(found)
        if st.button("Plan a price", key="plan-price", icon=":material/event:"):
            _plan(found)
        if st.button("Delete", key="delete-product", icon=":material/delete:"):
            _delete(found)


def _numbers(found: ProductDetail) -> None:
    with st.container(horizontal=True, key="tiles"):
        st.metric("Price", words.money(found.unit_price, found.currency))
        st.metric("Cost", words.money(found.cost, found.currency))
        if found.unit_price and found.cost is not None:
            st.metric("Margin", f"{(found.unit_price - found.cost) / found.unit_price:.0%}")


def _prices(actor: Actor, found: ProductDetail) -> None:
    st.markdown("**Prices**")
    if not found.prices:
        st.caption("No price is written down yet.")
    for row in found.prices:
        text, act = st.columns([5, 1], vertical_alignment="center")
        planned = " :blue[planned]" if row.valid_from > words.today() else ""
        cost = f" :gray[cost {words.md(words.money(row.cost, row.currency))}]" if row.cost is not None else ""
        price = words.md(words.money(row.unit_price, row.currency))
        text.markdown(f"{price} from {words.day(row.valid_from)}{planned}{cost}")
        is_mine = actor.may(Permission.PRODUCTS_MANAGE)
        if is_mine and act.button("", key=f"drop-price-{row.currency}-{row.valid_from}",
                                  icon=":material/close:", help="Remove this price"):  # fmt: skip
            with guard(done="The price is removed.", rerun=True):
                prices.remove_price(me(), found.id, row.currency, row.valid_from)


def _plan(found: ProductDetail) -> None:
    @st.dialog(f"A price for {words.md(found.name)}")
    def ask() -> None:
        day = st.date_input("From", words.today() + timedelta(days=1), key="price-day")
        left, right = st.columns(2)
        shape: Any = {"step": step(found.currency), "format": picture(found.currency)}
        price = left.number_input(
            f"Price in {found.currency}", 0.0, value=shown(found.unit_price, found.currency), **shape
        )
        cost = right.number_input("Cost", 0.0, value=shown(found.cost, found.currency), **shape)
        if st.button("Save", key="save-price", type="primary", disabled=price is None):
            row = PriceRow(found.currency, day, amount_of(price or 0, found.currency),
                           None if cost is None else amount_of(cost, found.currency))  # fmt: skip
            with guard(done="The price is planned.", rerun=True):
                prices.set_price(me(), found.id, row, version=found.version)

    ask()


def _delete(found: ProductDetail) -> None:
    def act() -> None:
        products.delete(me(), [found.id])
        st.query_params.clear()

    dialogs.confirm(
        f"Delete “{found.name}”?", "It leaves the catalogue. Orders keep its name and its price.", "Delete",
        act, done=f"“{found.name}” is deleted.",
    )  # fmt: skip
