"""The calendar that tasks are planned by: the company's."""

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from crm_core.kernel.work import Clock
from crm_core.team.company import company


def zone() -> ZoneInfo:
    """The company's time zone."""
    return _named(company().time_zone)


def today() -> date:
    """The day that it is there now."""
    return Clock.now().astimezone(zone()).date()


@lru_cache(maxsize=8)
def _named(name: str) -> ZoneInfo:
    return ZoneInfo(name)
