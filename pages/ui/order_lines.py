"""The lines of an order as they are typed: what, how much, at which price; the total follows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from crm_core.commerce import prices, products
from crm_core.commerce.rules import THOUSAND, line_total
from crm_core.commerce.types import LineDetail, NewLine, ProductRow
from crm_core.kernel.access import Actor
from pages.ui import words
from pages.ui.order_money import amount_of, picture, quantity_of, shown, step

_ROWS = "orders.lines"


class Lines:
    """The rows of one form. ``place`` keeps its fields apart from those of other forms.

    Args:
        known: the catalogue by name.
        stored: the lines that stand there before anything is typed.
    """

    def __init__(
        self, place: str, known: dict[str, ProductRow], currency: str, stored: Sequence[LineDetail] = ()
    ) -> None:
        self.place, self.known, self.currency, self.stored = place, known, currency, stored
        self.rows: list[int] = st.session_state.setdefault(
            f"{_ROWS}.{place}", list(range(max(len(stored), 1)))
        )

    def draw(self, actor: Actor, day: date) -> list[NewLine]:
        """The rows with something in them, at the prices of a day; a further one is a click away."""
        keys = [row.id for row in self.known.values()]
        costs = prices.of_day(actor, keys, self.currency, day) if keys else {}
        found = []
        for at, row in enumerate(self.rows):
            with st.container(key=f"entry-line-{row}"):
                line = self._line(row, costs, is_first=at == 0)
            if line is not None:
                found.append(line)
        st.button("Add a line", key="add-line", icon=":material/add:", on_click=self._one_more)
        return found

    def total(self, lines: Sequence[NewLine], discount: int = 0) -> int:
        """Ask for the discount on the whole order, which was ``discount``, and show what is left to pay."""
        whole = sum(line_total(line.quantity, line.unit_price or 0, line.discount) for line in lines)
        _gap, off, total = st.columns([4, 2, 2], vertical_alignment="bottom")
        typed = off.number_input(
            "Discount on the whole order", 0.0, value=shown(discount, self.currency),
            step=step(self.currency), format=picture(self.currency), key=f"order-discount{self.place}",
        )  # fmt: skip
        less = amount_of(typed or 0.0, self.currency)
        total.metric("Total", words.money(whole - less, self.currency))
        return less

    def _line(self, row: int, costs: dict[int, int], *, is_first: bool) -> NewLine | None:
        what, amount, price, off, total, act = st.columns([6, 2, 2, 2, 2, 1], vertical_alignment="bottom")
        hidden: dict[str, Any] = {"label_visibility": "visible" if is_first else "collapsed"}
        shape = {"step": step(self.currency), "format": picture(self.currency), **hidden}
        before = self.stored[row] if row < len(self.stored) else None
        key = f"{self.place}-{row}"
        name, product_id = self._product(what, key, before, hidden)
        is_same = before is not None and name == before.name
        usual = before.unit_price if before and is_same else costs.get(product_id or 0)
        held = before.quantity / THOUSAND if before else 1.0  # of an old order it may lie below zero
        pieces = amount.number_input(
            "Quantity", min_value=min(0.001, held), value=held, step=1.0, format="%g",
            key=f"line-quantity{key}", **hidden,
        )  # fmt: skip
        # A key of its own for each product: another product brings its own price.
        typed = price.number_input(
            "Price of one", min_value=0.0, value=shown(usual or 0, self.currency) or 0.0,
            key=f"line-price{key}-{name}-{usual}", **shape,
        )  # fmt: skip
        less = off.number_input(
            "Discount", min_value=0.0, value=shown(before.discount if before else 0, self.currency),
            key=f"line-discount{key}", **shape,
        )  # fmt: skip
        minor, discount = amount_of(typed, self.currency), amount_of(less or 0.0, self.currency)
        costing = words.money(line_total(quantity_of(pieces), minor, discount), self.currency)
        total.markdown(words.md(costing) if name else words.NOTHING, text_alignment="right")
        act.button("", key=f"drop-line{key}", icon=":material/close:", help="Remove this line",
                   on_click=self._one_less, args=(row,), disabled=len(self.rows) == 1)  # fmt: skip
        return NewLine(quantity_of(pieces), product_id, name, minor, discount) if name else None

    def _product(
        self, place: Any, key: str, before: LineDetail | None, hidden: dict[str, Any]
    ) -> tuple[str, int | None]:
        """The name and, when it is one of the catalogue (or was), the number of what is sold."""
        names = list(self.known)
        if before and before.name not in self.known:
            names.append(before.name)
        name: str | None = place.selectbox(
            "Product", names, index=names.index(before.name) if before else None, accept_new_options=True,
            key=f"line-product{key}", placeholder="Choose a product, or write what it is", **hidden,
        )  # fmt: skip
        if before and name == before.name:
            return name, before.product_id
        product = self.known.get(name or "")
        return name or "", product.id if product else None

    def _one_more(self) -> None:
        self.rows.append(max(self.rows) + 1)

    def _one_less(self, row: int) -> None:
        self.rows.remove(row)


def forget(place: str) -> None:
    """The form is done with: the next one begins with what is stored then."""
    st.session_state.pop(f"{_ROWS}.{place}", None)


def catalogue(actor: Actor) -> dict[str, ProductRow]:
    """What is sold, by name."""
    return {row.name: row for row in products.choices(actor)}
