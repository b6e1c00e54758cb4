"""Refused rows are mended or dropped where they stand and taken in; an undo takes them back."""

import csv
import random
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from crm_core.data import (
    chunks,
    claims,
    execution,
    frames,
    import_lines,
    imports,
    refusals,
    refused_rows,
    repairing,
    rereading,
    taking_in,
)
from crm_core.data.layouts import Options
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from db.models import Account, Contact, Import
from tests.business_hash import business_hash
from tests.data.importing import (
    bring,
    check,
    contacts,
    count,
    counts_are_right,
    draft,
    inbox,
    run,
    table,
    undo,
)
from tests.people import Cast

__all__ = ["inbox"]

HEADER = ("Name", "E-mail", "City", "Company")
ROWS = (
    ("Anna Berg", "anna@x.test", "Oslo", "Berg AB"),
    ("", "", "Bergen", ""),
    ("Ulf Lind", "ulf at x", "Oslo", "Berg AB"),
    ("Zoë Åkesson", "zoe[at]x", "Lund", "Lind & Co"),
    ("", "", "", "Just a company"),
)


@pytest.fixture
def checked(olga: Actor, inbox: Any) -> int:
    """A strict import of five rows, of which the dry run refuses four."""
    import_id = draft(olga, table(inbox, HEADER, ROWS), strict=True)
    seen = check(olga, import_id)
    assert (seen.counts["created"], seen.counts["rejected"]) == (1, 4)
    return import_id


def refused(who: Actor, import_id: int, reason: str = "", size: int = 50) -> list[refused_rows.RefusedRow]:
    return list(refused_rows.search(who, import_id, Paging(size=size), reason))


def test_reasons_are_told_once_for_all_rows_they_refuse(olga: Actor, checked: int) -> None:
    found = refused_rows.reasons(olga, checked)

    assert sum(one.count for one in found) == 4
    assert sorted((one.column, one.count) for one in found) == [("", 2), ("E-mail", 2)]
    one_by_one = [refused(olga, checked, one.key) for one in found]
    assert [len(rows) for rows in one_by_one] == [one.count for one in found]
    assert len(refused(olga, checked, size=3)) == 3


def test_a_mended_row_says_at_once_what_it_comes_to_and_the_check_takes_it_in(
    olga: Actor, checked: int
) -> None:
    repairing.mend(
        olga, checked, {3: ("Ulf Lind", "ulf@x.test", "Oslo", "Berg AB"), 4: ("Zoë", "zoe", "", "")}
    )

    by_number = {one.number: one for one in refused(olga, checked)}
    assert (by_number[3].verdict, by_number[3].repair) == ("create", "mend")
    assert (by_number[4].verdict, by_number[2].verdict) == ("refuse", "refuse")
    assert by_number[4].why.startswith("E-mail: ")
    assert repairing.progress(olga, checked).waiting == 2

    seen = check(olga, checked)
    assert (seen.counts["created"], seen.counts["rejected"]) == (2, 3)
    assert repairing.progress(olga, checked) == repairing.Progress(3, 0)


def test_what_was_repaired_is_imported_and_taken_back_and_the_file_stays_as_it_is(
    olga: Actor, checked: int
) -> None:
    with begin(SYSTEM, write=False) as work:
        path = frames.path_of(work.get(Import, checked))
    before, file = business_hash(), path.read_bytes()
    repairing.mend(olga, checked, {3: ("Ulf Lind", "ulf@x.test", "Oslo", "Berg AB")})
    repairing.drop(olga, checked, [5])
    seen = check(olga, checked)

    done = run(olga, checked)

    assert done.counts == seen.counts
    assert (done.counts["created"], done.counts["skipped"], done.counts["rejected"]) == (2, 1, 2)
    assert [one.email for one in contacts(name="Ulf Lind")] == ["ulf@x.test"]
    [dropped] = import_lines.rows(olga, checked, "drop", Paging())
    assert dropped.number == 5
    assert path.read_bytes() == file
    undo(olga, checked)
    assert business_hash() == before


