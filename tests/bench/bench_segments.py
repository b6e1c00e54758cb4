"""How long it takes to count a segment of a large company, and what the database looks at for it."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from sqlalchemy import Engine, event

from crm_core.kernel.access import Actor
from crm_core.kernel.work import Clock
from crm_core.marketing import rule_text, segment_sizes, segments
from db import session
from tests.bench import company_of
from tests.bench.base_of import NOW
from tests.bench.measuring import Measurement, Setting, benchmark, median_ms
from tests.bench.workload import databases

CONTACTS: Final = 1_000_000
MOST: Final = 500.0
"""Milliseconds that a count may take."""

TYPICAL: Final = (
    "country is DE and lifecycle is customer",
    "email_opt is in and created in_the_last_days 90",
    "birthday in_the_next_days 7",
    "last_touch more_than_days_ago 90 and lifecycle is customer",
    "orders.revenue more_than 1500",
    "orders.count at_least 5",
    "orders.last more_than_days_ago 180",
    "has orders (ordered in_the_last_days 30)",
    'has purchases (product is "Product 17")',
    'has purchases (category is "Category 3" and ordered in_the_last_days 90)',
    'has purchases (category is "Category 3" and ordered in_the_last_days 365) count at_least 2',
    'country is DE and not has purchases (category is "Category 3" and ordered in_the_last_days 90)',
    "rfm is Champions",
)
READS_ALL: Final = {
    "sqlite": ("SCAN orders", "SCAN order_lines"),
    "postgres": ("Seq Scan on orders", "Seq Scan on order_lines"),
}
"""What a plan must not say: every row of a table that grows with the orders."""


@benchmark
def segments_sqlite(setting: Setting) -> Iterator[Measurement]:
    """Counts of segments on SQLite."""
    yield from _measured(setting, "sqlite")


@benchmark
def segments_postgres(setting: Setting) -> Iterator[Measurement]:
    """The same on Postgres."""
    yield from _measured(setting, "postgres")


def _measured(setting: Setting, engine: str) -> Iterator[Measurement]:
    Clock.now = staticmethod(lambda: NOW)
    contacts = setting.rows(CONTACTS) if setting.scale <= 1 else CONTACTS
    with databases(setting.folder, engine) as made:
        url = made.empty()
        session.connect(url, statement_timeout=600_000)
        olga = company_of.fill(url, contacts, only_selling=True).olga
        if engine == "postgres":
            _vacuum(_reader())
        yield from counts(olga, engine, contacts)
        session.disconnect()


def _reader() -> Engine:
    found = session.current().reader
    assert isinstance(found, Engine)
    return found


def _vacuum(engine: Engine) -> None:
    """As the server does by itself before long: an index alone answers only where rows have settled."""
    with engine.connect() as opened:
        connection = opened.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("VACUUM ANALYZE contacts, orders, order_lines, purchase_totals")


def counts(olga: Actor, engine: str, contacts: int) -> Iterator[Measurement]:
    """One line for each typical rule, and one for what their plans must not say."""
    segment_sizes.cut_fifths(olga)
    lines, readers = 5 * contacts, 0
    for line in TYPICAL:
        rule = rule_text.read(line)
        taken = median_ms(partial(segments.count, olga, rule), times=3, warm_up=1)
        yield Measurement(f"{line}, {contacts:,} contacts, {engine}", taken, "ms", at_most=MOST)
        readers += reads_all(olga, line, engine)
    yield Measurement(f"rules that read all of {lines:,} lines, {engine}", readers, "rules", at_most=0)


def reads_all(olga: Actor, line: str, engine: str) -> bool:
    """Does the database look at every row of a large table to answer a rule?"""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    reader = _reader()
    event.listen(reader, "before_cursor_execute", note)
    segments.count(olga, rule_text.read(line))
    event.remove(reader, "before_cursor_execute", note)
    statement, parameters = asked[-1]
    with reader.connect() as connection:
        explain = "EXPLAIN QUERY PLAN" if engine == "sqlite" else "EXPLAIN"
        plan = [str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", parameters)]
    return any(said in step and "INDEX" not in step for step in plan for said in READS_ALL[engine])
