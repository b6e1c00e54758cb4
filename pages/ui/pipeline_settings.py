"""Pipelines, their stages, and the reasons that lost deals may have: configured in one dialog."""

from typing import Any

import pandas as pd
import streamlit as st

from crm_core.sales import pipelines, rules, stages
from crm_core.sales.types import NewStage, PipelineRow, StageRow
from pages.ui import grid_save, words
from pages.ui.guard import guard
from pages.ui.session import me

_COLUMNS = ("id", "name", "probability", "rot_days", "required_fields")


@st.dialog("Pipelines and stages", width="large")
def show() -> None:
    """One tab for each pipeline, one for lost reasons, one to add a pipeline."""
    known = pipelines.search(me())
    tabs = st.tabs(
        [*(words.md(pipeline.name) for pipeline in known), "Lost reasons", ":material/add: Pipeline"]
    )
    for tab, pipeline in zip(tabs, known, strict=False):
        with tab:
            _pipeline(pipeline, is_last=len(known) == 1)
    with tabs[-2]:
        _lost_reasons()
    with tabs[-1]:
        _new_pipeline()


def _pipeline(pipeline: PipelineRow, *, is_last: bool) -> None:
    name = st.text_input("Name", pipeline.name, key=f"pipeline-name-{pipeline.id}", max_chars=120)
    st.caption("Deals go through the stages from top to bottom. The chance is how many are won from there.")
    edited = st.data_editor(
        _frame(pipeline.stages), key=f"stages-{pipeline.id}", hide_index=True, num_rows="dynamic",
        column_order=_COLUMNS[1:], column_config=_columns(),
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="right"):
        if not is_last and grid_save.button(
            "Archive", key=f"archive-{pipeline.id}", is_first=False, icon=":material/archive:"
        ):
            with guard(done=f"“{pipeline.name}” is archived.", rerun=True):
                pipelines.archive(me(), pipeline.id)
        if grid_save.button("Save", key=f"save-{pipeline.id}"):
            with guard(done="The pipeline is saved.", rerun=True):
                _save(pipeline, name, edited)


def _columns() -> dict[str, Any]:
    kinds = st.column_config
    return {
        "name": kinds.TextColumn("Stage", required=True, max_chars=120),
        "probability": kinds.NumberColumn("Chance, %", min_value=0, max_value=100, step=1, required=True),
        "rot_days": kinds.NumberColumn("Needs care after, days", min_value=1, max_value=3650, step=1),
        "required_fields": kinds.MultiselectColumn(
            "Must be filled to enter", options=list(rules.REQUIRABLE), format_func=words.sentence
        ),
    }


def _frame(rows: tuple[StageRow, ...]) -> pd.DataFrame:
    cells = [[row.id, row.name, row.probability, row.rot_days, list(row.required_fields)] for row in rows]
    return pd.DataFrame(cells, columns=list(_COLUMNS)).astype({"id": "Int64", "rot_days": "Int64"})


def _save(pipeline: PipelineRow, name: str, edited: pd.DataFrame) -> None:
    """Make the pipeline what the table says: rows that are gone are taken off."""
    actor = me()
    if name != pipeline.name:
        pipelines.change(actor, pipeline.id, name)
    rows = [dict(zip(edited.columns, values, strict=True)) for values in edited.itertuples(index=False)]
    kept = {int(row["id"]) for row in rows if pd.notna(row["id"])}
    order = []
    for row in rows:
        new = _stage(row)
        if pd.isna(row["id"]):
            order.append(stages.add(actor, pipeline.id, new))
        else:
            order.append(int(row["id"]))
            stages.change(actor, int(row["id"]), new)
    gone = [stage for stage in pipeline.stages if stage.id not in kept]
    for stage in gone:
        # Deals of a removed stage go to the one before it, or to the first that is left.
        before = [each.id for each in pipeline.stages if each.position < stage.position and each.id in kept]
        stages.remove(actor, stage.id, deals_go_to=before[-1] if before else order[0] if order else None)
    stages.reorder(actor, pipeline.id, order)


def _stage(row: dict[str, Any]) -> NewStage:
    days, fields = row["rot_days"], row["required_fields"]
    return NewStage(
        str(row["name"] or ""),
        int(row["probability"]) if pd.notna(row["probability"]) else -1,
        None if pd.isna(days) else int(days),
        tuple(fields) if isinstance(fields, list | tuple) or hasattr(fields, "tolist") else (),
    )


def _lost_reasons() -> None:
    said = st.text_area(
        "Why deals are lost, one reason a line", "\n".join(pipelines.lost_reasons(me())), height=260,
        key="lost-reasons", help="Whoever loses a deal chooses one. Deals keep the reason they have.",
    )  # fmt: skip
    if st.button("Save reasons", key="save-reasons", type="primary"):
        with guard(done="The reasons are saved.", rerun=True):
            pipelines.change_lost_reasons(me(), said.splitlines())


def _new_pipeline() -> None:
    name = st.text_input(
        "Name of the new pipeline", key="new-pipeline", placeholder="Renewals", max_chars=120
    )
    usual = ", ".join(f"{stage.name} {stage.probability} %" for stage in rules.USUAL_STAGES)
    st.caption(f"It begins with the stages {usual}; change them afterwards.")
    if st.button("Add the pipeline", key="save-pipeline", type="primary", disabled=not name.strip()):
        with guard(done=f"“{name.strip()}” is added.", rerun=True):
            pipelines.add(me(), name)
