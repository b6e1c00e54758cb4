"""A pair side by side: what a person chooses is what comes out, nothing is lost, and it can be parted."""

import pytest

from crm_core.data import duplicate_runs, duplicate_work, duplicates, merge_history, merging, reviewing
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from crm_core.people import contacts, custom_fields
from db.models import User
from tests.business_hash import business_hash
from tests.data.test_find_duplicates import STRANGERS
from tests.people import Cast

FIRST = {"first_name": "Katarina", "last_name": "Johansson", "email": "kj@firma.example",
         "phone": "+46701234567", "city": "Uppsala", "company": "Firma AB", "custom.shoes": "41"}  # fmt: skip
SECOND = {**FIRST, "first_name": "Katharina", "email": "katarina@home.example", "company": "Andra AB",
          "custom.shoes": "42"}  # fmt: skip


@pytest.fixture
def pair(cast: Cast) -> duplicates.PairRow:
    """One person twice, with another e-mail, company and own field."""
    custom_fields.add(cast.olga, "contacts", "Shoes", "text")
    for values in (*STRANGERS, FIRST, SECOND):
        contacts.create(cast.mia, values, even_if_duplicate=True)
    found = duplicate_work.complete(cast.mia, duplicate_runs.search(cast.mia, "contacts"))
    assert (found.state, found.sure + found.maybe) == ("done", 1)
    [row] = duplicates.search(cast.mia, "contacts", Paging())
    return row


@pytest.mark.parametrize("field", ["first_name", "email", "company", "custom.shoes"])
def test_a_field_comes_out_as_it_was_chosen_and_as_it_was_shown(
    mia: Actor, pair: duplicates.PairRow, field: str
) -> None:
    before = business_hash()
    usual = reviewing.compare(mia, "contacts", pair.id)
    choices = {field: usual.drop_id}
    shown = reviewing.compare(mia, "contacts", pair.id, usual.keep_id, choices)
    theirs = {line.field: line.left if usual.drop_id == pair.left_id else line.right for line in shown.lines}
    assert {line.field: line.result for line in shown.lines}[field] == theirs[field]

    merge_id = reviewing.merge(mia, "contacts", pair.id, usual.keep_id, choices)

    merged = contacts.get(mia, usual.keep_id)
    for line in shown.lines:
        if line.field in ("first_name", "last_name", "email", "phone", "city", "company", "custom.shoes"):
            assert merged[line.field] == line.result
    reached = {merged["email"], *(point.value for point in merged.points)}
    assert {"kj@firma.example", "katarina@home.example"} <= reached
    merging.unmerge(mia, merge_id)
    assert business_hash() == before


def test_what_was_merged_is_listed_with_who_did_it(mia: Actor, pair: duplicates.PairRow) -> None:
    usual = reviewing.compare(mia, "contacts", pair.id)
    merge_id = reviewing.merge(mia, "contacts", pair.id, usual.keep_id, {})

    [entry] = merge_history.search(mia, "contacts", Paging())
    assert (entry.id, entry.keep_id, entry.by, entry.undone_at) == (merge_id, usual.keep_id, mia.name, None)
    assert {entry.keep_name, entry.drop_name} == {"Katarina Johansson", "Katharina Johansson"}
    merging.unmerge(mia, merge_id)
    [entry] = merge_history.search(mia, "contacts", Paging())
    assert entry.undone_at is not None


def test_a_pair_that_was_decided_about_is_not_merged_again(mia: Actor, pair: duplicates.PairRow) -> None:
    duplicates.dismiss(mia, pair.id)

    with pytest.raises(NotFound, match="no longer open"):
        reviewing.merge(mia, "contacts", pair.id, pair.left_id, {})
    assert duplicates.next_after(mia, "contacts", pair) is None


def test_one_thing_at_a_time_is_done_among_records_of_a_kind(mia: Actor) -> None:
    first = duplicate_runs.search(mia, "contacts")

    with pytest.raises(Conflict, match="at work on these already"):
        duplicate_runs.search(mia, "contacts")
    assert duplicate_runs.search(mia, "accounts") > first
    with pytest.raises(Invalid):
        duplicate_runs.search(mia, "deals")
    duplicate_work.complete(mia, first)
    with pytest.raises(Conflict, match="nothing to merge"):
        duplicate_runs.merge_sure(mia, "contacts")
    with pytest.raises(NotFound):
        duplicate_runs.part(mia, first)
    newest = duplicate_runs.latest(mia, "contacts", "search")
    assert newest is not None
    assert (newest.id, newest.records, newest.by) == (first, 0, mia.name)
    assert duplicate_runs.under_way(mia, "contacts") is None
    assert duplicate_runs.get(mia, first).is_over


def test_a_run_of_one_who_may_no_longer_merge_says_so(mia: Actor, pair: duplicates.PairRow) -> None:
    run_id = duplicate_runs.merge_sure(mia, "contacts") if pair.verdict == "sure" else None
    assert run_id is not None
    with begin(mia) as work:
        user = work.get(User, mia.id or 0)
        user.is_active = False

    over = duplicate_work.complete(mia, run_id)

    assert over.state == "failed"
    assert "cannot sign in any more" in over.message
    assert merge_history.search(mia, "contacts", Paging()).items == ()
