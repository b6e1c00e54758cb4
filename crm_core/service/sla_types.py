"""What is promised to customers: hours, times to answer and to solve, and what follows when it fails."""

from dataclasses import dataclass, field
from typing import Final

from crm_core.service.calendars import Hours


@dataclass(frozen=True)
class Target:
    """What is promised for cases of a priority, in business minutes; None promises nothing.

    ``kind`` empty means all kinds that have no target of their own.
    """

    priority: str
    respond_minutes: int | None
    resolve_minutes: int | None
    kind: str = ""


USUAL: Final = (
    Target("urgent", 60, 480),
    Target("high", 120, 960),
    Target("normal", 480, 2_400),
    Target("low", 960, 4_800),
)
"""An office day has 480 minutes: urgent within the hour and the day, normal within a day and a week."""


@dataclass(frozen=True)
class Escalation:
    """What follows when a promise is missed: besides the trace, which is always left."""

    raise_priority: bool = False
    tell_managers: bool = True
    reassign: bool = False


@dataclass(frozen=True)
class ServiceSettings:
    """How service works here. ``address`` is where customers write to; ``close_after_days`` is when a solved
    case is closed for good, 0 for never."""

    address: str = ""
    hours: Hours = field(default_factory=Hours)
    targets: tuple[Target, ...] = USUAL
    escalation: Escalation = field(default_factory=Escalation)
    close_after_days: int = 14

    def target(self, priority: str, kind: str) -> Target:
        """What is promised for such a case."""
        for wanted in (kind, ""):
            for one in self.targets:
                if (one.priority, one.kind) == (priority, wanted):
                    return one
        return Target(priority, None, None, kind)