def test_a_run_waits_until_repaired_rows_are_checked(olga: Actor, checked: int) -> None:
    repairing.drop(olga, checked, [2])

    with pytest.raises(Conflict, match="since the check"):
        imports.run(olga, checked)

    repairing.reset(olga, checked, [2])
    assert run(olga, checked).state == "done"


def test_rows_that_the_run_refused_are_taken_in_later_and_an_undo_takes_all_of_it_back(
    olga: Actor, inbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 2)
    monkeypatch.setattr(taking_in, "AT_ONCE", 1)
    before = business_hash()
    done = bring(olga, table(inbox, HEADER, ROWS), strict=True)
    assert count(Contact) == 1
    repairing.mend(
        olga,
        done.id,
        {
            2: ("Bo Ek", "anna@x.test", "Bergen", ""),
            3: ("Ulf Lind", "ulf@x.test", "Oslo", "Berg AB"),
            4: ("Zoë Åkesson", "zoe@x.test", "Lund", "Lind & Co"),
        },
    )
    repairing.drop(olga, done.id, [5])

    repairing.take_in(olga, done.id)
    mended = execution.complete(olga, done.id)

    assert (mended.state, mended.rows_done) == ("done", 5)
    counted = {name: mended.counts[name] for name in ("created", "skipped", "rejected")}
    assert counted == {"created": 3, "skipped": 2, "rejected": 0}
    assert (count(Contact), count(Account)) == (3, 2)
    [new] = [one for one in import_lines.rows(olga, done.id, "create", Paging()) if one.number == 3]
    assert [one.id for one in contacts(name="Ulf Lind")] == [new.record_id]
    assert [one.number for one in import_lines.rows(olga, done.id, "repeat", Paging())] == [2]
    assert counts_are_right()
    undo(olga, done.id)
    assert business_hash() == before


def test_a_row_that_is_still_wrong_stays_refused_with_its_new_reason(olga: Actor, checked: int) -> None:
    run(olga, checked)
    repairing.mend(olga, checked, {3: ("Ulf Lind", "still wrong", "Oslo", "")})

    repairing.take_in(olga, checked)
    done = execution.complete(olga, checked)

    assert (done.counts["created"], done.counts["rejected"]) == (1, 4)
    row = next(one for one in refused(olga, checked) if one.number == 3)
    assert "still wrong" in row.reason
    with pytest.raises(Conflict, match="No row was repaired"):
        repairing.take_in(olga, checked)


def test_all_rows_of_one_reason_are_mended_or_dropped_at_once(olga: Actor, checked: int) -> None:
    others, mail = sorted(refused_rows.reasons(olga, checked), key=lambda one: one.column)

    assert repairing.mend_all(olga, checked, mail.key, "E-mail", "") == 2
    assert repairing.drop_all(olga, checked, others.key) == 2

    seen = check(olga, checked)
    assert (seen.counts["created"], seen.counts["skipped"], seen.counts["rejected"]) == (3, 2, 0)
    with pytest.raises(Invalid, match="no column"):
        repairing.mend_all(olga, checked, mail.key, "Shoes", "")


def test_a_row_with_too_many_cells_is_mended_and_its_file_of_refused_rows_keeps_its_columns(
    olga: Actor, inbox: Any
) -> None:
    path = inbox / "wide.csv"
    path.write_text("Name,E-mail\nAnna,Berg,anna@x.test\nUlf,ulf@x.test\n", encoding="utf-8")
    import_id = draft(olga, path)
    assert check(olga, import_id).counts["rejected"] == 1

    with import_lines.rejects_csv(olga, import_id).open(encoding="utf-8-sig") as file:
        [row] = csv.DictReader(file)
    assert (row["Name"], row["E-mail"], row["Line"], row["Extra 1"]) == ("Anna", "Berg", "2", "anna@x.test")
    assert "3 cells" in row["Reason"]

    repairing.mend(olga, import_id, {1: ("Anna Berg", "anna@x.test")})
    assert check(olga, import_id).counts["created"] == 2


