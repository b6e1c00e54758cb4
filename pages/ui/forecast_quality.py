"""What was forecast and what came, month by month, and how good chances and intervals are."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.sales import forecast_snapshots, win_probability
from crm_core.sales.back_tests import FEWEST_CLOSED
from crm_core.sales.calibration import MANY_OUTCOMES
from crm_core.sales.forecast_snapshots import Compared
from crm_core.sales.win_probability import Learned
from pages.ui import forecast_chart, words


def draw(actor: Actor, pipeline_id: int | None) -> None:
    """Months first, then the method."""
    with st.container(border=True):
        st.subheader("What was forecast, and what came", anchor=False)
        _months(actor, pipeline_id)
    with st.container(border=True):
        st.subheader("How far to believe it", anchor=False)
        learned = win_probability.quality(actor)
        if learned is None:
            st.caption("Nothing was learned yet: the first night with a running worker looks at the past.")
        else:
            _method(learned)


def _months(actor: Actor, pipeline_id: int | None) -> None:
    nights = forecast_snapshots.nights(actor)
    if nights.last_on is None:
        st.caption("No forecast was kept yet. From the first night on, each day’s forecast is compared here.")
        return
    if nights.missing:
        missing = f"{words.count(nights.missing, 'night')} of the last {nights.kept + nights.missing}"
        st.warning(f"{missing} kept no forecast, because no worker ran.", icon=":material/event_busy:")
    found = [one for one in forecast_snapshots.compare(actor, pipeline_id=pipeline_id) if one.kept]
    if not found:
        st.caption("No forecast was kept for these months.")
        return
    names = {one.month_on: f"{one.month_on:%B %Y}" for one in found}
    chosen = st.segmented_control(
        "Month", list(names), default=found[-1].month_on, required=True, format_func=names.__getitem__,
        key="kept-month", label_visibility="collapsed",
    )  # fmt: skip
    one = next((each for each in found if each.month_on == chosen), found[-1])
    forecast_chart.history(one)
    st.caption(_sentence(one))


def _sentence(one: Compared) -> str:
    first = one.kept[0]
    came, said = words.money(one.came, one.currency), words.money(first.expected, one.currency)
    reach = f"{words.money(first.low, one.currency)} to {words.money(first.high, one.currency)}"
    until = "was won" if one.is_over else "is won so far"
    return words.md(
        f"On {words.day(first.taken_on)}, {said} was expected ({reach}); {came} {until}. Blue: expected "
        "with its interval. Grey: won and open by stage. Green: what was won."
    )


def _method(learned: Learned) -> None:
    found = learned.quality
    if found.brier is None or found.brier_of_stage_default is None:
        st.caption(
            f"Too little history: {words.count(learned.model.rates.closed, 'deal')} closed, and at least "
            f"{FEWEST_CLOSED} are needed some weeks before the last one. Until then the chance of a deal "
            "is that of its stage."
        )
        return
    if found.is_learned_better:
        st.markdown(
            ":material/psychology: **Learned chances are in use**: on past deals they beat the stages."
        )
    else:
        why = (
            "were not better than"
            if found.n >= MANY_OUTCOMES
            else "have too few outcomes to be compared with"
        )
        st.markdown(f":material/stairs: **Chances of the stages are in use**: learned ones {why} them.")
    places = st.columns(3)
    places[0].metric(
        "Brier score, learned",
        f"{found.brier_learned or 0:.3f}",
        border=True,
        help="Mean squared distance of chance and outcome; smaller is better, 0.25 is a coin.",
    )
    places[1].metric("Brier score, by stage", f"{found.brier_of_stage_default:.3f}", border=True)
    coverage = "–" if found.coverage is None else f"{found.coverage:.0%}"
    places[2].metric(
        "Intervals that held",
        coverage,
        border=True,
        help="The share of 80 % intervals in the back-test that held what came; 80 % is right.",
    )
    st.caption(
        f"Back-test on {words.count(found.n, 'outcome')} and {words.count(found.intervals, 'interval')}; "
        f"learned {words.ago(learned.fitted_at)}. Each circle below: deals of like chance. On the "
        "line, chances mean what they say."
    )
    if found.steps:
        forecast_chart.calibration(found.steps)
