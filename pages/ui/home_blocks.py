"""The blocks of the start page: which there are, which a role usually sees, and the choice of a person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from crm_core.insights.metric_table import METRICS
from crm_core.kernel.access import Actor, Permission, Role
from pages.ui import goal_strip, home_areas, home_cases, home_kpis, home_tasks, liking, next_actions, words
from pages.ui.guard import guard
from pages.ui.session import me
from pages.ui.unchanged import Stand

_P = Permission
TASKS, NEXT, KPIS, COUNTS, LATELY = "tasks", "next", "kpis", "counts", "lately"


@dataclass(frozen=True)
class Block:
    """A part of the start page; without ``draw`` the page itself draws it, from what it knows already."""

    title: str
    permission: Permission
    draw: Callable[[Actor, Stand], None] | None = None


BLOCKS: Final = {
    TASKS: Block("My tasks of today", _P.TASKS_READ, home_tasks.draw),
    "cases": Block("My cases", _P.CASES_READ, home_cases.draw),
    NEXT: Block("Worth doing today", _P.TASKS_READ, next_actions.on_home),
    KPIS: Block("Key figures", _P.REPORTS_READ, home_kpis.draw),
    "pipeline": Block("My pipeline", _P.DEALS_READ, home_areas.pipeline),
    "campaigns": Block("Campaigns", _P.CAMPAIGNS_READ, home_areas.campaigns),
    "segments": Block("Segments", _P.SEGMENTS_READ, home_areas.segments),
    COUNTS: Block("Contacts and companies", _P.KPIS_READ),
    LATELY: Block("Stages, and what happened lately", _P.KPIS_READ),
    "goals": Block("Goals and forecast", _P.KPIS_READ, goal_strip.draw),
    "system": Block("How the system runs", _P.SETTINGS_MANAGE, home_areas.system),
    "imports": Block("Imports", _P.IMPORTS_RUN, home_areas.imports),
}
"""All blocks, in the order in which they stand on the page."""

_MIND: Final = (TASKS, NEXT, KPIS, COUNTS, LATELY)
USUAL: Final = {
    Role.SALES: (*_MIND, "pipeline", "goals"),
    Role.MARKETING: (*_MIND, "campaigns", "segments"),
    Role.SUPPORT: (TASKS, "cases", NEXT, KPIS, COUNTS, LATELY),
    Role.MANAGER: (*_MIND, "goals"),
    Role.ADMIN: (*_MIND, "goals", "system"),
    Role.VIEWER: (KPIS, COUNTS, LATELY, "goals"),
}
"""What a role looks at, as long as a person has not chosen something else."""

_CHOSEN: Final = "home.blocks"
_TILES: Final = "home.tiles"


def may_see(actor: Actor) -> dict[str, Block]:
    """The blocks that this person could have on the page."""
    return {name: block for name, block in BLOCKS.items() if actor.may(block.permission)}


def shown(actor: Actor) -> list[str]:
    """The blocks on the page of this person, in their order."""
    wanted = (liking.of(actor).home_blocks if actor.id is not None else ()) or USUAL[actor.role]
    return [name for name in may_see(actor) if name in wanted]


def customise(actor: Actor) -> None:
    """Choose what the start page shows; kept for this person, with the way back to the usual."""
    if actor.id is None:
        return
    blocks = may_see(actor)
    figures = {name: metric.title for name, metric in METRICS.items() if actor.may(metric.permission)}
    with (
        st.popover("Change this page", icon=":material/tune:", type="tertiary"),
        st.form("home", border=False),
    ):
        st.pills(
            "What it shows", list(blocks), default=shown(actor), selection_mode="multi", key=_CHOSEN,
            format_func=lambda name: blocks[name].title,
        )  # fmt: skip
        st.multiselect(
            "Key figures", list(figures), home_kpis.names(actor), format_func=figures.__getitem__,
            key=_TILES, max_selections=home_kpis.MOST, help="The first of them stand first.",
        )  # fmt: skip
        with st.container(horizontal=True):
            st.form_submit_button("Save", type="primary", on_click=_save)
            st.form_submit_button("Back to the usual", on_click=_reset)


def _save() -> None:
    blocks, tiles = st.session_state.get(_CHOSEN) or [], st.session_state.get(_TILES) or []
    if not blocks:
        st.toast("Choose at least one block.", icon=":material/info:")
        return
    with guard(done="The page is yours now."):
        liking.change(me(), home_blocks=tuple(blocks), home_tiles=tuple(tiles))


def _reset() -> None:
    with guard(done=f"The page is as usual for {words.sentence(me().role)}."):
        liking.change(me(), home_blocks=(), home_tiles=())
    for key in (_CHOSEN, _TILES):
        st.session_state.pop(key, None)
