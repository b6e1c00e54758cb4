"""Whoever changes a row of the ledger behind its back is found out."""

from typing import Any

import pytest
from sqlalchemy import delete, update

from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.work import begin
from crm_core.loyalty import proofs
from db.models import ExpiryTotal, Membership, PointDay, PointEntry, PointLot, PointUse
from tests.loyalty.members import complaints, earn, member, redeem

TAMPERED: dict[str, Any] = {
    "an amount": update(PointEntry).where(PointEntry.number == 2).values(points=-1),
    "a reason": update(PointEntry).where(PointEntry.number == 2).values(reason="a present"),
    "a balance": update(Membership).values(balance=Membership.balance + 1),
    "a lot": update(PointLot).where(PointLot.remaining > 1).values(remaining=1),
    "a use": update(PointUse).values(points=1),
    "a total": update(ExpiryTotal).values(points=7),
    "a day": update(PointDay).where(PointDay.way == "spent").values(points=7),
    "a missing day": delete(PointDay).where(PointDay.way == "given"),
    "the last activity": update(Membership).values(active_at=None),
    "a removed entry": delete(PointEntry).where(PointEntry.number == 2),
    "a removed end": delete(PointEntry).where(PointEntry.number == 3),
    "the end of a chain": update(Membership).values(digest="0" * 64),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_changed_row_is_found(what: str, olga: Actor) -> None:
    for name in ("Zoe", "Tom"):
        card = member(olga, name)
        earn(olga, card, 100, f"{name} 1")
        redeem(olga, card, 30, f"{name} 2")
        earn(olga, card, 5, f"{name} 3")
    assert complaints() == []

    with begin(OPERATOR) as work:
        assert work.run(TAMPERED[what])

    assert complaints() != []


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_chains_are_followed_over_the_edges_of_chunks(
    chunk: int, olga: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Zoe", "Tom", "Sam"):
        card = member(olga, name)
        for place in range(3):
            earn(olga, card, 10, f"{name} {place}")
    monkeypatch.setattr(proofs, "CHUNK", chunk)
    assert complaints() == []

    with begin(OPERATOR) as work:
        work.run(update(PointEntry).where(PointEntry.cause == "given:Tom 1").values(reason="x"))
        assert len(proofs.broken_chains(work)) == 1
