"""The same act on many contacts: few statements, one trace for each contact, and one to take it all back."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import NotFound
from crm_core.kernel.work import Work
from crm_core.people import counts, listing, tags
from crm_core.people.types import BulkDone, Chosen, Selection
from db.models import Activity, ContactTag
from db.queries import contacts as sql

CHUNK = 5_000
MOST = 5_000_000
_TRACE = (
    "id", "name", "subject_type", "subject_id", "contact_id", "actor_id", "actor_name",
    "happened_at", "recorded_at", "facts",
)  # fmt: skip


@dataclass(frozen=True)
class Act:
    """A kind of bulk act: what it is called, the column it sets, the trace it leaves, who may do it."""

    name: str
    column: str
    trace: str
    permission: Permission
    on_deleted: bool = False


ASSIGN = Act("assign", "owner_id", "contact.assigned", Permission.CONTACTS_ASSIGN)
LIFECYCLE = Act("lifecycle", "lifecycle", "contact.changed", Permission.CONTACTS_EDIT)
DELETE = Act("delete", "deleted_at", "contact.deleted", Permission.CONTACTS_DELETE)
RESTORE = Act("restore", "deleted_at", "contact.restored", Permission.CONTACTS_DELETE, on_deleted=True)
TAG = Act("tag", "tags", "contact.tagged", Permission.CONTACTS_EDIT)
UNTAG = Act("untag", "tags", "contact.untagged", Permission.CONTACTS_EDIT)
ACTS = {act.name: act for act in (ASSIGN, LIFECYCLE, DELETE, RESTORE, TAG, UNTAG)}


@dataclass
class Run:
    """One bulk act under way: the number of its trace, and the numbers of the traces it left so far."""

    work: Work
    act: Act
    token: int
    count: int = 0
    first: int = 0
    last: int = 0
    counted: counts.Tally = field(default_factory=Counter)

    def trace(self, name: str, facts: Iterable[tuple[int, dict[str, Any]]]) -> None:
        """Leave one activity for each contact: (contact id, what happened)."""
        entries = list(facts)
        if not entries:
            return
        work = self.work
        ids = work.reserve(Activity, len(entries))
        self.first, self.last = self.first or ids[0], ids[-1]
        self.count += len(entries)
        who = (work.actor.id, work.actor.name, work.now, work.now)
        rows = (
            (number, name, "contacts", contact_id, contact_id, *who, {**fact, "bulk": self.token})
            for number, (contact_id, fact) in zip(ids, entries, strict=True)
        )
        work.insert(Activity, _TRACE, rows)

    def finish(self, **facts: Any) -> BulkDone:
        """Keep the counts and leave the one trace that an undo starts from."""
        if not self.count:
            return BulkDone(0, None)
        counts.add(self.work, self.counted)
        told = {"act": self.act.name, "count": self.count, "steps": [self.first, self.last], **facts}
        announce(self.work, "contacts.bulk_changed", ("contacts", 0), told, self.token)
        # Rows that were read before are old now.
        self.work.session.expire_all()
        return BulkDone(self.count, self.token)


def set_column(work: Work, chosen: Chosen, act: Act, value: Any) -> BulkDone:
    """Give chosen contacts a value in one column; those that have it already are left alone.

    Raises:
        NotFound: none of the contacts exists within reach.
    """
    run = start(work, act)
    for rows in _chunks(work, chosen, with_deleted=act.on_deleted):
        affected = [row for row in rows if _differs(act, getattr(row, act.column), value)]
        apply(run, affected, value)
        run.trace(act.trace, ((row.id, _change(act, getattr(row, act.column), value)) for row in affected))
    return run.finish(value=_plain(value))


def tag(work: Work, chosen: Chosen, name: str) -> BulkDone:
    """Mark chosen contacts with a tag.

    Raises:
        NotFound: none of the contacts exists within reach. Invalid: this can be no tag.
    """
    wanted = tags.ensure(work, [name])[0]
    run = start(work, TAG)
    for rows in _chunks(work, chosen):
        ids = [row.id for row in rows]
        carrying = set(work.scalars(sql.tagged(ids, wanted.id)))
        link(work, wanted.id, missing := [one for one in ids if one not in carrying])
        run.trace(TAG.trace, ((one, {"tag": wanted.name}) for one in missing))
    return run.finish(tag=wanted.name, tag_id=wanted.id)


def untag(work: Work, chosen: Chosen, name: str) -> BulkDone:
    """Take a tag from chosen contacts.

    Raises:
        NotFound: none of the contacts exists within reach. Invalid: this can be no tag.
    """
    wanted = tags.find(work, name)
    run = start(work, UNTAG)
    for rows in _chunks(work, chosen):
        carrying = work.scalars(sql.tagged([row.id for row in rows], wanted.id)) if wanted else []
        if wanted and carrying:
            unlink(work, wanted.id, carrying)
            run.trace(UNTAG.trace, ((one, {"tag": wanted.name}) for one in sorted(carrying)))
    return run.finish(tag=wanted.name, tag_id=wanted.id) if wanted else BulkDone(0, None)


def start(work: Work, act: Act) -> Run:
    """Begin a bulk act: its number is taken first, so that every trace can name it."""
    return Run(work, act, work.reserve(Activity, 1)[0])


def apply(run: Run, rows: Collection[Any], value: Any) -> None:
    """Set the column of these rows and note how the kept numbers change."""
    if rows:
        run.work.run(sql.set_column([row.id for row in rows], run.act.column, value, run.work.now))
    for row in rows:
        after = {"owner_id": row.owner_id, "lifecycle": row.lifecycle, "deleted_at": row.deleted_at}
        for sign, state in ((-1, dict(after)), (1, after | {run.act.column: value})):
            if state["deleted_at"] is None:
                run.counted[state["owner_id"] or 0, state["lifecycle"]] += sign


def link(work: Work, tag_id: int, contact_ids: Sequence[int]) -> None:
    """Put a tag on contacts that do not carry it."""
    if contact_ids:
        work.insert(ContactTag, ("contact_id", "tag_id"), ((one, tag_id) for one in contact_ids))
        work.run(sql.touch(contact_ids, work.now))


def unlink(work: Work, tag_id: int, contact_ids: Sequence[int]) -> None:
    """Take a tag from contacts that carry it."""
    if contact_ids:
        work.run(sql.untag(contact_ids, [tag_id]))
        work.run(sql.touch(contact_ids, work.now))


def announce(
    work: Work, name: str, subject: tuple[str, int], facts: dict[str, Any], number: int | None = None
) -> None:
    """Leave a trace that is about many records at once, so about none of them."""
    activity = Activity(
        id=number, name=name, subject_type=subject[0], subject_id=subject[1], actor_id=work.actor.id,
        actor_name=work.actor.name, happened_at=work.now, recorded_at=work.now, facts=facts,
    )  # fmt: skip
    work.add(activity)
    work.flush()
    work.happened.append(activity)


def in_chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Some ids at a time: as many as one statement takes on both engines."""
    for begin in range(0, len(ids), CHUNK):
        yield ids[begin : begin + CHUNK]


def _chunks(work: Work, chosen: Chosen, *, with_deleted: bool = False) -> Iterator[Sequence[Any]]:
    ids = _resolve(work, chosen)
    found = 0
    for some in in_chunks(ids):
        rows = work.tuples(sql.locked(some, with_deleted=with_deleted))
        found += len(rows)
        yield rows
    if ids and not found:
        raise NotFound("None of these contacts exists, or they are not yours to see.")


def _resolve(work: Work, chosen: Chosen) -> list[int]:
    return sorted(set(listing.ids(work, chosen, MOST) if isinstance(chosen, Selection) else chosen))


def _differs(act: Act, old: Any, new: Any) -> bool:
    if act.column == "deleted_at":
        return (old is None) != (new is None)
    return bool(old != new)


def _change(act: Act, old: Any, new: Any) -> dict[str, Any]:
    return {"changes": {act.column: [_plain(old), _plain(new)]}}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
