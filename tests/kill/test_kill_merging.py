"""A worker is killed at random moments of a search, of merging and of parting: nothing is left half done."""

import time
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_core.data import duplicate_runs, duplicates
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from crm_core.people import contacts, counts
from db.models import Contact, Merge
from db.session import Database
from tests.business_hash import business_hash
from tests.kill.workers import wait, worker
from tests.people import hire

pytestmark = pytest.mark.one_engine

PAIRS = 30


def _twins(who: Actor) -> None:
    with begin(who) as work:
        for at in range(PAIRS):
            person = {
                "first_name": f"Given{at:03}x{at * 7919 % 1000}",
                "last_name": f"Family{at * 104729 % 9973}",
                "phone": f"+4670{1000000 + at * 7919}",
                "city": "Lund",
                "tags": ["Fair"],
            }
            for mail in ("work", "home"):
                values = {**person, "email": f"person{at}@{mail}.example"}
                contacts.create(work, values, even_if_duplicate=True)


def _finish(own_database: Database, who: Actor, run_id: int, moves: Any, most: int) -> int:
    """Kill the worker so often, each time behind the first step of its life; returns how often it was."""
    kills = 0
    while not duplicate_runs.get(who, run_id).is_over:
        with worker(own_database.url) as process:
            before = moves()
            wait(lambda before=before: duplicate_runs.get(who, run_id).is_over or moves() != before)
            if kills < most:
                time.sleep(kills * 0.013)  # another moment of the work each time
                process.kill()
                kills += 1
            else:
                wait(lambda: duplicate_runs.get(who, run_id).is_over)
    return kills


@pytest.mark.kill
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_while_searching_merging_and_parting(own_database: Database) -> None:
    olga = hire().olga
    _twins(olga)
    before = business_hash()

    searching = duplicate_runs.search(olga, "contacts")
    assert _finish(own_database, olga, searching, lambda: duplicate_runs.get(olga, searching).state, 1)
    assert duplicates.counts(olga, "contacts") == {"sure": PAIRS}

    merging = duplicate_runs.merge_sure(olga, "contacts")
    # How often it dies depends on how quick the machine is; at the first step of its work it does.
    assert _finish(own_database, olga, merging, lambda: duplicate_runs.get(olga, merging).done, 2)
    done = duplicate_runs.get(olga, merging)
    assert (done.state, done.done, done.skipped) == ("done", PAIRS, 0)
    with begin(SYSTEM, write=False) as work:
        assert work.scalar(select(func.count()).select_from(Contact)) == PAIRS
        assert work.scalar(select(func.count()).select_from(Merge)) == PAIRS
        assert counts.differences(work) == []

    parting = duplicate_runs.part(olga, merging)
    _finish(own_database, olga, parting, lambda: duplicate_runs.get(olga, parting).done, 1)
    assert duplicate_runs.get(olga, parting).done == PAIRS
    assert business_hash() == before
