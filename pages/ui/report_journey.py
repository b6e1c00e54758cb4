"""How relationships grow: from the first contact to customers who speak for us."""

from itertools import pairwise

import pyarrow as pa
import streamlit as st

from crm_core.insights import journey_stages
from crm_core.insights.journey_stages import StageStep
from crm_core.kernel.access import Actor
from pages.ui import words
from pages.ui.report_cache import kept
from pages.ui.report_charts import GREEN, axis, share

MEANINGS = {
    "exploratory": "We know them.",
    "basic": "We were in touch.",
    "collaborative": "They bought.",
    "interconnected": "They brought somebody else.",
}


@kept("Following the relationships …")
def _report(actor: Actor) -> tuple[StageStep, ...]:
    return journey_stages.report(actor)


def draw(actor: Actor) -> None:
    """The four stages: how many got there, how long it took, how many stayed behind."""
    steps = _report(actor)
    if not steps[0].reached:
        st.info("As soon as there are contacts, their relationships show here.", icon=":material/handshake:")
        return
    with st.container(key="tiles"):
        for place, step in zip(st.columns(len(steps)), steps, strict=True):
            with place.container(border=True, height="stretch", gap=None):
                st.metric(words.sentence(step.stage), words.number(step.reached), help=MEANINGS[step.stage])
                st.caption(f"{MEANINGS[step.stage]} {words.number(step.stands)} stand here now.")
    with st.container(border=True):
        st.markdown("**How far relationships got**")
        _chart(steps)
        for before, step in pairwise(steps):
            took = (
                "" if step.median_days is None else f", after {words.count(step.median_days, 'day')} (median)"
            )
            st.markdown(
                f":small[{words.sentence(before.stage)} → {step.stage}: "
                f"{share(None if step.drop is None else 1 - step.drop, 1)} went on{took}.]"
            )


def _chart(steps: tuple[StageStep, ...]) -> None:
    frame = pa.table(
        {
            "stage": [words.sentence(step.stage) for step in steps],
            "reached": [step.reached for step in steps],
        }
    )
    y = {"field": "stage", "type": "nominal", "sort": None, "axis": axis(None, labelLimit=140)}
    x = {"field": "reached", "type": "quantitative", "axis": None, "scale": {"zero": True}}
    spec = {
        "height": {"step": 38},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "color": GREEN, "cornerRadiusEnd": 4, "height": 22}},
            {"mark": {"type": "text", "align": "left", "dx": 6},
             "encoding": {"text": {"field": "reached", "format": ","}, "color": {"value": "#7A8794"}}},
        ],
    }  # fmt: skip
    st.vega_lite_chart(frame, spec, key="journey-stages")
