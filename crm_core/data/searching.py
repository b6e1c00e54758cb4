"""Searching for duplicates: read the records, compare them without the database, store what is found."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from crm_core.data import pairing, record_kinds, thresholds
from crm_core.data.blocking import Mask
from crm_core.data.comparing import TOP
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from db.models import DuplicatePair
from db.queries import duplicates as sql

CHUNK = 20_000
FORGOTTEN_AT_ONCE = 500
LAST_DIGITS = 9
WORDS = {"top": "same", "high": "nearly the same", "middle": "similar", "low": "different"}
_COLUMNS = (
    "record", "left_id", "right_id", "probability", "is_strong", "verdict", "state", "reasons", "found_at",
)  # fmt: skip


class Pair(NamedTuple):
    """Two records that are alike; the number on the left is the smaller one."""

    left_id: int
    right_id: int
    probability: float
    is_strong: bool
    reasons: dict[str, str]


@dataclass(frozen=True)
class Records:
    """What is compared: numbers and folded texts; ``fresh`` marks what is new or changed, None is all."""

    ids: NDArray[np.int64]
    texts: Mapping[str, list[str]]
    fresh: Mask | None = None

    @property
    def compared(self) -> int:
        """How many records a search compares with all."""
        return len(self.ids) if self.fresh is None else int(self.fresh.sum())


@dataclass(frozen=True)
class Compared:
    """The pairs that are worth keeping, and what was learned while comparing."""

    pairs: list[Pair]
    model: dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What a search for duplicates found."""

    records: int
    sure: int
    maybe: int


def find(who: Actor, record: str) -> Found:
    """Search all records that this person sees for duplicates; decisions that were made stay made.

    Comparing takes minutes among a million records, so no transaction is open meanwhile.

    Args:
        who: a person who may merge, or the operator.
        record: ``contacts`` or ``accounts``.

    Raises:
        Invalid: another kind of record.
        NotAllowed: the role does not include merging.
    """
    records = read(who, record)
    return store(who, record, compare(record, records), records)


@use_case(Permission.DUPLICATES_MERGE, read=True)
def read(work: Work, record: str, since: datetime | None = None) -> Records:
    """All records, in chunks; equal texts are kept once. ``since`` marks what is new or changed as fresh.

    Raises:
        Invalid: no such kind of record.
    """
    if record not in sql.FIELDS:
        raise Invalid("Duplicates are searched among contacts or accounts.")
    names = sql.FIELDS[record]
    texts: dict[str, list[str]] = {name: [] for name in names}
    folded: dict[str, dict[str | None, str]] = {name: {} for name in names}
    ids: list[int] = []
    while rows := work.tuples(sql.compared(record, ids[-1] if ids else 0, CHUNK)):
        columns = list(zip(*rows, strict=True))
        ids.extend(columns[0])
        for name, values in zip(names, columns[1:], strict=True):
            texts[name].extend(_folded(name, values, folded[name]))
    if "mobile" in texts:
        phones = zip(texts["phone"], texts.pop("mobile"), strict=True)
        texts["phone"] = [phone or mobile for phone, mobile in phones]
    numbers = np.array(ids, np.int64)
    fresh = None if since is None else np.isin(numbers, work.scalars(sql.changed(record, since)))
    return Records(numbers, texts, fresh)


def compare(record: str, records: Records, learned: Mapping[str, Any] | None = None) -> Compared:
    """Compare the records that ``read`` gave, without the database.

    Args:
        record: ``contacts`` or ``accounts``.
        records: all of them; where some are fresh, only those are compared with all.
        learned: the model of an earlier search; without it, it is learned from these records.
    """
    if len(records.ids) < 2 or not records.compared:
        return Compared([], dict(learned or {}))
    if record == "contacts":
        kind, columns = record_kinds.CONTACTS, record_kinds.contact_columns(records.texts)
    else:
        kind, columns = record_kinds.ACCOUNTS, record_kinds.account_columns(records.texts)
    found = pairing.find(kind, columns, records.fresh, learned)
    return Compared(list(_worth_keeping(found, records.ids)), found.model.facts())


@use_case(Permission.DUPLICATES_MERGE)
def store(work: Work, record: str, compared: Compared, records: Records) -> Found:
    """Replace the pairs of the compared records by these, without those that somebody decided about."""
    known = {tuple(pair) for pair in work.tuples(sql.settled(record))}
    _forget(work, record, records)
    limits = thresholds.get(work)
    child = "contact_id" if record == "contacts" else "account_id"
    rows, tally = [], Counter[str]()
    for pair in compared.pairs:
        if pair[:2] not in known:
            verdict = limits.verdict(pair.probability, is_strong=pair.is_strong)
            state = "low" if verdict == "not" else "open"
            left, right, probability, is_strong, reasons = pair
            decided = (probability, is_strong, verdict, state, reasons, work.now, left)
            rows.append((record, left, right, *decided))
            tally[verdict] += 1
    work.insert(DuplicatePair, (*_COLUMNS, child), rows)
    return Found(records.compared, tally["sure"], tally["maybe"])


def _forget(work: Work, record: str, records: Records) -> None:
    """Remove the undecided pairs of what was compared."""
    if records.fresh is None:
        work.run(sql.forget_undecided(record))
        return
    fresh = set(records.ids[records.fresh].tolist())
    gone = [key for key, *sides in work.tuples(sql.undecided(record)) if not fresh.isdisjoint(sides)]
    for first in range(0, len(gone), FORGOTTEN_AT_ONCE):
        work.run(sql.forget(gone[first : first + FORGOTTEN_AT_ONCE]))


def _folded(name: str, values: Sequence[str | None], known: dict[str | None, str]) -> Iterator[str]:
    read_one = _digits if name in ("phone", "mobile") else _plain
    for value in values:
        text = known.get(value)
        if text is None:
            text = known[value] = read_one(value)
        yield text


def _worth_keeping(found: pairing.Pairs, ids: NDArray[np.int64]) -> Iterator[Pair]:
    strong = pairing.strong(found)
    for place in np.flatnonzero(found.probability >= thresholds.LEAST):
        left, right = sorted((int(ids[found.left[place]]), int(ids[found.right[place]])))
        reasons = {name: _words(found, name, level) for name, (level, _) in found.reasons(int(place)).items()}
        yield Pair(left, right, round(float(found.probability[place]), 4), bool(strong[place]), reasons)


def _words(found: pairing.Pairs, name: str, level: int) -> str:
    kind = next(one.kind for one in found.fields if one.name == name)
    if level == TOP[kind]:
        return WORDS["top"]
    if level == 1:
        return WORDS["low"]
    return WORDS["high"] if level == TOP[kind] - 1 else WORDS["middle"]


def _plain(text: str | None) -> str:
    return fold(text or "")


def _digits(phone: str | None) -> str:
    return "".join(filter(str.isdigit, phone or ""))[-LAST_DIGITS:]
