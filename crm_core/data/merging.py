"""Merging two records into one, and parting them again at any time."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm_core.data import merge_rules as rules
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.people import counts, naming, points
from crm_core.people import rules as people_rules
from db.base import Base
from db.models import Account, Contact, ContactPoint, Merge
from db.queries import merging as sql

RECORDS: dict[str, type[Base]] = {"contacts": Contact, "accounts": Account}
TABLES: dict[str, type[Base]] = {
    mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
}
NOUNS = {"contacts": "contact", "accounts": "account"}


@dataclass(frozen=True)
class Preview:
    """What a merge will make: each column with the value of both sides and the one that comes out."""

    keep_id: int
    drop_id: int
    keep: Mapping[str, Any]
    drop: Mapping[str, Any]
    result: Mapping[str, Any]
    moves: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Parted:
    """What parting two merged records did, and what stays because somebody changed it since."""

    keep_id: int
    drop_id: int
    kept_fields: tuple[str, ...] = ()
    since: int = 0


@use_case(Permission.DUPLICATES_MERGE, read=True)
def preview(
    work: Work, record: str, keep_id: int, drop_id: int, choices: Mapping[str, str] | None = None
) -> Preview:
    """Show what ``merge`` with the same arguments would make.

    Raises:
        NotFound: one of them does not exist or is not yours to see.
        Invalid: both are the same record, or there is no such kind.
    """
    keep, drop = _both(work, record, keep_id, drop_id)
    left, right = _columns(keep), _columns(drop)
    moves: dict[str, int] = {}
    for model, column in sql.references(type(keep)):
        count = len(work.scalars(sql.referring(model, column, drop_id)))
        if count:
            moves[model.__tablename__] = moves.get(model.__tablename__, 0) + count
    return Preview(keep_id, drop_id, left, right, rules.combined(left, right, choices or {}), moves)


@use_case(Permission.DUPLICATES_MERGE)
def merge(
    work: Work,
    record: str,
    keep_id: int,
    drop_id: int,
    choices: Mapping[str, str] | None = None,
    *,
    batch_id: int | None = None,
) -> int:
    """Merge the second record into the first and return the number of the merge, which ``unmerge`` takes.

    Everything that referred to the second refers to the first: touchpoints, tags, consents, ways to reach,
    people of a company, its history. An opt-out of either stays an opt-out.

    Args:
        record: ``contacts`` or ``accounts``.
        choices: ``{column: "drop"}`` where the second one's value shall win.

    Raises:
        NotFound: one of them does not exist or is not yours to see.
    """
    keep, drop = _both(work, record, keep_id, drop_id)
    with counts.kept(work, [keep_id, drop_id]) if record == "contacts" else nullcontext():
        before = {"keep": _frozen(keep), "drop": _frozen(drop)}
        result = rules.combined(_columns(keep), _columns(drop), choices or {})
        if result.get("parent_id") in (keep_id, drop_id):
            result["parent_id"] = None
        drop.deleted_at = work.now
        work.flush()
        moved, removed = _move(work, type(keep), keep_id, drop_id)
        for name, value in result.items():
            setattr(keep, name, value)
        keep.updated_at = work.now
        added = _add_reachable(work, keep, before["keep"], before["drop"])
        _derive(work, keep)
    trace = {f"{NOUNS[record]}_id": keep_id}
    row = work.add(
        Merge(
            record=record, keep_id=keep_id, drop_id=drop_id, batch_id=batch_id, before=before,
            after={"keep": _frozen(keep)}, moved=moved, removed=removed, added=added, merged_at=work.now,
            actor_id=work.actor.id, **trace,
        )
    )  # fmt: skip
    work.flush()
    work.run(sql.settle_pairs(record, keep_id, drop_id, "merged", "open"))
    work.record(f"{NOUNS[record]}.merged", keep, merge_id=row.id, with_id=drop_id, with_name=_name(drop))
    return row.id


@use_case(Permission.DUPLICATES_MERGE)
def unmerge(work: Work, merge_id: int) -> Parted:
    """Part two merged records: both get back what they had; what people changed since stays and is named.

    Raises:
        NotFound: no such merge within reach.
        Conflict: parted already, or a later merge of the same record has to be parted first.
    """
    row = work.get(Merge, merge_id)
    if row.undone_at is not None:
        raise Conflict("These two were parted already.")
    later = work.scalar(sql.standing(row.record, row.keep_id, row.id))
    if later is not None:
        raise Conflict(f"Part the later merge first (number {later.id}); then this one can be parted.")
    model = RECORDS[row.record]
    keep = work.get(model, row.keep_id, with_deleted=True)
    with counts.kept(work, [row.keep_id, row.drop_id]) if row.record == "contacts" else nullcontext():
        stays = _restore_keep(work, keep, row)
        _move_back(work, row)
        work.run(sql.set_columns(model, row.drop_id, _thawed(model, row.before["drop"])))
        work.session.expire_all()
        keep = work.get(model, row.keep_id, with_deleted=True)
        if stays:
            _derive(work, keep)
        elif isinstance(keep, Account):
            naming.reach_people(work, keep)
    if row.record == "accounts":
        naming.reach_people(work, work.get(Account, row.drop_id, with_deleted=True))
    row.undone_at = work.now
    work.run(sql.settle_pairs(row.record, row.keep_id, row.drop_id, "open", "merged"))
    work.record(f"{NOUNS[row.record]}.unmerged", keep, merge_id=row.id, with_id=row.drop_id)
    return Parted(row.keep_id, row.drop_id, tuple(stays), len(stays))


def _both(work: Work, record: str, keep_id: int, drop_id: int) -> tuple[Any, Any]:
    if record not in RECORDS:
        raise Invalid("Only contacts and accounts can be merged.")
    if keep_id == drop_id:
        raise Invalid("This is one record already: choose two different ones.")
    return work.get(RECORDS[record], keep_id), work.get(RECORDS[record], drop_id)


def _columns(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in type(row).__mapper__.column_attrs}


def _frozen(row: Base) -> dict[str, Any]:
    """The columns as JSON can hold them."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in _columns(row).items()
    }


