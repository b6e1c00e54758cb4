"""The dry run counts rows that look like a contact that is here, though no key says so."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from crm_core.data import import_lines
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.people import contacts
from tests.data.importing import check, draft, inbox, run, table
from tests.people import Cast

__all__ = ["inbox"]

HEADER = ("First name", "Last name", "E-mail", "Phone", "Company", "City", "Postal code", "Birthday")
ANNA = {"first_name": "Anna", "last_name": "Kovács", "email": "anna@kovacs.example", "city": "Győr",
        "postal_code": "9021", "birthday": "1985-04-30"}  # fmt: skip


def possible(who: Actor, folder: Path, *rows: Sequence[str]) -> int:
    return check(who, draft(who, table(folder, HEADER, rows))).counts["possible_duplicates"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("Anna", "Kovács", "", "", "", "Győr", "", ""), 1),
        (("ANNA", "Kovacs", "", "", "", "gyor", "", ""), 1),
        (("Anna", "Kovács", "", "", "", "", "9021", ""), 1),
        (("Anna", "Kovács", "other@x.example", "+36 20 912 3456", "", "", "", "1985-04-30"), 1),
        (("Anna", "Kovács", "", "", "", "Pécs", "", ""), 0),
        (("Anna", "Kovács", "other@x.example", "", "", "Győr", "", ""), 0),
        (("Anna", "Kovács", "", "", "", "Győr", "", "1990-01-01"), 0),
        (("Anna", "", "", "", "", "Győr", "", ""), 0),
        (("Anita", "Kovács", "", "", "", "Győr", "", ""), 0),
    ],
)
def test_a_namesake_counts_who_shares_more_and_contradicts_nothing(
    mia: Actor, inbox: Path, row: tuple[str, ...], expected: int
) -> None:
    contacts.create(mia, ANNA)

    assert possible(mia, inbox, row) == expected


def test_the_reason_is_told_and_the_run_does_what_the_dry_run_said(mia: Actor, inbox: Path) -> None:
    contacts.create(mia, ANNA)
    import_id = draft(mia, table(inbox, HEADER, [("Anna", "Kovács", "", "", "", "Győr", "", "")]))
    check(mia, import_id)

    [line] = import_lines.rows(mia, import_id, "duplicate", Paging())
    assert "the same name and city" in str(line)
    done = run(mia, import_id)
    assert (done.counts["created"], done.counts["possible_duplicates"]) == (1, 1)


def test_nobody_learns_of_a_contact_that_is_not_theirs_to_see(cast: Cast, inbox: Path) -> None:
    contacts.create(cast.mark, {**ANNA, "owner": "mark"})

    assert possible(cast.mia, inbox, ("Anna", "Kovács", "", "", "", "Győr", "", "")) == 0
