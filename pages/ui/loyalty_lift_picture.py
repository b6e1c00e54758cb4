"""What the programme changed, said as what it is: a comparison, or better a hold-out."""

from collections.abc import Sequence
from math import isinf

import pyarrow as pa
import streamlit as st

from crm_core.insights.loyalty_lift import MATCHED
from crm_core.insights.loyalty_types import LiftReport, MemberLift
from crm_core.marketing.lift import FEWEST_EVENTS, FEWEST_PEOPLE
from pages.ui import campaign_forest, words
from pages.ui.campaign_lift import COLORS, LESS, MORE, NONE, OPEN

TITLES = {"converted": "Bought", "revenue": "Revenue per person"}


def draw(found: LiftReport) -> None:
    """Members against customers alike, and coupons against those who were held back."""
    st.markdown("**What it changed**")
    matched = [row for row in found.rows if row.source == MATCHED]
    held_out = [row for row in found.rows if row.source != MATCHED]
    st.caption(_how(found))
    if matched:
        _rows(matched, found)
    else:
        st.caption(
            f"Not enough data yet: nobody joined more than {found.months} months ago who had bought before "
            "and has somebody alike."
        )
    if held_out:
        st.markdown("**Coupons, against those who were held back**")
        _rows(held_out, found)


def sentence(row: MemberLift, currency: str) -> str:
    """The difference with its interval, or that it cannot be said yet."""
    name = TITLES[row.measure] if row.source == MATCHED else f"{row.source}, {TITLES[row.measure].lower()}"
    between = f"{_signed(row, row.low)} to {_signed(row, row.high)} {_unit(row, currency)}"
    people = f"{words.count(row.people, 'person', 'people')} with, {row.compared:,} without"
    if not row.enough:
        return (
            f"**{words.md(name)}**: not enough data yet ({people}; it takes {FEWEST_PEOPLE} of each, and "
            f"{FEWEST_EVENTS} who bought and {FEWEST_EVENTS} who did not). It may be anything from {between}."
        )
    if not row.is_clear:
        return f"**{words.md(name)}**: no difference worth speaking of, {between} ({people})."
    more = "more" if row.difference > 0 else "less"
    much = f"{_signed(row, abs(row.difference)).lstrip('+')} {_unit(row, currency)} {more}"
    usual = f"{row.usual:.1%}" if row.measure == "converted" else f"{row.usual:,.2f} {currency}"
    return f"**{words.md(name)}**: {much} than the {usual} of the others ({between}; {people})."


def _rows(rows: Sequence[MemberLift], found: LiftReport) -> None:
    for measure in TITLES:
        mine = [row for row in rows if row.measure == measure]
        shown = [row for row in mine if row.enough and not isinf(row.high)]
        if shown:
            _picture(shown, measure)
        for row in mine:
            st.markdown(sentence(row, found.currency))


def _picture(rows: Sequence[MemberLift], measure: str) -> None:
    factor = 100 if measure == "converted" else 1
    frame = pa.Table.from_pylist(
        [
            {"variant": "Members" if row.source == MATCHED else row.source, "verdict": _verdict(row),
             "difference": row.difference * factor, "low": row.low * factor, "high": row.high * factor}
            for row in rows
        ]
    )  # fmt: skip
    key = f"loyalty-lift-{rows[0].source == MATCHED}-{measure}"
    st.vega_lite_chart(frame, campaign_forest.picture(COLORS), key=key)


def _how(found: LiftReport) -> str:
    part = f" One customer in {found.every} is looked at." if found.every > 1 else ""
    alone = f" {words.count(found.unmatched, 'member')} had nobody alike." if found.unmatched else ""
    return (
        "Members beside customers who never joined, with the first order in the same month, spending of the "
        f"same class and an order in the month of joining or none, over the {found.months} months after it. "
        f"Nobody drew lots who joins: this is a comparison, not an experiment.{alone}{part}"
    )


def _verdict(row: MemberLift) -> str:
    if not row.enough:
        return OPEN
    if not row.is_clear:
        return NONE
    return MORE if row.difference > 0 else LESS


def _signed(row: MemberLift, value: float) -> str:
    if isinf(value):
        return "−∞" if value < 0 else "+∞"
    sign = "−" if value < 0 else "+"
    return f"{sign}{abs(value) * 100:.1f}" if row.measure == "converted" else f"{sign}{abs(value):,.2f}"


def _unit(row: MemberLift, currency: str) -> str:
    return "percentage points" if row.measure == "converted" else currency
