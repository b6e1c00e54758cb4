"""What each contact bought in all: kept in the transaction that changes orders, so pages need not add up."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from crm_core.commerce import order_history
from crm_core.kernel.work import Work
from db.models import Activity, PurchaseTotal
from db.queries import purchases as sql

CHUNK = 5_000
SEEN_AT_ONCE = 20_000
MOST_SHOWN = 20


def recount(work: Work, contact_ids: Iterable[int | None]) -> None:
    """Add up the orders of these contacts anew and keep the sums; whoever changes orders calls it after.

    Nobody else counts the same contacts meanwhile. Contacts out of reach are left alone.
    """
    wanted = sorted({key for key in contact_ids if key is not None})
    work.flush()
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        work.tuples(sql.lock(chunk))
        work.run(sql.forget(chunk))
        work.insert(PurchaseTotal, sql.COLUMNS, _added_up(work.tuples(sql.bought(chunk))))


def follow_merge(work: Work, merged: Activity) -> None:
    """Contacts that became one, or two again, are counted anew: their orders have moved."""
    recount(work, (merged.subject_id, merged.facts["with_id"]))


def misremembered(work: Work) -> list[tuple[int, str]]:
    """Contacts and currencies whose kept history is not that of their orders."""
    found: list[tuple[int, str]] = []
    last = int(work.scalar(sql.last_buyer()) or 0)
    for first in range(1, last + 1, SEEN_AT_ONCE):
        part = first, first + SEEN_AT_ONCE - 1
        kept = {(row[0], row[1]): row[2] for row in work.tuples(sql.written_between(*part))}
        true = {(row[0], row[1]): row[-1] for row in _added_up(work.tuples(sql.bought_between(*part)))}
        found += [key for key in kept if kept[key] != true.get(key, "")]
        if len(found) >= MOST_SHOWN:
            break
    return sorted(found)[:MOST_SHOWN]


def _added_up(orders: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """For each contact and currency what ``PurchaseTotal`` keeps."""
    bought: dict[tuple[int, str], list[tuple[datetime, int]]] = defaultdict(list)
    for contact_id, currency, ordered_at, value in orders:
        bought[contact_id, currency].append((ordered_at, value))
    for (contact_id, currency), made in bought.items():
        moments = [at for at, _value in made]
        revenue = sum(value for _at, value in made)
        yield (contact_id, currency, len(made), revenue, min(moments), max(moments),
               order_history.written(made))  # fmt: skip


def differences(work: Work) -> list[tuple[int, str, int, int]]:
    """Where kept totals and a recount disagree: (contact, currency, kept revenue, counted one)."""
    found = [
        (contact_id, currency, kept or 0, counted)
        for contact_id, currency, _orders, kept, _counted_orders, counted in work.tuples(
            sql.wrong(MOST_SHOWN)
        )
    ]
    more = work.tuples(sql.groundless(MOST_SHOWN))
    return found + [(contact_id, currency, kept, 0) for contact_id, currency, _orders, kept in more]
