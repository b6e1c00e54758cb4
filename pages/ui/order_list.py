"""The list of orders: found by number or customer, filtered, paged; a click opens the order."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

from crm_core.commerce import orders
from crm_core.commerce.rules import STATUSES
from crm_core.commerce.types import OrderQuery, OrderRow
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.team import users
from pages.ui import contacts_state, dialogs, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

PERIODS = {
    "month": "This month",
    "last_month": "Last month",
    "quarter": "This quarter",
    "year": "This year",
    "last_year": "Last year",
    "days_30": "Last 30 days",
}
FOUND = ("q", "status", "period", "seller", "channel", "p")


def draw(actor: Actor, contact_id: int) -> None:
    """Search, filters, the table and its pages; of one contact if its number is given."""
    query = _asked(actor, contact_id)
    page = orders.search(actor, query)
    found = words.number(page.total, is_capped=page.is_capped)
    st.caption(f"{found} {'order' if page.total == 1 else 'orders'}")
    if not page.items:
        _nothing(actor, query)
    else:
        _table(page, contacts_state.row_height(actor))
        st.pagination(contacts_state.last_page(page), key="p", bind="query-params")
    if actor.may(Permission.ORDERS_EDIT):
        _bin(actor)


def period(name: str | None, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of a period of ``PERIODS``; nothing for none."""
    first = today.replace(day=1)
    if name == "month":
        return first, None
    if name == "last_month":
        last = first - timedelta(days=1)
        return last.replace(day=1), last
    if name == "quarter":
        return date(today.year, (today.month - 1) // 3 * 3 + 1, 1), None
    if name == "year":
        return date(today.year, 1, 1), None
    if name == "last_year":
        return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return (today - timedelta(days=29), None) if name == "days_30" else (None, None)


def _asked(actor: Actor, contact_id: int) -> OrderQuery:
    with st.container(key="order-filters"):
        box, status, span, seller, channel = st.columns([4, 2, 2, 2, 2], vertical_alignment="bottom")
    text = box.text_input(
        "Search", key="q", live="250ms", bind="query-params", on_change=contacts_state.first_page,
        max_chars=200, icon=":material/search:", placeholder="Number of the order, or customer",
        label_visibility="collapsed",
    )  # fmt: skip
    state = _choice(status, "status", "Any state", {name: words.sentence(name) for name in STATUSES})
    chosen = _choice(span, "period", "Any time", PERIODS)
    people = {str(key): name for key, name in users.choices(actor)}
    sold_by = _choice(seller, "seller", "Any seller", people)
    came_by = _choice(channel, "channel", "Any channel", {name: name for name in orders.channels(actor)})
    since, until = period(chosen, words.today())
    size = contacts_state.page_size(actor)
    return OrderQuery(
        text=text or "", status=state or "", since=_begin(since), until=_begin(until, days=1),
        seller_id=int(sold_by) if sold_by else None, channel=came_by or "", contact_id=contact_id or None,
        paging=Paging(st.session_state.get("p", 1), size),
    )  # fmt: skip


def _choice(place: Any, key: str, placeholder: str, options: dict[str, str]) -> str | None:
    chosen: str | None = place.selectbox(
        placeholder, list(options), index=None, format_func=lambda one: options.get(one, one), key=key,
        bind="query-params", on_change=contacts_state.first_page, label_visibility="collapsed",
        placeholder=placeholder,
    )  # fmt: skip
    return chosen


def _begin(day: date | None, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=days), time(), words.zone()) if day else None


def _table(page: Page[OrderRow], height: int) -> None:
    cells = {
        "Order": [row.number for row in page],
        "Date": [words.day(row.ordered_at.astimezone(words.zone()).date()) for row in page],
        "Customer": [row.customer or words.NOTHING for row in page],
        "State": [words.sentence(row.status) for row in page],
        "Total": [words.money(row.total, row.currency) for row in page],
        "Refunded": [words.money(row.refunded, row.currency) if row.refunded else "" for row in page],
        "Seller": [row.seller for row in page],
        "Channel": [row.channel for row in page],
    }
    event: Any = st.dataframe(
        pa.table(cells), hide_index=True, key=f"orders-{page.paging.number}-{hash(page.items)}",
        on_select="rerun", selection_mode="single-cell", row_height=height,
        height=height * (len(page) + 1) + 2,
        column_config={name: st.column_config.Column(alignment="right") for name in ("Total", "Refunded")},
        alt=f"Orders: {', '.join(row.number for row in page.items[:20])}",
    )  # fmt: skip
    for position, _name in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(page):
            navigation.open_page("orders", order=page.items[position].id)


def _nothing(actor: Actor, query: OrderQuery) -> None:
    with st.container(border=True, horizontal_alignment="center", key="no-orders"):
        if query != OrderQuery(paging=query.paging):
            st.markdown("**No order matches.** Use fewer words or filters.", width="content")
            st.button("Show all orders", key="show-all", on_click=_clear)
            return
        st.markdown("**No orders yet.** Enter the first one, or import a file with one row a line.")
        if navigation.can_open(actor, "imports"):
            navigation.button("imports", "Import orders", icon=":material/upload_file:")


def _clear() -> None:
    for key in FOUND:
        st.session_state.pop(key, None)
    st.query_params.clear()


def _bin(actor: Actor) -> None:
    deleted = orders.deleted(actor, Paging(1, 20))
    if not deleted.total:
        return
    with st.expander(f"Deleted orders ({words.number(deleted.total, is_capped=deleted.is_capped)})"):
        for row in deleted:
            what, act = st.columns([5, 1], vertical_alignment="center")
            what.markdown(f"{words.md(row.number)} · {words.md(row.customer)}")
            if act.button("Restore", key=f"restore-{row.id}"):
                with guard(done=f"Order {row.number} is back.", rerun=True):
                    orders.restore(me(), [row.id])


def ask_to_delete(number: str, order_id: int) -> None:
    """Ask, then hide an order and go back to the list."""

    def act() -> None:
        orders.delete(me(), [order_id])
        st.query_params.clear()

    dialogs.confirm(
        f"Delete order {number}?", "It counts nowhere any more. It can be restored from the list.",
        "Delete", act, done=f"Order {number} is deleted.",
    )  # fmt: skip
