"""An order while its rows come in: every row leaves it whole, so that it may end behind any of them."""

from dataclasses import dataclass, field
from typing import Any

from crm_core.data.import_types import Ready

Known = tuple[int, int, int | None, int]
"""How many lines an order has, their last position, and the line that holds its rest: its id and total."""

Line = tuple[str, int, int, int, int]
"""Name, quantity in thousandths, unit price, discount and total in minor units."""


@dataclass
class Draft:
    """What an order comes to so far, in minor units.

    ``rest`` is what the order costs beyond its lines, ``rest_id`` the stored line that holds it.
    ``is_refunded``: all of it was paid back, however much it becomes. ``version`` is set for an order that
    this import made: nobody edits it by adding to it.
    """

    id: int
    first: Ready
    is_new: bool = True
    total: int = 0
    discount: int = 0
    refunded: int = 0
    itemised: int = 0
    rest: int = 0
    rest_id: int | None = None
    position: int = 0
    is_refunded: bool = False
    version: int | None = None
    refunded_before: int = 0
    lines: list[tuple[Ready, Line]] = field(default_factory=list)

    @classmethod
    def of(cls, record: dict[str, Any], known: Known, row: Ready, version: int | None) -> "Draft":
        """An order that is stored."""
        _, position, rest_id, rest = known
        total, refunded = record["total"], record["refunded"]
        is_refunded = record["status"] == "returned" and refunded == total > 0
        return cls(
            record["id"], row, False, total, record["discount"], refunded,
            total + record["discount"] - rest, rest,
            rest_id, position + 1, is_refunded, version, refunded,
        )  # fmt: skip

    def take(self, row: Ready) -> None:
        """One more row of the order."""
        facts = row.facts
        stated = facts["stated"]
        if stated is None and self.rest:
            stated = self.total
        if facts["line"] is not None:
            self.lines.append((row, facts["line"]))
            self.itemised += facts["line"][4]
        if facts["stated"] is not None and facts["discount"] and not self.discount:
            self.discount = facts["discount"]
        self.rest = 0 if stated is None else stated + self.discount - self.itemised
        self.total = self.itemised + self.rest - self.discount
        self.is_refunded = self.is_refunded or (self.is_new and facts["is_refunded"])
        if facts["refunded"]:
            self.refunded = abs(facts["refunded"])
        if self.is_refunded and not facts["refunded"]:
            self.refunded = max(self.total, 0)
