"""What a campaign may look like: pure checks of what people type, and its send window."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import clean, one_line
from crm_core.marketing.campaign_channels import CHANNELS
from crm_core.marketing.campaign_types import Plan, Variant
from crm_core.marketing.holdout import MOST
from crm_core.marketing.lift import HOLDOUT
from crm_core.marketing.significance import GOALS
from db import lengths
from db.models import Campaign

MOST_VARIANTS: Final = 6
REST: Final = "rest"
"""Those who wait for the winner of a test."""
QUESTIONS: Final = ("is_overdue", "is_over_budget")
"""What a campaign pauses for in its plan, until a person says that it goes on."""
_PLAN: Final = tuple(one.name for one in fields(Plan))
_LIMITS: Final[Mapping[str, tuple[int, int]]] = {
    "cap": (0, 100), "cap_days": (1, 366), "per_minute": (0, 100_000),
    "per_domain": (0, 100_000), "holdout": (0, MOST),
    "test_share": (0, 90), "decide_after": (0, 720),
    "window_days": (1, 366), "cost_each": (0, 10**9), "cost": (0, 10**15), "budget": (0, 10**15),
}  # fmt: skip
_TEXTS: Final = ("name", "rule", "goal", "channel", "currency")


def checked(values: Mapping[str, Any], old: Plan) -> tuple[dict[str, Any], Plan]:
    """Columns and plan as they are stored.

    Raises:
        Invalid: field by field, what cannot be.
    """
    wrong: dict[str, str] = {}
    columns: dict[str, Any] = {}
    plan: dict[str, Any] = {}
    for name, value in values.items():
        target = plan if name in _PLAN else columns
        if name in _LIMITS:
            low, high = _LIMITS[name]
            is_number = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
            if not is_number and not (name == "budget" and value is None):
                wrong[name] = f"Choose a whole number from {low:,} to {high:,}."
            target[name] = value
        elif name in _TEXTS:
            target[name] = one_line(clean(str(value or "")))
        elif name in ("opens_at", "closes_at"):
            target[name] = _clock(name, str(value or ""), wrong)
        elif name == "needs_consent":
            target[name] = bool(value)
        elif name == "segment_id":
            target[name] = value or None
        else:
            wrong[name] = "A campaign has no such field."
    _check_words(columns, wrong)
    new = replace(old, **plan) if not wrong else old
    if bool(new.opens_at) != bool(new.closes_at):
        wrong["closes_at"] = "Say both when messages may leave and until when, or neither."
    elif new.opens_at and new.opens_at >= new.closes_at:
        wrong["closes_at"] = "The end of the hours lies before their beginning."
    if wrong:
        raise Invalid("This campaign needs correcting.", fields=wrong)
    return columns, new


def checked_variants(variants: Sequence[Variant]) -> None:
    """Raises Invalid where names are missing or twice, or shares are none."""
    names = [one.name.strip().lower() for one in variants]
    if not 1 <= len(variants) <= MOST_VARIANTS:
        raise Invalid(f"A campaign has 1 to {MOST_VARIANTS} variants.")
    if not all(names) or len(set(names)) < len(names) or {HOLDOUT, REST} & set(names):
        raise Invalid(
            f"Give every variant a name of its own; “{HOLDOUT}” and “{REST}” are taken.",
            fields={"variants": "Names"},
        )
    if any(len(one.name) > 60 for one in variants):
        raise Invalid("The name of a variant has at most 60 characters.", fields={"variants": "Names"})
    if not all(1 <= one.share <= 1_000 for one in variants):
        raise Invalid(
            "The share of a variant is a whole number from 1 to 1,000.", fields={"variants": "Shares"}
        )


def plan_of(campaign: Campaign) -> Plan:
    """How a campaign is sent, from its stored plan."""
    return Plan(**{name: value for name, value in campaign.plan.items() if name in _PLAN})


def stored(plan: Plan) -> dict[str, Any]:
    """A plan as JSON."""
    return asdict(plan)


def next_opening(plan: Plan, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the hours for messages begin by this clock; None while they are open."""
    if not plan.opens_at:
        return None
    local = now.astimezone(zone)
    opens, closes = time.fromisoformat(plan.opens_at), time.fromisoformat(plan.closes_at)
    if opens <= local.time() < closes:
        return None
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, zone).astimezone(UTC)


def _check_words(columns: dict[str, Any], wrong: dict[str, str]) -> None:
    if "name" in columns and not 0 < len(columns["name"]) <= lengths.of(Campaign)["name"]:
        wrong["name"] = "Give the campaign a name of at most 200 characters."
    if columns.get("goal", "converted") not in GOALS:
        wrong["goal"] = f"Choose one of: {', '.join(GOALS)}."
    if columns.get("channel", "email") not in CHANNELS:
        wrong["channel"] = f"Choose one of: {', '.join(CHANNELS)}."


def _clock(name: str, text: str, wrong: dict[str, str]) -> str:
    if not text:
        return ""
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError:
        wrong[name] = "Write a time like 09:00."
        return ""
