"""Finding records that may be the same, and remembering what people decide about them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from crm_core.data import pairing
from crm_core.data.comparing import TOP
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from db.models import DuplicatePair
from db.queries import duplicates as sql

CHUNK = 20_000
LAST_DIGITS = 9
Pair = tuple[int, int, float, str, dict[str, str]]
Ids = np.ndarray[Any, Any]
REASONS = ("name", "domain", *sql.CONTACT_FIELDS)
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
    ids, texts = read(who, record)
    return store(who, record, compare(record, ids, texts), len(ids))


def compare(record: str, ids: Ids, texts: Mapping[str, list[str]]) -> list[Pair]:
    """Compare the records that ``read`` gave, without the database; the pairs that are worth a look."""
    return list(_worth_showing(_pairs(record, texts), ids)) if len(ids) > 1 else []


@use_case(Permission.DUPLICATES_MERGE)
def store(work: Work, record: str, pairs: Sequence[Pair], records: int) -> Found:
    """Replace the open pairs by these, without those that somebody decided about."""
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
    return Found(records, tally["sure"], tally["maybe"])


@use_case(Permission.DUPLICATES_MERGE, read=True)
def search(work: Work, record: str, paging: Paging, verdict: str = "") -> Page[PairRow]:
    """The open pairs, the surest first; ``verdict`` is ``sure``, ``maybe`` or empty for both."""
    return work.page(sql.pairs(record, verdict), paging, _row)


@use_case(Permission.DUPLICATES_MERGE, read=True)
def every(work: Work, record: str, verdict: str = "") -> list[PairRow]:
    """All open pairs, the surest first: for files and for merging at once."""
    return work.rows(sql.pairs(record, verdict), _row)


@use_case(Permission.DUPLICATES_MERGE, read=True)
def get(work: Work, record: str, pair_id: int) -> PairRow:
    """One open pair.

    Raises:
        NotFound: it was decided about, found anew, or one of its sides is not yours to see.
    """
    found = work.first(sql.pair(record, pair_id), _row)
    if found is None:
        raise NotFound("This pair is no longer open. Choose another one from the list.")
    return found


def staying(found: Sequence[Any]) -> tuple[Any, ...]:
    """How records rank that may stay: the fuller first, then the older; given as (id, filled, created)."""
    key, filled, created_at = found
    return -filled, created_at, key


@use_case(Permission.DUPLICATES_MERGE, read=True)
def next_after(work: Work, record: str, pair: PairRow, verdict: str = "") -> int | None:
    """The open pair that follows in the list, whether or not this one is still open; None at its end."""
    found: int | None = work.scalar(sql.following(record, verdict, pair.probability, pair.id))
    return found


@use_case(Permission.DUPLICATES_MERGE, read=True)
def counts(work: Work, record: str) -> dict[str, int]:
    """How many open pairs of each verdict this person sees."""
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


def _row(*, reasons: Mapping[str, str], **columns: Any) -> PairRow:
    """A pair with its reasons in the order of reading, which databases do not keep."""
    return PairRow(reasons={name: reasons[name] for name in REASONS if name in reasons}, **columns)


def _decide(work: Work, pair_id: int, before: str, after: str) -> None:
    pair = work.get(DuplicatePair, pair_id)
    if pair.state != before:
        raise Conflict("Somebody decided about this pair already. Reload the list.")
    work.run(sql.decide(pair_id, after, work.actor.id, work.now))


@use_case(Permission.DUPLICATES_MERGE, read=True)
def read(work: Work, record: str) -> tuple[Ids, dict[str, list[str]]]:
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


def _worth_showing(found: pairing.Pairs, ids: Ids) -> Iterator[Pair]:
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
