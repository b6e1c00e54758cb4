"""The pairs that a search found: listed, opened, and what people decide about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from db.models import DuplicatePair
from db.queries import duplicates as sql

REASONS = ("name", "domain", *sql.CONTACT_FIELDS)


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
class Dismissed:
    """Two records that somebody said are two; ``by`` is empty for the command line."""

    id: int
    left_id: int
    right_id: int
    left_name: str
    right_name: str
    probability: float
    decided_at: datetime
    by: str


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


@use_case(Permission.DUPLICATES_MERGE, read=True)
def dismissed(work: Work, record: str, paging: Paging) -> Page[Dismissed]:
    """Pairs that somebody said are two, the latest first; ``reopen`` lists one among the open pairs again."""
    return work.page(sql.dismissed(record), paging, Dismissed)


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
    """Take a dismissal back: the pair is looked at again.

    Raises:
        NotFound: no such pair within reach.
        Conflict: somebody took it back already.
    """
    _decide(work, pair_id, "dismissed", "open")


def _row(*, reasons: Mapping[str, str], **columns: Any) -> PairRow:
    """A pair with its reasons in the order of reading, which databases do not keep."""
    return PairRow(reasons={name: reasons[name] for name in REASONS if name in reasons}, **columns)


def _decide(work: Work, pair_id: int, before: str, after: str) -> None:
    pair = work.get(DuplicatePair, pair_id)
    if pair.state != before:
        raise Conflict("Somebody decided about this pair already. Reload the list.")
    work.run(sql.decide(pair_id, after, work.actor.id, work.now))
