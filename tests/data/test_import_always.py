"""What must hold for every file: the run equals the dry run row by row, and undo leaves no trace."""

import os
import random
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.data import chunks, execution, import_lines, imports
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from crm_core.people import contacts as people
from crm_core.people import custom_fields
from db.models import Account, Contact
from db.queries import imports as sql
from tests.business_hash import business_hash
from tests.data.importing import bring, check, counts_are_right, draft, inbox, run, table, undo

__all__ = ["inbox"]

FILES = int(os.environ.get("CRM_TEST_FILES", "4"))
"""So many made-up files are brought in for each test; by hand it may be more."""

HEADER = ("ID", "First Name", "Last Name", "Email", "Email 2", "Phone", "Mobile", "Company", "City",
    "Owner", "Tags",
          "Unsubscribed", "Email Consent", "Birthday", "Lifecycle Stage", "Notes", "Shoe size")  # fmt: skip
FIRST, LAST = ("Anna", "Ulf", "Zoë", "", "Łukasz"), ("Berg", "Lind", "", "O'Brien", "<b>x</b>")
COMPANIES = ("", "Berg AB", "BERG ab", "Lind & Co", "=1+1", "Öl GmbH")


def _row(dice: random.Random, people_count: int) -> tuple[str, ...]:
    def maybe(value: str, chance: float = 0.6) -> str:
        return value if dice.random() < chance else ""

    number = dice.randrange(people_count)
    return (
        maybe(str(number), 0.4), dice.choice(FIRST), dice.choice(LAST),
        maybe(dice.choice((f"p{number}@x.test", f"P{number}@X.test", "not an address")), 0.7),
        maybe(f"p{dice.randrange(people_count)}@x.test", 0.2), maybe(f"+467012345{number % 40:02}", 0.5),
        maybe(f"+467012345{dice.randrange(60):02}", 0.2), dice.choice(COMPANIES),
        maybe(dice.choice(("Oslo", "Bergen"))), maybe(dice.choice(("ann", "bob@rapport.test",
        "Nobody")), 0.3),
        maybe(dice.choice(("vip", "VIP, north", "south;north")), 0.4), maybe("yes", 0.1), maybe("yes", 0.2),
        maybe(dice.choice(("1980-01-15", "31/31/2025")), 0.2), maybe(dice.choice(("lead", "customer",
        "x")), 0.4),
        maybe("met at the fair", 0.2), maybe(str(dice.randrange(36, 46)), 0.2),
    )  # fmt: skip


def _file(inbox: Any, dice: Any, count: int = 40, people_count: Any = 30) -> Any:
    return table(inbox, HEADER, [_row(dice, people_count) for _ in range(count)])


def _letters(import_id: int, phase: Any) -> Any:
    with begin(SYSTEM, write=False) as work:
        return "".join(outcome["letters"] for _, _, outcome in work.tuples(sql.chunks(import_id, phase)))


def _options(dice: Any) -> Any:
    keys = dice.choice(((), ("email",), ("external_id",), ("phone", "email"), ("name", "phone")))
    return {
        "on_duplicate": dice.choice(("skip", "update", "update", "fill", "create")),
        "match_by": keys,
        "create_missing": ("companies",) if dice.random() < 0.8 else (),
        "strict": dice.random() < 0.1,
        "origin": dice.choice(("", "old crm")),
    }


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 7)


