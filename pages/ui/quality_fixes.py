"""Data quality: the records of one point, mended many at once after a look at what comes out."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import streamlit as st

from crm_core.data import quality, quality_runs
from crm_core.data.check_types import Check
from crm_core.data.quality import Found
from crm_core.data.quality_checks import kind_of
from crm_core.data.quality_mending import Repair
from crm_core.data.quality_repairs import Order
from crm_core.data.quality_runs import Preview
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError
from crm_core.kernel.paging import Page, Paging
from crm_core.team import users
from pages.ui import customer_values, navigation, quality_point_state, quality_work_run, words
from pages.ui.guard import flash, guard
from pages.ui.quality_state import ONE
from pages.ui.session import me

SIZE: Final = 25
ROW_HEIGHT: Final = 36
_NAMES: Final = {
    "email": "E-mail",
    "last_touch_at": "Last touch",
    "domain": "Web domain",
    "lifecycle": "Stage",
}

_USUAL: Final = {
    "contacts": ("company", "email", "phone", "country", "last_touch_at"),
    "accounts": ("domain", "phone", "city", "country", "last_touch_at"),
    "deals": ("status", "amount", "close_on"),
    "orders": ("status", "total", "ordered_at"),
    "products": ("sku", "category", "unit_price", "cost"),
}
_PLACES: Final = {
    "contacts": ("customer", "id"), "accounts": ("customer", "account"), "deals": ("deal", "id"),
    "orders": ("orders", "order"), "products": ("orders", "product"),
}  # fmt: skip
_MONEY: Final = frozenset(("amount", "total", "unit_price", "cost"))
_ABOUT: Final = {
    "name_": ("first_name", "last_name"),
    "no_first": ("first_name", "last_name"),
    "no_last": ("first_name", "last_name"),
    "phone_": ("phone",),
    "email_": ("email",),
    "birthday": ("birthday",),
    "card_": ("lifecycle",),
    "opted_": ("lifecycle",),
    "untouched": ("last_touch_at",),
}


def draw(actor: Actor, record: str, key: str) -> None:
    """The point that is open; the work list again when there is no such point."""
    with guard(refused=_gone):
        check = kind_of(record).check(key)
        page_key = f"quality-rows-{record}-{key}"
        page = quality.search(actor, record, key, Paging(st.session_state.get(page_key, 1), SIZE))
    _head(record, check, page)
    run = quality_runs.under_way(actor, record)
    quality_point_state.undo_bar(record)
    if run is not None:
        quality_work_run.watch(run.id)
        return
    if not page.total:
        st.success("Nothing is left to mend here.", icon=":material/task_alt:")
    else:
        mending = st.container()
        chosen = _rows(record, check, page)
        if page.pages > 1:
            st.pagination(page.pages, key=page_key)
        if actor.may(Permission.CONTACTS_EDIT):
            with mending:
                _mend(actor, record, check, page, chosen)
    if actor.may(Permission.CONTACTS_EDIT):
        _dismissed(actor, record, check)


def _gone(error: CrmError) -> None:
    flash(error.message)
    quality_point_state.open_point("")


def _head(record: str, check: Check, page: Page[Found]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        total = f"{page.total:,}{'+' if page.is_capped else ''} {ONE[record][page.total != 1]}"
        st.markdown(f"#### {check.title}  \n:gray[{total}]", width="stretch")
        if st.button("All points", key="close-point", icon=":material/arrow_back:", type="tertiary"):
            quality_point_state.open_point("")


def _rows(record: str, check: Check, page: Page[Found]) -> list[int]:
    """The records. A click on a name opens the record; returns the ids of the ticked rows."""
    columns: dict[str, Any] = {"name": pa.array([row.name for row in page], pa.string())}
    for name in _shown(record, check.key):
        columns[name] = pa.array([_cell(name, row) for row in page], pa.string())
    titles = {name: _NAMES.get(name) or words.label(name, record) for name in columns}
    event: Any = st.dataframe(
        pa.table(columns),
        hide_index=True,
        key=f"quality-grid-{record}-{check.key}-{page.paging.number}",
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (len(page) + 1) + 2,
        column_config={name: st.column_config.Column(title) for name, title in titles.items()},
        alt=f"{check.title}: {', '.join(row.name for row in page.items[:20])}",
    )
    ids = [row.id for row in page]
    for position, _column in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(ids):
            page_name, key = _PLACES[record]
            navigation.open_page(page_name, **{key: ids[position]})
    return [ids[at] for at in event.selection.rows if isinstance(at, int) and 0 <= at < len(ids)]


def _shown(record: str, key: str) -> tuple[str, ...]:
    """The columns that a point is about first, then those that tell one record from another."""
    about = next((columns for start, columns in _ABOUT.items() if key.startswith(start)), ())
    usual = _USUAL[record]
    return (*about, *(name for name in usual if name not in about))


def _cell(name: str, row: Found) -> str:
    value = row.values[name]
    if name in _MONEY:
        return words.money(value, row.values["currency"]) if value is not None else ""
    if name == "close_on":
        return words.day(value) if value else ""
    if name == "ordered_at":
        return words.when(value)
    if name == "last_touch_at":
        return words.ago(value) if value else ""
    if name == "country":
        return words.country_name(value)
    return words.phone(value) if name in ("phone", "mobile") else str(value or "")


def _mend(actor: Actor, record: str, check: Check, page: Page[Found], chosen: Sequence[int]) -> None:
    fitting = [one for one in quality_runs.possible(record, check.key) if actor.may(one.permission)]
    with st.container(border=True, key="mend-card"):
        ticked = "the ticked one" if len(chosen) == 1 else f"the {len(chosen)} ticked"
        whom = ticked if chosen else f"all {page.total:,}{'+' if page.is_capped else ''}"
        if fitting:
            only = f": {_small(fitting[0].label)}" if len(fitting) == 1 else ""
            st.markdown(f"**Mend {whom}**{only}  \n:small[:gray[Tick rows below to mend only some.]]")
            _choose(actor, record, check, fitting, chosen)
        else:
            st.markdown(
                "**This cannot be mended from here**  \n:small[:gray[Open the records and complete them, or "
                "tick those that are right as they are.]]"
            )
        if chosen:
            _offer_to_dismiss(record, check, chosen)
        elif fitting:
            st.caption("Some are right as they are? Tick them to say so: they are not listed again.")


def _choose(
    actor: Actor, record: str, check: Check, fitting: Sequence[Repair], chosen: Sequence[int]
) -> None:
    labels = {repair.key: repair for repair in fitting}
    picked: str | None = fitting[0].key
    if len(fitting) > 1:
        picked = st.pills(
            "How",
            list(labels),
            default=picked,
            required=True,
            format_func=lambda key: labels[key].label,
            key=f"repair-{record}-{check.key}",
            label_visibility="collapsed",
        )
    repair = labels[picked or fitting[0].key]
    owner_id = _owner(actor) if repair.key == "assign" else None
    if repair.key == "assign" and owner_id is None:
        return
    order = Order(record, check.key, repair.key, tuple(chosen), owner_id)
    with guard():
        shown = quality_runs.preview(actor, order)
        _show(record, shown)
        _offer(order, repair, shown)


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _owner(actor: Actor) -> int | None:
    names = dict(users.choices(actor))
    return st.selectbox(
        "New owner", list(names), index=None, format_func=names.__getitem__, key="mend-owner",
        placeholder="Choose the new owner",
    )  # fmt: skip


def _show(record: str, shown: Preview) -> None:
    """What comes out, of the first records."""
    if not shown.count:
        st.info("Nothing can be told from these records, so nothing would change.", icon=":material/info:")
        return
    owners = dict(users.choices(me()))
    rows = [
        {
            "Record": words.md(change.name),
            "Field": words.md("Owner" if name == "owner_id" else words.label(name, record)),
            "Before": words.md(customer_values.text_of(_field(name), old, owners)),
            "After": f"**{words.md(customer_values.text_of(_field(name), new, owners))}**",
        }
        for change in shown.changes[:5]
        for name, (old, new) in change.values.items()
        if name not in ("account_id", "domain")
    ]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)


def _field(column: str) -> str:
    return "owner" if column == "owner_id" else column


def _offer(order: Order, repair: Repair, shown: Preview) -> None:
    left = shown.looked_at - shown.count
    of = "of the first " if shown.is_capped else "of "
    if left and shown.count:
        st.caption(f"{shown.count:,} {of}{shown.looked_at:,} would change; for the others nothing follows.")
    if repair.is_suggestion and not order.ids:
        st.caption("This is a guess that may be wrong: tick the rows for which it is right.")
        return
    more = "+" if shown.is_capped else ""
    verb = f"Mend {shown.count:,}{more} {ONE[order.record][shown.count != 1]}"
    if shown.count and st.button(verb, key="mend-now", type="primary", icon=":material/auto_fix_high:"):
        with guard(rerun=True):
            quality_point_state.remember(quality_runs.repair(me(), order))


def _offer_to_dismiss(record: str, check: Check, chosen: Sequence[int]) -> None:
    right = "This is right" if len(chosen) == 1 else f"These {len(chosen)} are right"
    if st.button(right, key="dismiss-rows", icon=":material/verified:", help="They are not listed again."):
        with guard(rerun=True):
            count = quality.dismiss(me(), record, check.key, chosen)
            flash(f"{quality_point_state.nouns(record, count)} will not be listed here again.")


def _dismissed(actor: Actor, record: str, check: Check) -> None:
    page = quality.dismissed(actor, record, check.key, Paging(1, 50))
    if not page.total:
        return
    with st.expander(f"{page.total:,} said to be right"):
        for row in page:
            with st.container(horizontal=True, vertical_alignment="center", key=f"right-{row.id}"):
                st.markdown(words.md(row.name), width="stretch")
                if st.button("List again", key=f"reopen-{row.id}", type="tertiary"):
                    with guard(rerun=True):
                        quality.reopen(me(), record, check.key, [row.id])