def test_a_file_of_refused_rows_that_was_mended_maps_itself(olga: Actor, inbox: Any, checked: int) -> None:
    imports.plan(olga, checked, {"City": None})
    check(olga, checked)
    run(olga, checked)
    mended = inbox / "refused.csv"
    mended.write_bytes(
        import_lines.rejects_csv(olga, checked).read_bytes().replace(b"ulf at x", b"ulf@x.test")
    )

    again = draft(olga, mended)

    mapping = imports.get(olga, again).mapping
    assert [mapping[name] for name in ("E-mail", "City", "Line", "Reason")] == ["email", None, None, None]
    run(olga, again)
    assert contacts(name="Ulf Lind")[0].email == "ulf@x.test"


@pytest.mark.parametrize("seed", range(3))
def test_taking_in_may_die_anywhere_and_comes_to_the_same(
    olga: Actor, inbox: Any, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)  # noqa: S311 - dice, no secrets
    monkeypatch.setattr(taking_in, "AT_ONCE", 2)
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 3)
    rows = [(f"Person {at}", dice.choice(("", f"p{at}@x.test", "no address")), "", "") for at in range(14)]
    done = bring(olga, table(inbox, HEADER, rows), strict=True)
    wrong = [one.number for one in refused(olga, done.id)]
    repairing.mend(olga, done.id, {at: (f"Person {at}", f"q{at}@x.test", "", "") for at in wrong})
    repairing.take_in(olga, done.id)

    for ends in range(10):
        worker = claims.worker_name()
        if not claims.take_free(done.id, worker):
            break
        execution.advance(done.id, worker, partial(_is_over, iter(range(ends))))

    end = imports.get(olga, done.id)
    assert (end.state, end.counts["created"], end.counts["rejected"]) == ("done", 14, 0)
    assert count(Contact) == 14
    assert counts_are_right()


def test_repairs_belong_to_the_reading_and_the_state_of_an_import(olga: Actor, checked: int) -> None:
    with pytest.raises(Invalid, match="not refused"):
        repairing.mend(olga, checked, {1: ("", "", "", "")})
    repairing.drop(olga, checked, [2])
    rereading.read_again(olga, checked, "contacts", Options(header_line=0))
    with pytest.raises(Conflict, match="Reload the page"):
        repairing.drop(olga, checked, [2])
    assert repairing.progress(olga, checked).waiting == 0
    with pytest.raises(Conflict):
        repairing.take_in(olga, checked)


def test_only_those_who_may_import_repair_and_only_what_they_see(
    cast: Cast, inbox: Any, checked: int
) -> None:
    with pytest.raises(NotAllowed):
        repairing.drop(cast.ann, checked, [2])
    with pytest.raises(NotAllowed):
        refused_rows.reasons(cast.vera, checked)
    theirs = draft(cast.mark, table(inbox, HEADER, ROWS), strict=True)
    check(cast.mark, theirs)
    with pytest.raises(NotFound):
        repairing.drop(cast.mia, theirs, [2])


def test_more_refused_rows_than_are_looked_at_are_mended_part_by_part(
    olga: Actor, checked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "MOST", 3)

    page = refused_rows.search(olga, checked, Paging())
    assert (page.total, page.is_capped) == (3, True)
    assert sum(one.count for one in refused_rows.reasons(olga, checked)) == 3
    assert repairing.drop_all(olga, checked, "") == 3
    check(olga, checked)

    assert [one.number for one in refused(olga, checked)] == [5]


def _is_over(steps: Iterator[int]) -> bool:
    """Whether no step is left."""
    return next(steps, None) is None
