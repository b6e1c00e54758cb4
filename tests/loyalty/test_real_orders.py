"""Points, tiers and liability over a real order history equal a second, plain calculation.

``RAPPORT_LEDGER_CUSTOMERS`` asks for more customers.
"""

import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby

import pytest

from crm_core.commerce import orders
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Clock
from crm_core.loyalty import earn_rules, expiry, members, points, programme, statements, tiers
from crm_core.loyalty.points import Why
from crm_core.loyalty.tiers import NewTier
from crm_core.loyalty.types import EarnRuleFields, Programme
from tests.commerce.selling import customer, line, order
from tests.conftest import at
from tests.loyalty.members import complaints
from tests.shared_data import shared

CUSTOMERS = int(os.environ.get("RAPPORT_LEDGER_CUSTOMERS", "6"))
LIFE = timedelta(days=200)
TIERS = (("Bronze", 0), ("Silver", 300), ("Gold", 900))
EVERY = 3  # with every third order half of what is there is spent


def history() -> list[tuple[datetime, str, int]]:
    """Orders of the first customers of the file: when, who, cents; in the order in which they happened."""
    rows = [line.split() for line in shared("07_transactions/cdnow_sample.txt").read_text().splitlines()]
    wanted = list(dict.fromkeys(row[0] for row in rows))[:CUSTOMERS]
    found = []
    for row in rows:
        if row[0] in wanted:
            day = datetime.strptime(row[2], "%Y%m%d").replace(tzinfo=UTC, hour=12)
            found.append((day, row[0], int(Decimal(row[4]) * 100)))
    return sorted(found)


@dataclass
class Lot:
    """Points with their end."""

    ends: datetime
    points: int


class Plain:
    """What a customer has, worked out with nothing but lists."""

    def __init__(self) -> None:
        self.lots: list[Lot] = []
        self.earned = 0
        self.orders = 0

    def buy(self, day: datetime, cents: int) -> int:
        """Earn a point a dollar; returns what is spent."""
        self.lots = [lot for lot in self.lots if lot.ends > day]
        self.earned += cents // 100
        if cents >= 100:
            self.lots.append(Lot(day + LIFE, cents // 100))
        self.orders += 1
        spent = self.there() // 2 if self.orders % EVERY == 0 else 0
        left = spent
        for lot in self.lots:
            part = min(left, lot.points)
            lot.points -= part
            left -= part
        return spent

    def there(self) -> int:
        return sum(lot.points for lot in self.lots)

    def tier(self) -> str:
        return [name for name, threshold in TIERS if threshold <= self.earned][-1]


def test_points_tiers_and_liability_of_a_real_history_are_right(
    olga: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = history()
    assert len({who for _, who, _ in story}) == CUSTOMERS
    monkeypatch.setattr(Clock, "now", at(story[0][0]))
    settings = Programme(joins_by="order", expires_after_days=LIFE.days, months=60, point_value=500)
    programme.change(olga, settings)
    for name, threshold in TIERS:
        tiers.add(olga, NewTier(name, threshold))
    rule = EarnRuleFields("A point a dollar", "amount", points=1, per_amount=100, currency="USD")
    earn_rules.set_state(olga, earn_rules.create(olga, rule), "live", version=None)
    known = {who: customer(olga, f"C{who}") for who in dict.fromkeys(who for _, who, _ in story)}
    plain: dict[str, Plain] = defaultdict(Plain)

    for place, (day, who, cents) in enumerate(story):
        monkeypatch.setattr(Clock, "now", at(day + timedelta(milliseconds=place)))
        things = [line(None, 1, name="Disc", unit_price=cents)]
        order_id = order(olga, known[who], things, currency="USD")
        orders.mark(olga, order_id, "paid", version=None)
        if spent := plain[who].buy(day, cents):
            points.redeem(olga, str(known[who]), spent, Why(f"order {order_id}"))

    end = max(day for day, _, _ in story) + timedelta(days=1)
    monkeypatch.setattr(Clock, "now", at(end))
    while expiry.expire_some(SYSTEM, 50):
        pass
    months: dict[date, int] = defaultdict(int)
    for who, one in plain.items():
        one.lots = [lot for lot in one.lots if lot.ends > end]
        found = members.of_contact(olga, known[who])
        assert found is not None
        assert (found.balance, found.tier) == (one.there(), one.tier()), who
        for month, lots in groupby(one.lots, key=lambda lot: lot.ends.date().replace(day=1)):
            months[month] += sum(lot.points for lot in lots)
    liability = statements.liability(olga)
    wanted = tuple((month, count, count * 500 // 1000) for month, count in sorted(months.items()) if count)
    assert liability.months == wanted
    assert liability.points == sum(months.values()) > 0
    assert complaints() == []
