"""How many contacts there are, by owner and lifecycle: kept with every change, so pages need not count."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from crm_core.kernel.work import Work
from db.queries import counts as sql

Tally = Counter[tuple[int, str]]


def tally(work: Work, contact_ids: Iterable[int]) -> Tally:
    """Count these contacts by (owner id or 0, lifecycle); deleted ones do not count."""
    found: Tally = Counter()
    for owner_id, lifecycle, count in work.tuples(sql.tally(list(contact_ids))):
        found[owner_id or 0, lifecycle] += count
    return found


def add(work: Work, change: Tally) -> None:
    """Add a difference (which may be negative) to the kept numbers."""
    work.flush()
    for (owner_key, lifecycle), count in sorted(change.items()):
        if count:
            work.run(sql.increase(owner_key, lifecycle, count))


@contextmanager
def kept(work: Work, contact_ids: Iterable[int]) -> Iterator[None]:
    """Whatever is done to these contacts inside the block, the kept numbers follow."""
    chosen = list(contact_ids)
    work.tuples(sql.lock(chosen))
    before = tally(work, chosen)
    yield
    work.flush()
    after = tally(work, chosen)
    after.subtract(before)
    add(work, after)


def total(work: Work) -> int:
    """How many contacts this actor sees, without counting them."""
    scope = work.actor.scope
    return int(work.scalar(sql.total(scope.owner_ids, unowned=scope.unowned)) or 0)


def by_lifecycle(work: Work) -> dict[str, int]:
    """How many contacts this actor sees at each lifecycle stage."""
    scope = work.actor.scope
    rows = work.tuples(sql.by_lifecycle(scope.owner_ids, unowned=scope.unowned))
    return {lifecycle: int(count) for lifecycle, count in rows}


def differences(work: Work) -> list[tuple[int, str, int, int]]:
    """Where the kept numbers and a recount disagree: (owner key, lifecycle, kept, counted)."""
    counted: Tally = Counter()
    for owner_id, lifecycle, count in work.tuples(sql.recount()):
        counted[owner_id or 0, lifecycle] += count
    kept_now: Tally = Counter({(row[0], row[1]): row[2] for row in work.tuples(sql.all_kept())})
    return [
        (*key, kept_now[key], counted[key])
        for key in sorted(counted.keys() | kept_now.keys())
        if kept_now[key] != counted[key]
    ]
