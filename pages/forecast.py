"""The forecast: what the coming periods may bring, from what, and how good forecasts were."""

from typing import Any

import streamlit as st

from crm_core.insights import metrics
from crm_core.kernel.access import Actor, Permission
from crm_core.sales import forecast, forecast_board
from crm_core.sales.forecast_types import OVERDUE, PERIOD, UNDATED, Forecast, ForecastRow
from pages.ui import (
    forecast_chart,
    forecast_deals,
    forecast_months,
    forecast_quality,
    forecast_state,
    report_cache,
    words,
)
from pages.ui.forecast_state import PERIODS, Asked
from pages.ui.guard import guard
from pages.ui.session import require

BESIDE = {OVERDUE: "Overdue", UNDATED: "No date"}


def found(actor: Actor, asked: Asked) -> Forecast | None:
    """The forecast, or None after the sentence that says why not."""
    with guard():
        return _made(actor, asked.by, tuple(asked.whose.items()), metrics.pulse(actor))
    return None


@st.cache_data(
    ttl=report_cache.TTL, show_spinner="Reading the history …", max_entries=200,
    hash_funcs={Actor: report_cache.for_person},
)  # fmt: skip
def _made(actor: Actor, by: str, whose: tuple[tuple[str, Any], ...], pulse: int) -> Forecast:  # noqa: ARG001 - a part of the key
    """The forecast, made once for the same person and question as long as nothing changed."""
    return forecast.report(actor, by=by, periods=PERIODS[by], **dict(whose))


def tiles(row: ForecastRow, by: str) -> None:
    """The present period in five numbers."""
    period = forecast_chart.name_of(row.starts_on, by) if row.starts_on else ""
    low, high = (forecast_chart.rounded(minor, row.currency) for minor in (row.low, row.high))
    reach = f"{low} to {high}"
    shown = (
        ("Won", row.won, f"{words.count(row.won_deals, 'deal')} won in {period} so far."),
        ("Commit", row.committed, "Open deals that their owners commit to."),
        ("Best case", row.best_case, "Open deals that their owners commit to or call the best case."),
        (
            "Open, by stage",
            row.weighted,
            "The amount of each open deal times the chance of its stage, added up.",
        ),
        ("Expected", row.expected, f"From history, with what is won. 80 of 100 times it is {reach}."),
    )
    st.markdown(f"**{period}** :gray[· {words.md(words.count(row.open_deals, 'open deal'))}]")
    with st.container(key="tiles"):
        places = st.columns(len(shown))
    for place, (label, minor, help_text) in zip(places, shown, strict=True):
        with place.container(border=True, height="stretch", gap=None):
            st.metric(label, forecast_chart.rounded(minor, row.currency), help=help_text)
            if label == "Expected":
                st.caption(words.md(reach))


def how(made: Forecast) -> None:
    """Where the expectation comes from."""
    if not made.has_history:
        st.info(
            f"Too little history to learn from ({words.count(made.closed, 'closed deal')}): what is "
            "expected follows the stages and the close dates alone.", icon=":material/hourglass_empty:",
        )  # fmt: skip
        return
    chances = "learned chances" if made.is_learned else "the chances of the stages"
    st.caption(
        f"Bars: won, commit, best case. Blue: what {made.closed:,} closed deals and {chances} let expect, "
        "new deals included, with the range that holds 80 of 100 times. Grey line: won and open by stage."
    )


def rows_of(actor: Actor, asked: Asked, made: Forecast, currency: str) -> None:
    """The deals behind the numbers of a period."""
    places = {
        _label(place, asked.by): place
        for place in forecast_board.places(made.as_of, asked.by, PERIODS[asked.by])
        if place.kind == PERIOD or made.of(currency, place.kind)
    }
    st.subheader("Open deals", anchor=False)
    names = list(places)
    usual = next(name for name in names if places[name].kind == PERIOD)
    chosen = st.segmented_control(
        "Period", names, default=usual, required=True, key=f"fperiod-{asked.by}", label_visibility="collapsed"
    )
    forecast_deals.draw(actor, asked.query, places.get(chosen or usual, places[usual]))


def _label(place: forecast_board.Place, by: str) -> str:
    return forecast_chart.name_of(place.starts_on, by) if place.starts_on else BESIDE[place.kind]


def overview(actor: Actor, asked: Asked) -> None:
    """The numbers, the picture, and the rows."""
    made = found(actor, asked)
    if made is None:
        return
    currency = made.currencies[0]
    if len(made.currencies) > 1:
        currency = st.segmented_control(
            "Currency", made.currencies, default=currency, required=True, key="fcurrency"
        ) or currency  # fmt: skip
    periods = made.of(currency)
    tiles(periods[0], asked.by)
    with st.container(border=True):
        forecast_chart.periods(periods, asked.by)
        how(made)
    rows_of(actor, asked, made, currency)


asking = require(Permission.DEALS_READ)
st.header("Forecast", anchor=False)
wanted = forecast_state.ask(asking)
if wanted.view == "board":
    forecast_months.draw(asking, wanted.query)
elif wanted.view == "quality":
    forecast_quality.draw(asking, wanted.pipeline_id)
else:
    overview(asking, wanted)
