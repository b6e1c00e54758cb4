"""Orders and what is sold: the list, one order, a new one, the catalogue, and what prices do."""

import streamlit as st

from crm_core.commerce.rules import STATUSES
from crm_core.kernel.access import Actor, Permission
from pages.ui import (
    address,
    navigation,
    order_card,
    order_edit,
    order_entry,
    order_list,
    product_card,
    product_insight,
    product_list,
)
from pages.ui.session import require

VIEWS = {"orders": "Orders", "products": "Products", "prices": "Sales and prices"}
STYLE = """<style>
.st-key-order-head [data-testid="stMarkdownContainer"],
.st-key-order-lines [data-testid="stMarkdownContainer"] { overflow-wrap: anywhere; }
.st-key-order-lines [data-testid="stMarkdownContainer"] p { margin-bottom: .25rem; }
.st-key-order-lines { padding-bottom: 1.25rem; }
.st-key-order-lines hr { margin: .5rem 0; }
@media (max-width: 640px) {
  .st-key-order-filters .stColumn { min-width: calc(50% - .5rem); flex: 1 1 0; }
  .st-key-order-filters .stColumn:first-child { min-width: 100%; }
  .st-key-order-lines .stColumn { min-width: 0; flex: 1 1 auto; width: auto; }
  .st-key-order-lines .stHorizontalBlock { flex-wrap: nowrap; }
  .st-key-prices .stHorizontalBlock { flex-wrap: nowrap; }
  .st-key-prices .stColumn { min-width: 0; }
  [class*="st-key-entry-line-"] .stColumn { min-width: calc(33% - .7rem); flex: 1 1 0; }
  [class*="st-key-entry-line-"] .stColumn:first-child { min-width: 100%; }
}
</style>"""


def understand_address() -> None:
    """Take choices by their names from links of other pages; the widgets put their words into the address."""
    for key, known in (("show", VIEWS), ("status", STATUSES), ("period", order_list.PERIODS)):
        if st.query_params.get(key) in known:
            st.session_state[key] = st.query_params[key]
            del st.query_params[key]


def header(actor: Actor) -> str:
    """Title, the ways to add, and which view is shown."""
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Orders", anchor=False)
    views = [name for name in VIEWS if name != "prices" or actor.may(Permission.REPORTS_READ)]
    shown = st.segmented_control(
        "Show", views, default="orders", required=True, format_func=VIEWS.__getitem__, key="show",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if shown == "products":
            product_list.add_button(actor)
        elif actor.may(Permission.ORDERS_EDIT) and st.button(
            "New order", key="new-order", type="primary", icon=":material/add_shopping_cart:"
        ):
            navigation.open_page("orders", new="1")
    return shown or "orders"


asking = require(Permission.ORDERS_READ)
st.html(STYLE)
number = address.number("order")
if number and "change" in st.query_params and asking.may(Permission.ORDERS_EDIT):
    order_edit.draw(asking, number)
elif number:
    order_card.draw(asking, number)
elif product := address.number("product"):
    product_card.draw(asking, product)
elif "new" in st.query_params and asking.may(Permission.ORDERS_EDIT):
    order_entry.draw(asking, address.number("contact"), address.number("account"))
else:
    understand_address()
    view = header(asking)
    if view == "products":
        product_list.draw(asking)
    elif view == "prices":
        product_insight.draw(asking)
    else:
        order_list.draw(asking, address.number("contact"))
