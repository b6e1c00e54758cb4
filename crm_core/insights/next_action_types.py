"""What is suggested as a next step, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

KINDS: Final = ("task", "rotting", "no_step", "case", "mail", "reorder", "leaving", "points", "birthday")
DECISIONS: Final = ("done", "snoozed", "refused")


@dataclass(frozen=True)
class Suggestion:
    """Something to do with a customer today, why, and what it may bring.

    ``cause`` is what brought it up: a new cause is a new suggestion. ``act`` says what to do, ``reason`` why,
    with the evidence. ``chance`` (0 to 1) times the amount is ``worth``, in minor units of ``currency``; the
    list goes by it. Without an amount of its own a suggestion is ranked by a usual order.
    """

    kind: str
    cause: str
    act: str
    reason: str
    contact_id: int | None
    contact: str
    deal_id: int | None
    task_id: int | None
    chance: float
    worth: int
    currency: str
    is_estimated: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of the suggestions of one kind.

    ``worked``: after so many of the followed ones the customer bought, or the deal was won, within 30 days;
    ``worked_otherwise`` the same for those that were not followed, to compare with.
    """

    kind: str
    followed: int
    snoozed: int
    refused: int
    worked: int
    worked_otherwise: int
    since: datetime

    @property
    def share_followed(self) -> float:
        """The share of decisions that was to do it."""
        return self.followed / (self.followed + self.snoozed + self.refused)
