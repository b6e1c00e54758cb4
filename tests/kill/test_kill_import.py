"""A worker is killed at random moments of an import: no row is missing afterwards, none is there twice."""

import os
import random
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_core import jobs
from crm_core.data import claims, imports
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from db.models import Account, Contact, ImportChunk
from db.session import Database
from tests.business_hash import business_hash
from tests.data.importing import counts_are_right, draft, inbox, table
from tests.kill.workers import wait, worker
from tests.people import hire

__all__ = ["inbox"]

KILLS = int(os.environ.get("CRM_TEST_KILLS", "1"))
ROWS = 1_000 * (KILLS + 1)
"""Some rows for every life of a worker; from 5,000 on, processes beside the worker help to read them."""


def _people(inbox: Any) -> Any:
    rows = [
        (str(at), f"First{at}", f"Last{at}", f"p{at}@x.test", f"Company {at % 900}") for at in range(ROWS)
    ]
    return table(inbox, ("ID", "First Name", "Last Name", "Email", "Company"), rows)


def _progress(who: Actor, import_id: int) -> Any:
    detail = imports.get(who, import_id)
    return detail.rows_done, detail.summary


def _kill_again_and_again(own_database: Database, who: Actor, import_id: int, is_done: Any) -> int:
    dice, kills = random.Random(import_id), 0  # noqa: S311 - dice, no secrets
    while not is_done():
        with worker(own_database.url) as process:
            before = _progress(who, import_id)
            wait(lambda before=before: is_done() or _progress(who, import_id) != before)
            if kills < KILLS:
                time.sleep(dice.random() / 2)  # another moment of the work each time
                process.kill()
                kills += 1
            else:
                wait(is_done)
    return kills


@pytest.mark.kill
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_while_importing_and_while_undoing(own_database: Database, inbox: Any) -> None:
    olga = hire().olga
    empty = business_hash()
    import_id = draft(olga, _people(inbox))
    imports.run(olga, import_id)

    kills = _kill_again_and_again(
        own_database, olga, import_id, lambda: imports.get(olga, import_id).state == "done"
    )

    assert kills
    done = imports.get(olga, import_id)
    assert done.counts["created"] == ROWS
    with begin(SYSTEM, write=False) as work:
        assert work.scalar(select(func.count()).select_from(Contact)) == ROWS
        assert work.scalar(select(func.count(Contact.external_id.distinct()))) == ROWS
        assert work.scalar(select(func.count()).select_from(Account)) == 900
        rows = work.tuples(
            select(ImportChunk.first_row, ImportChunk.last_row).order_by(ImportChunk.first_row)
        )
    assert [first for first, _ in rows] == [1, *(last + 1 for _, last in rows[:-1])]
    assert counts_are_right()

    imports.undo(olga, import_id)
    _kill_again_and_again(
        own_database, olga, import_id, lambda: imports.get(olga, import_id).state == "undone"
    )
    assert business_hash() == empty


@pytest.mark.kill
def test_a_worker_that_is_told_to_end_lets_go_at_once(own_database: Database, inbox: Any) -> None:
    olga = hire().olga
    import_id = draft(olga, _people(inbox))
    imports.run(olga, import_id)

    with worker(own_database.url) as process:
        wait(lambda: imports.get(olga, import_id).rows_done)
        process.terminate()
        process.join(120)
        assert process.exitcode == 0

    left = imports.get(olga, import_id)
    assert (left.state, left.rows_done % 1000) in (("queued", 0), ("done", 0))


def test_two_workers_do_one_import_once(own_database: Database, inbox: Any) -> None:
    olga = hire().olga
    import_id = draft(olga, table(inbox, ("Email",), [("a@x.test",)]))
    imports.run(olga, import_id)

    assert claims.next_one("one/1/a") == import_id
    assert claims.next_one("two/2/b") is None
    with pytest.raises(claims.Lost), begin(SYSTEM) as work:
        claims.advance(work, import_id, "two/2/b", {"rows_done": 1})
    assert jobs.PAUSE < 1
