"""Finding records that may be the same, remembering what people decide about them, merging the sure ones."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from crm_core.data import merging, pairing
from crm_core.data.comparing import TOP
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from db.models import Activity, DuplicatePair, Setting
from db.queries import duplicates as sql
from db.queries import merging as merge_sql

CHUNK = 20_000
LAST_DIGITS = 9
Pair = tuple[int, int, float, str, dict[str, str]]
WORDS = {"top": "same", "high": "nearly the same", "middle": "similar", "low": "different"}


@dataclass(frozen=True)
class PairRow:
    """Two records that may be the same: how probable that is, and why, field by field."""

    id: int
    left_id: int
    right_id: int
    left_name: str
    right_name: str
    probability: float
    verdict: str
    reasons: Mapping[str, str]


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
        record: ``contacts`` or ``accounts``.

    Raises:
        Invalid: another kind of record.
        NotAllowed: the role does not include merging.
    """
    ids, texts = _texts(who, record)
    pairs = list(_worth_showing(_pairs(record, texts), ids)) if len(ids) > 1 else []
    return Found(len(ids), **_store(who, record, pairs))


@use_case(Permission.DUPLICATES_MERGE)
def _store(work: Work, record: str, pairs: Sequence[Pair]) -> dict[str, int]:
    """Replace the open pairs by these, without those decided about; returns how many of each verdict."""
    known = {tuple(pair) for pair in work.tuples(sql.settled(record))}
    work.run(sql.forget_open(record))
    child = "contact_id" if record == "contacts" else "account_id"
    columns = (
        "record",
        "left_id",
        "right_id",
        child,
        "probability",
        "verdict",
        "state",
        "reasons",
        "found_at",
    )
    new = [pair for pair in pairs if pair[:2] not in known]
    work.insert(
        DuplicatePair,
        columns,
        (
            (record, left, right, left, probability, verdict, "open", reasons, work.now)
            for left, right, probability, verdict, reasons in new
        ),
    )
    tally = Counter(pair[3] for pair in new)
    return {"sure": tally["sure"], "maybe": tally["maybe"]}


@use_case(Permission.DUPLICATES_MERGE, read=True)
def search(work: Work, record: str, paging: Paging, verdict: str = "") -> Page[PairRow]:
    """The open pairs, the surest first; ``verdict`` is ``sure``, ``maybe`` or empty for both."""
    return work.page(sql.pairs(record, verdict), paging, PairRow)


@use_case(Permission.DUPLICATES_MERGE, read=True)
def every(work: Work, record: str, verdict: str = "") -> list[PairRow]:
    """All open pairs, the surest first: for files and for merging at once."""
    return work.rows(sql.pairs(record, verdict), PairRow)


@use_case(Permission.DUPLICATES_MERGE, read=True)
def counts(work: Work, record: str) -> dict[str, int]:
    """How many open pairs there are of each verdict."""
    return dict(work.tuples(sql.counts(record)))


@use_case(Permission.DUPLICATES_MERGE, read=True)
def external_ids(work: Work, record: str, ids: list[int]) -> dict[int, str]:
    """What these records were called in the system they came from."""
    return {key: name or "" for key, name in work.tuples(sql.external_ids(record, ids))}


@use_case(Permission.DUPLICATES_MERGE)
def dismiss(work: Work, pair_id: int) -> None:
    """These two are not the same: remembered, and not asked again.

    Raises:
        NotFound: no such pair within reach.
        Conflict: somebody decided about it already.
    """
    _decide(work, pair_id, "open", "dismissed")


@use_case(Permission.DUPLICATES_MERGE)
def reopen(work: Work, pair_id: int) -> None:
    """Take a dismissal back."""
    _decide(work, pair_id, "dismissed", "open")


def merge_sure(who: Actor, record: str) -> tuple[int, int]:
    """Merge every sure pair, each in a transaction of its own; returns the batch to undo, and how many.

    The fuller record of two stays, the older one where both are as full.
    """
    batch = _begin_batch(who, record)
    merged = 0
    for pair in every(who, record, "sure"):
        merged += _merge_one(who, record, pair, batch)
    return batch, merged


