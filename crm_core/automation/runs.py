"""Who is on a journey, what was done with each, and how often each step came out how."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crm_core.automation import definitions
from crm_core.automation.steps import KIND_OF
from crm_core.automation.types import RunDetail, RunRow, StepCount, StepRow
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.people import custom_fields
from db.models import Contact, Journey, JourneyRun
from db.queries import journey_work as working
from db.queries import journeys as sql

STATES: Final = ("waiting", "running", "done", "stopped", "failed")
MOST_OF_CONTACT: Final = 50


@use_case(Permission.AUTOMATION_READ, read=True)
def search(
    work: Work,
    journey_id: int,
    states: Sequence[str] = (),
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Page[RunRow]:
    """The runs of a journey, the latest first; of contacts that one does not see nothing is shown.

    Raises:
        NotFound: there is no such journey.
    """
    work.get(Journey, journey_id)
    return work.page(sql.runs(journey_id, None, states), paging, RunRow)


@use_case(Permission.AUTOMATION_READ, read=True)
def of_contact(work: Work, contact_id: int) -> list[RunDetail]:
    """Everything that journeys did with a contact, the latest run first.

    Raises:
        NotFound: there is no such contact, or it is not the reader's to see.
    """
    work.get(Contact, contact_id)
    rows = work.rows(sql.runs(None, contact_id, ()).limit(MOST_OF_CONTACT), RunRow)
    return _detailed(work, rows)


@use_case(Permission.AUTOMATION_READ, read=True)
def get(work: Work, run_id: int) -> RunDetail:
    """One run with every step that was done.

    Raises:
        NotFound: there is none, or its contact is not the reader's to see.
    """
    row = work.first(sql.run(run_id), RunRow)
    if row is None:
        raise NotFound("This run does not exist, or it is not yours to see.")
    return _detailed(work, [row])[0]


@use_case(Permission.AUTOMATION_READ, read=True)
def counts(work: Work, journey_id: int, number: int | None = None) -> list[StepCount]:
    """By step of a version (the published one if not said), how many came to it and what came of it.

    Raises:
        NotFound: there is no such journey, or no such version.
    """
    row = work.get(Journey, journey_id)
    version = work.scalar(sql.version(journey_id, number or row.number))
    if version is None:
        raise NotFound(f"“{row.name}” has no version {number or row.number}.")
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for place, outcome, count in work.tuples(sql.outcomes(version.id)):
        found[place][outcome] = count
    custom = custom_fields.search(work)
    names = ("done", "skipped", "waiting", "failed", "yes", "no")
    return [
        StepCount(
            step.place, step.do, definitions.text_of(step, custom), found[step.place].total(),
            **{name: found[step.place][name] for name in names},
        )
        for step in definitions.read(version.definition)
    ]  # fmt: skip


@use_case(Permission.AUTOMATION_MANAGE)
def stop(work: Work, run_id: int, reason: str = "") -> None:
    """Take one contact off a journey.

    Raises:
        NotFound: there is no such run. Conflict: it is over already.
    """
    row = work.get(JourneyRun, run_id)
    if row.state not in ("waiting", "running"):
        raise Conflict("This run is over already.")
    row.state, row.reason, row.ended_at, row.due_at = (
        "stopped",
        reason[:300] or "stopped by hand",
        work.now,
        None,
    )
    work.run(working.settle_waits([row.id], "skipped"))
    work.record("journey.stopped_for", row, journey=work.get(Journey, row.journey_id).name, reason=row.reason)


@use_case(Permission.AUTOMATION_MANAGE)
def retry(work: Work, run_id: int) -> None:
    """Do the step again at which a run failed, and go on from there.

    Raises:
        NotFound: there is no such run. Conflict: it did not fail.
    """
    row = work.get(JourneyRun, run_id)
    if row.state != "failed":
        raise Conflict("Only a run that failed can be tried again.")
    work.run(sql.forget_failure(row.id))
    row.state, row.reason, row.ended_at, row.due_at = "running", "", None, work.now
    row.attempts += 1
    work.record("journey.tried_again_for", row, journey=work.get(Journey, row.journey_id).name)


def _detailed(work: Work, rows: Sequence[RunRow]) -> list[RunDetail]:
    steps: dict[int, list[StepRow]] = defaultdict(list)
    for one in work.rows(sql.steps([row.id for row in rows]), StepRow):
        steps[one.run_id or 0].append(_told(one))
    return [RunDetail(row, tuple(steps[row.id])) for row in rows]


def _told(step: StepRow) -> StepRow:
    fields: dict[str, Any] = {name: getattr(step, name) for name in StepRow.__dataclass_fields__}
    return StepRow(**(fields | {"text": _sentence(step.action, step.outcome, step.facts)}))


def _sentence(action: str, outcome: str, facts: Mapping[str, Any]) -> str:
    said = KIND_OF[action].label if action in KIND_OF else action
    if outcome in ("yes", "no"):
        return f"{said}: {outcome}"
    if outcome == "waiting":
        return f"{said} until {facts.get('until', '')}"
    reason = f": {facts['reason']}" if facts.get("reason") else ""
    return said if outcome == "done" else f"{said} – {outcome}{reason}"
