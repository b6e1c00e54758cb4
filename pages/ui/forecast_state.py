"""What the forecast is asked for: periods, pipeline, whose deals, currency."""

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.sales import goals, pipelines
from crm_core.sales.types import DealQuery

VIEWS: Final = {"periods": "Forecast", "board": "Move deals", "quality": "How good it was"}
BY: Final = {"month": "Months", "quarter": "Quarters"}
PERIODS: Final = {"month": 6, "quarter": 4}


@dataclass(frozen=True)
class Asked:
    """The forecast as it is asked for."""

    view: str
    by: str
    pipeline_id: int | None
    owner_id: int | None
    team_id: int | None

    @property
    def query(self) -> DealQuery:
        """The deals that it is about."""
        return DealQuery(pipeline_id=self.pipeline_id, owner_id=self.owner_id, team_id=self.team_id)

    @property
    def whose(self) -> dict[str, Any]:
        """The same for ``forecast.report``."""
        return {"pipeline_id": self.pipeline_id, "owner_id": self.owner_id, "team_id": self.team_id}


def ask(actor: Actor) -> Asked:
    """The switches in a row; those that have nothing to choose from are left out."""
    with st.container(horizontal=True, vertical_alignment="center", key="forecast-filters"):
        view = st.segmented_control(
            "View", list(VIEWS), default="periods", required=True, format_func=VIEWS.__getitem__, key="fview",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        by = "month"
        if view == "periods":
            by = st.segmented_control(
                "By", list(BY), default="month", required=True, format_func=BY.__getitem__, key="fby",
                bind="query-params", label_visibility="collapsed",
            ) or "month"  # fmt: skip
        known = {row.id: row.name for row in pipelines.search(actor)}
        pipeline_id = None
        if len(known) > 1:
            pipeline_id = st.selectbox(
                "Pipeline", list(known), index=None, format_func=lambda key: known.get(key, ""), width=190,
                key="fpipeline", placeholder="All pipelines", label_visibility="collapsed",
            )  # fmt: skip
        kind, number = _whose(actor)
    return Asked(
        view or "periods",
        by,
        pipeline_id,
        number if kind == "person" else None,
        number if kind == "team" else None,
    )


def _whose(actor: Actor) -> tuple[str, int | None]:
    people, teams = goals.choices(actor)
    options = {f"team-{key}": ("team", key, name) for key, name in teams}
    options |= {f"person-{key}": ("person", key, name) for key, name in people}
    if len(options) < 2:
        return "", None
    chosen = st.selectbox(
        "Whose", list(options), index=None, format_func=lambda key: options[key][2] if key in options else "",
        key="fwhose", placeholder="Everybody within reach", label_visibility="collapsed", width=230,
    )  # fmt: skip
    return (options[chosen][0], options[chosen][1]) if chosen in options else ("", None)
