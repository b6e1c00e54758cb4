"""Workers die at any moment, and two work at once: every step is done once for everybody.

``RAPPORT_JOURNEY_PEOPLE`` asks for more contacts, ``RAPPORT_JOURNEY_KILLS`` for more deaths.
"""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_core.automation import advancing, batches, entering, runs
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Clock, begin
from db import session
from db.models import JourneyStep, Recipient, WebhookCall
from db.session import Database
from tests.automation.moving import go_on, live, set_clock, template
from tests.bench import base_of
from tests.people import MONDAY, hire

PEOPLE = int(os.environ.get("RAPPORT_JOURNEY_PEOPLE", "60"))
KILLS = int(os.environ.get("RAPPORT_JOURNEY_KILLS", "2"))
STEPS: list[dict[str, Any]] = [
    {"do": "tag", "tag": "greeted"},
    {"do": "wait", "days": 1},
    {"do": "mail", "template": "Hello", "purpose": "service"},
    {"do": "webhook", "url": "https://example.com/hook"},
]


def _child(url: str, act: Callable[[], Any]) -> int:
    """Let a process of its own do something; the parent must hold no connection while it is made."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        session.connect(url)
        act()
        code = 0
    finally:
        os._exit(code)


def _until_it_dies(number: int) -> None:
    """Work, and die in the middle of a batch: all is done, nothing is committed."""
    batch_numbers = iter(range(1_000))
    store = batches._store

    def dying(batch: Any) -> None:
        store(batch)
        if next(batch_numbers) == number % 3:
            os.kill(os.getpid(), signal.SIGKILL)

    batches._store = dying
    _work(20)


def _work(limit: int) -> None:
    while advancing.admit() or advancing.advance("child", limit):
        pass


def test_every_step_is_done_once_whoever_dies(
    own_database: Database, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = hire()
    with begin(SYSTEM) as work:
        base_of.fill(work, PEOPLE, [cast.ann.id, cast.bob.id])
    template(cast.olga)
    key = live(cast.olga, "Greet", {"on": "daily"}, STEPS, per_hour=0)
    url = own_database.url
    entering.sweep(MONDAY)

    for day in (0, 1):
        set_clock(monkeypatch, MONDAY + timedelta(days=day))
        session.disconnect()
        deaths = [os.waitpid(_child(url, partial(_until_it_dies, one)), 0)[1] for one in range(KILLS)]
        assert deaths[:2] == [signal.SIGKILL] * 2
        pids = [_child(url, lambda: _work(50)) for _ in range(2)]
        assert [os.waitpid(pid, 0)[1] for pid in pids] == [0, 0]
        session.connect(url)
    go_on()

    assert {one.place: one.done for one in runs.counts(cast.olga, key)} == dict.fromkeys("1234", PEOPLE)
    with begin(SYSTEM, write=False) as work:
        marks = select(func.count()).select_from(JourneyStep)
        assert work.scalar(marks) == PEOPLE * len(STEPS)
        assert len(set(work.scalars(select(WebhookCall.contact_id)))) == PEOPLE
        assert work.scalar(select(func.count()).select_from(WebhookCall)) == PEOPLE
        assert set(work.scalars(select(Recipient.wave))) == {0}
        assert work.scalar(select(func.count()).select_from(Recipient)) == PEOPLE
