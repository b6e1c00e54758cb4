"""An import is a row with a state: stopped, gone on with, and failed with a sentence."""

import shutil
from typing import Any

import pytest

from crm_core.data import chunks, claims, execution, frames, imports
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from db.models import Contact, Import
from tests.data.importing import bring, count, draft, inbox, table, undo

__all__ = ["inbox"]


@pytest.fixture
def two_chunks(olga: Actor, inbox: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 2)
    return draft(olga, table(inbox, ("Email",), [(f"p{at}@x.test",) for at in range(4)]))


def test_an_import_stops_between_chunks_and_goes_on_behind_the_last_stored_row(
    olga: Actor, two_chunks: Any
) -> None:
    imports.run(olga, two_chunks)
    worker = claims.worker_name()
    assert claims.take_free(two_chunks, worker)
    imports.stop(olga, two_chunks)

    execution.advance(two_chunks, worker)

    stopped = imports.get(olga, two_chunks)
    assert (stopped.state, stopped.rows_done, count(Contact)) == ("stopped", 2, 2)
    imports.resume(olga, two_chunks)
    done = execution.complete(olga, two_chunks)
    assert (done.state, done.counts["created"], count(Contact)) == ("done", 4, 4)


def test_what_waits_is_stopped_at_once_and_what_rests_cannot_be_stopped(olga: Actor, two_chunks: Any) -> None:
    imports.run(olga, two_chunks)

    imports.stop(olga, two_chunks)

    assert imports.get(olga, two_chunks).state == "stopped"
    with pytest.raises(Conflict, match="not running"):
        imports.stop(olga, two_chunks)
    with pytest.raises(Conflict, match="nothing to undo"):
        imports.undo(olga, two_chunks)


def test_what_was_stopped_before_it_stored_anything_can_be_changed_and_checked_anew(
    olga: Actor, two_chunks: Any
) -> None:
    imports.run(olga, two_chunks)
    imports.stop(olga, two_chunks)

    imports.check(olga, two_chunks)

    assert execution.complete(olga, two_chunks).state == "checked"
    imports.run(olga, two_chunks)
    imports.stop(olga, two_chunks)
    imports.plan(olga, two_chunks)
    assert imports.get(olga, two_chunks).state == "draft"


def test_a_stopped_import_can_be_taken_back(olga: Actor, two_chunks: Any) -> None:
    imports.run(olga, two_chunks)
    worker = claims.worker_name()
    claims.take_free(two_chunks, worker)
    imports.stop(olga, two_chunks)
    execution.advance(two_chunks, worker)

    undo(olga, two_chunks)

    assert count(Contact) == 0


def test_a_lost_file_is_said_in_a_sentence(olga: Actor, two_chunks: Any) -> None:
    with begin(SYSTEM, write=False) as work:
        shutil.rmtree(frames.path_of(work.get(Import, two_chunks)).parent)
    imports.run(olga, two_chunks)

    failed = execution.complete(olga, two_chunks)

    assert failed.state == "failed"
    assert "no longer here" in failed.message


def test_an_import_waits_for_a_worker_and_says_so(olga: Actor, two_chunks: Any) -> None:
    imports.check(olga, two_chunks)

    assert imports.get(olga, two_chunks).status == "Dry run: waiting for a worker"


def test_columns_are_proposed_with_reasons_and_the_list_shows_the_latest_first(
    olga: Actor, inbox: Any
) -> None:
    first = bring(olga, table(inbox, ("Email",), [("a@x.test",)]))
    second = draft(olga, table(inbox, ("Vorname", "E-Mail"), [("Anna", "a@x.test")]))

    assert [(one.field, bool(one.reason)) for one in imports.guesses(olga, second)] == [
        ("first_name", True),
        ("email", True),
    ]
    assert [one.id for one in imports.search(olga, Paging())] == [second, first.id]
