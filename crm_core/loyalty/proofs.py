"""The ledger proves itself: sums are added up anew, and the chain of every member is followed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from crm_core.kernel.work import Work
from crm_core.loyalty import ledger_rules as rules
from db.models import ExpiryTotal, PointDay
from db.queries import loyalty
from db.queries import loyalty_proofs as sql
from db.queries import loyalty_totals as totals

MOST_SHOWN = 20
CHUNK = 20_000
BROKEN = (-1, "")


def findings(work: Work) -> list[tuple[str, str]]:
    """Everything that is wrong, as (what was looked at, sentence); empty when the ledger is sound."""
    return wrong_sums(work) + [("chain", sentence) for sentence in broken_chains(work)]


def wrong_sums(work: Work) -> list[tuple[str, str]]:
    """Kept balances, lots and totals that are not what their rows add up to."""
    found = [("balances", sentence) for sentence in _balances(work)]
    found += [("lots", sentence) for sentence in _lots(work)]
    found += [("activity", sentence) for sentence in _activity(work)]
    found += [("days", sentence) for sentence in _days(work)]
    return found + [("expiry", sentence) for sentence in _expiry(work)]


def broken_chains(work: Work) -> list[str]:
    """Members whose entries were changed, removed or put in between: where each chain first breaks."""
    found: list[str] = []
    above, before, expected = (0, 0), "", 1
    last: dict[int, tuple[int, str]] = {}
    while len(found) < MOST_SHOWN and (rows := work.tuples(sql.chain(above, CHUNK))):
        for member, number, *fields, happened_at, digest in rows:
            if member != above[0]:
                before, expected = "", 1
            wanted = rules.digest(before, member, (number, *fields), happened_at)
            is_broken = last.get(member) == BROKEN
            if not is_broken and (number, digest) != (expected, wanted):
                found.append(f"Entry {number} of membership {member} is not what was posted.")
                is_broken = True
            last[member] = BROKEN if is_broken else (number, digest)
            above, before, expected = (member, number), digest, number + 1
        found += _ends(work, last, done=len(rows) < CHUNK, current=above[0])
    return found[:MOST_SHOWN]


def recount(work: Work) -> None:
    """Add the kept totals up anew; needed when members were removed for good."""
    months: dict[tuple[date, int], int] = defaultdict(int)
    for month, shard, points in _open(work):
        months[month, shard] += points
    work.run(sql.forget_expiry())
    cells = [(month, shard, points) for (month, shard), points in sorted(months.items())]
    if cells:
        work.insert(ExpiryTotal, ("month_on", "shard", "points"), cells)
    work.run(totals.forget_days())
    days = work.tuples(totals.counted_days(rules.SHARDS))
    if days:
        work.insert(PointDay, totals.DAY, days)


def _balances(work: Work) -> Iterator[str]:
    for member, kept, summed, held in work.tuples(sql.wrong_balances(MOST_SHOWN)):
        yield f"Membership {member} is noted with {kept} points; its entries say {summed}, its lots {held}."


def _lots(work: Work) -> Iterator[str]:
    for lot, kept, counted in work.tuples(sql.wrong_lots(MOST_SHOWN)):
        yield f"Lot {lot} is noted with {kept} points left, but {counted} were not used."


def _activity(work: Work) -> Iterator[str]:
    for member, noted, counted in work.tuples(sql.wrong_activity(MOST_SHOWN)):
        yield f"Membership {member} is noted to have been active at {noted}; its entries say {counted}."


def _days(work: Work) -> Iterator[str]:
    counted = {tuple(cell[:3]): tuple(cell[3:]) for cell in work.tuples(totals.counted_days(rules.SHARDS))}
    noted = {tuple(cell[:3]): tuple(cell[3:]) for cell in work.tuples(totals.kept_days())}
    wrong = sorted(key for key in counted.keys() | noted.keys() if counted.get(key) != noted.get(key))
    for day_on, way, shard in wrong[:MOST_SHOWN]:
        points, entries = noted.get((day_on, way, shard), (0, 0))
        right = counted.get((day_on, way, shard), (0, 0))
        yield (
            f"{points} points in {entries} entries are noted as {way} on {day_on}; "
            f"there are {right[0]} in {right[1]}."
        )


def _expiry(work: Work) -> Iterator[str]:
    counted: dict[date, int] = defaultdict(int)
    for month, _shard, points in _open(work):
        counted[month] += points
    kept: dict[date, int] = dict(work.tuples(loyalty.by_month()))
    for month in sorted(counted.keys() | kept.keys()):
        if kept.get(month, 0) != counted[month]:
            yield f"{kept.get(month, 0)} points are noted to expire in {month:%Y-%m}, not {counted[month]}."


def _open(work: Work) -> Iterator[tuple[date, int, int]]:
    yield from work.tuples(sql.open_points(rules.SHARDS))


def _ends(work: Work, last: dict[int, tuple[int, str]], *, done: bool, current: int) -> list[str]:
    """Compare the ends of chains that were read to their end with what the members say."""
    ready = {member: end for member, end in last.items() if done or member != current}
    found = []
    for member, count, digest in work.tuples(sql.ends(list(ready))):
        if ready[member] not in ((count, digest), BROKEN):
            found.append(f"The last entries of membership {member} are missing.")
    for member in ready:
        del last[member]
    return found
