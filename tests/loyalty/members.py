"""Members to begin a test with, and what must hold of every ledger."""

from typing import Any

from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.work import begin
from crm_core.loyalty import members, points, proofs
from crm_core.loyalty.points import Why
from crm_core.loyalty.types import MemberCard, Posted
from crm_core.people import contacts


def member(who: Actor, name: str = "Zoe", **values: Any) -> MemberCard:
    """A contact that takes part in the programme."""
    return members.enrol(who, contacts.create(who, {"first_name": name, **values}, even_if_duplicate=True))


def earn(who: Actor, card: MemberCard, amount: int, cause: str, **values: Any) -> Posted:
    """Points for something."""
    return points.earn(who, card.card_number, amount, Why(cause), **values)


def redeem(who: Actor, card: MemberCard, amount: int, cause: str) -> Posted:
    """Points that are spent."""
    return points.redeem(who, card.card_number, amount, Why(cause))


def complaints() -> list[str]:
    """What the proofs of the ledger find wrong in the connected database."""
    with begin(OPERATOR, write=False) as work:
        return [sentence for _, sentence in proofs.findings(work)]
