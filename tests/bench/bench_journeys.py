"""A hundred thousand contacts through a journey of three steps, with a clock that is moved."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from crm_core import reactions
from crm_core.automation import advancing, entering, journeys
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import templates
from db.models import JourneyStep, Recipient
from tests.bench.base_of import NOW
from tests.bench.measuring import Measurement, Setting, benchmark
from tests.bench.workload import databases

CONTACTS: Final = 100_000
MOST: Final = 600.0
"""Seconds for all of them, on two cores."""
STEPS: Final = [
    {"do": "tag", "tag": "greeted"},
    {"do": "wait", "days": 2},
    {"do": "mail", "template": "Hello", "purpose": "service"},
]


@benchmark
def journeys_sqlite(setting: Setting) -> Iterator[Measurement]:
    """Journeys on SQLite."""
    yield from _measured(setting, "sqlite")


@benchmark
def journeys_postgres(setting: Setting) -> Iterator[Measurement]:
    """Journeys on Postgres."""
    yield from _measured(setting, "postgres")


def _measured(setting: Setting, engine: str) -> Iterator[Measurement]:
    how_many = setting.rows(CONTACTS)
    before = Clock.now
    with databases(setting.folder, engine) as made:
        _, olga = made.filled(how_many)
        reactions.connect()
        try:
            _at(NOW)
            templates.create(olga, {"name": "Hello", "subject": "Hello", "body_html": "<p>Hello</p>"})
            definition = {"when": {"on": "daily"}, "per_hour": 0, "steps": STEPS}
            journeys.publish(olga, journeys.create(olga, "Greet", definition))
            began = time.perf_counter()
            entering.sweep(NOW)
            entered = time.perf_counter() - began
            for days in (0, 3):
                _at(NOW + timedelta(days=days))
                while advancing.admit() or advancing.advance("bench"):
                    pass
            taken = time.perf_counter() - began
        finally:
            Clock.now = before
        size = f"{how_many:,} contacts, three steps, {engine}"
        yield Measurement(f"let in, {size}", entered, "s", at_most=MOST)
        yield Measurement(f"all steps, {size}", taken, "s", at_most=MOST)
        yield Measurement(f"steps done twice or not, {size}", _wrong(how_many), "", at_most=0.0)


def _at(moment: datetime) -> None:
    Clock.now = staticmethod(lambda: moment)


def _wrong(how_many: int) -> float:
    """By how many the steps and messages differ from one each."""
    with begin(SYSTEM, write=False) as work:
        steps = int(work.scalar(select(func.count()).select_from(JourneyStep)) or 0)
        messages = int(work.scalar(select(func.count()).select_from(Recipient)) or 0)
    return float(abs(steps - how_many * len(STEPS)) + abs(messages - how_many))