def _thawed(model: type[Base], columns: Mapping[str, Any]) -> dict[str, Any]:
    """Frozen columns as the table takes them; the version goes on, so that open forms notice."""
    result: dict[str, Any] = {}
    for name, value in columns.items():
        is_instant = name.endswith("_at") and isinstance(value, str)
        result[name] = datetime.fromisoformat(value) if is_instant else value
    if "version" in result:
        result["version"] = model.version + 1  # type: ignore[attr-defined]
    return result


def _move(work: Work, model: type[Base], keep_id: int, drop_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let everything refer to the record that stays; what that one has already is removed."""
    moved: dict[str, Any] = {}
    removed: dict[str, Any] = {}
    for table, column in sql.references(model):
        rows = work.scalars(sql.referring(table, column, drop_id))
        if not rows:
            continue
        doubles = _doubles(work, table, column, keep_id, rows)
        place = f"{table.__tablename__}.{column}"
        if doubles:
            removed[table.__tablename__] = removed.get(table.__tablename__, []) + [
                _frozen(one) for one in doubles
            ]
            work.run(sql.remove(table, [one.id for one in doubles]))
        # A company may be the parent of the one that it is merged into: nobody is its own parent.
        itself = keep_id if table is model else None
        keys = [one.id for one in rows if one not in doubles and one.id != itself]
        moved[place] = keys
        work.run(sql.move(table, column, keys, keep_id, drop_id))
        for one in rows:
            work.session.expire(one) if one not in doubles else work.session.expunge(one)
    return moved, removed


def _doubles(work: Work, table: type[Base], column: str, keep_id: int, rows: list[Any]) -> list[Any]:
    found: list[Any] = []
    for others in sql.unique_with(table, column):
        there = {
            tuple(getattr(one, name) for name in others)
            for one in work.scalars(sql.referring(table, column, keep_id))
        }
        found += [
            one for one in rows if tuple(getattr(one, name) for name in others) in there and one not in found
        ]
    return found


def _add_reachable(work: Work, keep: Any, *before: Mapping[str, Any]) -> dict[str, Any]:
    """E-mails and phones of both that did not become the first one's own become further ways to reach it."""
    if not isinstance(keep, Contact):
        return {}
    known = {(one.kind, one.value_key) for one in points.of(work, keep.id)}
    known.add(("email", keep.email))
    known |= {("phone", points.key("phone", one)) for one in (keep.phone, keep.mobile)}
    added: list[int] = []
    ways = (("email", "email"), ("phone", "phone"), ("phone", "mobile"))
    for kind, value in ((kind, one[name]) for one in before for kind, name in ways):
        if value and (kind, points.key(kind, value)) not in known:
            point = ContactPoint(
                contact_id=keep.id, kind=kind, value=value, value_key=points.key(kind, value), label=""
            )
            known.add((kind, point.value_key))
            work.add(point)
            work.flush()
            added.append(point.id)
    return {"contact_points": added} if added else {}


def _derive(work: Work, row: Any) -> None:
    """Bring names and search text in line with what was merged."""
    if isinstance(row, Contact):
        naming.derive(row, points.reachable(points.of(work, row.id)))
        return
    for name, value in people_rules.derived_of_account(_columns(row)).items():
        setattr(row, name, value)
    work.flush()
    naming.reach_people(work, row)


def _restore_keep(work: Work, keep: Any, row: Merge) -> list[str]:
    """Give the first one back what it had, except what was changed since: those columns are returned."""
    now, after, before = _frozen(keep), row.after["keep"], row.before["keep"]
    books = {"version", "updated_at"}
    stays = [name for name in after if name not in books and now.get(name) != after[name] != before.get(name)]
    stays = [name for name in stays if name not in rules.NEVER]
    back = {name: value for name, value in before.items() if name not in (*stays, *rules.FOLLOWS)}
    work.run(sql.set_columns(type(keep), keep.id, _thawed(type(keep), back)))
    return stays


def _move_back(work: Work, row: Merge) -> None:
    for table, keys in row.added.items():
        work.run(sql.remove(TABLES[table], keys))
    for place, keys in row.moved.items():
        table, column = place.split(".")
        work.run(sql.move(TABLES[table], column, keys, row.drop_id, row.keep_id))
    for table, rows in row.removed.items():
        for one in rows:
            columns = {key: value for key, value in _thawed(TABLES[table], one).items() if key != "version"}
            work.run(sql.put_back(TABLES[table], columns))


def _name(row: Any) -> str:
    return str(row.name)
