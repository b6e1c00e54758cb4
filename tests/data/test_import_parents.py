"""Companies of a file stand below the parents they name, wherever in the file or in the base these are."""

from typing import Any

from sqlalchemy import select

from crm_core.data import imports
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from crm_core.people import accounts
from db.models import Account
from tests.business_hash import business_hash
from tests.data.importing import bring, check, draft, inbox, run, table, undo

__all__ = ["inbox"]

HEADER = ("Record ID", "Company", "Parent company", "Website")


def parents() -> dict[str, str | None]:
    """The name of each company's parent."""
    with begin(SYSTEM, write=False) as work:
        rows = work.scalars(select(Account))
        names = {row.id: row.name for row in rows}
        return {row.name: names.get(row.parent_id or 0) for row in rows}


def test_parents_are_found_further_down_in_the_base_by_id_and_by_domain(olga: Actor, inbox: Any) -> None:
    accounts.create(olga, {"company": "Old Holding"})
    before = business_hash()
    rows = (
        ("1", "Berg AB", "Berg Holding", ""),
        ("2", "Lind AB", "3", ""),
        ("3", "Berg Holding", "old holding", "https://berg.test"),
        ("4", "Ek AB", "www.berg.test", ""),
        ("5", "Alm AB", "Nobody", ""),
    )
    import_id = draft(olga, table(inbox, HEADER, rows), "accounts")
    assert imports.get(olga, import_id).mapping["Parent company"] == "parent"
    check(olga, import_id)

    done = run(olga, import_id)

    assert parents() == {
        "Old Holding": None, "Berg AB": "Berg Holding", "Lind AB": "Berg Holding", "Ek AB": "Berg Holding",
        "Berg Holding": "Old Holding", "Alm AB": None,
    }  # fmt: skip
    assert (done.state, done.summary["parents_unknown"]) == ("done", 1)
    assert undo(olga, import_id).summary["undo_kept"] == 0
    assert business_hash() == before


def test_nobody_stands_below_itself(olga: Actor, inbox: Any) -> None:
    rows = (("", "A", "B", ""), ("", "B", "C", ""), ("", "C", "A", ""), ("", "D", "D", ""))

    bring(olga, table(inbox, HEADER, rows), "accounts")

    assert parents() == {"A": "B", "B": "C", "C": None, "D": None}


def test_an_update_moves_a_company_and_an_undo_moves_it_back(olga: Actor, inbox: Any) -> None:
    first = (("", "A", "", ""), ("", "B", "", ""), ("", "C", "A", ""))
    bring(olga, table(inbox, HEADER, first), "accounts")
    second = table(inbox, HEADER, (("", "C", "B", "https://c.test"),), "moved.csv")

    fill = bring(olga, second, "accounts", on_duplicate="fill")
    assert parents()["C"] == "A"
    undo(olga, fill.id)
    moved = bring(olga, second, "accounts", on_duplicate="update")
    assert parents()["C"] == "B"
    undo(olga, moved.id)

    assert parents() == {"A": None, "B": None, "C": "A"}
