"""A journey is written: forms on one side, what they mean as a picture and in sentences on the other."""

import streamlit as st

from crm_core.automation import definitions, journeys
from crm_core.automation.types import ALWAYS, ONCE, JourneyDetail
from crm_core.kernel.access import Actor
from crm_core.people import custom_fields
from pages.ui import journey_fields, journey_picture, journey_steps, navigation, words
from pages.ui.guard import flash, guard
from pages.ui.journey_draft import JourneyDraft, draft_of
from pages.ui.journey_fields import Offered
from pages.ui.session import me

DRAFT = "automation.draft"
AGAIN = {ONCE: "Once ever", ALWAYS: "Each time it happens", "days": "Again after some days"}
USUAL_DAYS = 300


def begin(row: JourneyDetail | None) -> None:
    """Open the editor for a new journey, or for the draft of one."""
    st.session_state[DRAFT] = draft_of(row)
    st.rerun()


def is_open(key: str) -> bool:
    """Is this journey (empty: a new one) being written?"""
    draft = st.session_state.get(DRAFT)
    return isinstance(draft, JourneyDraft) and draft.key == key


def draw(actor: Actor) -> None:
    """The whole editor."""
    draft: JourneyDraft = st.session_state[DRAFT]
    journey_fields.take_built()
    known = journey_fields.offered(actor)
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header(words.md(draft.name) or "New journey", anchor=False)
    form, meaning = st.columns([1, 1], gap="large")
    with form:
        problems = journeys.problems(actor, draft.definition())
        _form(draft, known, problems)
    with meaning:
        # Asked anew: the forms beside may have changed it in this run.
        problems = journeys.problems(actor, draft.definition())
        _meaning(actor, draft, problems)
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-journey"):
            del st.session_state[DRAFT]
            st.rerun()
        if st.button("Save draft", key="save-journey", type="primary", icon=":material/save:"):
            _save(draft)


def _form(draft: JourneyDraft, known: Offered, problems: dict[str, str]) -> None:
    key = draft.round
    draft.name = st.text_input("Name", draft.name, max_chars=120, key=f"journey-name-{key}")
    draft.description = st.text_input("What it is for", draft.description, key=f"journey-about-{key}")
    st.subheader("When", anchor=False)
    journey_steps.beginning(draft, known, problems)
    draft.rules["if"] = journey_fields.rule(
        "Only if", draft.rules["if"], f"journey-if-{key}", known, empty="Everybody"
    )
    journey_steps.said(problems, "if")
    st.subheader("Then", anchor=False)
    journey_steps.draw(draft, known, problems)
    with st.expander("Limits: how often, how many, and who leaves early", icon=":material/tune:"):
        _limits(draft, known, problems)


def _limits(draft: JourneyDraft, known: Offered, problems: dict[str, str]) -> None:
    key = draft.round
    now = "days" if isinstance(draft.again, int) else draft.again
    picked = st.selectbox(
        "The same contact comes in", list(AGAIN), index=list(AGAIN).index(now),
        format_func=AGAIN.__getitem__, key=f"journey-again-{key}",
    )  # fmt: skip
    if picked == "days":
        days = draft.again if isinstance(draft.again, int) else USUAL_DAYS
        draft.again = st.number_input(
            "After days", 1, definitions.LONGEST_AGAIN, days, key=f"journey-days-{key}"
        )
    else:
        draft.again = picked
    journey_steps.said(problems, "again")
    draft.per_hour = st.number_input(
        "At most so many begin in an hour (0: no limit)", 0, definitions.MOST_PER_HOUR, draft.per_hour,
        key=f"journey-per-hour-{key}", help="The others wait at the door, in the order of their coming.",
    )  # fmt: skip
    draft.rules["leave_if"] = journey_fields.rule(
        "Leaves early as soon as", draft.rules["leave_if"], f"journey-leave-{key}", known, empty="Nobody"
    )
    journey_steps.said(problems, "leave_if")


def _meaning(actor: Actor, draft: JourneyDraft, problems: dict[str, str]) -> None:
    if problems:
        things = words.count(len(problems), "thing")
        st.markdown(f":orange[:material/edit_note: {things} to say before it can be published.]")
    else:
        st.markdown(":green[:material/check_circle: Ready to be published.]")
    with guard():
        raw = draft.definition()
        custom = custom_fields.search(actor)
        shape = definitions.read(raw)
        if shape.when.on and shape.steps:
            journey_picture.draw(definitions.draw(shape, custom), raw["steps"], {})
            st.caption("  \n".join(words.md(line.strip()) for line in definitions.sentences(shape, custom)))
        else:
            st.caption("Add a step, and its picture appears here.")


def _save(draft: JourneyDraft) -> None:
    with guard():
        raw = draft.definition()
        if draft.key:
            number = int(draft.key)
            values = {"name": draft.name, "description": draft.description, "definition": raw}
            journeys.change(me(), number, values, version=draft.version)
        else:
            number = journeys.create(me(), draft.name, raw, draft.description)
        del st.session_state[DRAFT]
        flash(f"“{draft.name.strip()}” is saved as a draft.")
        navigation.open_page("automation", id=number)
