"""What must hold for every file of sales: the run is the dry run, and undo leaves no trace."""

import os
import random
from typing import Any

import pytest

from crm_core.data import chunks
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from db.queries import imports as sql
from tests.business_hash import business_hash
from tests.data.importing import bring, check, counts_are_right, draft, inbox, run, table, undo
from tests.data.test_import_orders import sums_are_right

__all__ = ["inbox"]

FILES = int(os.environ.get("CRM_TEST_FILES", "2"))
"""So many made-up files are brought in for each test; by hand it may be more."""

DEALS = ("Deal ID", "Deal name", "Pipeline", "Stage", "Amount", "Close date", "Create date", "Owner",
         "Company",
         "Contact email", "Product", "Lost reason")  # fmt: skip
ORDERS = ("Order ID", "Order date", "Customer ID", "Email", "Customer name", "Company", "SKU", "Product",
         "Quantity",
          "Unit price", "Discount", "Total", "Refunded", "Status", "Seller")  # fmt: skip
PRODUCTS = ("SKU", "Product", "Category", "Price", "Cost")
MADE = ("companies", "contacts", "products")


def _deal(dice: random.Random) -> tuple[str, ...]:
    number = dice.randrange(25)
    return (
        str(number) if dice.random() < 0.7 else "", dice.choice(("Big", "Öl", "", f"Deal {number}")),
        dice.choice(("", "", "Partners")),
        dice.choice(("New", "Proposal", "Closed Won", "Lost", "Odd one", "")), dice.choice(("", "12.5",
        "x", "300")),
        dice.choice(("2025-03-01", "", "31/31/2025")), dice.choice(("2025-01-02", "")),
        dice.choice(("ann", "Nobody", "")), dice.choice(("Berg AB", "Lind", "")),
        dice.choice(("a@x.test", "b@x.test", "")), dice.choice(("Pen", "pen", "")), dice.choice(("Price",
        "")),
    )  # fmt: skip


def _order(dice: random.Random) -> tuple[str, ...]:
    number = dice.randrange(18)
    return (
        f"A{number}" if dice.random() < 0.95 else "", dice.choice(("2025-01-02", "2025-02-03 10:00", "")),
        dice.choice(("1", "2", "")), dice.choice(("a@x.test", "b@x.test", "")), dice.choice(("Ann Berg", "")),
        dice.choice(("Berg AB", "")), dice.choice(("P1", "P2", "")), dice.choice(("Pen", "Ink", "")),
        dice.choice(("1", "-2", "0.5", "")), dice.choice(("9.99", "", "3")), dice.choice(("", "0.5")),
        dice.choice(("", "", "20", "9.99")), dice.choice(("", "", "2")),
        dice.choice(("paid", "Refunded", "failed", "", "??")), dice.choice(("ann", "Nobody", "")),
    )  # fmt: skip


def _product(dice: random.Random) -> tuple[str, ...]:
    return (
        dice.choice(("P1", "P2", "P3", "")), dice.choice(("Pen", "P en", "Ink", "")), dice.choice(("Paper",
        "")),
        dice.choice(("1", "2.50", "x", "")), dice.choice(("0.5", "")),
    )  # fmt: skip


KINDS: dict[str, tuple[tuple[str, ...], Any]] = {
    "deals": (DEALS, _deal), "orders": (ORDERS, _order), "products": (PRODUCTS, _product),
}  # fmt: skip


def _letters(import_id: int, phase: str) -> str:
    with begin(SYSTEM, write=False) as work:
        return "".join(outcome["letters"] for _, _, outcome in work.tuples(sql.chunks(import_id, phase)))


@pytest.mark.parametrize("seed", range(FILES))
@pytest.mark.parametrize("kind", KINDS)
def test_the_run_is_the_dry_run_and_undo_leaves_no_trace(
    olga: Actor, inbox: Any, monkeypatch: pytest.MonkeyPatch, kind: str, seed: int
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 7)
    dice = random.Random(f"{kind} {seed}")  # noqa: S311 - dice, no secrets
    header, row = KINDS[kind]
    bring(olga, table(inbox, header, [row(dice) for _ in range(15)], "one.csv"), kind, create_missing=MADE)
    before = business_hash()

    for policy in ("skip", "update", "fill"):
        path = table(inbox, header, [row(dice) for _ in range(40)], "two.csv")
        wanted = MADE if dice.random() < 0.7 else ()
        import_id = draft(olga, path, kind, on_duplicate=policy, create_missing=wanted)
        seen = check(olga, import_id)
        promised = _letters(import_id, "check")
        assert business_hash() == before, "a dry run stores nothing"
        done = run(olga, import_id)
        assert done.state == "done", done.message
        assert (_letters(import_id, "run"), done.counts) == (promised, seen.counts)
        assert sum(done.counts[name] for name in ("created", "updated", "skipped", "rejected")) == 40
        for name in MADE:
            assert done.summary.get(f"{name}_created", 0) == seen.summary.get(f"{name}_created", 0), name
        assert sums_are_right()
        assert counts_are_right()
        assert undo(olga, import_id).summary.get("undo_kept", 0) == 0
        assert business_hash() == before

    path = table(inbox, header, [row(dice) for _ in range(40)], "three.csv")
    bring(olga, path, kind, create_missing=MADE)
    once = business_hash()
    again = bring(olga, path, kind, create_missing=MADE)
    assert (again.counts["created"], again.counts["updated"], business_hash()) == (0, 0, once)
