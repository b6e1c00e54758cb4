"""What a file names and nobody knows is counted before; told its meaning once, the next file is read so."""

from pathlib import Path

import pytest
from sqlalchemy import select

from crm_core.data import imports, meanings
from crm_core.data.import_types import ImportOptions
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import begin
from db.models import Deal, Order, Pipeline, Product, Stage
from tests.data.importing import bring, check, draft, inbox, run, table
from tests.people import Cast

__all__ = ["inbox"]
DEALS = ["Deal ID", "Deal name", "Stage", "Owner", "Company", "Amount"]


def board() -> None:
    """A pipeline of two stages."""
    with begin(SYSTEM) as work:
        row = work.add(Pipeline(name="Sales", position=0, created_at=work.now))
        work.flush()
        for at, (name, chance) in enumerate((("Talk", 20), ("Offer", 60))):
            work.add(Stage(pipeline_id=row.id, name=name, name_key=name.lower(), position=at,
                           probability=chance, required_fields=[]))  # fmt: skip


def stored(deal_id: str) -> tuple[str, int | None, str]:
    """Stage, owner and kept name of the owner of a deal."""
    with begin(SYSTEM, write=False) as work:
        statement = select(Stage.name, Deal.owner_id, Deal.owner_name).join(Stage, Stage.id == Deal.stage_id)
        return tuple(work.tuples(statement.where(Deal.external_id == deal_id))[0])


def test_unknown_words_are_counted_told_their_meaning_and_known_next_time(cast: Cast, inbox: Path) -> None:
    olga = cast.olga
    board()
    rows = [["1", "Ovens", "Angebot raus", "B. Bobson", "Acme", "10"],
            ["2", "Mugs", "angebot raus", "B. Bobson", "Acme", "20"],
            ["3", "Cups", "Talk", "Nobody at all", "Beta", "30"]]  # fmt: skip
    key = draft(olga, table(inbox, DEALS, rows, "deals.csv"), "deals", create_missing=())
    unknown = check(olga, key).summary["unknown"]

    assert {name: (one["rows"], one["count"], one["fate"]) for name, one in unknown.items()} == {
        "owner": (3, 2, "kept"), "stage": (2, 2, "made"), "company": (3, 2, "empty"),
    }  # fmt: skip
    choices = meanings.choices(olga, key)
    assert list(choices["stage"]) == ["Talk", "Offer"]
    bob = next(word for word, name in choices["owner"].items() if name == cast.bob.name)
    said = {"stage": {"Angebot raus": "Offer"}, "owner": {"B. Bobson": bob, "Nobody at all": ""}}
    imports.plan(olga, key, options=ImportOptions(create_missing=(), meanings=said))

    assert list(check(olga, key).summary["unknown"]) == ["company"]
    assert run(olga, key).state == "done"
    assert stored("1") == ("Offer", cast.bob.id, "")
    assert stored("3") == ("Talk", None, "")
    again = table(
        inbox, [*DEALS, "Note"], [["4", "Pots", "ANGEBOT RAUS", "b. bobson", "", "5", "x"]], "more.csv"
    )
    assert bring(olga, again, "deals").counts["created"] == 1
    assert stored("4") == ("Offer", cast.bob.id, "")


@pytest.mark.parametrize(
    ("kind", "header", "cells", "field", "meaning"),
    [
        ("orders", ["Order ID", "Date", "Status", "Amount"], ["7", "2026-01-05", "Limbo", "9"],
         "status", "placed"),
        ("products", ["SKU", "Product", "Category"], ["7", "Oven", "Ofen"], "category", "Ovens"),
    ],
)  # fmt: skip
def test_states_of_orders_and_categories_learn_their_meaning_too(
    olga: Actor, inbox: Path, kind: str, header: list[str], cells: list[str], field: str, meaning: str
) -> None:
    key = draft(olga, table(inbox, header, [cells]), kind)
    word = cells[header.index(field.capitalize())]

    assert check(olga, key).summary["unknown"][field]["words"] == [[word, 1]]
    imports.plan(olga, key, options=ImportOptions(meanings={field: {word: meaning}}))
    run(olga, key)
    with begin(SYSTEM, write=False) as work:
        column = Order.status if kind == "orders" else Product.category
        assert work.scalars(select(column)) == [meaning]


def test_meanings_are_words_of_fields_that_have_some(olga: Actor, inbox: Path) -> None:
    key = draft(olga, table(inbox, ["SKU", "Product"], [["7", "Oven"]]), "products")

    for wrong in ({"sku": {"a": "b"}}, {"category": {"a": "b" * 300}}, {"category": "a"}):
        with pytest.raises(Invalid) as refused:
            imports.plan(olga, key, options=ImportOptions(meanings=wrong))  # type: ignore[arg-type]
        assert "meanings" in refused.value.fields
