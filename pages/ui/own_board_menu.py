"""What can be done with a dashboard: make one, arrange it, rename, share, delete, take it along."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, Literal

import streamlit as st

from crm_core.insights import dashboards, report_files
from crm_core.insights.report_sharing import MAX_NAME
from crm_core.insights.report_types import Board, Tile
from crm_core.kernel.access import Actor, Permission
from crm_core.team import profile
from pages.ui import liking, navigation, own_report_menu, words
from pages.ui.guard import guard
from pages.ui.session import me

_FILES: Final = {"pdf": "PDF", "png": "PNG", "xlsx": "XLSX"}


def new(*, is_first: bool = False) -> None:
    """The way to another dashboard."""
    kind: Literal["primary", "tertiary"] = "primary" if is_first else "tertiary"
    with (
        st.popover("New dashboard", icon=":material/add:", type=kind),
        st.form("make-board", border=False, clear_on_submit=True),
    ):
        name = st.text_input("Name", key="board-name", max_chars=MAX_NAME)
        if st.form_submit_button("Make it", type="primary"):
            with guard(done=f"“{name}” is made.", rerun=True):
                own_report_menu.go("boards", board=str(dashboards.create(me(), name)))


def draw(actor: Actor, board: Board) -> bool:
    """The buttons of a dashboard; returns whether it is being arranged."""
    with st.popover("Files", icon=":material/download:"):
        for kind, label in _FILES.items():
            st.download_button(
                label, lambda kind=kind: report_files.of_dashboard(actor, board.id, kind).content,  # type: ignore[misc]
                report_files.file_name(board.name, kind), report_files.MEDIA[kind], key=f"board-{kind}",
                icon=":material/download:", on_click="ignore", width="stretch", disabled=not board.tiles,
            )  # fmt: skip
    _start(actor, board)
    if not board.is_mine:
        return False
    with st.popover("More", icon=":material/more_horiz:"):
        _own(actor, board)
    return bool(board.tiles) and st.toggle("Arrange", key=f"arrange-{board.id}")


def arrange(board: Board) -> None:
    """The tiles as a list that is put in order by buttons, one after the other, also by keyboard."""
    st.caption("Move tiles up and down and choose how wide and high they are. Rows hold three columns.")
    for place, tile in enumerate(board.tiles):
        report = board.reports.get(tile.report_id)
        name = words.md(report.name) if report else "A deleted report"
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"tile-{place}"):
            st.markdown(f"**{name}**", width="stretch")
            _button("Up", "arrow_upward", partial(_moved, board.tiles, place, place - 1), board, place)
            _button("Down", "arrow_downward", partial(_moved, board.tiles, place, place + 1), board, place)
            wide = tile.width % dashboards.WIDEST + 1
            label = f"{tile.width} of {dashboards.WIDEST} wide"
            _button(label, "width", partial(_with, board.tiles, place, width=wide), board, place)
            high = 2 if tile.height == 1 else 1
            label = "Normal" if tile.height == 1 else "High"
            _button(label, "height", partial(_with, board.tiles, place, height=high), board, place)
            _button("Take off", "close", partial(_without, board.tiles, place), board, place)


def _button(label: str, icon: str, make: Callable[[], Sequence[Tile]], board: Board, place: int) -> None:
    is_edge = (label, place) in (("Up", 0), ("Down", len(board.tiles) - 1))
    key = f"{icon}-{board.id}-{place}"
    if st.button(label, key=key, icon=f":material/{icon}:", disabled=is_edge, type="tertiary"):
        with guard(rerun=True):
            dashboards.arrange(me(), board.id, make())


def _moved(tiles: Sequence[Tile], at: int, to: int) -> list[Tile]:
    found = list(tiles)
    found.insert(to, found.pop(at))
    return found


def _with(tiles: Sequence[Tile], at: int, **look: int) -> list[Tile]:
    return [replace(tile, **look) if place == at else tile for place, tile in enumerate(tiles)]


def _without(tiles: Sequence[Tile], at: int) -> list[Tile]:
    return [tile for place, tile in enumerate(tiles) if place != at]


def _start(actor: Actor, board: Board) -> None:
    """Show it on the start page, or no longer."""
    is_shown = profile.preferences(actor).home_dashboard == board.id
    label = "On your start page" if is_shown else "Show on home"
    icon = ":material/home:" if is_shown else ":material/add_home:"
    if st.button(label, key="board-home", icon=icon, type="primary" if is_shown else "secondary"):
        with guard(done="Your start page is changed.", rerun=True):
            liking.change(me(), home_dashboard=0 if is_shown else board.id)


def _own(actor: Actor, board: Board) -> None:
    with st.form("rename-board", border=False):
        name = st.text_input("Name", board.name, key=f"board-rename-{board.id}", max_chars=MAX_NAME)
        if st.form_submit_button("Rename"):
            with guard(done="The name is changed.", rerun=True):
                dashboards.rename(me(), board.id, name)
    if actor.may(Permission.REPORTS_SHARE):
        own_report_menu.share_field(
            board.shared, lambda shared: dashboards.share(me(), board.id, shared), f"board-share-{board.id}"
        )
    navigation.link("reports", "Mail it regularly", icon=":material/schedule_send:", view="mailing",
                    of=f"dashboard-{board.id}")  # fmt: skip
    if st.button("Delete", key="remove-board", icon=":material/delete:", width="stretch"):
        with guard(rerun=True):
            dashboards.remove(me(), board.id)
            own_report_menu.was_removed(board.name, lambda who: dashboards.restore(who, board.id))
            own_report_menu.go("boards")
