"""Who and where: several figures side by side for each person, team, region, country or customer."""

from typing import Final

import streamlit as st

from crm_core.insights import breakdowns, product_sales
from crm_core.insights.breakdowns import Group
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Amount, Figure, Question
from crm_core.kernel.access import Actor
from pages.ui import charts, report_sections, report_table, report_tiles, words
from pages.ui.charts import Mark

NAMES: Final = ("order_revenue", "revenue_won", "deals_won", "win_rate", "sales_cycle", "open_pipeline")
WAYS: Final = {
    "owner": "Person", "team": "Team", "region": "Region", "country": "Country", "customer": "Customer",
}  # fmt: skip
_SHOWN: Final = 10
_ROWS: Final = 200


def draw(actor: Actor, question: Question) -> None:
    """The choice of groups, their revenue as bars, and all figures as a table."""
    by = st.segmented_control(
        "By", list(WAYS), default="owner", required=True, format_func=WAYS.__getitem__, key="by",
        bind="query-params", label_visibility="collapsed",
    ) or "owner"  # fmt: skip
    if by == "region":
        _regions(actor, question)
        return
    names = [name for name in NAMES if actor.may(METRICS[name].permission)]
    groups = breakdowns.report(actor, question, by, names)
    if not groups:
        st.info("There is nothing in this time, with these filters.", icon=":material/inbox:")
        return
    figures = {one.metric.name: one for one in report_tiles.figures(actor, question, names)}
    left, right = st.columns(2, gap="medium")
    for place, name in zip((left, right), names[:2], strict=False):
        with place:
            _bars(figures[name], groups, by)
    with st.container(border=True):
        st.markdown(f"**All figures by {WAYS[by].lower()}**")
        _table(figures, groups, by)


def _bars(figure: Figure, groups: list[Group], by: str) -> None:
    name = figure.metric.name
    best = sorted(groups, key=lambda group: -(_value(figure, group) or 0))
    marks = [
        Mark(group.key, report_sections.group_name(group.name, by), report_sections.major(figure, value),
             report_tiles.text(figure, value, figure.currency))
        for group in best[:_SHOWN]
        if (value := _value(figure, group))
    ]  # fmt: skip
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{figure.metric.title}**")
        if not marks:
            st.caption("Nothing in this time, with these filters.")
        key = f"people-{name}-{by}"
        report_sections.open_part(
            name, by, charts.picked_anew(key, charts.bars(marks, figure.metric.title, key=key))
        )


def _table(figures: dict[str, Figure], groups: list[Group], by: str) -> None:
    columns = (WAYS[by], *(figure.metric.title for figure in figures.values()))
    rows = [
        (report_sections.group_name(group.name, by),
         *(report_tiles.text(figure, _value(figure, group), figure.currency) for figure in figures.values()))
        for group in groups
    ]  # fmt: skip
    if len(rows) > _ROWS:
        st.caption(f"The first {_ROWS} of {len(rows):,}; the files have all.")
    report_table.draw(columns, rows, f"figures-by-{by}", right=columns[1:], shown=_ROWS)


def _regions(actor: Actor, question: Question) -> None:
    rows = product_sales.by_region(actor, question)
    if not rows:
        st.info("There is nothing in this time, with these filters.", icon=":material/inbox:")
        return
    marks = [
        Mark(
            row.group,
            report_sections.group_name(row.group, "region"),
            row.value,
            words.money(row.value, row.currency),
        )
        for row in rows
    ]
    with st.container(border=True):
        st.markdown("**Revenue by region**")
        st.caption("The region of the seller's team; where none is set, the country of the customer.")
        picked = charts.bars(marks[:_SHOWN], "Revenue", key="regions")
        report_sections.open_part("order_revenue", "region", charts.picked_anew("regions", picked))
        table = [(mark.name, row.count, mark.shown) for mark, row in zip(marks, rows, strict=True)]
        report_table.draw(
            ("Region", "Orders", "Revenue"), table, "revenue-by-region", right=("Orders", "Revenue")
        )


def _value(figure: Figure, group: Group) -> float | None:
    return group.amounts.get(figure.metric.name, Amount(figure.currency)).value(figure.metric)
