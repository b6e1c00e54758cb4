"""The orders of a customer as one short text: when and for how much, sixteen letters each.

A million such texts are read in the time that five million orders need to be found. What is in one: for each
order the minute since 1970-01-01 in UTC (four bytes) and what stayed after refunds in minor units (eight
bytes), the largest byte first, in the letters of base64. Offsets of time zones are whole minutes, so days and
months on any calendar follow from it.
"""

import struct
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

LETTERS: Final = 16
"""The length of one order."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""From here minutes are counted."""

_ORDER: Final = struct.Struct(">iq")
_MINUTE: Final = timedelta(minutes=1)


def written(orders: Iterable[tuple[datetime, int]]) -> str:
    """The text of these orders (moment, value in minor units), the earliest first."""
    whole = sorted((minute(at), value) for at, value in orders)
    return b64encode(b"".join(_ORDER.pack(*order) for order in whole)).decode()


def minute(at: datetime) -> int:
    """The minute in which a moment lies."""
    return (at - EPOCH) // _MINUTE
