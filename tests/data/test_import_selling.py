"""A whole sales history comes in from the files of another program: team, companies, products, deals."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from db.models import Account, Deal, DealLine, Pipeline, Product, Stage, StageChange, User
from tests.data.importing import bring, count, inbox, undo
from tests.shared_data import shared

__all__ = ["inbox"]


def _rows(statement: Any) -> Any:
    with begin(SYSTEM, write=False) as work:
        return [tuple(row) for row in work.tuples(statement)]


@pytest.mark.slow
@pytest.mark.one_engine
def test_a_sales_history_comes_in_and_its_sums_are_right(olga: Actor, inbox: Any) -> None:
    folder = shared("08_crm_campaigns")
    expected = json.loads((folder / "maven.expected.json").read_text())

    team = bring(olga, folder / "maven_sales_teams.csv", "users")
    bring(olga, folder / "maven_accounts.csv", "accounts")
    bring(olga, folder / "maven_products.csv", "products")
    deals = bring(olga, folder / "maven_sales_pipeline.csv", "deals")

    assert team.counts["created"] == 35
    assert deals.counts["created"] == expected["opportunities"]
    won = _rows(
        select(User.name, func.sum(Deal.amount))
        .join(User, User.id == Deal.owner_id)
        .where(Deal.status == "won")
        .group_by(User.name)
    )
    assert {name: total / 100 for name, total in won} == expected["revenue_by_agent"]
    assert sum(total for _, total in won) == round(expected["won_revenue"] * 100)
    assert count(Account) == 85
    assert count(Product) == 7
    assert _rows(select(func.count(Deal.id)).where(Deal.account_id.is_(None))) == [(1425,)]

    again = bring(olga, folder / "maven_sales_pipeline.csv", "deals", on_duplicate="update")
    assert (again.counts["created"], again.counts["updated"]) == (0, 0)
    assert undo(olga, deals.id).summary["undo_removed"] == 8800
    assert count(DealLine) == count(StageChange) == count(Stage) == count(Pipeline) == 0


def test_a_part_of_it_comes_in_with_its_sums(olga: Actor, inbox: Any) -> None:
    folder = shared("08_crm_campaigns")
    lines = (folder / "maven_sales_pipeline.csv").read_text().splitlines()[:801]
    path = inbox / "sales_pipeline.csv"
    path.write_text("\n".join(lines))
    bring(olga, folder / "maven_sales_teams.csv", "users")
    bring(olga, folder / "maven_products.csv", "products")

    deals = bring(olga, path, "deals")

    won = [line.split(",") for line in lines[1:] if line.split(",")[4] == "Won"]
    assert deals.counts["created"] == 800
    assert _rows(select(func.sum(Deal.amount)).where(Deal.status == "won")) == [
        (sum(int(row[7]) for row in won) * 100,)
    ]
    assert _rows(select(func.count(Deal.id)).where(Deal.owner_id.is_(None))) == [(0,)]
    products = {row[2] for row in (line.split(",") for line in lines[1:])} - {"GTXPro"}
    assert count(Product) == 7 >= len(products)
    assert undo(olga, deals.id).summary["undo_removed"] == 800 + deals.summary["companies_created"]
    assert count(DealLine) == count(StageChange) == count(Stage) == 0
