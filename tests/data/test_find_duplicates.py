"""Duplicates: found with their reasons, decided once, merged and parted again, never invented."""

import csv
from pathlib import Path

import pytest

from crm_core.cli.main import main
from crm_core.data import (
    duplicate_runs,
    duplicate_work,
    duplicates,
    merging,
    pairing,
    record_kinds,
    searching,
)
from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.paging import Paging
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import begin
from crm_core.people import contacts
from db.models import Contact
from db.seed import company
from db.session import Database
from tests.business_hash import business_hash
from tests.data.published_pairs import published
from tests.people import MONDAY, Cast

PLACES = (
    ("Ada", "Lopez", "Lyon"), ("Bruno", "Klein", "Berlin"), ("Chen", "Wei", "Turin"),
    ("Dora", "Holm", "Oslo"), ("Emil", "Novak", "Brno"), ("Fatou", "Diallo", "Dakar"),
    ("Gita", "Rao", "Pune"), ("Hugo", "Roth", "Bern"),
)  # fmt: skip
STRANGERS = [
    {"first_name": first, "last_name": last, "email": f"{first}.{last}@x.example".lower(), "city": city}
    for first, last, city in PLACES
]


@pytest.fixture
def twins(mia: Actor) -> tuple[int, int]:
    """Eight strangers, and one Katarina who was typed in twice."""
    for values in STRANGERS:
        contacts.create(mia, values)
    first = {"first_name": "Katarina", "last_name": "Johansson", "email": "kj@firma.example",
             "phone": "+46701234567", "city": "Uppsala"}  # fmt: skip
    second = {**first, "first_name": "Katharina", "email": "katarina@home.example"}
    return contacts.create(mia, first), contacts.create(mia, second, even_if_duplicate=True)


def test_one_who_was_typed_in_twice_is_found_with_the_reasons(mia: Actor, twins: tuple[int, int]) -> None:
    found = searching.find(mia, "contacts")

    assert (found.records, found.sure + found.maybe) == (10, 1)
    [pair] = duplicates.search(mia, "contacts", Paging())
    assert {pair.left_id, pair.right_id} == set(twins)
    assert (pair.reasons["phone"], pair.reasons["last_name"]) == ("same", "same")
    assert pair.reasons["first_name"] == "nearly the same"


def test_what_is_found_replaces_what_was_found_before(mia: Actor, twins: tuple[int, int]) -> None:
    records = searching.read(mia, "contacts")
    compared = searching.compare("contacts", records)
    for _ in range(2):
        assert searching.store(mia, "contacts", compared, records).records == 10
    assert len(duplicates.search(mia, "contacts", Paging())) == 1

    assert searching.store(mia, "contacts", searching.Compared([], {}), records) == searching.Found(10, 0, 0)
    assert len(duplicates.search(mia, "contacts", Paging())) == 0


def test_a_no_is_remembered_and_can_be_taken_back(mia: Actor, twins: tuple[int, int]) -> None:
    searching.find(mia, "contacts")
    [pair] = duplicates.search(mia, "contacts", Paging())
    duplicates.dismiss(mia, pair.id)

    assert len(duplicates.search(mia, "contacts", Paging())) == 0
    assert searching.find(mia, "contacts").sure == 0
    with pytest.raises(Conflict):
        duplicates.dismiss(mia, pair.id)
    duplicates.reopen(mia, pair.id)
    assert len(duplicates.search(mia, "contacts", Paging())) == 1


def test_merging_settles_the_pair_and_parting_opens_it_again(mia: Actor, twins: tuple[int, int]) -> None:
    searching.find(mia, "contacts")
    merge = merging.merge(mia, "contacts", *twins)
    assert duplicates.counts(mia, "contacts") == {}

    merging.unmerge(mia, merge)
    assert sum(duplicates.counts(mia, "contacts").values()) == 1


def test_the_sure_ones_are_merged_at_once_and_parted_at_once(mia: Actor) -> None:
    for values in STRANGERS:
        for _ in range(2):
            contacts.create(
                mia,
                {**values, "phone": "+4670111" + str(1000 + STRANGERS.index(values))},
                even_if_duplicate=True,
            )
    before = business_hash()
    found = searching.find(mia, "contacts")
    assert found.sure == len(STRANGERS)

    run = duplicate_work.complete(mia, duplicate_runs.merge_sure(mia, "contacts"))
    assert (run.state, run.done, run.skipped) == ("done", len(STRANGERS), 0)
    assert searching.find(mia, "contacts") == searching.Found(len(STRANGERS), 0, 0)
    assert [batch.merges for batch in duplicate_runs.batches(mia, "contacts")] == [len(STRANGERS)]

    parted = duplicate_work.complete(mia, duplicate_runs.part(mia, run.id))
    assert (parted.state, parted.done) == ("done", len(STRANGERS))
    assert business_hash() == before
    assert duplicate_runs.batches(mia, "contacts") == []
    with pytest.raises(Conflict, match="parted already"):
        duplicate_runs.part(mia, run.id)


