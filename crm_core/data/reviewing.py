"""Two records side by side, field by field, for a person who decides whether and how they become one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crm_core.data import duplicates, merging
from crm_core.data.duplicates import PairRow
from crm_core.data.merge_rules import DROP
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from db.queries import duplicates as sql

_AT: Final = ("street", "city", "state", "postal_code", "country")
# Field names as people know them, in the order of reading; where the column has another name, that too.
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "contacts": (
        "salutation", "first_name", "middle_name", "last_name", "email", "phone", "mobile", "company",
        "job_title", "department", *_AT, "birthday", "language", "time_zone", "owner", "lifecycle",
        "lead_status", "rating", "source", "campaign", "industry", "preferred_channel", "card_number",
        "external_id", "email_consent", "likes", "dislikes", "notes", "created_at",
    ),
    "accounts": (
        "company", "website", "industry", "type", "employees", "annual_revenue", "phone", *_AT, "owner",
        "parent", "external_id", "description", "created_at",
    ),
}  # fmt: skip
_COLUMNS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "contacts": {
        "company": ("account_id", "company"),
        "owner": ("owner_id",),
        "email_consent": ("email_opt",),
    },
    "accounts": {
        "company": ("name",),
        "website": ("website", "domain"),
        "annual_revenue": ("annual_revenue", "currency"),
        "owner": ("owner_id",),
        "parent": ("parent_id",),
    },
}  # fmt: skip
_DECIDED_BY_RULE: Final = frozenset(
    {"external_id", "email_consent", "likes", "dislikes", "notes", "description", "created_at"}
)


@dataclass(frozen=True)
class Line:
    """One field of both records, and what comes out; ``is_open`` where a person may choose a side."""

    field: str
    left: Any
    right: Any
    result: Any
    is_open: bool

    @property
    def is_alike(self) -> bool:
        """Do both say the same?"""
        return bool(self.left == self.right)


@dataclass(frozen=True)
class Review:
    """A pair as a person reviews it: ``keep_id`` stays, and ``moves`` says how many rows follow, by table."""

    pair: PairRow
    keep_id: int
    lines: tuple[Line, ...]
    moves: Mapping[str, int]
    created_at: Mapping[int, datetime]
    filled: Mapping[int, int]

    @property
    def drop_id(self) -> int:
        """The record that goes into the other one."""
        return self.pair.right_id if self.keep_id == self.pair.left_id else self.pair.left_id


@use_case(Permission.DUPLICATES_MERGE, read=True)
def compare(
    work: Work,
    record: str,
    pair_id: int,
    keep_id: int | None = None,
    choices: Mapping[str, int] | None = None,
) -> Review:
    """Show what ``merge`` with the same arguments would make of an open pair.

    Args:
        work: the open transaction.
        record: ``contacts`` or ``accounts``.
        pair_id: which pair.
        keep_id: the record that stays; None for the fuller one, or the older one where both are as full.
        choices: ``{field: the record whose value stays}``; elsewhere that of the record that stays.

    Raises:
        NotFound: the pair is no longer open, or not yours to see.
    """
    pair = duplicates.get(work, record, pair_id)
    keep_id = keep_id if keep_id in (pair.left_id, pair.right_id) else _usual(work, record, pair)
    drop_id = pair.right_id if keep_id == pair.left_id else pair.left_id
    seen = merging.preview(work, record, keep_id, drop_id, _columns(record, drop_id, choices or {}))
    left, right = (seen.keep, seen.drop) if keep_id == pair.left_id else (seen.drop, seen.keep)
    lines = tuple(_lines(work, record, left, right, seen.result))
    return Review(
        pair, keep_id, lines, seen.moves,
        {pair.left_id: left["created_at"], pair.right_id: right["created_at"]},
        {pair.left_id: sum(_is_filled(line.left) for line in lines),
         pair.right_id: sum(_is_filled(line.right) for line in lines)},
    )  # fmt: skip


@use_case(Permission.DUPLICATES_MERGE)
def merge(work: Work, record: str, pair_id: int, keep_id: int, choices: Mapping[str, int]) -> int:
    """Merge an open pair as ``compare`` showed it; returns the number of the merge, which can be parted.

    Raises:
        NotFound: the pair is no longer open, or not yours to see.
    """
    pair = duplicates.get(work, record, pair_id)
    keep_id, drop_id = sorted((pair.left_id, pair.right_id), key=lambda key: key != keep_id)
    return merging.merge(work, record, keep_id, drop_id, _columns(record, drop_id, choices))


def _usual(work: Work, record: str, pair: PairRow) -> int:
    found = work.tuples(sql.completeness(record, [pair.left_id, pair.right_id]))
    return int(min(found, key=duplicates.staying)[0])


def _columns(record: str, drop_id: int, choices: Mapping[str, int]) -> dict[str, str]:
    """The choices as merging takes them: by column, where the one that goes wins."""
    taken = [name for name, key in choices.items() if key == drop_id and name not in _DECIDED_BY_RULE]
    return {column: DROP for name in taken for column in _COLUMNS[record].get(name, (name,))}


def _lines(
    work: Work, record: str, left: Mapping[str, Any], right: Mapping[str, Any], result: Mapping[str, Any]
) -> list[Line]:
    """All fields that one side fills, in the order of reading, the admin's own ones at the end."""
    names = _names_of_parents(work, left, right, result)
    sides = [{**_shown(record, side, names)} for side in (left, right, result)]
    found = []
    for name in dict.fromkeys((*_FIELDS[record], *sides[0], *sides[1])):
        ours, theirs, made = (side.get(name) for side in sides)
        if _is_filled(ours) or _is_filled(theirs):
            is_open = _is_filled(ours) and _is_filled(theirs) and ours != theirs
            found.append(Line(name, ours, theirs, made, is_open and name not in _DECIDED_BY_RULE))
    return found


def _shown(record: str, columns: Mapping[str, Any], parents: Mapping[int, str]) -> dict[str, Any]:
    shown = {name: columns.get(_COLUMNS[record].get(name, (name,))[-1]) for name in _FIELDS[record]}
    if record == "accounts":
        shown["website"] = columns["website"]
        shown["annual_revenue"] = columns["annual_revenue"]
        shown["parent"] = parents.get(columns["parent_id"] or 0)
    if shown.get("email_consent") == "unknown":
        shown["email_consent"] = None
    return {**shown, **{f"custom.{name}": value for name, value in columns["custom"].items()}}


def _names_of_parents(work: Work, *sides: Mapping[str, Any]) -> dict[int, str]:
    wanted = {side["parent_id"] for side in sides if side.get("parent_id")}
    if not wanted:
        return {}
    return dict(tuple(row) for row in work.tuples(sql.names("accounts", sorted(wanted))))


def _is_filled(value: Any) -> bool:
    return value not in (None, "", [], {})
