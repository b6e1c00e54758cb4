"""Dashboards: reports side by side, drawn anew by themselves, with one row of filters for all if wished."""

from dataclasses import replace

import streamlit as st

from crm_core.insights import dashboards, report_answers
from crm_core.insights.metric_types import Question
from crm_core.insights.report_types import Board, ReportCard, Tile
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import NotAllowed
from crm_core.kernel.work import Clock
from pages.ui import (
    liking,
    navigation,
    own_board_menu,
    own_report_menu,
    own_report_view,
    report_filters,
    unchanged,
    words,
)
from pages.ui.fragments import secured
from pages.ui.report_tiles import REFRESH_SECONDS
from pages.ui.session import me

PREFIX = "board."
_USUAL = {"time": "month", "vs": "previous"}


def draw(actor: Actor, _question: Question) -> None:
    """The dashboard that the address names, else the first one."""
    own_report_menu.offer_undo(actor)
    boards = dashboards.search(actor)
    if not boards:
        st.info(
            "There is none yet. A dashboard shows several of your reports side by side.",
            icon=":material/dashboard:",
        )
        own_board_menu.new(is_first=True)
        return
    board = dashboards.get(actor, _chosen(boards).id)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption("" if board.is_mine else f"by {words.md(board.by)}")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            is_arranged = own_board_menu.draw(actor, board)
    question = _filters(actor, board)
    if not board.tiles:
        st.info("Nothing is on it yet. Open a report and press “Dashboard”.", icon=":material/dashboard:")
        navigation.link("reports", "My reports", icon=":material/insert_chart:", view="mine")
    elif is_arranged:
        own_board_menu.arrange(board)
    else:
        grid(board, question)


def on_home(actor: Actor) -> None:
    """The dashboard that this person wants on the start page, if any."""
    wanted = liking.of(actor).home_dashboard
    if not wanted or not actor.may(Permission.REPORTS_READ):
        return
    if all(board.id != wanted for board in dashboards.search(actor)):
        return  # deleted, or no longer shared
    board = dashboards.get(actor, wanted)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{words.md(board.name)}**")
        navigation.link("reports", "Open it", icon=":material/dashboard:", view="boards", board=board.id)
    grid(board, None)


@secured(Permission.REPORTS_READ, run_every=REFRESH_SECONDS)
def grid(board: Board, question: Question | None) -> None:
    """All tiles in rows of three columns; drawn anew by themselves, at no cost while nothing has changed."""
    actor = me()
    stand = unchanged.look(actor)
    for row in rows_of(board.tiles):
        widths = [tile.width for tile in row]
        for tile, place in zip(row, st.columns(widths + _rest(widths), gap="medium"), strict=False):
            report = board.reports.get(tile.report_id)
            key = f"tiles-board-{tile.report_id}"  # links on tiles have no background of their own
            with place.container(border=True, height="stretch", key=key):
                _tile(stand, board, (tile, report), question)
    now = Clock.now().astimezone(words.zone())
    st.caption(f"As of {now:%H:%M:%S}; drawn anew by itself.")


def rows_of(tiles: tuple[Tile, ...]) -> list[list[Tile]]:
    """Tiles in rows, as many in each as fit into three columns."""
    rows: list[list[Tile]] = []
    for tile in tiles:
        if rows and sum(one.width for one in rows[-1]) + tile.width <= dashboards.WIDEST:
            rows[-1].append(tile)
        else:
            rows.append([tile])
    return rows


def _tile(
    stand: unchanged.Stand, board: Board, shown: tuple[Tile, ReportCard | None], question: Question | None
) -> None:
    tile, report = shown
    if report is None:
        st.caption("This report was deleted.")
        return
    place = {"view": "mine", "report": str(report.id)}
    label = f"**{words.md(report.name)}**"
    if report.is_mine or report.shared:
        navigation.link("reports", label, icon=":material/open_in_full:", **place)
    else:
        st.markdown(label)
    try:
        found = stand.kept(report_answers.answer, report.definition, report.name, question)
    except NotAllowed as error:
        st.caption(words.md(error.message))
        return
    own_report_view.numbers(found, {}, width=max(1, tile.width))
    if found.is_empty:
        st.caption("Nothing in this time, with these filters.")
    else:
        most = 24 if tile.height > 1 else 8
        short = replace(found, lines=found.lines if found.definition.split == "time" else found.lines[:most])
        own_report_view.chart(short, f"board-{board.id}-{report.id}", opens=False)
        if found.definition.chart == "table" and found.definition.split:
            own_report_view.small_table(short)
        left = len(found.lines) - len(short.lines)
        if left:
            st.caption(f"{left} more groups in the report.")
    st.caption(words.md(" · ".join(one for one in found.told if not one.startswith("compared"))))


def _rest(widths: list[int]) -> list[int]:
    left = dashboards.WIDEST - sum(widths)
    return [left] if left else []


def _chosen(boards: list[Board]) -> Board:
    known = {str(board.id): board for board in boards}
    asked = st.query_params.get("board", "")
    if asked in known and st.session_state.get("boards.asked") != asked:
        st.session_state["boards.chosen"] = asked
    if st.session_state.get("boards.chosen") not in known:
        st.session_state["boards.chosen"] = next(iter(known))
    with st.container(horizontal=True, vertical_alignment="center"):
        picked = st.pills(
            "Dashboard", list(known), format_func=lambda key: words.md(known[key].name), key="boards.chosen",
            required=True, label_visibility="collapsed",
        )  # fmt: skip
        own_board_menu.new()
    chosen = known[picked or next(iter(known))]
    st.query_params["board"] = st.session_state["boards.asked"] = str(chosen.id)
    return chosen


def _filters(actor: Actor, board: Board) -> Question | None:
    """One row of filters over all tiles, or None: each report keeps its own."""
    if not board.tiles or not st.toggle("The same time and filters for all", key="boards.same"):
        return None
    for key, value in _USUAL.items():
        if PREFIX + key not in st.session_state:
            st.session_state[PREFIX + key] = value
    return report_filters.ask(actor, PREFIX)
