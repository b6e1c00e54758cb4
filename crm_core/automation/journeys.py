"""Journeys: written as a draft, published as a version, paused, resumed, put away."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crm_core.automation import definitions, mailing, references
from crm_core.automation.types import Definition, JourneyDetail, JourneyRow, VersionRow
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.values.text import clean, fold, one_line
from crm_core.kernel.work import Work, use_case
from crm_core.people import custom_fields
from db import lengths
from db.models import Journey, JourneyVersion
from db.queries import journey_work as working
from db.queries import journeys as sql

STATES: Final = ("draft", "live", "paused", "archived")
FIELDS: Final = ("name", "description", "definition")
LONGEST_DESCRIPTION: Final = 1_000


@use_case(Permission.AUTOMATION_READ, read=True)
def search(work: Work, states: Sequence[str] = ("draft", "live", "paused")) -> list[JourneyRow]:
    """Journeys in these states by name, with how many are on them."""
    figures: dict[int, Counter[str]] = defaultdict(Counter)
    rows = work.tuples(sql.listed(states))
    for journey_id, state, number in work.tuples(sql.figures([row.id for row in rows])):
        figures[journey_id][state] = number
    found = []
    for row in rows:
        numbers = {name: figures[row.id][name] for name in ("waiting", "running", "done", "failed")}
        shown: dict[str, Any] = {**row._mapping, **numbers}
        found.append(JourneyRow(**shown))
    return found


@use_case(Permission.AUTOMATION_READ, read=True)
def get(work: Work, journey_id: int) -> JourneyDetail:
    """One journey with its draft, what is wrong with it, and how it reads and looks.

    Raises:
        NotFound: there is none.
    """
    row = work.get(Journey, journey_id)
    counted = Counter({state: number for _, state, number in work.tuples(sql.figures([row.id]))})
    custom = custom_fields.search(work)
    wrong = problems(work, row.draft)
    shape = definitions.read(row.draft) if not _is_broken(wrong) else None
    published = work.scalar(sql.version(row.id, row.number)) if row.number else None
    return JourneyDetail(
        id=row.id, version=row.version, name=row.name, description=row.description, state=row.state,
        number=row.number, draft=row.draft,
        is_changed=published is None or published.definition != row.draft, problems=wrong,
        sentences=definitions.sentences(shape, custom) if shape else (),
        drawing=definitions.draw(shape, custom) if shape else None,
        **{name: counted[name] for name in ("waiting", "running", "done", "stopped", "failed")},
        per_hour=int(published.definition.get("per_hour", Definition.per_hour)) if published else 0,
        begun_last_hour=int(work.scalar(working.begun(row.id, work.now)) or 0),
    )  # fmt: skip


@use_case(Permission.AUTOMATION_READ, read=True)
def find(work: Work, name: str) -> int:
    """The number of the journey of this name, or of this number.

    Raises:
        NotFound: there is none.
    """
    row = work.scalar(sql.by_key(fold(name)))
    if row is None and name.isascii() and name.isdigit() and len(name) < 10:
        row = work.get(Journey, int(name))
    if row is None:
        raise NotFound(f"There is no journey “{name[:60]}”. “automation list” names those that there are.")
    return int(row.id)


@use_case(Permission.AUTOMATION_READ, read=True)
def problems(work: Work, definition: Mapping[str, Any]) -> dict[str, str]:
    """By place (``when.days``, ``steps.2.template``), what keeps a journey from being published."""
    wrong = definitions.problems(definition, custom_fields.search(work))
    if _is_broken(wrong):
        return wrong
    found = references.missing(work, definitions.read(definition))
    return {**found, **wrong}


@use_case(Permission.AUTOMATION_READ, read=True)
def versions(work: Work, journey_id: int) -> list[VersionRow]:
    """The published versions, the latest first, with how many are still on each.

    Raises:
        NotFound: there is no such journey.
    """
    work.get(Journey, journey_id)
    custom = custom_fields.search(work)
    going = {row[0]: row[1] for row in work.tuples(sql.under_way(journey_id))}
    return [
        VersionRow(
            row.number, row.published_at, row.publisher or "",
            definitions.sentences(definitions.read(row.definition), custom), going.get(row.id, 0),
            row.definition,
        )
        for row in work.tuples(sql.versions(journey_id))
    ]  # fmt: skip


@use_case(Permission.AUTOMATION_WRITE)
def create(work: Work, name: str, definition: Mapping[str, Any] | None = None, description: str = "") -> int:
    """Write a new journey as a draft, which may still be wrong; returns its number.

    Raises:
        Invalid: it needs a name. Conflict: the name is taken.
    """
    values = _checked({"name": name, "description": description, "definition": definition or {}})
    row = work.add(Journey(
        **values, state="draft", trigger="", number=0, creator_id=work.actor.id, created_at=work.now,
        updated_at=work.now,
    ))  # fmt: skip
    work.record("journey.created", row, journey=row.name)
    return row.id


@use_case(Permission.AUTOMATION_WRITE)
def change(work: Work, journey_id: int, values: Mapping[str, Any], *, version: int | None = None) -> None:
    """Change name, description or the draft; who is on a published version notices nothing.

    Raises:
        NotFound, Invalid: as in ``create``. Conflict: the name is taken, or somebody changed it meanwhile.
    """
    row = work.fresh(Journey, journey_id, version)
    for name, value in _checked(values).items():
        setattr(row, name, value)
    row.updated_at = work.now
    work.record("journey.changed", row, journey=row.name)


@use_case(Permission.AUTOMATION_MANAGE)
def publish(work: Work, journey_id: int, *, version: int | None = None) -> int:
    """Make the draft the version that newcomers follow, and the journey live; returns the version's number.

    The words of its e-mails are kept as they are now.

    Raises:
        NotFound: there is none. Invalid: by place, what is wrong. Conflict: it was changed meanwhile.
    """
    row = work.fresh(Journey, journey_id, version)
    if row.state == "archived":
        raise Conflict(f"“{row.name}” was put away. Bring it back first.")
    wrong = problems(work, row.draft)
    if wrong:
        raise Invalid("This journey needs correcting before it begins.", fields=wrong)
    definition = definitions.read(row.draft)
    row.number += 1
    messages = mailing.freeze(work, row, row.number, definition)
    work.add(JourneyVersion(
        journey_id=row.id, number=row.number, definition=row.draft, messages=messages,
        publisher_id=work.actor.id, published_at=work.now,
    ))  # fmt: skip
    row.trigger, row.state, row.swept_at, row.updated_at = definition.when.on, "live", None, work.now
    work.record("journey.published", row, journey=row.name, number=row.number)
    return row.number


@use_case(Permission.AUTOMATION_MANAGE)
def pause(work: Work, journey_id: int) -> None:
    """Let nobody in and do no step until it is resumed; who is on it stays where they are.

    What happens in the meantime does not count afterwards.

    Raises:
        NotFound: there is none. Conflict: it is not live.
    """
    row = _in_state(work, journey_id, "live")
    row.state, row.updated_at = "paused", work.now
    work.record("journey.paused", row, journey=row.name)


@use_case(Permission.AUTOMATION_MANAGE)
def resume(work: Work, journey_id: int) -> None:
    """Go on where it was paused; steps that became due meanwhile are done now.

    Raises:
        NotFound: there is none. Conflict: it is not paused.
    """
    row = _in_state(work, journey_id, "paused")
    row.state, row.swept_at, row.updated_at = "live", None, work.now
    work.record("journey.resumed", row, journey=row.name)


@use_case(Permission.AUTOMATION_MANAGE)
def archive(work: Work, journey_id: int) -> None:
    """Put a journey away; runs that are under way end here.

    Raises:
        NotFound: there is none.
    """
    row = work.get(Journey, journey_id)
    row.state, row.updated_at = "archived", work.now
    count = work.run(sql.stop_all(row.id, "the journey was put away", work.now))
    work.record("journey.archived", row, journey=row.name, stopped=count)


@use_case(Permission.AUTOMATION_MANAGE)
def restore(work: Work, journey_id: int) -> None:
    """Bring a journey back that was put away; it waits as a draft, or paused once it was published.

    Raises:
        NotFound: there is none. Conflict: it was not put away.
    """
    row = _in_state(work, journey_id, "archived")
    row.state, row.updated_at = ("paused" if row.number else "draft"), work.now
    work.record("journey.restored", row, journey=row.name)


def _in_state(work: Work, journey_id: int, state: str) -> Journey:
    row = work.get(Journey, journey_id)
    if row.state != state:
        raise Conflict(f"“{row.name}” is {row.state}, not {state}.")
    return row


def _is_broken(wrong: Mapping[str, str]) -> bool:
    """Is so much wrong that the journey cannot even be shown?"""
    return "when" in wrong


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    wrong: dict[str, str] = {name: "A journey has no such field." for name in values if name not in FIELDS}
    found: dict[str, Any] = {}
    if "name" in values:
        name = one_line(clean(str(values["name"] or "")))
        if not 0 < len(name) <= lengths.of(Journey)["name"]:
            wrong["name"] = "Give the journey a name of at most 120 characters."
        found |= {"name": name, "name_key": fold(name)}
    if "description" in values:
        found["description"] = clean(str(values["description"] or ""))[:LONGEST_DESCRIPTION]
    if "definition" in values:
        draft = values["definition"]
        if isinstance(draft, Mapping):
            found["draft"] = dict(draft)
        else:
            wrong["definition"] = "A journey is an object with “when” and “steps”."
    if wrong:
        raise Invalid("This journey needs correcting.", fields=wrong)
    return found
