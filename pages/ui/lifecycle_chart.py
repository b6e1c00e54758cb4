"""How many contacts stand at each stage of the lifecycle; a bar opens its contacts."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import streamlit as st

from crm_core.people.rules import LIFECYCLES
from pages.ui import navigation, words

NO_STAGE = "No stage yet"
_BARS: dict[str, Any] = {
    "height": {"step": 34},
    "params": [{"name": "pick", "select": {"type": "point", "fields": ["label"]}, "views": ["bars"]}],
    "encoding": {
        "y": {
            "field": "label", "type": "nominal", "sort": None, "title": None,
            "axis": {"ticks": False, "domain": False, "labelPadding": 8, "labelLimit": 140},
        },
        "x": {"field": "contacts", "type": "quantitative", "axis": None, "scale": {"zero": True}},
    },
    "layer": [
        {
            "name": "bars",
            "mark": {"type": "bar", "cornerRadiusEnd": 4, "height": 20, "cursor": "pointer"},
            "encoding": {
                "color": {"value": "#17897E"},
                "tooltip": [
                    {"field": "label", "title": "Stage"},
                    {"field": "contacts", "title": "Contacts", "format": ","},
                ],
            },
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 6},
            "encoding": {"text": {"field": "contacts", "format": ","}, "color": {"value": "#7A8794"}},
        },
    ],
}  # fmt: skip


def draw(by_lifecycle: Mapping[str, int]) -> None:
    """The bars, in the order of the stages."""
    if not by_lifecycle:
        st.caption("As soon as there are contacts, their stages show here.")
        return
    event: Any = st.vega_lite_chart(frame(by_lifecycle), _BARS, key="lifecycle", on_select="rerun")
    most = max(by_lifecycle, key=lambda stage: by_lifecycle[stage])
    st.caption(words.md(f"Most: {words.sentence(most) or NO_STAGE}, {by_lifecycle[most]:,}."))
    picked = [each["label"] for each in event.selection.get("pick", ()) if each.get("label") != NO_STAGE]
    if picked:
        navigation.open_page("contacts", stage=picked[0])


def frame(by_lifecycle: Mapping[str, int]) -> pa.Table:
    """One row a stage that has contacts: known stages in their order, then the company's own, then none."""
    own = sorted(stage for stage in by_lifecycle if stage and stage not in LIFECYCLES)
    ordered = [stage for stage in (*LIFECYCLES, *own, "") if by_lifecycle.get(stage)]
    return pa.table(
        {
            "stage": ordered,
            "label": [words.sentence(stage) or NO_STAGE for stage in ordered],
            "contacts": [by_lifecycle[stage] for stage in ordered],
        }
    )
