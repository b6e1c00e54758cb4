"""The steps of a journey as forms, one below the other, those of a branch inside it."""

from collections.abc import Mapping

import streamlit as st

from crm_core.automation.definitions import DEEPEST
from crm_core.automation.steps import KIND_OF
from crm_core.automation.triggers import DAY, EVENT, MARK, TRIGGERS
from pages.ui import journey_fields, words
from pages.ui.journey_draft import JourneyDraft, StepDraft, new_step
from pages.ui.journey_fields import Offered

KINDS = {EVENT: "Something happens", MARK: "Reaction to a campaign", DAY: "A day comes"}
ICONS = {
    "mail": "mail", "task": "task_alt", "case": "support_agent", "notice": "notifications", "tag": "sell",
    "untag": "label_off", "lifecycle": "timeline", "owner": "person", "points": "loyalty",
    "webhook": "webhook", "wait": "hourglass_empty", "until": "schedule", "branch": "call_split",
    "stop": "stop_circle", "sms": "sms", "coupon": "confirmation_number",
}  # fmt: skip
WAYS = {"yes": "If so", "no": "If not"}


def beginning(draft: JourneyDraft, known: Offered, problems: Mapping[str, str]) -> None:
    """What the journey begins with."""
    kind = TRIGGERS[draft.on].kind if draft.on in TRIGGERS else EVENT
    picked = st.segmented_control(
        "When", list(KINDS), default=kind, required=True, format_func=KINDS.__getitem__,
        key=f"journey-kind-{draft.round}", label_visibility="collapsed",
    )  # fmt: skip
    ways = [name for name, one in TRIGGERS.items() if one.kind == (picked or kind)]
    draft.on = st.selectbox(
        "What", ways, index=ways.index(draft.on) if draft.on in ways else 0,
        key=f"journey-on-{draft.round}-{picked}",
        format_func=lambda name: TRIGGERS[name].label, label_visibility="collapsed",
    )  # fmt: skip
    journey_fields.draw(TRIGGERS[draft.on].options, draft.options, f"when-{draft.round}-{draft.on}", known)
    said(problems, "when")


def draw(draft: JourneyDraft, known: Offered, problems: Mapping[str, str]) -> None:
    """All steps, to be changed in place."""
    _way(draft.steps, "", 1, known, problems, f"way-{draft.round}")
    said(problems, "steps")


def said(problems: Mapping[str, str], place: str) -> None:
    """What is wrong at a place, or with what is said there."""
    for where, hint in problems.items():
        if where == place or (where.startswith(f"{place}.") and "." not in where[len(place) + 1 :]):
            if place == "steps" and where != place:
                continue
            st.caption(f":orange[:material/edit_note: {words.md(hint)}]")


def _way(
    steps: list[StepDraft], before: str, depth: int, known: Offered, problems: Mapping[str, str], key: str
) -> None:
    for number, step in enumerate(list(steps), 1):
        place = f"{before}{number}"
        with st.container(border=True, key=f"step-{step.number}"):
            _head(steps, step, place)
            options = KIND_OF[step.do].options if step.do in KIND_OF else {}
            journey_fields.draw(options, step.options, f"step-{step.number}-{step.do}", known)
            said(problems, f"steps.{place}")
            if step.do == "branch":
                for way, label in WAYS.items():
                    st.markdown(f"**{label}**")
                    _way(step.ways[way], f"{place}.{way}.", depth + 1, known, problems,
                         f"way-{step.number}-{way}")  # fmt: skip
    _adder(steps, depth, key)


def _head(steps: list[StepDraft], step: StepDraft, place: str) -> None:
    at = steps.index(step)
    with st.container(horizontal=True, vertical_alignment="center"):
        icon, label = ICONS.get(step.do, "bolt"), KIND_OF[step.do].label if step.do in KIND_OF else step.do
        st.markdown(f":material/{icon}: **{label}**", width="stretch")
        for act, sign, to, is_off in (
            ("up", "arrow_upward", at - 1, at == 0),
            ("down", "arrow_downward", at + 1, at == len(steps) - 1),
        ):
            st.button(
                "", key=f"step-{act}-{step.number}", icon=f":material/{sign}:", type="tertiary",
                help=f"Move step {place} {act}", disabled=is_off, on_click=_move, args=(steps, at, to),
            )  # fmt: skip
        st.button(
            "", key=f"step-drop-{step.number}", icon=":material/close:", type="tertiary",
            help=f"Remove step {place}", on_click=steps.remove, args=(step,),
        )  # fmt: skip


def _adder(steps: list[StepDraft], depth: int, key: str) -> None:
    with st.popover("Add a step", icon=":material/add:", key=f"{key}-add"):
        for do, kind in KIND_OF.items():
            if do == "branch" and depth >= DEEPEST:
                continue
            st.button(
                kind.label, key=f"{key}-add-{do}", icon=f":material/{ICONS.get(do, 'bolt')}:",
                type="tertiary", on_click=_add, args=(steps, do),
            )  # fmt: skip


def _add(steps: list[StepDraft], do: str) -> None:
    steps.append(new_step(do))


def _move(steps: list[StepDraft], at: int, to: int) -> None:
    steps.insert(to, steps.pop(at))
