"""How long contacts wait, by their own clocks."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm_core.automation.options import WEEKDAYS
from crm_core.automation.types import Step
from crm_core.team.company import company

_LENGTHS = ("days", "hours", "minutes")


def until(step: Step, now: datetime, zone: str) -> datetime | None:
    """When the step after a ``wait`` or an ``until`` is due; None when it is due now.

    Args:
        zone: the time zone of the contact, as it stands there.
    """
    if step.do == "until":
        return opening(step.options, now, zone_of(zone))
    later = now + timedelta(**{name: int(step.options.get(name) or 0) for name in _LENGTHS})
    return later if later > now else None


def opening(options: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the hours of an ``until`` begin by the clocks of a zone; None while they are open."""
    local = now.astimezone(zone)
    opens, closes = (time.fromisoformat(str(options[name])) for name in ("from", "to"))
    allowed = options.get("weekdays") or WEEKDAYS
    for later in range(8):
        day = local.date() + timedelta(days=later)
        if WEEKDAYS[day.weekday()] not in allowed or (later == 0 and local.time() >= closes):
            continue
        if later == 0 and local.time() >= opens:
            return None
        return datetime.combine(day, opens, zone).astimezone(UTC)
    return None


def zone_of(name: str) -> ZoneInfo:
    """The time zone of a contact; the one of the company where none, or no real one, is named."""
    try:
        return ZoneInfo(name or company().time_zone)
    except (ValueError, OSError, LookupError):
        return ZoneInfo(company().time_zone)
