"""What can be decided about deals without a database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from crm_core.kernel.values.text import fold
from crm_core.sales.types import NewStage, Sums

OPEN, WON, LOST = "open", "won", "lost"
STATUSES = (OPEN, WON, LOST)
JUDGEMENTS = ("", "commit", "best", "omit")
LOST_REASONS = (
    "Price", "Went with a competitor", "No budget", "No decision", "Bad timing", "Missing feature",
    "No answer any more", "Other",
)  # fmt: skip
USUAL_STAGES = (
    NewStage("New", 10, 14),
    NewStage("Qualified", 25, 21),
    NewStage("Proposal", 50, 21, ("amount", "close_date")),
    NewStage("Negotiation", 75, 14, ("amount", "close_date")),
)
ROLES = ("decides", "uses", "advises", "pays", "signs")

DEAL_TYPES: Mapping[str, str] = {
    "deal": "text", "amount": "money", "currency": "currency", "probability": "share", "judgement": "text",
    "close_date": "date", "contact_id": "integer", "contact_email": "email", "account_id": "integer",
    "company": "name", "owner": "text", "source": "text", "description": "long_text", "external_id": "code",
    "created_at": "instant",
}  # fmt: skip
"""Fields of a deal that a form or a program writes, with the type of each."""

REQUIRABLE: Mapping[str, str] = {
    "amount": "amount", "close_date": "close date", "contact": "contact", "company": "company",
    "owner": "owner", "lines": "products", "source": "source", "description": "description",
    "next_step": "next step",
}  # fmt: skip
"""What a stage can ask for, with the words for it."""

_THOUSANDTHS = 1000
_DAY = timedelta(days=1)


def missing(required: Iterable[str], filled: Mapping[str, Any]) -> list[str]:
    """The required fields that are empty, in the words of people."""
    return [REQUIRABLE.get(name, name) for name in required if filled.get(name) in (None, "", (), 0, False)]


def refusal(stage: str, lacking: Sequence[str]) -> str:
    """Why a deal cannot enter a stage, and what to do.

    >>> refusal("Proposal", ["amount", "close date"])
    'To enter “Proposal”, fill in: amount, close date.'
    """
    return f"To enter “{stage}”, fill in: {', '.join(lacking)}."


def days_between(since: datetime, until: datetime) -> int:
    """Whole days from one instant to another, never negative."""
    return max(0, (until - since) // _DAY)


def is_rotting(status: str, stage_since: datetime, rot_days: int | None, now: datetime) -> bool:
    """Does an open deal stay in its stage for longer than it should?"""
    return status == OPEN and rot_days is not None and stage_since < now - timedelta(days=rot_days)


def chance(status: str, own: int | None, of_stage: int) -> int:
    """The probability of winning in percent: certain for closed deals, else the deal's own or its stage's."""
    if status != OPEN:
        return 100 if status == WON else 0
    return of_stage if own is None else own


def line_total(quantity: int, unit_price: int, discount: int) -> int:
    """Thousandths times minor units less the discount, in minor units, rounded half up.

    >>> line_total(2_500, 1_99, 0)
    498
    """
    exact = Decimal(quantity) * unit_price / _THOUSANDTHS
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP)) - discount


def thousandths(quantity: Decimal) -> int:
    """A quantity as it is stored."""
    return int((quantity * _THOUSANDTHS).quantize(Decimal(1), ROUND_HALF_UP))


def sums_of(amounts: Iterable[tuple[str, int | None]]) -> Sums:
    """Add amounts up by currency, the largest first; amounts that are not known add nothing."""
    found: dict[str, int] = {}
    for currency, amount in amounts:
        if amount is not None:
            found[currency] = found.get(currency, 0) + int(amount)
    return tuple(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))


def reason_in(reasons: Iterable[str], given: str) -> str | None:
    """The listed reason that is meant, whatever its case; None when it is not on the list."""
    return next((reason for reason in reasons if fold(reason) == fold(given)), None)


def stage_problems(new: NewStage) -> dict[str, str]:
    """What is wrong with a stage, field by field."""
    wrong: dict[str, str] = {}
    if not new.name.strip():
        wrong["name"] = "Give the stage a name."
    if len(new.name) > 120:
        wrong["name"] = "Use at most 120 characters."
    if not 0 <= new.probability <= 100:
        wrong["probability"] = "Give a chance from 0 to 100 percent."
    if new.rot_days is not None and not 1 <= new.rot_days <= 3650:
        wrong["rot_days"] = "Give days from 1 to 3650, or leave it empty."
    if unknown := [name for name in new.required_fields if name not in REQUIRABLE]:
        wrong["required_fields"] = f"Unknown: {', '.join(unknown)}. Choose from {', '.join(REQUIRABLE)}."
    return wrong


def rotten_before(stages: Iterable[Any], now: datetime) -> tuple[tuple[int, datetime], ...]:
    """For each stage that has a limit, by id: what entered before this instant is rotting."""
    return tuple(
        (stage.id, now - timedelta(days=stage.rot_days)) for stage in stages if stage.rot_days is not None
    )