def undo_batch(who: Actor, batch_id: int) -> int:
    """Part everything that ``merge_sure`` merged, the newest first; returns how many."""
    parted = 0
    for merge_id in _merges_of(who, batch_id):
        merging.unmerge(who, merge_id)
        parted += 1
    return parted


@use_case(Permission.DUPLICATES_MERGE)
def _begin_batch(work: Work, record: str) -> int:
    """Open a batch of merges, which can be undone as one."""
    setting = work.add(Setting(name=f"merge-batch-{work.now.timestamp()}", value=record, updated_at=work.now))
    activity: Activity = work.record("duplicates.merged", setting, record=record)
    work.flush()
    return activity.id


@use_case(Permission.DUPLICATES_MERGE, read=True)
def _merges_of(work: Work, batch_id: int) -> list[int]:
    """The merges of a batch that stand, the newest first."""
    return work.scalars(merge_sql.of_batch(batch_id))


@use_case(Permission.DUPLICATES_MERGE)
def _merge_one(work: Work, record: str, pair: PairRow, batch_id: int) -> int:
    """Merge one pair, unless an earlier merge took one side of it away; returns how many (0 or 1)."""
    present = work.tuples(sql.completeness(record, [pair.left_id, pair.right_id]))
    if len(present) < 2:
        return 0
    keep, drop = sorted(present, key=lambda one: (-one[1], one[2], one[0]))
    merging.merge(work, record, keep[0], drop[0], batch_id=batch_id)
    return 1


def _decide(work: Work, pair_id: int, before: str, after: str) -> None:
    pair = work.get(DuplicatePair, pair_id)
    if pair.state != before:
        raise Conflict("Somebody decided about this pair already. Reload the list.")
    work.run(sql.decide(pair_id, after, work.actor.id, work.now))


@use_case(Permission.DUPLICATES_MERGE, read=True)
def _texts(work: Work, record: str) -> tuple[np.ndarray[Any, Any], dict[str, list[str]]]:
    """Numbers and folded texts of all records, in chunks; equal texts are kept once."""
    if record not in sql.FIELDS:
        raise Invalid("Duplicates are searched among contacts or accounts.")
    names = sql.FIELDS[record]
    texts: dict[str, list[str]] = {name: [] for name in names}
    once: dict[str, str] = {}
    ids: list[int] = []
    above = 0
    while rows := work.tuples(sql.compared(record, above, CHUNK)):
        above = rows[-1][0]
        for key, *values in rows:
            ids.append(key)
            for name, value in zip(names, values, strict=True):
                text = _digits(value) if name in ("phone", "mobile") else fold(value or "")
                texts[name].append(once.setdefault(text, text))
    if "mobile" in texts:
        phones = zip(texts["phone"], texts.pop("mobile"), strict=True)
        texts["phone"] = [phone or mobile for phone, mobile in phones]
    return np.array(ids, np.int64), texts


def _pairs(record: str, texts: Mapping[str, list[str]]) -> pairing.Pairs:
    if record == "contacts":
        return pairing.find(pairing.CONTACTS, pairing.contact_columns(texts))
    return pairing.find(pairing.ACCOUNTS, pairing.account_columns(texts))


def _worth_showing(found: pairing.Pairs, ids: np.ndarray[Any, Any]) -> Iterator[Pair]:
    verdicts = pairing.classes(found)
    for place in np.flatnonzero(verdicts != "not"):
        left, right = sorted((int(ids[found.left[place]]), int(ids[found.right[place]])))
        reasons = {
            name: _words(found, name, level) for name, (level, _bits) in found.reasons(int(place)).items()
        }
        yield left, right, round(float(found.probability[place]), 4), str(verdicts[place]), reasons


def _words(found: pairing.Pairs, name: str, level: int) -> str:
    kind = next(one.kind for one in found.fields if one.name == name)
    if level == TOP[kind]:
        return WORDS["top"]
    if level == 1:
        return WORDS["low"]
    return WORDS["high"] if level == TOP[kind] - 1 else WORDS["middle"]


def _digits(phone: str | None) -> str:
    return "".join(filter(str.isdigit, phone or ""))[-LAST_DIGITS:]
