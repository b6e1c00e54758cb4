"""Who works with Rapport, and in which areas: meant for offering help, never for ranking people."""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.insights import adoption
from crm_core.insights.adoption import AREAS, AdoptionReport, PersonUse
from crm_core.insights.metric_types import Question
from crm_core.insights.table_files import Cell
from crm_core.kernel.access import Actor
from pages.ui import report_table, words
from pages.ui.report_charts import axis, shade, share

_MEAN: Final = "Mean of all"
_TITLES: Final = {
    "customers": "Customers", "activity": "Touchpoints", "tasks": "Tasks", "selling": "Deals",
    "orders": "Orders", "marketing": "Marketing", "data": "Data", "other": "Else",
}  # fmt: skip


def draw(actor: Actor, question: Question) -> None:
    """How many take part, what each does in which area, and who plans the next step of the deals."""
    found = adoption.report(actor, question.period)
    _tiles(found)
    with st.container(border=True):
        st.markdown("**Who works where**")
        rows = [(one.name, one.acts) for one in found.people] + [(_MEAN, found.mean)]
        _map(rows)
        with st.expander("As a table"):
            _table(found)
    st.caption(
        "Each entry, change or finished task counts once. Numbers say where a short training helps; "
        "they do not say who works well."
        + ("" if found.is_whole else " You see yourself beside the mean of your team, nobody else.")
    )


def _tiles(found: AdoptionReport) -> None:
    mine = found.people[0] if len(found.people) == 1 else None
    acts = mine.total if mine else sum(one.total for one in found.people)
    step = mine.next_step_share if mine else found.mean_next_step
    shown = (
        (
            "Took part",
            f"{found.active:,} of {found.colleagues:,}",
            "Colleagues who entered or changed something.",
        ),
        ("Entries and changes", f"{acts:,}", "Entries, changes and finished tasks of those who are shown."),
        ("Deals with a next step", share(step), "Open deals with a task ahead."),
    )
    with st.container(key="tiles-adoption"):
        for place, (label, value, meaning) in zip(st.columns(len(shown)), shown, strict=True):
            place.container(border=True, height="stretch").metric(label, value, help=meaning)


def _map(rows: list[tuple[str, Mapping[str, float]]]) -> None:
    cells = [
        {"person": name, "area": _TITLES[area], "acts": _short(float(acts[area]))}
        for name, acts in rows for area in AREAS if acts.get(area)
    ]  # fmt: skip
    if not cells:
        st.caption("Nobody entered or changed anything in this time.")
        return
    most = max(float(str(cell["acts"])) for cell in cells)
    color, ink = shade("acts", most)
    x = {"field": "area", "type": "ordinal", "scale": {"domain": list(_TITLES.values())},
         "axis": axis(None, labelAngle=-35, orient="top", labelOverlap=False)}  # fmt: skip
    y = {"field": "person", "type": "ordinal", "scale": {"domain": [name for name, _ in rows]},
         "axis": axis(None, labelLimit=110)}  # fmt: skip
    tips = [{"field": "person", "title": "Who"}, {"field": "area", "title": "Area"},
            {"field": "acts", "title": "Entries and changes", "format": ","}]  # fmt: skip
    spec: dict[str, Any] = {
        "height": {"step": 30},
        "encoding": {"x": x, "y": y, "tooltip": tips},
        "layer": [
            {"mark": {"type": "rect", "cornerRadius": 3}, "encoding": {"color": color}},
            {"mark": {"type": "text", "fontSize": 12},
             "encoding": {"text": {"field": "acts", "format": ","}, "color": ink}},
        ],
    }  # fmt: skip
    st.vega_lite_chart(pa.Table.from_pylist(cells), spec, key="adoption")


def _short(value: float) -> float:
    """A mean with one place while it is small."""
    return round(value) if value >= 10 else round(value, 1)


def _table(found: AdoptionReport) -> None:
    columns = ("Who", *_TITLES.values(), "Last", "Deals with a next step")
    rows: list[tuple[Cell, ...]] = [
        (one.name, *(one.acts.get(area, 0) for area in AREAS), *_last(one)) for one in found.people
    ]
    mean: tuple[Cell, ...] = (
        _MEAN,
        *(f"{found.mean[area]:,.1f}" for area in AREAS),
        "",
        share(found.mean_next_step),
    )
    report_table.draw(columns, [*rows, mean], "adoption", right=columns[1:])


def _last(one: PersonUse) -> tuple[str, str]:
    return words.when(one.last_at) if one.last_at else "never", share(one.next_step_share)