def test_nobody_sees_a_pair_whose_other_side_is_hidden(cast: Cast) -> None:
    ours = {"first_name": "Katarina", "last_name": "Johansson", "email": "kj@firma.example"}
    contacts.create(cast.mia, ours)
    contacts.create(cast.mark, {**ours, "owner": "mark"}, even_if_duplicate=True)
    for values in STRANGERS:
        contacts.create(cast.mia, values)
    searching.find(cast.olga, "contacts")

    assert len(duplicates.search(cast.olga, "contacts", Paging())) == 1
    assert len(duplicates.search(cast.mia, "contacts", Paging())) == 0


def test_only_those_who_may_merge_search_for_duplicates(cast: Cast) -> None:
    for who in (cast.ann, cast.mark, cast.sue, cast.vera):
        for act in (searching.find, duplicates.every, duplicates.counts):
            with pytest.raises(NotAllowed):
                act(who, "contacts")
    with pytest.raises(Invalid):
        searching.find(cast.olga, "deals")
    assert duplicates.external_ids(cast.olga, "contacts", [1]) == {}


def test_among_different_people_nobody_is_called_the_same() -> None:
    """Households, common names, firms with one switchboard: alike, and still different people."""
    firms = list(company.firms(200, MONDAY))
    people = list(company.people(4_000, firms, MONDAY))
    texts = {
        name: [fold(person[name]) for person in people]
        for name in ("first_name", "last_name", "company", "city")
    }
    texts |= {
        "email": [person["email"] for person in people],
        "birthday": [person["birthday"] for person in people],
    }
    found = pairing.find(record_kinds.CONTACTS, record_kinds.contact_columns(texts))

    assert int((pairing.classes(found) == "sure").sum()) == 0


@pytest.mark.parametrize(
    ("name", "least_sure", "least_both"),
    [
        ("febrl1", 0.98, 0.98),
        ("febrl2", 0.98, 0.97),
        ("rldata500", 0.98, 0.95),
        ("splink_fake_1000", 0.98, 0.80),
    ],
)
def test_on_published_sets_the_sure_ones_are_right_and_most_are_found(
    name: str, least_sure: float, least_both: float
) -> None:
    texts, truth = published(name)
    found = pairing.find(record_kinds.CONTACTS, record_kinds.contact_columns(texts))
    verdicts = pairing.classes(found)
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    sure = {pair for pair, verdict in zip(pairs, verdicts, strict=True) if verdict == "sure"}
    both = {pair for pair, verdict in zip(pairs, verdicts, strict=True) if verdict != "not"}

    assert len(sure & truth) >= least_sure * len(sure)
    right = len(both & truth)
    assert 2 * right / (len(both) + len(truth)) >= least_both


def test_the_shell_writes_the_pairs_and_merges_and_parts(
    own_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CRM_DATABASE_URL", own_database.url)
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path))
    twin = {
        "first_name": "Katarina",
        "last_name": "Johansson",
        "phone": "+46701234567",
        "email": "k@j.example",
    }
    keys = [
        contacts.create(OPERATOR, {**twin, "external_id": name}, even_if_duplicate=True)
        for name in ("A1", "B2")
    ]
    for values in STRANGERS:
        contacts.create(OPERATOR, values)

    assert main(["duplicates", "find", "--out", str(tmp_path / "pairs.csv"), "--json"]) == 0
    [row] = csv.DictReader((tmp_path / "pairs.csv").read_text(encoding="utf-8").splitlines())
    assert {row["external_id_a"], row["external_id_b"]} == {"A1", "B2"}
    assert (row["class"], float(row["score"]) > 0.9) == ("sure", True)
    assert main(["duplicates", "merge", str(keys[0]), str(keys[1])]) == 0
    assert main(["duplicates", "merge", str(keys[0]), str(keys[1])]) == 1
    merge_id = capsys.readouterr().out.split()[-1]
    assert main(["duplicates", "unmerge", merge_id]) == 0
    with begin(OPERATOR, write=False) as work:
        assert work.get(Contact, keys[1]).name == "Katarina Johansson"
