"""How contacts come onto journeys: at once when something happens, and by looking for marks and days.

Whoever comes in is a row with a cause of its own, written in the transaction of what happened: the same
cause never begins twice, whatever dies or is done again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from crm_core.automation import definitions
from crm_core.automation.triggers import BY_ACTIVITY, DAY, EVENT, MARK, TRIGGERS, fits
from crm_core.automation.types import ONCE, Definition
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, begin
from crm_core.marketing.audiences import parsed
from crm_core.people.rule_moment import moment
from crm_core.team.company import company
from db.models import Activity, Journey, JourneyRun
from db.queries import journey_causes as causes
from db.queries import journey_work as working
from db.queries import journeys as sql
from db.queries import rules as rule_sql
from db.upsert import insert_or_keep

DEEPEST: Final = 5
"""How many journeys may follow from one another before the chain is cut."""
MARKS_EVERY: Final = timedelta(minutes=1)
OVERLAP: Final = timedelta(hours=1)
"""Marks are looked for so far back again: one that was written meanwhile may bear an earlier time."""
MOST_DAYS_LATE: Final = 7
BULKS: Final = ("contacts.bulk_changed", "deals.bulk_changed")
"""Acts on many records at once: each leaves one activity for every record, and this one about all of them."""
CHAINS: Final = "journey_chains"
_LIVE: Final = "journeys_live"
_CHUNK: Final = 500
_UNIQUE: Final = ("journey_id", "contact_id", "cause")
_COLUMNS: Final = (
    "journey_id", "contact_id", "cause", "version_id", "state", "chain", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Live:
    """A live journey and the version that newcomers follow."""

    id: int
    version_id: int
    trigger: str
    swept_at: datetime | None


def start(work: Work, activity: Activity) -> None:
    """Let contacts onto the journeys that wait for what happened: the reaction to every such activity."""
    waiting = _live(work)
    if not waiting:
        return
    if activity.name in BULKS:
        _start_many(work, waiting, activity)
        return
    if activity.contact_id is None:
        return
    for live in waiting:
        if live.trigger in BY_ACTIVITY.get(activity.name, ()):
            _let_in(work, live, [(activity.contact_id, activity.id, activity.facts)])


def sweep(now: datetime) -> bool:
    """Look for marks of campaigns and for days, as far as it is time; returns whether anybody came in."""
    with begin(SYSTEM, write=False) as work:
        rows = work.rows(working.live(), Live)
    came = [_sweep(live, now) for live in rows if _window(live, now) is not None]
    return any(came)


def found(definition: Definition, since: datetime, until: datetime) -> Any:
    """Contacts and causes of a trigger within a time, as a statement; None when there can be none.

    Only for triggers that are looked for (marks and days).
    """
    when = definition.when
    if TRIGGERS[when.on].kind == MARK:
        return causes.of_marks(when.on, when.options, since, until)
    zone = ZoneInfo(company().time_zone)
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]
    return causes.of_days(when.on, when.options, days, zone.key) if days else None


def condition(work: Work, line: str, implied: str = "") -> Any:
    """What a contact must fulfil by a line of the rule language; everybody does by an empty one.

    Raises:
        Invalid: the line cannot be read (any more).
    """
    whole = " and ".join(f"({one})" for one in (implied, line) if one)
    return rule_sql.condition(parsed(work, whole), moment(work)) if whole else working.everybody()


def may_enter(work: Work, journey_id: int, definition: Definition, who: Any) -> Any:
    """Those of ``who`` (a statement: contact, cause) that come in by rule and repetition, as a statement."""
    again = definition.again
    since = work.now - timedelta(days=again) if isinstance(again, int) else None
    asked = condition(work, definition.rule, TRIGGERS[definition.when.on].implied)
    return causes.entering(who, asked, journey_id, since, is_once=again == ONCE)


def cause_of(definition: Definition, cause: str) -> str:
    """The cause as it is kept: a journey that is gone through once has one cause for each contact."""
    return ONCE if definition.again == ONCE else cause


def _live(work: Work) -> Sequence[Live]:
    """Live journeys that wait for something to happen, read once in a transaction."""
    known: list[Live] | None = work.session.info.get(_LIVE)
    if known is None:
        known = [one for one in work.rows(working.live(), Live) if TRIGGERS[one.trigger].kind == EVENT]
        work.session.info[_LIVE] = known
    return known


def _start_many(work: Work, waiting: Iterable[Live], activity: Activity) -> None:
    """A bulk act left one activity for each record; its own one says from where to where."""
    span = activity.facts.get("steps") or [0, 0]
    for live in waiting:
        rows = work.tuples(causes.happened_between(TRIGGERS[live.trigger].activities, span[0], span[1]))
        if rows:
            _let_in(work, live, [(row.contact_id, row.id, row.facts) for row in rows])


def _let_in(work: Work, live: Live, happened: Sequence[tuple[int, int, Mapping[str, Any]]]) -> None:
    definition = read(work, live.version_id)
    when = definition.when
    meant = {contact: number for contact, number, facts in happened if fits(when.on, when.options, facts)}
    chains: dict[int, list[int]] = work.session.info.get(CHAINS, {})
    meant = {one: number for one, number in meant.items() if _is_new(live.id, chains.get(one, []))}
    if not meant:
        return
    if isinstance(definition.again, int):
        _one_after_another(work, sorted(meant))
    try:
        may = [
            row[0] for row in work.tuples(may_enter(work, live.id, definition, causes.these(list(meant), "")))
        ]
    except Invalid as error:
        _pause(work, live.id, error.message)
        return
    rows = [
        dict(zip(_COLUMNS, _row(live, one, cause_of(definition, f"activity:{meant[one]}"), work.now,
                                chains.get(one, [])), strict=True))
        for one in may
    ]  # fmt: skip
    for begin_at in range(0, len(rows), _CHUNK):
        work.run(insert_or_keep(JourneyRun, rows[begin_at : begin_at + _CHUNK], _UNIQUE))


def _one_after_another(work: Work, contact_ids: Sequence[int]) -> None:
    """Two things at the same instant have two causes; the second looks when the first has come in."""
    for begin_at in range(0, len(contact_ids), _CHUNK):
        work.scalars(working.lock_people(contact_ids[begin_at : begin_at + _CHUNK]))


def read(work: Work, version_id: int) -> Definition:
    """What a published version says."""
    row = work.tuples(working.definitions([version_id]))[0]
    return definitions.read(row.definition)


def _is_new(journey_id: int, chain: Sequence[int]) -> bool:
    return journey_id not in chain and len(chain) < DEEPEST


def _pause(work: Work, journey_id: int, why: str) -> None:
    """A journey whose rule cannot be read any more must not keep people from their work."""
    row = work.get(Journey, journey_id)
    row.state = "paused"
    work.record("journey.paused", row, journey=row.name, reason=why)
    work.session.info.pop(_LIVE, None)


def _sweep(live: Live, now: datetime) -> bool:
    with begin(SYSTEM) as work:
        row: Journey | None = work.scalar(working.lock(live.id))
        version = work.scalar(sql.version(row.id, row.number)) if row is not None else None
        if row is None or version is None:
            return False
        current = Live(row.id, version.id, row.trigger, row.swept_at)
        window = _window(current, now)
        if window is None:
            return False  # another worker was quicker
        definition = definitions.read(version.definition)
        try:
            count = _enter(work, current, definition, window)
        except Invalid as error:
            _pause(work, row.id, error.message)
            return False
        work.run(working.swept(row.id, now))
        return count > 0


def _enter(work: Work, live: Live, definition: Definition, window: tuple[datetime, datetime]) -> int:
    who = found(definition, *window)
    if who is None:
        return 0
    rows = work.tuples(may_enter(work, live.id, definition, who))
    finished = (_row(live, one, cause_of(definition, cause), work.now, []) for one, cause in rows)
    return work.insert(JourneyRun, _COLUMNS, finished) if rows else 0


def _row(live: Live, contact_id: int, cause: str, now: datetime, chain: Sequence[int]) -> tuple[Any, ...]:
    return (live.id, contact_id, cause, live.version_id, "waiting", list(chain), now)


def _window(live: Live, now: datetime) -> tuple[datetime, datetime] | None:
    """From when to when to look now; None while it is too early."""
    kind = TRIGGERS[live.trigger].kind if live.trigger in TRIGGERS else EVENT
    if kind == MARK:
        since = live.swept_at or now
        is_time = live.swept_at is None or now - since >= MARKS_EVERY
        return (since - OVERLAP, now) if is_time else None
    if kind == DAY:
        zone = ZoneInfo(company().time_zone)
        today = now.astimezone(zone).date()
        begun = live.swept_at.astimezone(zone).date() if live.swept_at else today - timedelta(days=1)
        return (
            (_noon(max(begun, today - timedelta(days=MOST_DAYS_LATE)), zone), now) if begun < today else None
        )
    return None


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone)
