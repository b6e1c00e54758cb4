"""A million members with ten million entries: the till, a statement, the liability, reports, a night."""

from collections.abc import Callable, Iterator

from crm_core.insights import loyalty as loyalty_report
from crm_core.insights import loyalty_lift
from crm_core.kernel.access import OPERATOR, SYSTEM
from crm_core.kernel.work import Work, begin
from crm_core.loyalty import expiry, members, points, proofs, statements
from crm_core.loyalty.points import Why
from db import session
from tests.bench import company_of, members_of
from tests.bench.measuring import Measurement, Setting, benchmark, median_ms, seconds
from tests.bench.workload import databases

MEMBERS, EXPIRING = 1_000_000, 100_000
TILL, REPORT, NIGHT = 50.0, 1_000.0, 60.0
"""Milliseconds at the till and for the liability; seconds for the lots of a night."""


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
    lots = min(setting.rows(EXPIRING), how_many)
    with databases(setting.folder, engine) as made:
        url = made.empty()
        session.connect(url, statement_timeout=600_000)
        company_of.fill(url, how_many, only_selling=True)
        members_of.fill(url, how_many, lots)
        yield from measured(f"{how_many:,} members, {engine}", how_many, lots)
        session.disconnect()


def measured(size: str, how_many: int, lots: int) -> Iterator[Measurement]:
    """What is asked of a connected base with so many members, of whom so many have a lot that is over."""
    card = members_of.card(how_many // 2)
    for name, act, most in (
        ("balance", lambda: points.balance(OPERATOR, card), TILL),
        ("find by card", lambda: members.find(OPERATOR, card), TILL),
        ("find by e-mail", lambda: members.find(OPERATOR, "nobody@example.test"), TILL),
        ("find by phone", lambda: members.find(OPERATOR, f"+49{1510000000 + how_many // 3}"), TILL),
        ("statement", lambda: statements.statement(OPERATOR, card), TILL),
        ("liability", lambda: statements.liability(OPERATOR), REPORT),
    ):
        yield Measurement(f"{name}, {size}", median_ms(act), "ms", at_most=most)
    turn = iter(range(1000))
    spend = median_ms(lambda: points.redeem(OPERATOR, card, 1, Why(f"bench {next(turn)}")))
    yield Measurement(f"redeem, {size}", spend, "ms", at_most=TILL)
    yield Measurement(f"programme report, {size}", seconds(lambda: _patiently(loyalty_report.report)), "s")
    yield Measurement(f"lift, {size}", seconds(lambda: _patiently(loyalty_lift.report)), "s")
    yield Measurement(f"{lots:,} lots expire, {size}", seconds(_night), "s", at_most=NIGHT)
    yield Measurement(f"kept sums proved, {size}", seconds(lambda: _patiently(_proved)), "s")


def _night() -> None:
    while expiry.expire_some(SYSTEM):
        pass


def _patiently(ask: Callable[[Work], object]) -> None:
    with begin(OPERATOR, write=False) as work:
        work.take_time()
        ask(work)


def _proved(work: Work) -> None:
    wrong = proofs.wrong_sums(work)
    assert not wrong, wrong
