"""What each contact bought in all: kept in the transaction that changes orders, so pages need not add up."""

from collections.abc import Iterable

from crm_core.kernel.work import Work
from db.models import Activity, PurchaseTotal
from db.queries import purchases as sql

CHUNK = 5_000
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
        work.insert(PurchaseTotal, sql.TOTAL, work.tuples(sql.count(chunk)))


def follow_merge(work: Work, merged: Activity) -> None:
    """Contacts that became one, or two again, are counted anew: their orders have moved."""
    recount(work, (merged.subject_id, merged.facts["with_id"]))


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
