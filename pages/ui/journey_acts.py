"""What people do with a journey: publish, pause, resume, put away, take a version back; with one run, too."""

import streamlit as st

from crm_core.automation import journeys, runs
from crm_core.automation.types import JourneyDetail, RunRow, VersionRow
from crm_core.kernel.access import Actor, Permission
from pages.ui import journey_editor, words
from pages.ui.dialogs import confirm
from pages.ui.guard import guard
from pages.ui.session import me

BADGES = {
    "draft": ("Draft", "gray"), "live": ("Live", "green"), "paused": ("Paused", "orange"),
    "archived": ("Put away", "gray"),
}  # fmt: skip


def head(actor: Actor, row: JourneyDetail) -> None:
    """Name, state and what can be done."""
    with st.container(key="list-head"):
        title, acts = st.columns([1, 1], vertical_alignment="bottom")
    title.header(words.md(row.name), anchor=False)
    label, colour = BADGES[row.state]
    version = f"Version {row.number}" if row.number else "Not published yet"
    changed = " · the draft differs" if row.number and row.is_changed else ""
    said = f" · {words.md(row.description)}" if row.description else ""
    st.markdown(f":{colour}-badge[{label}] {version}{changed}{said}")
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if actor.may(Permission.AUTOMATION_MANAGE):
            _acts(row)
        elif actor.may(Permission.AUTOMATION_WRITE) and row.state != "archived":
            _change(row, is_new=False)


def _change(row: JourneyDetail, *, is_new: bool) -> None:
    if st.button(
        "Change", key="edit-journey", type="secondary" if is_new else "primary", icon=":material/edit:"
    ):
        journey_editor.begin(row)


def _acts(row: JourneyDetail) -> None:
    if row.state == "archived":
        if st.button("Bring back", key="restore-journey", icon=":material/unarchive:"):
            with guard(done=f"“{row.name}” is back.", rerun=True):
                journeys.restore(me(), row.id)
        return
    if st.button("Put away", key="archive-journey", icon=":material/archive:"):
        confirm(
            f"Put “{row.name}” away?",
            f"Nobody comes in any more, and {words.number(row.running + row.waiting)} who are on it stop "
            "where they are. What was done stays, and you can bring it back.",
            "Put away", lambda: journeys.archive(me(), row.id), done=f"“{row.name}” is put away.",
        )  # fmt: skip
    if row.state == "live" and st.button("Pause", key="pause-journey", icon=":material/pause:"):
        with guard(done=f"“{row.name}” is paused.", rerun=True):
            journeys.pause(me(), row.id)
    if row.state == "paused" and st.button("Resume", key="resume-journey", icon=":material/play_arrow:"):
        with guard(done=f"“{row.name}” goes on.", rerun=True):
            journeys.resume(me(), row.id)
    is_new = row.is_changed or not row.number
    _change(row, is_new=is_new)
    if is_new and st.button(
        "Publish", key="publish-journey", type="primary", icon=":material/rocket_launch:",
        disabled=bool(row.problems), help="First put right what is said below." if row.problems else None,
    ):  # fmt: skip
        _publish(row)


def _publish(row: JourneyDetail) -> None:
    said = (
        f"From now on newcomers follow it as version {row.number + 1}. Who is on an earlier version stays on "
        "it. E-mails keep the words that their templates have now. The dry run shows whom it would touch."
    )
    confirm(
        f"Publish “{row.name}”?", said, "Publish",
        lambda: journeys.publish(me(), row.id, version=row.version), done=f"“{row.name}” is live.",
    )  # fmt: skip


def of_run(run: RunRow) -> None:
    """Take one contact off, or try a failed step again."""
    if run.state in ("waiting", "running") and st.button(
        "Take off", key=f"stop-run-{run.id}", icon=":material/person_remove:"
    ):
        with guard(done=f"{run.contact} is off this journey.", rerun=True):
            runs.stop(me(), run.id)
    if run.state == "failed" and st.button("Try again", key=f"retry-run-{run.id}", icon=":material/refresh:"):
        with guard(done="The step is done again.", rerun=True):
            runs.retry(me(), run.id)


def take_version(row: JourneyDetail, version: VersionRow) -> None:
    """Make an earlier version the draft."""
    if version.definition == row.draft or not me().may(Permission.AUTOMATION_WRITE):
        return
    if st.button("Make this the draft", key=f"take-version-{version.number}", icon=":material/history:"):
        with guard(done=f"The draft is version {version.number} again.", rerun=True):
            journeys.change(me(), row.id, {"definition": version.definition}, version=row.version)
