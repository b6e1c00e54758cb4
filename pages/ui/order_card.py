"""One order: what was bought, what happened, what comes next, and what came back."""

from collections.abc import Callable
from datetime import datetime, time

import streamlit as st

from crm_core.commerce import orders
from crm_core.commerce.rules import NEXT, RETURNABLE, THOUSAND, may_change, quantity_text
from crm_core.commerce.types import LineDetail, NewReturn, OrderDetail
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError
from crm_core.kernel.values import money
from pages.ui import navigation, order_edit, order_lines, order_list, words
from pages.ui.guard import guard
from pages.ui.order_money import amount_of
from pages.ui.session import me

COLOURS = {
    "placed": "blue", "paid": "green", "shipped": "violet", "delivered": "green", "returned": "orange",
    "cancelled": "gray",
}  # fmt: skip
VERBS = {
    "paid": ("Mark as paid", "payments"),
    "shipped": ("Mark as shipped", "local_shipping"),
    "delivered": ("Mark as delivered", "inventory"),
    "cancelled": ("Cancel the order", "block"),
}


def draw(actor: Actor, number: int) -> None:
    """The order of this number, or a friendly answer when there is none for this person."""
    navigation.link("orders", "Back to orders", icon=":material/arrow_back:")
    refusals: list[CrmError] = []
    order = None
    with guard(refused=refusals.append):
        order = orders.get(actor, number)
    if order is None:
        st.header("Nothing to see here", anchor=False)
        st.write("This order does not exist, or it is not yours to see.")
        return
    _head(order)
    order_lines.forget(order_edit.place(order))
    if actor.may(Permission.ORDERS_EDIT):
        _acts(order)
    bought, happened = st.columns([5, 3], gap="large")
    with bought:
        _lines(order)
    with happened:
        _history(order)


