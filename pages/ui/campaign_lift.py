"""What a campaign changed against its hold-out: a sentence a variant, and the same as intervals on a line."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import streamlit as st

from crm_core.marketing.lift import FEWEST_EVENTS, FEWEST_PEOPLE
from crm_core.marketing.result_types import CampaignReport, LiftRow
from pages.ui import campaign_forest, words

TITLES: Final = {"visited": "Visited", "converted": "Bought", "revenue": "Revenue per person"}
_VERBS: Final = {"visited": "visited", "converted": "bought"}
MORE, LESS, OPEN = "more than without it", "less than without it", "not enough data yet"
NONE: Final = "no difference"
COLORS: Final = {MORE: "#009E73", LESS: "#D55E00", NONE: "#0072B2", OPEN: "#7A8794"}


def draw(report: CampaignReport) -> None:
    """One picture a measure, with the sentences below."""
    st.subheader("What the campaign changed", anchor=False)
    if not report.lift:
        st.caption(_why_nothing(report))
        return
    if not report.is_final:
        st.caption("Still counting: until the window is over, the intervals are the wider ones that hold "
                   "however often you look.")  # fmt: skip
    measures = list(dict.fromkeys(row.measure for row in report.lift))
    for place, measure in zip(st.columns(len(measures)), measures, strict=True):
        with place:
            _measure([row for row in report.lift if row.measure == measure], report.currency)
    if report.incremental is not None:
        _incremental(report)


def verdict_of(row: LiftRow) -> str:
    """What may be said of a difference, in the words of the legend."""
    if not row.enough:
        return OPEN
    if not row.found.is_clear:
        return NONE
    return MORE if row.found.difference > 0 else LESS


def sentence(row: LiftRow, currency: str) -> str:
    """The difference with its interval, or that it cannot be said."""
    found, is_money = row.found, row.measure == "revenue"
    low = _signed(found.low, is_money)
    high = f"{_signed(found.high, is_money)} {currency if is_money else 'points'}"
    name = f"**{words.md(row.variant)}**"
    if not row.enough:
        return f"{name}: not enough data yet. It may be anything from {low} to {high}."
    if not found.is_clear:
        return f"{name}: no difference worth speaking of, between {low} and {high}."
    much, usual = _plain(abs(found.difference), currency, is_money), _usual(row, currency)
    more = "more" if found.difference > 0 else "less"
    if is_money:
        return f"{name}: {much} {more} a person than the {usual} of the hold-out ({low} to {high})."
    return f"{name}: {much} {more} {_VERBS[row.measure]} than the {usual} of the hold-out ({low} to {high})."


def _measure(rows: Sequence[LiftRow], currency: str) -> None:
    factor = 1 if rows[0].measure == "revenue" else 100
    unit = currency if rows[0].measure == "revenue" else "points"
    shown = [row for row in rows if max(abs(row.found.low), abs(row.found.high)) < float("inf")]
    frame = pa.table(
        {
            "variant": [row.variant for row in shown],
            "difference": [row.found.difference * factor for row in shown],
            "low": [row.found.low * factor for row in shown],
            "high": [row.found.high * factor for row in shown],
            "verdict": [verdict_of(row) for row in shown],
        }
    )
    st.markdown(f"**{TITLES[rows[0].measure]}** · difference in {unit}")
    if shown:
        st.vega_lite_chart(frame, campaign_forest.picture(COLORS), key=f"lift-{rows[0].measure}")
    for row in rows:
        st.caption(sentence(row, currency))


def _incremental(report: CampaignReport) -> None:
    found = report.incremental
    if found is None or max(abs(found.low), abs(found.high)) == float("inf"):
        return
    low, middle, high = (_amount(one, report.currency) for one in (found.low, found.difference, found.high))
    is_sure = any(row.is_claimed for row in report.lift if row.measure == "revenue")
    if not is_sure:
        st.markdown(f"Whether it brought money that would not have come anyway cannot be said yet: "
                    f"between {words.md(low)} and {words.md(high)}.")  # fmt: skip
        return
    part = f"of {words.money(report.total.revenue, report.currency)} in all"
    st.markdown(f"**{words.md(middle)}** {words.md(part)} would not have come without the campaign "
                f"({words.md(low)} to {words.md(high)}).")  # fmt: skip


def _why_nothing(report: CampaignReport) -> str:
    if report.holdout is None:
        return ("Nobody was held back, so nobody can say what would have happened without the campaign. "
                "Hold a small share back next time.")  # fmt: skip
    return (f"As soon as both sides have people, the difference shows here. It takes at least "
            f"{FEWEST_PEOPLE} people a side, and {FEWEST_EVENTS} of each who did something.")  # fmt: skip


def _signed(value: float, is_money: bool) -> str:
    sign = "−" if value < 0 else "+"
    if value in (float("inf"), float("-inf")):
        return f"{sign}∞"
    return f"{sign}{abs(value):,.2f}" if is_money else f"{sign}{abs(value) * 100:.1f}"


def _plain(value: float, currency: str, is_money: bool) -> str:
    return f"{value:,.2f} {currency}" if is_money else f"{value * 100:.1f} points"


def _usual(row: LiftRow, currency: str) -> str:
    return f"{row.usual:,.2f} {currency}" if row.measure == "revenue" else f"{row.usual:.1%}"


def _amount(minor: float, currency: str) -> str:
    return words.money(round(minor), currency).replace("-", "−")
