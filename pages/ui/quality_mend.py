"""Data quality: how the records of a point are mended, with a look at what comes out."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from crm_core.data import quality_runs
from crm_core.data.check_types import Check
from crm_core.data.quality_mending import Repair
from crm_core.data.quality_repairs import Order
from crm_core.data.quality_runs import Preview
from crm_core.kernel.access import Actor
from crm_core.team import users
from pages.ui import customer_values, quality_point_state, words
from pages.ui.guard import guard
from pages.ui.quality_state import ONE
from pages.ui.session import me

_PEOPLE: Final = {"owner_id": "Owner", "actor_id": "Seller"}


def draw(actor: Actor, record: str, check: Check, fitting: Sequence[Repair], chosen: Sequence[int]) -> None:
    """Choose a repair, look at what comes out, and let it happen."""
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


def small(label: str) -> str:
    """A label in the middle of a sentence."""
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
            "Field": words.md(_PEOPLE.get(name) or words.label(name, record)),
            "Before": words.md(_said(name, old, owners)),
            "After": f"**{words.md(_said(name, new, owners))}**",
        }
        for change in shown.changes[:5]
        for name, (old, new) in change.values.items()
        if name not in ("account_id", "domain")
    ]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)


def _said(column: str, value: object, owners: dict[int, str]) -> str:
    if isinstance(value, date):
        return words.day(value)
    return customer_values.text_of("owner" if column in _PEOPLE else column, value, owners)


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