def _head(order: OrderDetail) -> None:
    with st.container(key="order-head"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(f"Order {words.md(order.number)}", anchor=False, width="content")
            st.badge(words.sentence(order.status), color=COLOURS[order.status])  # type: ignore[arg-type]
        if order.contact_id is not None:
            navigation.link(
                "customer", words.md(order.customer), icon=":material/person:", id=order.contact_id
            )
        elif order.account_id is not None:
            navigation.link(
                "customer", words.md(order.customer), icon=":material/domain:", account=order.account_id
            )
        facts = [
            words.when(order.ordered_at),
            f"sold by {order.seller}" if order.seller else "",
            order.channel,
        ]
        facts += [
            f"coupon {order.coupon}" if order.coupon else "",
            order.city,
            words.country_name(order.country),
        ]
        st.caption(words.md(" · ".join(filter(None, facts))))


def _acts(order: OrderDetail) -> None:
    with st.container(horizontal=True, key="order-acts"):
        for status in NEXT[order.status]:
            if status in VERBS and getattr(order, f"{status}_at") is None:
                verb, icon = VERBS[status]
                is_first = status == NEXT[order.status][0]
                kind = "primary" if is_first else "secondary"
                if st.button(verb, key=f"mark-{status}", icon=f":material/{icon}:", type=kind):  # type: ignore[arg-type]
                    _mark(order, status)
        if order.status in RETURNABLE and st.button("Take back", key="take-back", icon=":material/undo:"):
            _take_back(order)
        if may_change(order) and st.button("Change", key="change-order", icon=":material/edit:"):
            navigation.open_page("orders", order=order.id, change="1")
        if st.button("Delete", key="delete-order", icon=":material/delete:"):
            order_list.ask_to_delete(order.number, order.id)


def _mark(order: OrderDetail, status: str) -> None:
    @st.dialog(f"{VERBS[status][0]}: {words.md(order.number)}")
    def ask() -> None:
        first = order.ordered_at.astimezone(words.zone()).date()
        day = st.date_input("When", words.today(), min_value=first, max_value=words.today(), key="mark-day")
        if st.button("Save", key="save-mark", type="primary"):
            at = None
            if day != words.today():
                # The evening of the day: never before the hour at which it was ordered.
                at = datetime.combine(day, time(23, 59), words.zone())
            with guard(done=f"Order {order.number} is {status}.", rerun=True):
                orders.mark(me(), order.id, status, at=at, version=order.version)

    ask()


def _take_back(order: OrderDetail) -> None:
    @st.dialog(f"Take back from {words.md(order.number)}", width="large")
    def ask() -> None:
        reason = st.text_input("Reason", key="return-reason", max_chars=200)
        st.caption("How much of each line comes back. The money is what was paid for it, less its discount.")
        wanted = [
            NewReturn(line.id, quantity, reason=reason or "")
            for line in order.lines
            if (quantity := _quantity(line))
        ]
        left = float(money.to_decimal(order.total - order.refunded, order.currency))
        extra = st.number_input(
            f"Money on top, in {order.currency}", 0.0, left, 0.0, key="return-money",
            help="Paid back without anything coming back, such as for a scratch.",
        )  # fmt: skip
        if extra:
            wanted.append(NewReturn(amount=amount_of(extra, order.currency), reason=reason or ""))
        if st.button("Take back", key="save-return", type="primary", disabled=not wanted):
            with guard(done="The return is noted.", rerun=True):
                orders.take_back(me(), order.id, wanted, version=order.version)

    ask()


def _quantity(line: LineDetail) -> int:
    left = line.quantity - line.returned
    if left <= 0:
        return 0
    name, box = st.columns([3, 1], vertical_alignment="center")
    name.markdown(f"{words.md(line.name)} :gray[{quantity_text(left)} left]")
    given = box.number_input(
        f"Comes back of {line.name}", 0.0, left / THOUSAND, 0.0, step=1.0, format="%g",
        key=f"return-{line.id}", label_visibility="collapsed",
    )  # fmt: skip
    return round(given * THOUSAND)


def _lines(order: OrderDetail) -> None:
    said: Callable[[int], str] = lambda minor: words.md(words.money(minor, order.currency))  # noqa: E731
    with st.container(border=True, key="order-lines"):
        for line in order.lines:
            name, total = st.columns([4, 1], vertical_alignment="top")
            each = f"{said(line.unit_price)} each"
            each += f", less {said(line.discount)}" if line.discount else ""
            text = f"{quantity_text(line.quantity)} × {words.md(line.name)}  \n:small[:gray[{each}]]"
            text += f" :small[:orange[{quantity_text(line.returned)} came back]]" if line.returned else ""
            name.markdown(text)
            total.markdown(said(line.total), text_alignment="right")
        st.divider()
        rows = [("Discount", -order.discount)] if order.discount else []
        rows += [("Total", order.total)]
        rows += (
            [("Paid back", -order.refunded), ("Stays", order.total - order.refunded)]
            if order.refunded
            else []
        )
        for title, minor in rows:
            left, right = st.columns([4, 1])
            strong = "**" if title in ("Total", "Stays") else ""
            left.markdown(f"{strong}{title}{strong}")
            right.markdown(f"{strong}{said(minor)}{strong}", text_alignment="right")


def _history(order: OrderDetail) -> None:
    happened = [("Placed", order.ordered_at, "")]
    happened += [
        (words.sentence(status), moment, "")
        for status in ("paid", "shipped", "delivered", "cancelled")
        if (moment := getattr(order, f"{status}_at")) is not None
    ]
    names = {line.id: line.name for line in order.lines}
    for back in order.returns:
        what = f"{quantity_text(back.quantity)} × {names[back.line_id]}" if back.line_id else "Money"
        reason = f" ({back.reason})" if back.reason else ""
        happened.append(("Came back", back.returned_at,
                         f"{what}: {words.money(back.amount, order.currency)}{reason}"))  # fmt: skip
    st.markdown("**What happened**")
    for title, moment, more in sorted(happened, key=lambda one: one[1]):
        text = f"{title} :gray[{words.md(words.when(moment))}]"
        st.markdown(text + (f"  \n:small[{words.md(more)}]" if more else ""))
