"""An order that is not paid yet, changed: its lines, its discount, where it goes."""

import streamlit as st

from crm_core.commerce import order_changes, orders
from crm_core.commerce.rules import may_change
from crm_core.commerce.types import OrderChange, OrderDetail
from crm_core.kernel.access import Actor
from pages.ui import navigation, order_address, order_lines, words
from pages.ui.guard import flash, guard
from pages.ui.session import me


def draw(actor: Actor, number: int) -> None:
    """The form with what is stored; after saving, the order opens."""
    navigation.link("orders", "Back to the order", icon=":material/arrow_back:", order=number)
    with guard():
        order = orders.get(actor, number)
        st.header(f"Change order {words.md(order.number)}", anchor=False)
        if not may_change(order):
            st.write(f"It is {order.status}, so it stays as it is.")
            return
        _form(actor, order)


def place(order: OrderDetail) -> str:
    """Which form this is: a stored change makes another one of it."""
    return f"-{order.id}-{order.version}"


def _form(actor: Actor, order: OrderDetail) -> None:
    day = order.ordered_at.astimezone(words.zone()).date()
    st.caption(words.md(" · ".join(filter(None, (order.customer, words.day(day))))))
    if order.coupon:
        st.info(
            f"The coupon {words.md(order.coupon)} stays used: what it takes off is in the discounts below.",
            icon=":material/confirmation_number:",
        )
    key = place(order)
    known = order_lines.catalogue(actor)
    form = order_lines.Lines(key, known, order.currency, order.lines)
    lines = form.draw(actor, day)
    discount = form.total(lines, order.discount)
    with st.container(border=True):
        details = order_address.draw(key, order)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Save", key="save-order", type="primary", shortcut="Ctrl+Enter"):
            _save(order, OrderChange(lines, discount, **details))


def _save(order: OrderDetail, wanted: OrderChange) -> None:
    done = False
    with guard():
        order_changes.change(me(), order.id, wanted, version=order.version)
        done = True
    if done:
        order_lines.forget(place(order))
        flash(f"Order {order.number} is changed.")
        navigation.open_page("orders", order=order.id)
