"""One journey: how it goes, whom it would touch, who is on it, and its versions."""

import streamlit as st

from crm_core.automation import dry_runs, journeys, runs
from crm_core.automation.types import JourneyDetail, RunRow, StepCount, VersionRow
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from pages.ui import journey_acts, journey_picture, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

PARTS = ("How it goes", "Dry run", "Who is on it", "Versions")
RUN_STATES = {
    "waiting": ":gray[at the door]", "running": ":blue[on it]", "done": ":green[through]",
    "stopped": ":gray[stopped]", "failed": ":red[failed]",
}  # fmt: skip
SIZE = 20


def draw(actor: Actor, journey_id: int) -> None:
    """The whole card."""
    navigation.link("automation", "All journeys", icon=":material/arrow_back:")
    row = journeys.get(actor, journey_id)
    journey_acts.head(actor, row)
    _numbers(row)
    chosen = st.segmented_control(
        "Part", PARTS, default=PARTS[0], required=True, key="automation.part", label_visibility="collapsed"
    )
    if chosen == "Dry run":
        _dry_run(row)
    elif chosen == "Who is on it":
        _log(actor, row)
    elif chosen == "Versions":
        _versions(actor, row)
    else:
        _how(actor, row)


def _numbers(row: JourneyDetail) -> None:
    if not row.number:
        return
    figures = {
        "On it": row.running, "At the door": row.waiting, "Through": row.done, "Stopped": row.stopped,
        "Failed": row.failed,
    }  # fmt: skip
    with st.container(horizontal=True, key="journey-numbers"):
        for label, number in figures.items():
            st.metric(label, words.number(number), width=120)
    if row.per_hour and row.waiting:
        st.caption(
            f"{words.number(row.begun_last_hour)} began within the hour; at most "
            f"{words.number(row.per_hour)} do, the others wait at the door."
        )


def _how(actor: Actor, row: JourneyDetail) -> None:
    for hint in row.problems.values():
        st.warning(words.md(hint), icon=":material/edit_note:")
    if row.drawing is None:
        st.caption("Nothing to draw yet: say what the journey begins with.")
        return
    counts: dict[str, str] = {}
    if row.number and not row.is_changed:
        counts = {one.place: _count(one) for one in runs.counts(actor, row.id) if one.entered}
    elif row.number:
        st.caption(f"This is the draft. Version {row.number} is the one that newcomers follow.")
    picture, said = st.columns([3, 2], gap="large")
    with picture:
        journey_picture.draw(row.drawing, list(row.draft.get("steps") or ()), counts)
    with said:
        sentences(row.sentences)


def sentences(lines: tuple[str, ...]) -> None:
    """A journey in words, steps of a branch indented."""
    for line in lines:
        depth = (len(line) - len(line.lstrip())) // 2
        text = line.strip()
        st.markdown(f"{'&emsp;' * depth * 2}{words.md(text[:1].upper() + text[1:])}")


def _count(one: StepCount) -> str:
    if one.action == "branch":
        return f"{one.yes:,} yes · {one.no:,} no"
    parts = [f"{one.done:,} done"]
    parts += [f"{number:,} {label}" for label, number in (
        ("waiting", one.waiting), ("left out", one.skipped), ("failed", one.failed)) if number]  # fmt: skip
    return " · ".join(parts)


def _dry_run(row: JourneyDetail) -> None:
    st.caption("What the draft would do with real people. Nothing is done, sent or written.")
    with guard():
        found = dry_runs.try_out(me(), row.id)
        today = words.count(found.today, "contact")
        st.markdown(
            f"**{today}** would come in today, **{words.number(found.last_days)}** in the last "
            f"{found.days} days."
        )
        for trial in found.sample:
            with st.expander(words.md(trial.name), icon=":material/person:"):
                for step in trial.steps:
                    said = step.text[:1].upper() + step.text[1:]
                    st.markdown(f"{words.md(said)}  \n:small[:gray[{words.md(step.outcome)}]]")
                navigation.link("customer", "Open contact", id=trial.contact_id)
        if not found.sample:
            st.caption("Nobody would have come in within that time.")


def _log(actor: Actor, row: JourneyDetail) -> None:
    picked = st.pills(
        "State", list(RUN_STATES), selection_mode="multi", key="automation.runs",
        format_func=lambda name: RUN_STATES[name].partition("[")[2].rstrip("]").capitalize(),
        label_visibility="collapsed",
    )  # fmt: skip
    page = st.session_state.get("automation.page", 1)
    found = runs.search(actor, row.id, picked, Paging(page, SIZE))
    if not found.total:
        st.caption("Nobody yet." if not picked else "Nobody in this state.")
    for run in found:
        _run(actor, run)
    if found.total > SIZE:
        pages = -(-found.total // SIZE)
        st.number_input(f"Page of {pages}", 1, pages, key="automation.page", width=160)


def _run(actor: Actor, run: RunRow) -> None:
    reason = f" · {words.md(run.reason)}" if run.reason else ""
    due = f" · next step {words.when(run.due_at)}" if run.state == "running" and run.due_at else ""
    with st.expander(
        f"{words.md(run.contact)} · {RUN_STATES[run.state]} · since {words.when(run.created_at)}"
    ):
        st.caption(f"Version {run.number}{due}{reason}")
        for step in runs.get(actor, run.id).steps:
            st.markdown(f"{words.md(step.text)}  \n:small[:gray[{words.when(step.happened_at)}]]")
        with st.container(horizontal=True):
            navigation.link("customer", "Open contact", id=run.contact_id)
            if actor.may(Permission.AUTOMATION_MANAGE):
                journey_acts.of_run(run)


def _versions(actor: Actor, row: JourneyDetail) -> None:
    found = journeys.versions(actor, row.id)
    if not found:
        st.caption("It was not published yet.")
    for version in found:
        _version(row, version)


def _version(row: JourneyDetail, version: VersionRow) -> None:
    here = " · newcomers follow this one" if version.number == row.number else ""
    still = f" · {words.number(version.running)} still on it" if version.running else ""
    by = f" by {words.md(version.publisher)}" if version.publisher else ""
    with st.expander(f"Version {version.number} · {words.when(version.published_at)}{by}{here}{still}"):
        sentences(version.sentences)
        journey_acts.take_version(row, version)
