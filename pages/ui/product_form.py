"""Adding and editing a product."""

from typing import Any

import streamlit as st

from crm_core.commerce import products
from crm_core.commerce.types import ProductDetail
from crm_core.kernel.errors import CrmError
from crm_core.kernel.values import money
from crm_core.team.company import company
from pages.ui import navigation, words
from pages.ui.guard import flash, guard
from pages.ui.session import me

LABELS = {
    "product": "Name", "sku": "Article number", "category": "Category", "unit_price": "Price", "cost": "Cost",
    "currency": "Currency", "active": "Sold now", "description": "Description",
}  # fmt: skip


@st.dialog("Add a product", width="large")
def add() -> None:
    """The form of a new product; after saving, it opens."""
    values = _ask(None)
    if st.button("Add product", key="save-product", type="primary", shortcut="Ctrl+Enter"):
        made: list[int] = []
        with guard(refused=_say):
            made.append(products.create(me(), values))
        for key in made:
            flash("The product is added.")
            navigation.open_page("orders", product=key)


@st.dialog("Edit the product", width="large")
def edit(found: ProductDetail) -> None:
    """The form of a product that is there; a new price counts from today."""
    values = _ask(found)
    st.caption("A new price counts from today. Orders keep the price that they were placed at.")
    if st.button("Save", key="save-product", type="primary", shortcut="Ctrl+Enter"):
        done: list[bool] = []
        with guard(refused=_say):
            products.change(me(), found.id, values, version=found.version)
            done.append(True)
        if done:
            flash("The product is saved.")
            st.rerun()


def _ask(found: ProductDetail | None) -> dict[str, Any]:
    key = f"product-{found.id if found else 'new'}"
    currency = found.currency if found else company().currency
    left, right = st.columns(2)
    values: dict[str, Any] = {
        "product": left.text_input("Name", found.name if found else "", key=f"{key}-name", max_chars=300),
        "sku": right.text_input("Article number", (found.sku or "") if found else "", key=f"{key}-sku",
                                max_chars=120),
        "unit_price": left.text_input("Price", _amount(found.unit_price if found else None, currency),
                                      key=f"{key}-price", placeholder=f"12.50 {currency}"),
        "cost": right.text_input("Cost", _amount(found.cost if found else None, currency),
                                 key=f"{key}-cost", placeholder=f"7.00 {currency}"),
    }  # fmt: skip
    known = [name for name, _count in products.categories(me()) if name]
    index = known.index(found.category) if found and found.category in known else None
    values["category"] = left.selectbox(
        "Category", known, index=index, accept_new_options=True, key=f"{key}-category",
        placeholder="Choose one, or write a new one",
    )  # fmt: skip
    values["active"] = right.toggle("Sold now", found.is_active if found else True, key=f"{key}-active")
    values["description"] = st.text_area(
        "Description", found.description if found else "", key=f"{key}-description", height=80
    )
    return values


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else f"{money.to_decimal(minor, currency)} {currency}"


def _say(refusal: CrmError) -> None:
    hints = [f"{LABELS.get(name, name)}: {hint}" for name, hint in refusal.fields.items()]
    st.error(words.md(" ".join([refusal.message, *hints])), icon=":material/error:")
