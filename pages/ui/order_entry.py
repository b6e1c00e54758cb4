"""A new order: who buys, what, at which price; the total follows while one types."""

from datetime import date, datetime, time
from typing import Any

import streamlit as st

from crm_core.commerce import prices, products
from crm_core.commerce.rules import line_total
from crm_core.commerce.types import NewLine, NewOrder, ProductRow
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError, Invalid
from crm_core.loyalty import coupon_guard
from crm_core.team import users
from crm_core.team.company import company
from pages.ui import navigation, order_customer, words
from pages.ui.guard import guard
from pages.ui.order_money import amount_of, picture, quantity_of, shown, step
from pages.ui.session import me

CHANNELS = ("Shop", "Online", "Phone", "E-mail", "Field sales")
_ROWS = "orders.lines"


def draw(actor: Actor, contact_id: int, account_id: int = 0) -> None:
    """The form; after saving, the order opens."""
    navigation.link("orders", "Back to orders", icon=":material/arrow_back:")
    st.header("New order", anchor=False)
    who, when = st.columns([3, 1], vertical_alignment="bottom")
    with who:
        customer = order_customer.draw(actor, contact_id, account_id)
    day = when.date_input("Ordered on", words.today(), max_value=words.today(), key="order-day")
    known = {row.name: row for row in products.choices(actor)}
    currency = _currency(known)
    lines = _lines(actor, known, currency, day)
    discount = _totals(lines, currency)
    details = _details(actor)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Place order", key="save-order", type="primary", shortcut="Ctrl+Enter"):
            rest: dict[str, Any] = {"currency": currency, "discount": discount, "ordered_at": _moment(day)}
            new = NewOrder(lines, **customer, **rest, **details)
            _save(new)


def _currency(known: dict[str, ProductRow]) -> str:
    used = dict.fromkeys([company().currency, *(row.currency for row in known.values() if row.currency)])
    if len(used) == 1:
        return next(iter(used))
    chosen = st.segmented_control("Currency", list(used), default=next(iter(used)), required=True,
                                  key="order-currency")  # fmt: skip
    return chosen or company().currency


def _lines(actor: Actor, known: dict[str, ProductRow], currency: str, day: date) -> list[NewLine]:
    """The rows with something in them; a further one is a click away."""
    rows: list[int] = st.session_state.setdefault(_ROWS, [0])
    costs = prices.of_day(actor, [row.id for row in known.values()], currency, day) if known else {}
    found = []
    for place, row in enumerate(rows):
        with st.container(key=f"entry-line-{row}"):
            line = _line(row, known, costs, currency, is_first=place == 0)
        if line is not None:
            found.append(line)
    st.button("Add a line", key="add-line", icon=":material/add:", on_click=_one_more)
    return found


def _line(
    row: int, known: dict[str, ProductRow], costs: dict[int, int], currency: str, *, is_first: bool
) -> NewLine | None:
    what, amount, price, off, total, act = st.columns([6, 2, 2, 2, 2, 1], vertical_alignment="bottom")
    hidden: dict[str, Any] = {"label_visibility": "visible" if is_first else "collapsed"}
    shape = {"step": step(currency), "format": picture(currency), **hidden}
    name: str | None = what.selectbox(
        "Product", list(known), index=None, accept_new_options=True, key=f"line-product-{row}",
        placeholder="Choose a product, or write what it is", **hidden,
    )  # fmt: skip
    product = known.get(name or "")
    usual = costs.get(product.id) if product else None
    pieces = amount.number_input(
        "Quantity", min_value=0.001, value=1.0, step=1.0, format="%g", key=f"line-quantity-{row}",
        **hidden,
    )  # fmt: skip
    # A key of its own for each product: another product brings its own price.
    typed = price.number_input(
        "Price of one", min_value=0.0, value=shown(usual or 0, currency) or 0.0,
        key=f"line-price-{row}-{name}-{usual}", **shape,
    )  # fmt: skip
    less = off.number_input("Discount", min_value=0.0, value=0.0, key=f"line-discount-{row}", **shape)
    minor, discount = amount_of(typed, currency), amount_of(less, currency)
    costing = line_total(quantity_of(pieces), minor, discount)
    total.markdown(
        words.md(words.money(costing, currency)) if name else words.NOTHING, text_alignment="right"
    )
    act.button("", key=f"drop-line-{row}", icon=":material/close:", help="Remove this line",
               on_click=_one_less, args=(row,), disabled=len(st.session_state[_ROWS]) == 1)  # fmt: skip
    if not name:
        return None
    return NewLine(quantity_of(pieces), product.id if product else None, name, minor, discount)


def _totals(lines: list[NewLine], currency: str) -> int:
    whole = sum(line_total(line.quantity, line.unit_price or 0, line.discount) for line in lines)
    _gap, off, total = st.columns([4, 2, 2], vertical_alignment="bottom")
    typed = off.number_input("Discount on the whole order", 0.0, value=0.0, step=step(currency),
                             format=picture(currency), key="order-discount")  # fmt: skip
    discount = amount_of(typed, currency)
    total.metric("Total", words.money(whole - discount, currency))
    return discount


def _details(actor: Actor) -> dict[str, Any]:
    people = dict(users.choices(actor))
    with st.expander("Number, seller, channel, coupon"):
        left, right = st.columns(2)
        number = left.text_input("Number", key="order-number", max_chars=120, placeholder="The next one")
        seller = right.selectbox(
            "Seller", list(people), index=None, key="order-seller", format_func=people.__getitem__,
            placeholder="The owner of the customer",
        )  # fmt: skip
        channel = left.selectbox("Channel", CHANNELS, index=None, accept_new_options=True,
                                 key="order-channel", placeholder="Not said")  # fmt: skip
        coupon = right.text_input("Coupon", key="order-coupon", max_chars=60)
    return {"number": number or "", "seller_id": seller, "channel": channel or "", "coupon": coupon or ""}


def _moment(day: date) -> datetime | None:
    """Now for today, else noon of the day."""
    return None if day == words.today() else datetime.combine(day, time(12), words.zone())


def _save(new: NewOrder) -> None:
    refusals: list[CrmError] = []
    made: list[int] = []
    with guard(refused=refusals.append):
        made.append(coupon_guard.order(me(), new))
    for refusal in refusals:
        hints = [f"{words.label(name)}: {hint}" for name, hint in refusal.fields.items()]
        said = hints if isinstance(refusal, Invalid) and hints else [refusal.message]
        st.error(words.md(" ".join(said)), icon=":material/error:")
    for key in made:
        st.session_state.pop(_ROWS, None)
        navigation.open_page("orders", order=key)


def _one_more() -> None:
    st.session_state[_ROWS] = [*st.session_state[_ROWS], max(st.session_state[_ROWS]) + 1]


def _one_less(row: int) -> None:
    st.session_state[_ROWS] = [one for one in st.session_state[_ROWS] if one != row]
