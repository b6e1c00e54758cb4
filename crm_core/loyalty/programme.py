"""How the programme of the company works: one setting that a manager of the programme changes."""

from dataclasses import asdict
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty.ledger_rules import LARGEST
from crm_core.loyalty.types import Programme
from db.models import Setting
from db.queries import settings as sql

NAME = "loyalty"
JOINS_BY = ("order", "request")
MEASURES = ("points", "revenue")
PERIODS = ("rolling", "calendar")
LONGEST_DAYS = 36_500
LONGEST_MONTHS = 60
LONGEST_NAME = 80


@use_case(Permission.LOYALTY_READ, read=True)
def get(work: Work) -> Programme:
    """How the programme works; what was never set takes its usual value."""
    return current(work)


@use_case(Permission.LOYALTY_MANAGE)
def change(work: Work, wanted: Programme) -> None:
    """Change how the programme works; what was posted before stays as it is.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong = _problems(wanted)
    if wrong:
        raise Invalid("The settings of the programme need correcting.", fields=wrong)
    row = _row(work) or work.add(Setting(name=NAME, value={}, updated_at=work.now))
    row.value, row.updated_at = asdict(wanted), work.now
    work.record("programme.changed", row, programme=asdict(wanted))


def current(work: Work) -> Programme:
    """As ``get``, inside other use cases."""
    row = _row(work)
    stored: dict[str, Any] = row.value if row is not None else {}
    return Programme(**{name: stored.get(name, usual) for name, usual in asdict(Programme()).items()})


def _row(work: Work) -> Setting | None:
    found: Setting | None = work.scalar(sql.by_name(NAME))
    return found


def _problems(wanted: Programme) -> dict[str, str]:
    choices = (("joins_by", JOINS_BY), ("measure", MEASURES), ("period", PERIODS))
    wrong = {
        name: f"Choose one of: {', '.join(known)}."
        for name, known in choices
        if getattr(wanted, name) not in known
    }
    for name in ("pending_days", "expires_after_days", "grace_days", "warn_days"):
        if not 0 <= getattr(wanted, name) <= LONGEST_DAYS:
            wrong[name] = f"Give days from 0 to {LONGEST_DAYS:,}."
    for name in ("most_debt", "point_value"):
        if not 0 <= getattr(wanted, name) <= LARGEST:
            wrong[name] = "Give a number that is not negative."
    if not 1 <= wanted.months <= LONGEST_MONTHS:
        wrong["months"] = f"Give months from 1 to {LONGEST_MONTHS}."
    if not 1 <= len(wanted.name.strip()) <= LONGEST_NAME:
        wrong["name"] = f"Give a name of at most {LONGEST_NAME} characters."
    if 0 < wanted.expires_after_days <= wanted.pending_days:
        wrong["expires_after_days"] = "Points must last longer than they wait for the end of returns."
    return wrong
