"""What can be decided about points without a database: what is spent first, what a refund takes."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from crm_core.loyalty.types import OpenLot

NEVER = date(9999, 12, 1)
SHARDS = 16
LARGEST = 10**12
LATEST = datetime.max.replace(tzinfo=UTC)

Taken = tuple[OpenLot, int]


def in_order(lots: Iterable[OpenLot], first: Collection[int] = ()) -> list[OpenLot]:
    """Lots as they are spent: those of these roots first, then the nearest expiry, then the oldest."""
    return sorted(lots, key=lambda lot: (lot.root_id not in first, lot.expires_at or LATEST, lot.id))


def spendable(lots: Iterable[OpenLot], now: datetime) -> list[OpenLot]:
    """Lots that can be spent at this moment: no longer pending, not yet expired."""
    return [lot for lot in lots if lot.available_at <= now and (lot.expires_at or LATEST) > now]


def take(lots: Sequence[OpenLot], wanted: int) -> list[Taken]:
    """From which lots how much is taken, in the given order, up to ``wanted`` or all there is."""
    taken: list[Taken] = []
    for lot in lots:
        part = min(lot.remaining, wanted)
        if part > 0:
            taken.append((lot, part))
            wanted -= part
    return taken


def kept_after_refund(earned: int, total: int, refunded: int) -> int:
    """What remains of points that an order brought, once some of its money went back; rounded down.

    With the whole money back nothing remains.
    """
    left = max(total - refunded, 0)
    return earned * left // total if total > 0 else 0


def expiry(earned_at: datetime, days: int) -> datetime | None:
    """When points expire; nought days mean never."""
    return earned_at + timedelta(days=days) if days > 0 else None


def month_of(expires_at: datetime | None) -> date:
    """The month, in UTC, under which a lot stands in the kept totals."""
    return expires_at.astimezone(UTC).date().replace(day=1) if expires_at else NEVER


def way_of(kind: str, reversed_kind: str | None) -> str:
    """Under which sum a posting stands: ``given``, ``spent`` or ``expired``; empty for none.

    What takes a redemption back lowers what was spent. A transfer moves points between members: nothing came
    in, nothing went.
    """
    if kind == "redeem" or reversed_kind == "redeem":
        return "spent"
    return {"expire": "expired", "transfer": ""}.get(kind, "given")


def shard_of(membership_id: int) -> int:
    """The row of a month that a member's points are counted in."""
    return membership_id % SHARDS


def digest(before: str, membership_id: int, fields: Sequence[str | int | None], happened_at: datetime) -> str:
    """The SHA-256 of the entry before and of this one: whoever changes a row breaks all that follow.

    Args:
        before: the digest of the entry before; empty for the first.
        fields: number, kind, points, asked, balance, cause, reason, source and its id.
    """
    moment = happened_at.astimezone(UTC).isoformat(timespec="microseconds")
    said = json.dumps([before, membership_id, *fields, moment], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
