"""A batch of runs, taken further together: what each step does, and the marks that it was done."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from crm_core.automation import actions, definitions, entering, waits
from crm_core.automation.actions import Going, Outcome, Place
from crm_core.automation.types import Definition, Step
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work
from db.models import JourneyRun, JourneyStep
from db.queries import journey_work as working

_STEP: Final = ("run_id", "version_id", "contact_id", "place", "action", "outcome", "facts", "happened_at")
_RUN: Final = ("id", "state", "reason", "position", "due_at", "ended_at")


@dataclass
class Moving:
    """A run that is taken further, as it will be stored."""

    id: int
    journey_id: int
    version_id: int
    contact_id: int
    position: str
    chain: list[int]
    cause: str
    attempts: int
    state: str = "running"
    reason: str = ""
    due_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_going(self) -> bool:
        """Is there a step to do now?"""
        return self.state == "running" and self.due_at is None

    def end(self, state: str, now: datetime, reason: str = "") -> None:
        """It is over."""
        self.state, self.reason, self.ended_at, self.due_at = state, reason[:300], now, None


@dataclass
class _Batch:
    """Runs that are taken further together, and the marks that they leave."""

    work: Work
    runs: Sequence[Moving]
    people: Mapping[int, Any]
    plans: Mapping[int, tuple[str, Definition, Mapping[str, Any]]]
    woken: set[tuple[int, str]]
    marks: list[tuple[Any, ...]] = field(default_factory=list)

    def mark(self, run: Moving, step: Step, outcome: str, facts: Mapping[str, Any]) -> None:
        self.marks.append(
            (run.id, run.version_id, run.contact_id, step.place, step.do, outcome, dict(facts), self.work.now)
        )


def move(work: Work, runs: Sequence[Moving]) -> int:
    """Take these runs on until each waits or is over, and store all that was done; returns how many."""
    if not runs:
        return 0
    contact_ids = sorted({run.contact_id for run in runs})
    people = {row.id: row for row in work.tuples(working.people(contact_ids))}
    plans = {
        row.id: (row.name, definitions.read(row.definition), row.messages)
        for row in work.tuples(working.plans(sorted({run.version_id for run in runs})))
    }
    woken = {(row[0], row[1]) for row in work.tuples(working.woken([run.id for run in runs]))}
    batch = _Batch(work, runs, people, plans, woken)
    _chain(batch)
    _let_leave(batch)
    while going := [run for run in runs if run.is_going]:
        groups: dict[tuple[int, str], list[Moving]] = defaultdict(list)
        for run in going:
            groups[run.version_id, run.position].append(run)
        for (version_id, place), together in sorted(groups.items()):
            _step(batch, plans[version_id], place, together)
    _store(batch)
    return len(runs)


def _chain(batch: _Batch) -> None:
    """Say which journeys the acts of this transaction come from, so that none follows from itself."""
    chains: dict[int, list[int]] = defaultdict(list)
    for run in batch.runs:
        known = chains[run.contact_id]
        known += [one for one in (*run.chain, run.journey_id) if one not in known]
    batch.work.session.info[entering.CHAINS] = chains


def _let_leave(batch: _Batch) -> None:
    """Who is gone, or has reached what the journey is for, goes no further."""
    for run in batch.runs:
        if run.contact_id not in batch.people:
            run.end("stopped", batch.work.now, "the contact was deleted")
    for version_id, (_, definition, _messages) in batch.plans.items():
        staying = [run for run in batch.runs if run.version_id == version_id and run.is_going]
        if definition.leave_if and staying:
            try:
                left = _matching(batch.work, staying, definition.leave_if)
            except Invalid as error:
                _fail_all(batch, staying, error.message)
                continue
            for run in staying:
                if run.contact_id in left:
                    run.end("stopped", batch.work.now, "left, as its rule says")


def _step(
    batch: _Batch, plan: tuple[str, Definition, Mapping[str, Any]], place: str, runs: Sequence[Moving]
) -> None:
    name, definition, messages = plan
    step = definition.steps.get(place)
    if step is None:  # behind the last one
        for run in runs:
            run.end("done", batch.work.now)
    elif step.do == "branch":
        _branch(batch, step, runs)
    elif step.do in ("wait", "until"):
        for run in runs:
            _wait(batch, step, run)
    elif step.do == "stop":
        for run in runs:
            batch.mark(run, step, actions.DONE, {})
            run.end("done", batch.work.now)
    else:
        _act(batch, step, Place(name, messages.get(place, {})), runs)


def _act(batch: _Batch, step: Step, place: Place, runs: Sequence[Moving]) -> None:
    people = batch.people
    going = [
        Going(run.id, run.contact_id, people[run.contact_id].name, people[run.contact_id].owner_id)
        for run in runs
    ]
    found = actions.perform(batch.work, step, place, going)
    for run in runs:
        outcome: Outcome = found[run.id]
        batch.mark(run, step, outcome.state, outcome.facts)
        run.position = step.next
        if outcome.state == actions.FAILED:
            run.position = step.place
            run.end("failed", batch.work.now, str(outcome.facts.get("reason", "")))


def _branch(batch: _Batch, step: Step, runs: Sequence[Moving]) -> None:
    try:
        matching = _matching(batch.work, runs, str(step.options["if"]))
    except Invalid as error:
        _fail_all(batch, runs, error.message)
        return
    for run in runs:
        way = "yes" if run.contact_id in matching else "no"
        batch.mark(run, step, way, {})
        run.position = step.yes if way == "yes" else step.no


def _wait(batch: _Batch, step: Step, run: Moving) -> None:
    now = batch.work.now
    if (run.id, step.place) in batch.woken:
        run.position = step.next
        return
    until = waits.until(step, now, batch.people[run.contact_id].time_zone)
    if until is None:
        batch.mark(run, step, actions.DONE, {})
        run.position = step.next
        return
    batch.mark(run, step, "waiting", {"until": until.isoformat()})
    run.due_at = until


def _fail_all(batch: _Batch, runs: Iterable[Moving], why: str) -> None:
    for run in runs:
        run.end("failed", batch.work.now, why)


def _matching(work: Work, runs: Sequence[Moving], line: str) -> set[int]:
    ids = sorted({run.contact_id for run in runs})
    return set(work.scalars(working.matching(ids, entering.condition(work, line))))


def _store(batch: _Batch) -> None:
    work = batch.work
    slept = {run_id for run_id, _ in batch.woken}
    if slept:
        ended = {run.id for run in batch.runs if run.state == "stopped"}
        for outcome, chosen in (("skipped", slept & ended), (actions.DONE, slept - ended)):
            work.run(working.settle_waits(sorted(chosen), outcome))
    if batch.marks:
        work.insert(JourneyStep, _STEP, batch.marks)
    rows = [[getattr(run, name) for name in _RUN] for run in batch.runs]
    work.change_many(JourneyRun, _RUN, rows)
