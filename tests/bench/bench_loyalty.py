"""A million members with ten million entries: the till, a statement, the liability, a night."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from crm_core.kernel.access import OPERATOR, SYSTEM
from crm_core.kernel.work import begin
from crm_core.loyalty import cards, expiry, ledger_rules, members, points, statements
from crm_core.loyalty.points import Why
from db.models import Membership, PointEntry, PointLot
from db.queries import contact_list as contact_sql
from db.queries import loyalty
from tests.bench.base_of import NOW
from tests.bench.measuring import Measurement, Setting, benchmark, median_ms, seconds
from tests.bench.workload import databases

MEMBERS, EACH, EXPIRING = 1_000_000, 10, 100_000
PART = 20_000
TILL, REPORT, NIGHT = 50.0, 1_000.0, 60.0
"""Milliseconds at the till and for the report; seconds for the lots of a night."""

_MEMBER = (
    "id", "contact_id", "card_number", "state", "joined_at", "joined_by", "balance", "debt", "earned",
    "redeemed", "expired", "entry_count", "digest", "last_at", "qualifying", "is_sample",
)  # fmt: skip
_ENTRY = (
    "id", "membership_id", "number", "kind", "points", "asked", "balance", "cause", "reason", "source",
    "actor_name", "happened_at", "recorded_at", "digest",
)  # fmt: skip
_LOT = (
    "membership_id", "entry_id", "points", "remaining", "earned_at", "available_at", "expires_at",
)  # fmt: skip


@benchmark
def loyalty_sqlite(setting: Setting) -> Iterator[Measurement]:
    """The ledger on SQLite."""
    yield from _measured(setting, "sqlite")


@benchmark
def loyalty_postgres(setting: Setting) -> Iterator[Measurement]:
    """The ledger on Postgres."""
    yield from _measured(setting, "postgres")


def _measured(setting: Setting, engine: str) -> Iterator[Measurement]:
    how_many = setting.rows(MEMBERS)
    with databases(setting.folder, engine) as made:
        made.filled(how_many)
        fill(min(setting.rows(EXPIRING), how_many))
        card = _card(how_many // 2)
        size = f"{how_many:,} members, {how_many * EACH:,} entries, {engine}"
        for name, act, most in (
            ("balance", lambda: points.balance(OPERATOR, card), TILL),
            ("find by e-mail", lambda: members.find(OPERATOR, "nobody@example.test"), TILL),
            ("find by phone", lambda: members.find(OPERATOR, f"+49{1510000000 + how_many // 3}"), TILL),
            ("statement", lambda: statements.statement(OPERATOR, card), TILL),
            ("liability", lambda: statements.liability(OPERATOR), REPORT),
        ):
            yield Measurement(f"{name}, {size}", median_ms(act), "ms", at_most=most)
        turn = iter(range(1000))
        spend = median_ms(lambda: points.redeem(OPERATOR, card, 1, Why(f"bench {next(turn)}")))
        yield Measurement(f"redeem, {size}", spend, "ms", at_most=3 * TILL)
        lots = min(setting.rows(EXPIRING), how_many)
        yield Measurement(
            f"{lots:,} lots expire, {engine}", seconds(_night), "s", at_most=NIGHT * setting.scale
        )


def fill(expiring: int) -> None:
    """Make every contact a member with ten lots; the first of so many members expired already."""
    with begin(OPERATOR, write=False) as work:
        people: Sequence[int] = work.scalars(contact_sql.ids())
    for start in range(0, len(people), PART):
        _fill_part(people[start : start + PART], start, expiring)


def _fill_part(people: Sequence[int], start: int, expiring: int) -> None:
    rows: list[tuple[object, ...]] = []
    entries: list[tuple[object, ...]] = []
    lots: list[tuple[object, ...]] = []
    months: dict[tuple[date, int], int] = defaultdict(int)
    with begin(OPERATOR) as work:
        work.expect_many()
        ids = work.reserve(Membership, len(people))
        entry_ids = iter(work.reserve(PointEntry, len(people) * EACH))
        for place, (member_id, contact_id) in enumerate(zip(ids, people, strict=True), start):
            digest, balance = "", 0
            for number in range(1, EACH + 1):
                at = NOW - timedelta(days=300 - 20 * number)
                ends = _ends(place, number, expiring)
                entry_id, balance, cause = next(entry_ids), balance + 10, f"bench:{member_id}:{number}"
                fields = (number, "earn", 10, 10, balance, cause, "", "", None)
                digest = ledger_rules.digest(digest, member_id, fields, at)
                entries.append((entry_id, member_id, *fields[:6], "", "", "Bench", at, at, digest))
                lots.append((member_id, entry_id, 10, 10, at, at, ends))
                months[ledger_rules.month_of(ends), ledger_rules.shard_of(member_id)] += 10
            rows.append(
                (member_id, contact_id, _card(place), "active", NOW, "request", balance, 0, balance, 0, 0,
                 EACH, digest, NOW, balance, False)
            )  # fmt: skip
        work.insert(Membership, _MEMBER, rows)
        work.insert(PointEntry, _ENTRY, entries)
        work.insert(PointLot, _LOT, lots)
        for (month_on, shard), count in sorted(months.items()):
            work.run(loyalty.note_expiry(month_on, shard, count))
        if start == 0:
            for model in (Membership, PointEntry, PointLot):
                work.settle(model)


def _ends(place: int, number: int, expiring: int) -> datetime:
    if number == 1 and place < expiring:
        return NOW - timedelta(days=1)
    return NOW + timedelta(days=3650 + 30 * number)


def _card(place: int) -> str:
    digits = f"{cards.PREFIX}{place:010d}"
    return f"{digits}{cards.check_digit(digits)}"


def _night() -> None:
    while expiry.expire_some(SYSTEM):
        pass
