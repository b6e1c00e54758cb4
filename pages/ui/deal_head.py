"""The head of a deal's page: name, amount, where it stands, and the acts that change that."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError, Invalid
from crm_core.sales import deals, pipelines
from crm_core.sales.types import DealDetail, DealRow
from pages.ui import deal_dialogs, navigation, pipeline_state, words
from pages.ui.dialogs import confirm
from pages.ui.guard import guard, show
from pages.ui.session import me

_UNDO = "deal.undo"


def back() -> None:
    """The way back to the pipeline, as it was left."""
    navigation.link("pipeline", "Pipeline", icon=":material/arrow_back:", **pipeline_state.back_query())


def undo_bar() -> bool:
    """What was just deleted, with the way back; returns whether there is such a thing."""
    token: int | None = st.session_state.get(_UNDO)
    if token is None:
        return False
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo-bar"):
        st.markdown(":material/delete: The deal is deleted.", width="stretch")
        if st.button("Undo", key="undo-delete", type="primary"):
            with guard(done="It is back.", rerun=True):
                deals.undo(me(), token)
                del st.session_state[_UNDO]
    return True


def draw(actor: Actor, deal: DealDetail) -> None:
    """Name, facts in one line, the bar of stages, and what can be done."""
    row = deal.row
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    with title:
        st.header(words.md(row.name), anchor=False)
        st.markdown(" · ".join(_facts(row)))
    if actor.may(Permission.DEALS_EDIT):
        with acts.container(horizontal=True, horizontal_alignment="right"):
            _acts(actor, row)
    _stages(actor, row)
    if row.status == "lost":
        st.info(
            f"Lost on {words.when(row.closed_at)}: {words.md(row.lost_reason)}.", icon=":material/thumb_down:"
        )
    elif row.status == "won":
        st.success(f"Won on {words.when(row.closed_at)}.", icon=":material/celebration:")
    elif row.is_rotting:
        st.warning(
            f"{row.days_in_stage} days in “{words.md(row.stage)}”: longer than a deal should stay there.",
            icon=":material/hourglass_bottom:",
        )


def _facts(row: DealRow) -> list[str]:
    amount = words.money(row.amount, row.currency) if row.amount is not None else "no amount yet"
    facts = [f"**{words.md(amount)}**", f"{row.probability} %"]
    if row.status == "open":
        facts.append(f"closes {words.day(row.close_on)}" if row.close_on else "no close date")
    if row.owner_name:
        facts.append(words.md(row.owner_name))
    return facts


def _acts(actor: Actor, row: DealRow) -> None:
    if row.status == "open":
        if st.button("Won", key="win", type="primary", icon=":material/thumb_up:"):
            with guard(done="Won. Well done!", rerun=True):
                deals.win(actor, row.id, version=row.version)
        if st.button("Lost", key="lose", icon=":material/thumb_down:"):
            deal_dialogs.ask("lose", row.id, row.version)
    elif st.button("Reopen", key="reopen", icon=":material/undo:"):
        with guard(done="The deal is open again.", rerun=True):
            deals.reopen(actor, row.id, version=row.version)
    if actor.may(Permission.DEALS_DELETE) and st.button(
        "", key="delete-deal", icon=":material/delete:", type="tertiary", help="Delete this deal"
    ):
        confirm(
            f"Delete “{row.name}”?", "It disappears from board, lists and reports. You can undo this.",
            "Delete",
            lambda: st.session_state.update({_UNDO: deals.delete(me(), [row.id]).undo_token}),
            done="The deal is deleted.",
        )  # fmt: skip


def _stages(actor: Actor, row: DealRow) -> None:
    """Where the deal stands; choosing another stage moves it."""
    pipeline = pipelines.get(actor, row.pipeline_id)
    names = {stage.id: stage.name for stage in pipeline.stages}
    if row.stage_id not in names:
        names = {row.stage_id: row.stage, **names}
    is_movable = actor.may(Permission.DEALS_EDIT) and row.status == "open"
    chosen = st.segmented_control(
        "Stage", list(names), default=row.stage_id, required=True, format_func=names.__getitem__,
        key=f"stage-{row.id}-{row.version}", disabled=not is_movable, label_visibility="collapsed",
    )  # fmt: skip
    if is_movable and chosen and chosen != row.stage_id:
        _move(actor, row, chosen)


def _move(actor: Actor, row: DealRow, stage_id: int) -> None:
    def refused(error: CrmError) -> None:
        if isinstance(error, Invalid):
            deal_dialogs.ask("fill", row.id, row.version, stage_id=stage_id, said=error.message)
        else:
            show(error)

    with guard(refused=refused, done="Moved.", rerun=True):
        deals.move(actor, row.id, stage_id, version=row.version)
