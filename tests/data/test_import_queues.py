"""Several files come in one after the other, and a failure stops those that need its records."""

import shutil
from typing import Any

import pytest

from crm_core.data import claims, execution, frames, import_queues, imports
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, NotAllowed, NotFound
from crm_core.kernel.work import begin
from crm_core.people import accounts
from db.models import Account, Contact, Import
from tests.data.importing import bring, check, count, draft, inbox, run, table, undo
from tests.people import Cast

__all__ = ["inbox"]

PEOPLE = (("Name", "E-mail", "Company"), [("Anna Berg", "a@x.test", "Berg AB")])
FIRMS = (("Company", "Industry"), [("Berg AB", "Retail"), ("Lind & Co", "Law")])


@pytest.fixture
def two(olga: Actor, inbox: Any) -> tuple[int, int]:
    """A file of people, and then one of their companies."""
    people = draft(olga, table(inbox, *PEOPLE, name="people.csv"))
    return people, draft(olga, table(inbox, *FIRMS, name="firms.csv"), "accounts")


def work_all() -> None:
    """Do what a worker does, until nothing is left to do."""
    while execution.advance_next(claims.worker_name(), lambda: False):
        pass


def states(who: Actor, ids: Any) -> list[str]:
    return [one.state for one in import_queues.files(who, ids)]


def test_companies_come_before_the_people_that_name_them(olga: Actor, two: tuple[int, int]) -> None:
    people, firms = two

    assert import_queues.in_order(olga, two) == [firms, people]
    wrong_way = import_queues.files(olga, [people, firms])
    right_way = import_queues.files(olga, [firms, people, firms, 999])
    assert (wrong_way[0].too_early, right_way[1].needs) == (("firms.csv",), ("firms.csv",))
    assert [one.id for one in right_way] == [firms, people]


def test_files_run_one_after_the_other_whatever_their_dry_runs_said(
    olga: Actor, two: tuple[int, int]
) -> None:
    people, firms = two
    assert import_queues.check(olga, [firms, people]) == 2
    work_all()
    assert states(olga, two) == ["checked", "checked"]

    assert import_queues.run(olga, [firms, people]) == 2
    assert not claims.take_free(people, claims.worker_name())
    work_all()

    assert states(olga, two) == ["done", "done"]
    assert (count(Account), imports.get(olga, people).summary["companies_created"]) == (2, 0)


def test_a_failure_stops_those_that_name_its_records_with_a_sentence_and_nobody_else(
    olga: Actor, inbox: Any, two: tuple[int, int]
) -> None:
    people, firms = two
    more = draft(olga, table(inbox, ("Company",), [("Ek AB",)], name="more.csv"), "accounts")
    with begin(SYSTEM, write=False) as work:
        folder = frames.path_of(work.get(Import, firms)).parent
    shutil.rmtree(folder)
    import_queues.run(olga, [firms, people, more])

    work_all()

    assert states(olga, [firms, people, more]) == ["failed", "stopped", "done"]
    assert "“firms.csv” did not come to its end" in imports.get(olga, people).message
    assert count(Contact) == 0
    imports.resume(olga, people, anyway=True)
    work_all()
    assert states(olga, [people]) == ["done"]


def test_a_second_import_of_the_same_file_is_recognised_and_changes_nothing(olga: Actor, inbox: Any) -> None:
    path = table(inbox, *PEOPLE)
    first = bring(olga, path)

    again = draft(olga, path, on_duplicate="update")
    [known] = imports.earlier(olga, again)
    done = run(olga, again)

    assert (known.id, known.created_count) == (first.id, 1)
    assert (done.counts["created"], done.counts["updated"], done.counts["skipped"]) == (0, 0, 1)
    undo(olga, first.id)
    assert [one.id for one in imports.earlier(olga, draft(olga, path))] == [again]


def test_a_draft_is_thrown_away_with_its_file_and_what_is_stored_is_not(olga: Actor, inbox: Any) -> None:
    path = table(inbox, *PEOPLE)
    import_id = draft(olga, path)
    check(olga, import_id)
    with begin(SYSTEM, write=False) as work:
        kept = frames.path_of(work.get(Import, import_id))

    imports.discard(olga, import_id)

    assert not kept.parent.exists()
    with pytest.raises(NotFound):
        imports.get(olga, import_id)
    done = bring(olga, path)
    with pytest.raises(Conflict, match="has begun"):
        imports.discard(olga, done.id)
    assert accounts.find_or_create(olga, "Berg AB")


def test_a_queue_holds_only_what_one_may_see(cast: Cast, two: tuple[int, int]) -> None:
    assert import_queues.files(cast.mia, two) == []
    with pytest.raises(NotAllowed):
        import_queues.run(cast.ann, two)
    with pytest.raises(NotFound):
        imports.discard(cast.mia, two[0])
