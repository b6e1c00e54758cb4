"""New and changed records are compared with all by themselves: after an import, or a day later."""

from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.data import duplicate_runs, duplicate_work, duplicates
from crm_core.data.duplicate_runs import Run
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, NotAllowed
from crm_core.kernel.work import Clock
from crm_core.people import contacts
from tests.conftest import at
from tests.data.importing import check, draft, run, table
from tests.people import MONDAY, Cast

HOUR = timedelta(hours=1)
KATARINA = {"first_name": "Katarina", "last_name": "Johansson", "email": "kj@firma.example",
            "phone": "+46701234567", "city": "Uppsala"}  # fmt: skip
HEADER = ("First name", "Last name", "E-mail", "Phone", "City")


@pytest.fixture
def searched(mia: Actor, clock: type[Clock]) -> Actor:
    """Forty people and one Katarina, searched an hour later, on Monday; and an hour later again."""
    clock.now = at(MONDAY - HOUR)
    for number in range(40):
        person = {"first_name": f"Given{number * 37 % 41}", "last_name": f"Family{number * 17 % 43}"}
        contacts.create(mia, {**person, "email": f"{number}@x.example", "city": f"Town{number % 9}"})
    contacts.create(mia, KATARINA)
    clock.now = at(MONDAY)
    assert found(mia, duplicate_runs.search(mia, "contacts")).records == 41
    clock.now = at(MONDAY + HOUR)
    return mia


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def found(who: Actor, run_id: int) -> Run:
    done = duplicate_work.complete(who, run_id)
    assert (done.state, done.message) == ("done", "")
    return done


def twin(who: Actor) -> int:
    return contacts.create(who, {**KATARINA, "email": "katarina@home.example"}, even_if_duplicate=True)


def names(who: Actor) -> list[set[int]]:
    return [{pair.left_id, pair.right_id} for pair in duplicates.every(who, "contacts")]


def test_only_what_is_new_is_compared_and_its_twin_is_found(searched: Actor) -> None:
    key = twin(searched)
    done = found(searched, duplicate_runs.catch_up(searched, "contacts"))

    assert (done.act, done.records, done.sure + done.maybe) == ("catch_up", 1, 1)
    [pair] = names(searched)
    assert key in pair
    assert duplicate_runs.latest(searched, "contacts", "search") == done


def test_pairs_of_others_stay_and_those_of_changed_records_are_judged_anew(
    searched: Actor, clock: type[Clock]
) -> None:
    key = twin(searched)
    found(searched, duplicate_runs.catch_up(searched, "contacts"))
    clock.now = at(MONDAY + 1.5 * HOUR)
    contacts.create(searched, {"first_name": "Yusuf", "last_name": "Kaya"})
    clock.now = at(MONDAY + 2 * HOUR)
    found(searched, duplicate_runs.catch_up(searched, "contacts"))
    assert len(names(searched)) == 1

    clock.now = at(MONDAY + 3 * HOUR)
    other = {"first_name": "Boris", "last_name": "Quist", "email": "bq@z.example", "phone": "", "city": "Ume"}
    contacts.change(searched, key, other, version=None)
    done = found(searched, duplicate_runs.catch_up(searched, "contacts"))
    assert (done.records, names(searched)) == (1, [])


def test_a_no_stays_a_no_when_new_records_are_compared(searched: Actor, clock: type[Clock]) -> None:
    key = twin(searched)
    found(searched, duplicate_runs.catch_up(searched, "contacts"))
    [pair] = duplicates.every(searched, "contacts")
    duplicates.dismiss(searched, pair.id)

    clock.now = at(MONDAY + 2 * HOUR)
    contacts.change(searched, key, {"job_title": "Buyer"}, version=None)
    found(searched, duplicate_runs.catch_up(searched, "contacts"))
    assert names(searched) == []


def test_an_import_makes_it_due_and_a_worker_does_it(
    searched: Actor, clock: type[Clock], inbox: Path
) -> None:
    assert duplicate_runs.due(SYSTEM) == []
    path = table(inbox, HEADER, [("Katarina", "Johansson", "new@y.example", "+46701234567", "Uppsala")])
    import_id = draft(searched, path)
    check(searched, import_id)
    assert run(searched, import_id).state == "done"

    assert duplicate_runs.due(SYSTEM) == ["contacts"]
    clock.now = at(MONDAY + 2 * HOUR)
    assert duplicate_runs.is_time_to_ask()
    clock.now = at(MONDAY + 3 * HOUR)
    assert duplicate_work.advance_next("here/1/a", lambda: False)

    latest = duplicate_runs.latest(searched, "contacts")
    assert latest is not None
    assert (latest.act, latest.records) == ("catch_up", 1)
    assert len(names(searched)) == 1
    assert duplicate_runs.due(SYSTEM) == []


def test_a_day_later_what_was_typed_in_is_due(searched: Actor, clock: type[Clock]) -> None:
    clock.now = at(MONDAY + 25 * HOUR)
    assert duplicate_runs.due(SYSTEM) == []
    twin(searched)
    assert duplicate_runs.due(SYSTEM) == ["contacts"]

    run_id = duplicate_runs.catch_up(SYSTEM, "contacts")
    assert duplicate_runs.due(SYSTEM) == []
    with pytest.raises(Conflict):
        duplicate_runs.catch_up(SYSTEM, "contacts")
    assert found(SYSTEM, run_id).records == 1


def test_nothing_is_searched_by_itself_before_somebody_searched(mia: Actor, clock: type[Clock]) -> None:
    twin(mia)
    clock.now = at(MONDAY + 50 * HOUR)

    assert duplicate_runs.due(SYSTEM) == []
    assert duplicate_runs.past(SYSTEM, "contacts") is None


def test_where_nearly_everything_is_new_all_is_compared_and_learned_anew(
    mia: Actor, clock: type[Clock]
) -> None:
    contacts.create(mia, KATARINA)
    found(mia, duplicate_runs.search(mia, "contacts"))
    clock.now = at(MONDAY + HOUR)
    twin(mia)
    for number in range(8):
        contacts.create(mia, {"first_name": f"Given{number}", "last_name": f"Family{number * 7 % 11}"})

    assert found(mia, duplicate_runs.catch_up(mia, "contacts")).records == 10
    past = duplicate_runs.past(SYSTEM, "contacts")
    assert past is not None
    assert past.model["prior_bits"] < 0


def test_only_those_who_may_merge_ask_for_it(cast: Cast) -> None:
    for who in (cast.ann, cast.sue, cast.vera):
        with pytest.raises(NotAllowed):
            duplicate_runs.catch_up(who, "contacts")
