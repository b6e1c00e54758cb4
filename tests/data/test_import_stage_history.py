"""Deals come in with the whole way that their file tells: one column a stage, with the day it was entered."""

from pathlib import Path
from typing import Any

import pytest

from crm_core.data import mapping, stage_steps
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from crm_core.sales import deals, stages
from crm_core.sales.types import DealQuery
from tests.business_hash import business_hash
from tests.data.importing import bring, check, draft, inbox, run, table, undo

__all__ = ["inbox"]
HEADER = (
    "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Create Date,Close Date,"
    'Date entered "Qualified (Sales)",Date entered "Proposal (Sales)",Date entered "Closed Won (Sales)"'
)
ROWS = (
    "1,Ovens,Proposal,Sales,1200,2026-01-05,2026-12-01,2026-01-10,2026-02-01,",
    "2,Coffee,Closed Won,Sales,900,2026-01-05,2026-03-03,2026-01-20,2026-02-20,2026-03-03",
    "3,Mugs,Qualified,Sales,80,2026-02-01,,2026-02-10,,",
)


@pytest.mark.parametrize(
    ("column", "stage"),
    [
        ('Date entered "Contract sent (Sales Pipeline)"', "Contract sent"),
        ("Date entered Qualified", "Qualified"),
        ("Entered on: Proposal", "Proposal"),
        ("Entry date: Negotiation / Review", "Negotiation / Review"),
        ("Date entered CRM", ""),
        ("Date entered", ""),
        ("Deal Stage", ""),
    ],
)
def test_a_column_is_known_by_the_stage_that_it_names(column: str, stage: str) -> None:
    assert stage_steps.stage_of(column) == stage


def test_such_columns_map_themselves_beside_the_others() -> None:
    columns = [cell.strip('"') for cell in ("Deal Name", 'Date entered "Won"', "Date entered Proposal")]
    found = mapping.propose("deals", columns, [], stage_steps.fields_for("deals", columns))

    assert [guess.field for guess in found] == ["deal", "entered.Won", "entered.Proposal"]


def written(folder: Path) -> Path:
    path = folder / "deals.csv"
    quoted = HEADER.replace('Date entered "', '"Date entered ""').replace(')"', ')"""')
    path.write_text("\n".join((quoted, *ROWS)), encoding="utf-8")
    return path


def test_the_way_of_each_deal_is_that_of_the_file_and_goes_with_the_import(olga: Actor, inbox: Any) -> None:
    before = business_hash()
    done = bring(olga, written(inbox), "deals")
    assert done.counts["created"] == 3

    assert way(olga, "Ovens") == [("Qualified", "open", "2026-01-05"), ("Proposal", "open", "2026-02-01")]
    assert way(olga, "Coffee") == [
        ("Qualified", "open", "2026-01-05"),
        ("Proposal", "open", "2026-02-20"),
        ("Proposal", "won", "2026-03-03"),
    ]
    assert way(olga, "Mugs") == [("Qualified", "open", "2026-02-01")]
    with begin(SYSTEM, write=False) as work:
        assert stages.differences(work) == []

    again = bring(olga, written(inbox), "deals")
    assert (again.counts["created"], again.counts["updated"]) == (0, 0)
    undo(olga, done.id)
    assert business_hash() == before


def way(who: Actor, name: str) -> list[tuple[str, str, str]]:
    """The stages of a deal with status and day, the first one first."""
    [row] = deals.search(who, DealQuery(text=name))
    stays = deals.history(who, row.id)
    return [(stay.stage, stay.status, stay.entered_at.date().isoformat()) for stay in stays]


def test_a_file_with_a_row_a_step_is_the_history_of_its_deals_in_any_order(olga: Actor, inbox: Path) -> None:
    header = ["Deal ID", "Deal name", "Stage", "Entered at", "Amount"]
    rows = [
        ["1", "Ovens", "Proposal", "2026-02-01", "1200"], ["2", "Mugs", "Qualified", "2026-02-10", "80"],
        ["1", "Ovens", "Qualified", "2026-01-10", "900"], ["2", "Mugs", "Closed Lost", "2026-03-01", "80"],
        ["1", "Ovens", "Negotiation", "2026-03-05", "1500"], ["3", "Cups", "Qualified", "2026-01-02", "5"],
    ]  # fmt: skip
    before = business_hash()
    path = table(inbox, header, rows, "steps.csv")
    key = draft(olga, path, "deals")
    promised = check(olga, key)
    done = run(olga, key)

    assert (done.state, promised.counts) == ("done", done.counts)
    assert promised.summary["deals_created"] == done.summary["deals_created"] == 3
    assert [step[::2] for step in way(olga, "Ovens")] == [
        ("Qualified", "2026-01-10"), ("Proposal", "2026-02-01"), ("Negotiation", "2026-03-05"),
    ]  # fmt: skip
    assert [step[1] for step in way(olga, "Mugs")] == ["open", "lost"]
    assert [row.amount for row in deals.search(olga, DealQuery(text="Ovens")).items] == [150_000]
    for policy in ("skip", "update"):
        again = bring(olga, path, "deals", on_duplicate=policy)
        assert (again.counts["created"], again.counts["updated"]) == (0, 0)
    with begin(SYSTEM, write=False) as work:
        assert stages.differences(work) == []
    undo(olga, done.id)
    assert business_hash() == before


def test_a_later_file_of_steps_moves_the_deal_on_the_day_it_tells(olga: Actor, inbox: Path) -> None:
    header = ["Deal ID", "Deal name", "Stage", "Entered at"]
    first = [["1", "Ovens", "Qualified", "2026-01-10"]]
    bring(olga, table(inbox, header, first, "a.csv"), "deals")
    later = table(inbox, header, [*first, ["1", "Ovens", "Proposal", "2026-02-01"]], "b.csv")
    done = bring(olga, later, "deals", on_duplicate="update")

    assert done.counts["updated"] == 1
    assert way(olga, "Ovens") == [("Qualified", "open", "2026-01-10"), ("Proposal", "open", "2026-02-01")]
