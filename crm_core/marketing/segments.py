"""Segments: parts of all contacts under a name, by a rule or as a static list."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import personas, rule_text
from crm_core.marketing.segment_types import NewSegment, SampleRow, SegmentDayRow, SegmentRow, Use
from crm_core.marketing.segment_uses import names_in, segments_with, uses_of
from crm_core.people import custom_fields, listing
from crm_core.people.rule_moment import moment
from crm_core.people.types import Chosen, Selection
from db import rule_store
from db.models import Segment
from db.queries import rules as rule_sql
from db.queries import segments as sql
from db.rule_tree import Leaf, Rule

SHOWN_DAYS: Final = timedelta(days=60)
LONGEST_NAME: Final = 120
MOST_MEMBERS: Final = 200_000


@use_case(Permission.SEGMENTS_READ, read=True)
def search(work: Work, *, with_archived: bool = False) -> list[SegmentRow]:
    """All segments by name, with their sizes of the last sixty days."""
    rows: list[Segment] = work.scalars(sql.search(with_archived=with_archived))
    since = (work.now - SHOWN_DAYS).date()
    days: dict[int, list[SegmentDayRow]] = {}
    for key, *day in work.tuples(sql.days([row.id for row in rows], since)) if rows else ():
        days.setdefault(key, []).append(SegmentDayRow(*day))
    return [_shape(row, tuple(days.get(row.id, ()))) for row in rows]


@use_case(Permission.SEGMENTS_READ, read=True)
def get(work: Work, segment_id: int) -> SegmentRow:
    """One segment.

    Raises:
        NotFound: there is none.
    """
    row = work.get(Segment, segment_id)
    days = work.tuples(sql.days([row.id], (work.now - SHOWN_DAYS).date()))
    return _shape(row, tuple(SegmentDayRow(*day) for _, *day in days))


@use_case(Permission.SEGMENTS_EDIT)
def create(work: Work, new: NewSegment) -> int:
    """Make a segment; returns its number. It is counted at the next look of the worker, or when asked.

    Raises:
        Invalid: no name, a rule that cannot be read, or one that asks for the segment itself.
        Conflict: the name is in use.
    """
    row = Segment(creator_id=work.actor.id, created_at=work.now, updated_at=work.now)
    _put(work, row, new)
    work.add(row)
    work.record("segment.created", row, segment=row.name)
    return row.id


@use_case(Permission.SEGMENTS_EDIT)
def change(work: Work, segment_id: int, new: NewSegment, *, version: int | None = None) -> None:
    """Make a segment what the form says. A rule stays a rule, and a list a list.

    Raises:
        NotFound: there is none.
        Invalid: as in ``create``; or a list should become a rule.
        Conflict: the name is in use, somebody was quicker, or other rules ask for the old name.
    """
    row = work.fresh(Segment, segment_id, version)
    if new.is_static != row.is_static:
        raise Invalid("A static list stays a list, and a rule a rule. Make a new segment instead.")
    if fold(new.name) != row.name_key:
        places = uses_of(work, row)
        if any(use.kind != "coupon" for use in places):
            named = ", ".join(f"{use.kind} “{use.name}”" for use in places[:3])
            raise Conflict(f"“{row.name}” is asked for by its name: {named}. Change those first.")
    _put(work, row, new)
    changed = work.changes(row)
    if changed["changes"]:
        row.updated_at = work.now
        work.record("segment.changed", row, segment=row.name, **changed)


@use_case(Permission.SEGMENTS_EDIT)
def archive(work: Work, segment_id: int) -> None:
    """Put a segment away: it is neither counted nor offered any more, but what it was stays.

    Raises:
        NotFound: there is none.
    """
    row = work.get(Segment, segment_id)
    if row.archived_at is None:
        row.archived_at = work.now
        work.record("segment.archived", row, segment=row.name)


@use_case(Permission.SEGMENTS_EDIT)
def restore(work: Work, segment_id: int) -> None:
    """Bring a segment back that was put away.

    Raises:
        NotFound: there is none.
    """
    row = work.get(Segment, segment_id)
    if row.archived_at is not None:
        row.archived_at, row.counted_at = None, None
        work.record("segment.restored", row, segment=row.name)


@use_case(Permission.SEGMENTS_READ, read=True)
def uses(work: Work, segment_id: int) -> list[Use]:
    """What depends on a segment: campaigns, coupons, other segments and saved lists."""
    return uses_of(work, work.get(Segment, segment_id))


@use_case(Permission.SEGMENTS_READ, read=True)
def count(work: Work, rule: Rule) -> int:
    """How many contacts a checked rule means now, of those the person may see."""
    now = replace(moment(work), is_of_all=work.actor.scope.owner_ids is None)
    return int(work.scalar(sql.how_many(rule_sql.condition(rule, now))) or 0)


@use_case(Permission.SEGMENTS_READ, read=True)
def sample(work: Work, rule: Rule, most: int = 5) -> list[SampleRow]:
    """Some of the contacts that a checked rule means, the newest first."""
    return work.rows(sql.sample(rule_sql.condition(rule, moment(work)), most), SampleRow)


@use_case(Permission.SEGMENTS_READ, read=True)
def rule_of(work: Work, segment_id: int) -> Rule:
    """The checked rule of a segment; of a static list, one that means its members.

    Raises:
        NotFound: there is none.
    """
    return _rule_of(work.get(Segment, segment_id))


def condition(work: Work, segment_id: int) -> Any:
    """Who is in a segment at this moment, as a condition on contacts for statements of ``db.queries``."""
    return rule_sql.condition(rule_of(work, segment_id), moment(work))


@use_case(Permission.SEGMENTS_EDIT)
def add_members(work: Work, segment_id: int, chosen: Chosen) -> int:
    """Put contacts on a static list, as far as the person sees them; returns how many are new on it.

    Raises:
        NotFound: there is no such list.
        Invalid: the segment is a rule.
    """
    row = _list(work, segment_id)
    ids = _ids(work, chosen)
    added = enter(work, row.id, sql.of_contacts(ids)) if ids else 0
    return _counted(work, row, added, "segment.members_added")


@use_case(Permission.SEGMENTS_EDIT)
def remove_members(work: Work, segment_id: int, chosen: Chosen) -> int:
    """Take contacts off a static list; returns how many were on it.

    Raises:
        NotFound: there is no such list.
        Invalid: the segment is a rule.
    """
    row = _list(work, segment_id)
    ids = _ids(work, chosen)
    removed = work.run(sql.take_out(row.id, ids, work.now)) if ids else 0
    return _counted(work, row, removed, "segment.members_removed")


def enter(work: Work, segment_id: int, wanted: Any) -> int:
    """Note that everybody whom a condition means is in a segment from now on; returns how many are new."""
    new = int(work.scalar(sql.how_many(sql.newcomers(segment_id, wanted))) or 0)
    if new:  # counted first, because not every driver tells how many rows a statement inserted
        work.run(sql.enter(segment_id, wanted, work.now))
    return new


def _counted(work: Work, row: Segment, moved: int, name: str) -> int:
    if moved:
        row.size, row.updated_at = int(work.as_system().scalar(sql.size(row.id)) or 0), work.now
        work.record(name, row, segment=row.name, count=moved)
    return moved


def _ids(work: Work, chosen: Chosen) -> Sequence[int]:
    return sorted(set(listing.ids(work, chosen, MOST_MEMBERS) if isinstance(chosen, Selection) else chosen))


def _list(work: Work, segment_id: int) -> Segment:
    row = work.get(Segment, segment_id)
    if not row.is_static:
        raise Invalid(f"“{row.name}” follows a rule: change the rule, or make a static list.")
    return row


def _put(work: Work, row: Segment, new: NewSegment) -> None:
    """Check what was given and make the row so."""
    name = clean(new.name)
    if not name or len(name) > LONGEST_NAME:
        hint = f"Give the segment a name of at most {LONGEST_NAME} characters."
        raise Invalid(hint, fields={"name": hint})
    there: Segment | None = work.scalar(sql.by_key(fold(name)))
    if there is not None and there.id != row.id:
        away = " (it was put away; bring it back instead)" if there.archived_at else ""
        raise Conflict(f"There is a segment “{there.name}” already{away}. Choose another name.")
    row.name, row.name_key, row.description = name, fold(name), clean(new.description)
    row.is_static, row.portrait = new.is_static, personas.checked(new.portrait)
    if new.is_static:
        row.rule, row.tree = "", {}
        return
    rule = rule_text.read(new.rule, custom_fields.search(work, "contacts"))
    _refuse_circle(work, rule, row.name_key, name)
    line, tree = rule_text.write(rule), rule_store.dump(rule)
    if line != row.rule:
        row.rule, row.tree, row.counted_at = line, tree, None


def _refuse_circle(work: Work, rule: Rule, key: str, name: str) -> None:
    """A segment that asks for itself, by whatever detour, would never end."""
    asked, open_ones = set[str](), names_in(rule)
    while open_ones:
        inner = open_ones.pop()
        if inner == key:
            raise Invalid(f"The rule of “{name}” would ask for “{name}” itself. Leave that segment out.")
        if inner not in asked:
            asked.add(inner)
            if (found := work.scalar(sql.by_key(inner))) is None:
                raise Invalid(f"There is no segment “{inner}”. Choose another one.")
            open_ones |= segments_with(found)


def _rule_of(row: Segment) -> Rule:
    return Leaf("segment", rule_sql.MEMBERS, "is", (row.id,)) if row.is_static else rule_store.load(row.tree)


def _shape(row: Segment, days: tuple[SegmentDayRow, ...]) -> SegmentRow:
    portrait = {str(name): str(text) for name, text in row.portrait.items()}
    return SegmentRow(
        row.id, row.version, row.name, row.description, row.rule, row.is_static, portrait, row.size,
        row.counted_at, row.archived_at, days,
    )  # fmt: skip
