"""A new order: who buys, what, at which price; the total follows while one types."""

from datetime import date, datetime, time
from typing import Any

import streamlit as st

from crm_core.commerce.types import NewOrder, ProductRow
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError, Invalid
from crm_core.loyalty import coupon_guard
from crm_core.team import users
from crm_core.team.company import company
from pages.ui import navigation, order_address, order_customer, order_lines, words
from pages.ui.guard import guard
from pages.ui.session import me

PLACE = "-new"


def draw(actor: Actor, contact_id: int, account_id: int = 0) -> None:
    """The form; after saving, the order opens."""
    navigation.link("orders", "Back to orders", icon=":material/arrow_back:")
    st.header("New order", anchor=False)
    who, when = st.columns([3, 1], vertical_alignment="bottom")
    with who:
        customer = order_customer.draw(actor, contact_id, account_id)
    day = when.date_input("Ordered on", words.today(), max_value=words.today(), key="order-day")
    known = order_lines.catalogue(actor)
    currency = _currency(known)
    form = order_lines.Lines(PLACE, known, currency)
    lines = form.draw(actor, day)
    discount = form.total(lines)
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


def _details(actor: Actor) -> dict[str, Any]:
    people = dict(users.choices(actor))
    with st.expander("Number, seller, coupon, address"):
        left, right = st.columns(2)
        number = left.text_input("Number", key="order-number", max_chars=120, placeholder="The next one")
        seller = right.selectbox(
            "Seller", list(people), index=None, key="order-seller", format_func=people.__getitem__,
            placeholder="The owner of the customer",
        )  # fmt: skip
        coupon = left.text_input("Coupon", key="order-coupon", max_chars=60)
        address = order_address.draw()
    return {"number": number or "", "seller_id": seller, "coupon": coupon or "", **address}


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
        order_lines.forget(PLACE)
        navigation.open_page("orders", order=key)
