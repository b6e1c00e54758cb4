"""From which probability on a pair is called sure or maybe: an admin moves it and sees the effect."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from crm_core.data import pairing
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from db.models import Setting
from db.queries import duplicates as sql
from db.queries import settings as settings_sql

NAME: Final = "duplicate_thresholds"
LEAST: Final = 0.2
"""Pairs below this probability are not kept: no threshold can bring them back."""
LEAST_SURE: Final = 0.9
MOST_SURE: Final = 0.9999


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from 0 to 1. Sure needs evidence of two kinds beside, whatever the threshold."""

    sure: float = pairing.SURE
    maybe: float = pairing.MAYBE

    def verdict(self, probability: float, *, is_strong: bool) -> str:
        """``sure``, ``maybe`` or ``not``."""
        if probability >= self.sure and is_strong:
            return "sure"
        return "maybe" if probability >= self.maybe else "not"


@dataclass(frozen=True)
class Share:
    """How many undecided pairs have this probability, and evidence of several kinds or not."""

    probability: float
    is_strong: bool
    pairs: int


@dataclass(frozen=True)
class Effect:
    """How many undecided pairs are what, with some thresholds."""

    sure: int
    maybe: int
    hidden: int


def effect(found: Sequence[Share], wanted: Thresholds) -> Effect:
    """What these thresholds would make of the pairs that ``spread`` counted."""
    tally = {"sure": 0, "maybe": 0, "not": 0}
    for share in found:
        tally[wanted.verdict(share.probability, is_strong=share.is_strong)] += share.pairs
    return Effect(tally["sure"], tally["maybe"], tally["not"])


@use_case(Permission.DUPLICATES_MERGE, read=True)
def get(work: Work) -> Thresholds:
    """The thresholds of this company; the usual ones until an admin moves them."""
    row: Setting | None = work.scalar(settings_sql.by_name(NAME))
    stored: dict[str, Any] = row.value if row is not None else {}
    usual = Thresholds()
    return Thresholds(stored.get("sure", usual.sure), stored.get("maybe", usual.maybe))


@use_case(Permission.DUPLICATES_MERGE, read=True)
def spread(work: Work, record: str) -> list[Share]:
    """The undecided pairs that one sees, by probability: for showing the effect of a threshold at once."""
    return work.rows(sql.spread(record), Share)


@use_case(Permission.SETTINGS_MANAGE)
def change(work: Work, wanted: Thresholds) -> None:
    """Move the thresholds: undecided pairs are judged anew at once, later searches use them too.

    Raises:
        Invalid: field by field, what cannot be.
    """
    problems = _problems(wanted)
    if problems:
        raise Invalid("These thresholds cannot be.", fields=problems)
    row: Setting | None = work.scalar(settings_sql.by_name(NAME))
    if row is None:
        row = work.add(Setting(name=NAME, value={}, updated_at=work.now))
    row.value, row.updated_at = asdict(wanted), work.now
    work.flush()
    work.run(sql.judge(wanted.sure, wanted.maybe))
    work.record("duplicates.thresholds_changed", row, **asdict(wanted))


def _problems(wanted: Thresholds) -> dict[str, str]:
    problems = {}
    if not LEAST_SURE <= wanted.sure <= MOST_SURE:
        problems["sure"] = f"Choose from {LEAST_SURE:.0%} to {MOST_SURE:.2%}."
    if not LEAST <= wanted.maybe <= wanted.sure:
        problems["maybe"] = f"Choose from {LEAST:.0%} up to what is sure."
    return problems
