"""What the server needs for the start page and each report: counted anew, kept, and while others write."""

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from crm_core.activity import interactions
from crm_core.activity.types import NewInteraction
from crm_core.insights import (
    answer_making,
    churn,
    cohorts,
    customer_value,
    funnel,
    journey_stages,
    kept_answers,
    kpis,
    metrics,
    next_action,
    periods,
    retention,
    rfm,
    sales,
)
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from crm_core.kernel.work import Clock
from db import session
from tests.bench import company_of
from tests.bench.base_of import NOW
from tests.bench.measuring import Measurement, Setting, benchmark, median_ms, seconds
from tests.bench.workload import Databases, databases
from tests.people import Cast

SMALL, BIG = 10_000, 100_000
WARM, COLD = 300.0, 2_000.0
"""Milliseconds of the server that a report may take when it is ready, and when nothing is warm."""

MANAGERS, WRITES, REFRESH = 10, 50, 500.0
"""So many look on while so many writes a second go on; milliseconds that 95 of 100 refreshes stay below."""

SECONDS = float(os.environ.get("CRM_BENCH_SECONDS", "20"))
MONTH = Question(periods.month_of(NOW.date()))
HOME = ("order_revenue", "revenue_won", "open_pipeline", "win_rate")

Report = Callable[[Actor], object]
REPORTS: dict[str, Report] = {
    "home": lambda who: home(who),
    "key figures": lambda who: metrics.figures(who, MONTH),
    "sales by owner": lambda who: sales.report(who, "owner"),
    "cohorts": lambda who: cohorts.report(who),
    "RFM": lambda who: rfm.report(who),
    "retention": lambda who: retention.report(who),
    "churn": lambda who: churn.report(who),
    "relationships": lambda who: journey_stages.report(who),
    "customer value": lambda who: customer_value.report(who),
    "funnel": lambda who: funnel.report(who),
}


def home(who: Actor) -> None:
    """What the start page asks for."""
    kpis.start_page(who, 8)
    metrics.figures(who, MONTH, HOME)
    next_action.today(who, 5)


@benchmark
def reports_sqlite(setting: Setting) -> Iterator[Measurement]:
    """Reports and the start page on SQLite."""
    yield from _measured(setting, "sqlite")


@benchmark
def reports_postgres(setting: Setting) -> Iterator[Measurement]:
    """The same on Postgres."""
    yield from _measured(setting, "postgres")


def _measured(setting: Setting, engine: str) -> Iterator[Measurement]:
    Clock.now = staticmethod(lambda: NOW)
    kept_answers.LARGE = 0
    small, big = setting.rows(SMALL), setting.rows(BIG)
    with databases(setting.folder, engine) as made:
        before = _each(_filled(made, small))
        cast = _filled(made, big)
        after = _each(cast)
        for name, (first, ready) in after.items():
            few = before[name][0]
            yield Measurement(f"{name} ready, {big:,} contacts, {engine}", ready, "ms", at_most=WARM)
            yield Measurement("  counted anew", first, "ms", few, f"{small:,} contacts")
        yield from _while_others_write(cast)
        session.disconnect()


def _filled(made: Databases, contacts: int) -> Cast:
    url = made.empty()
    session.connect(url, statement_timeout=600_000)
    return company_of.fill(url, contacts)


def _each(cast: Cast) -> dict[str, tuple[float, float]]:
    """For each report: milliseconds for the first one who asks, and for all later ones."""
    found = {}
    for name, report in REPORTS.items():
        first = seconds(partial(report, cast.olga)) * 1000
        answer_making.finish()
        found[name] = first, median_ms(partial(report, cast.olga), times=5, warm_up=1)
    return found


def _while_others_write(cast: Cast) -> Iterator[Measurement]:
    """Ten managers refresh their start page every other second while fifty writes a second go on."""
    Clock.now = staticmethod(lambda: NOW.replace(second=0) + (_since_start()))
    alone = _written(cast, threading.Event(), SECONDS / 2)
    home(cast.mia)  # as after a night: what they look at is ready, and gets older from now on
    answer_making.finish()
    stopping, taken = threading.Event(), list[float]()
    managers = [threading.Thread(target=_look, args=(cast, stopping, taken)) for _ in range(MANAGERS)]
    for one in managers:
        one.start()
    busy = _written(cast, threading.Event(), SECONDS)
    stopping.set()
    for one in managers:
        one.join()
    answer_making.finish()
    refresh = statistics.quantiles(taken, n=20)[-1]
    yield Measurement("refresh of home while others write, p95", refresh, "ms", at_most=REFRESH)
    yield Measurement("a write while ten look on", busy, "ms", alone, "alone", at_most=1.1)


def _since_start() -> timedelta:
    return timedelta(seconds=time.monotonic() - _STARTED)


_STARTED = time.monotonic()


def _look(cast: Cast, stopping: threading.Event, taken: list[float]) -> None:
    while not stopping.wait(2.0):
        with kept_answers.patient():
            taken.append(seconds(lambda: home(cast.mia)) * 1000)


def _written(cast: Cast, stopping: threading.Event, duration: float) -> float:
    """The median of milliseconds that a note takes, fifty a second."""
    taken, until, number = [], time.monotonic() + duration, 0
    while time.monotonic() < until:
        number += 1
        note = NewInteraction("note", 1 + number % 1000, body=f"Note {number}")
        needed = seconds(lambda note=note: interactions.log(cast.olga, note))  # type: ignore[misc]
        taken.append(needed * 1000)
        stopping.wait(max(0.0, 1 / WRITES - needed))
    return statistics.median(taken)
