"""The worker's part of journeys: let newcomers begin, and take everybody whose step is due a step further.

A batch is one transaction: what a step does and the mark that it was done are stored together or not at all.
So a worker may die at any moment; another one finds the runs as they were.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from secrets import token_hex
from typing import Any, Final
from zoneinfo import ZoneInfo

from crm_core.automation import actions, definitions, entering
from crm_core.automation.actions import Going, Outcome, Place
from crm_core.automation.options import WEEKDAYS
from crm_core.automation.types import Definition, Step
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Invalid, Unavailable
from crm_core.kernel.work import Clock, Work, begin
from crm_core.team.company import company
from db.models import JourneyRun, JourneyStep
from db.queries import journeys as sql

BATCH: Final = 500
_STEP: Final = ("run_id", "version_id", "contact_id", "place", "action", "outcome", "facts", "happened_at")
_RUN: Final = ("id", "state", "reason", "position", "due_at", "ended_at")

_log = logging.getLogger(__name__)


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


def advance_next(worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Do what journeys have to do now, a batch at most; returns whether there was anything.

    Marks and days are looked for, newcomers begin as far as the limits per hour allow, and due steps are
    done.
    """
    if is_stopping():
        return False
    came = entering.sweep(Clock.now())
    begun = admit()
    return advance(worker) > 0 or begun > 0 or came


def admit() -> int:
    """Let those at the door begin, in the order of their coming; returns how many did."""
    with begin(SYSTEM, write=False) as work:
        waiting = [
            one.id for one in work.rows(sql.live(), entering.Live) if work.scalars(sql.at_the_door(one.id, 1))
        ]
    return sum(_admit(journey_id) for journey_id in waiting)


def advance(worker: str = "", limit: int = BATCH) -> int:
    """Take runs whose time has come a step further, and on, until each waits or is over; returns how many."""
    with begin(SYSTEM, write=False) as work:
        if work.scalar(sql.is_due(work.now)) is None:
            return 0
    try:
        with begin(SYSTEM) as work:
            return _move(work, work.rows(sql.due(work.now, limit), Moving))
    except Unavailable:
        raise
    except Exception:  # one of them breaks the rest: each by itself, so that only that one stays behind
        _log.warning("A batch of journeys did not go through for %s.", worker, exc_info=True)
        return _one_by_one(limit)


def opening(options: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the hours of an ``until`` begin by the clocks of a zone; None while they are open."""
    local = now.astimezone(zone)
    opens, closes = (time.fromisoformat(str(options[name])) for name in ("from", "to"))
    allowed = options.get("weekdays") or WEEKDAYS
    for later in range(8):
        day = local.date() + timedelta(days=later)
        if WEEKDAYS[day.weekday()] not in allowed or (later == 0 and local.time() >= closes):
            continue
        if later == 0 and local.time() >= opens:
            return None
        return datetime.combine(day, opens, zone).astimezone(UTC)
    return None


def _admit(journey_id: int) -> int:
    with begin(SYSTEM) as work:
        row = work.scalar(sql.lock(journey_id))
        if row is None:
            return 0
        version = work.scalar(sql.version(row.id, row.number))
        most = int(version.definition.get("per_hour", Definition.per_hour))
        room = max(0, most - int(work.scalar(sql.begun(row.id, work.now)) or 0)) if most else BATCH
        chosen = work.scalars(sql.at_the_door(row.id, min(room, BATCH))) if room else []
        return work.run(sql.admit(chosen, "1", work.now)) if chosen else 0


def _one_by_one(limit: int) -> int:
    with begin(SYSTEM, write=False) as work:
        chosen = work.scalars(sql.ids_due(work.now, limit))
    for run_id in chosen:
        try:
            with begin(SYSTEM) as work:
                _move(work, work.rows(sql.one_due(run_id, work.now), Moving))
        except Unavailable:
            raise
        except Exception:  # whatever it is, it must not keep the others from going on
            reference = token_hex(4)
            _log.exception("A journey broke, reference %s", reference)
            with begin(SYSTEM) as work:
                why = f"Something went wrong here; the log says more under {reference}."
                work.run(sql.fail(run_id, why, work.now))
    return len(chosen)


def _move(work: Work, runs: Sequence[Moving]) -> int:
    if not runs:
        return 0
    contact_ids = sorted({run.contact_id for run in runs})
    people = {row.id: row for row in work.tuples(sql.people(contact_ids))}
    plans = {
        row.id: (row.name, definitions.read(row.definition), row.messages)
        for row in work.tuples(sql.plans(sorted({run.version_id for run in runs})))
    }
    woken = {(row[0], row[1]) for row in work.tuples(sql.woken([run.id for run in runs]))}
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
    until: datetime | None = None
    if step.do == "wait":
        until = now + timedelta(
            **{name: int(step.options.get(name) or 0) for name in ("days", "hours", "minutes")}
        )
    else:
        until = opening(step.options, now, zone_of(batch.people[run.contact_id].time_zone))
    if until is None or until <= now:
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
    return set(work.scalars(sql.matching(ids, entering.condition(work, line))))


def zone_of(name: str) -> ZoneInfo:
    """The time zone of a contact; the one of the company where none, or no real one, is named."""
    try:
        return ZoneInfo(name or company().time_zone)
    except (ValueError, OSError, LookupError):
        return ZoneInfo(company().time_zone)


def _store(batch: _Batch) -> None:
    work = batch.work
    slept = {run_id for run_id, _ in batch.woken}
    if slept:
        ended = {run.id for run in batch.runs if run.state == "stopped"}
        for outcome, chosen in (("skipped", slept & ended), (actions.DONE, slept - ended)):
            work.run(sql.settle_waits(sorted(chosen), outcome))
    if batch.marks:
        work.insert(JourneyStep, _STEP, batch.marks)
    rows = [[getattr(run, name) for name in _RUN] for run in batch.runs]
    work.change_many(JourneyRun, _RUN, rows)
