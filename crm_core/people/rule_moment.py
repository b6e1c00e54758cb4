"""What the words of a rule mean for who asks: today, me, the company's currency, other segments."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import money
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.people import buying_classes
from crm_core.team.company import company
from db import rule_store
from db.queries import models as models_sql
from db.queries import rfm as rfm_sql
from db.queries import segments as sql
from db.rule_tree import Cuts, Leaf, Moment, Rule

RFM = "rfm"
DEEPEST = 10
COUNTED_AT_ONCE = 10_000
"""Customers; among more, to find the ends takes longer than people wait."""


def moment(work: Work, zone: str = "") -> Moment:
    """What rules mean for this person now.

    Args:
        zone: the time zone in which days begin; empty for the company's.
    """
    settings = company()
    named = zone or settings.time_zone
    return Moment(
        work.now.astimezone(ZoneInfo(named)).date(),
        named,
        work.actor.id,
        settings.currency,
        money.exponent(settings.currency),
        _segments(work),
        lambda: cuts(work),
    )


def cuts(work: Work) -> Cuts | None:
    """Where the fifths of all customers end; None while nobody bought anything.

    With few customers it is counted at once; with many it is what was kept last night.
    """
    system = work.as_system()
    row = system.scalar(models_sql.latest(RFM))
    if row is None or not row.numbers.get("last") or row.quality["customers"] <= COUNTED_AT_ONCE:
        return _counted(system)
    stored = row.numbers
    return Cuts(
        tuple(map(datetime.fromisoformat, stored["last"])), tuple(stored["orders"]), tuple(stored["revenue"]),
        stored["currency"],
    )  # fmt: skip


def _counted(system: Work) -> Cuts | None:
    whose, day = buying_classes.now(system)
    customers = int(system.scalar(rfm_sql.count(whose)) or 0)
    if not customers:
        return None
    ends, _days = buying_classes.cuts(system, whose, day, customers)
    return Cuts(ends.last_at, ends.orders, ends.revenue, whose.currency)


def _segments(work: Work) -> Callable[[str], Rule]:
    """Segments by name. One that holds itself, by whatever detour, ends in a sentence and not in a loop."""
    asked: list[str] = []

    def rule_of(name: str) -> Rule:
        row = work.scalar(sql.by_key(fold(name)))
        if row is None:
            raise Invalid(f"There is no segment “{name[:60]}”. Choose another one, or change the rule.")
        asked.append(name)
        if len(asked) > DEEPEST * DEEPEST:
            raise Invalid(f"The rule asks for too many segments, or “{name[:60]}” asks for itself.")
        if row.is_static:
            return Leaf("segment", "members", "is", (row.id,))
        return rule_store.load(row.tree)

    return rule_of