@pytest.mark.parametrize("seed", range(FILES))
def test_the_run_equals_the_dry_run_and_undo_leaves_no_trace(
    olga: Actor, inbox: Any, small_chunks: Any, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - dice, no secrets
    custom_fields.add(olga, "contacts", "Shoe size", "number")
    bring(olga, _file(inbox, dice), origin=dice.choice(("", "old crm")))
    before = business_hash()

    for _ in range(3):
        import_id = draft(olga, _file(inbox, dice), **_options(dice))
        seen = check(olga, import_id)
        promised = _letters(import_id, "check")
        assert business_hash() == before, "a dry run stores nothing"
        done = run(olga, import_id)
        assert done.state == "done", done.message
        assert _letters(import_id, "run") == promised
        assert done.counts == seen.counts
        assert done.summary["companies_created"] == seen.summary["companies_created"]
        assert sum(done.counts[name] for name in ("created", "updated", "skipped", "rejected")) == 40
        assert counts_are_right()

        assert undo(olga, import_id).summary["undo_kept"] == 0
        assert business_hash() == before
        assert counts_are_right()
        assert undo(olga, import_id).state == "undone"
        assert business_hash() == before


@pytest.mark.parametrize("seed", range(3))
def test_importing_twice_is_importing_once(olga: Actor, inbox: Any, small_chunks: Any, seed: int) -> None:
    dice = random.Random(100 + seed)  # noqa: S311 - dice, no secrets
    rows = [(str(number), *_row(dice, 30)[1:]) for number in range(40)]
    path = table(inbox, HEADER, rows)
    bring(olga, path, match_by=("external_id",))
    once = business_hash()

    again = bring(olga, path, match_by=("external_id",), on_duplicate=dice.choice(("skip", "update", "fill")))

    assert (again.counts["created"], again.counts["updated"]) == (0, 0)
    assert business_hash() == once


def test_what_people_touched_since_stays_and_is_named(olga: Actor, inbox: Any) -> None:
    path = table(
        inbox,
        ("First Name", "Last Name", "Email"),
        [("Anna", "Berg", "a@x.test"), ("Ulf", "Lind", "u@x.test")],
    )
    done = bring(olga, path)
    with begin(SYSTEM, write=False) as work:
        anna = work.scalars(select(Contact).filter_by(email="a@x.test"))[0]
    people.change(olga, anna.id, {"city": "Oslo"}, version=anna.version)

    undone = undo(olga, done.id)

    assert (undone.summary["undo_removed"], undone.summary["undo_kept"]) == (1, 1)
    [line] = import_lines.rows(olga, done.id, "kept", Paging())
    assert line.name == "Anna Berg"
    assert "city" in line.problems[0]["message"]
    assert counts_are_right()


def test_a_field_that_was_corrected_after_an_update_keeps_the_correction(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, ("First Name", "City", "Email"), [("Anna", "Oslo", "a@x.test")]))
    update = table(inbox, ("First Name", "City", "Email"), [("Anne", "Bergen", "a@x.test")])
    done = bring(olga, update, on_duplicate="update")
    with begin(SYSTEM, write=False) as work:
        anne = work.scalars(select(Contact))[0]
    people.change(olga, anne.id, {"city": "Trondheim"}, version=anne.version)

    undo(olga, done.id)

    with begin(SYSTEM, write=False) as work:
        [stored] = work.scalars(select(Contact))
        assert (stored.first_name, stored.name, stored.city) == ("Anna", "Anna", "Trondheim")
    [line] = import_lines.rows(olga, done.id, "kept", Paging())
    assert "city" in line.problems[0]["message"]


def test_a_company_that_somebody_uses_by_now_stays(olga: Actor, inbox: Any) -> None:
    done = bring(olga, table(inbox, ("Name", "Email", "Company"), [("Anna Berg", "a@x.test", "Berg AB")]))
    people.create(olga, {"first_name": "Ulf", "company": "Berg AB"})

    undo(olga, done.id)

    with begin(SYSTEM, write=False) as work:
        assert [account.name for account in work.scalars(select(Account))] == ["Berg AB"]


def test_a_base_that_changed_since_the_dry_run_stops_the_run_and_says_where(olga: Actor, inbox: Any) -> None:
    header = ("First Name", "Email")
    import_id = draft(olga, table(inbox, header, [("Anna", "a@x.test"), ("Ulf", "u@x.test")]))
    check(olga, import_id)
    people.create(olga, {"first_name": "Ulf", "email": "u@x.test"})

    stopped = run(olga, import_id)

    assert stopped.state == "stopped"
    assert [(row["number"], row["was"], row["now"]) for row in stopped.summary["differs"]] == [
        (2, "create", "skip")
    ]
    with begin(SYSTEM, write=False) as work:
        assert len(work.scalars(select(Contact))) == 1

    assert "differs" not in check(olga, import_id).summary
    imports.run(olga, import_id)
    assert execution.complete(olga, import_id).state == "done"


def test_a_run_goes_on_anyway_when_one_says_so(olga: Actor, inbox: Any) -> None:
    header = ("First Name", "Email")
    import_id = draft(olga, table(inbox, header, [("Anna", "a@x.test"), ("Ulf", "u@x.test")]))
    check(olga, import_id)
    people.create(olga, {"first_name": "Ulf", "email": "u@x.test"})
    assert run(olga, import_id).state == "stopped"

    imports.resume(olga, import_id, anyway=True)
    done = execution.complete(olga, import_id)
    assert (done.state, done.counts["created"], done.counts["skipped"]) == ("done", 1, 1)
