"""To which campaigns the money of an order goes, by three models that never give away more than there is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from crm_core.commerce.rules import allocate

MODELS: Final = ("first", "last", "linear")
"""All to the first message, all to the last one, or to all of them alike."""


class Touch(NamedTuple):
    """An order and a message before it: what stayed of the order, in minor units of its currency."""

    order_id: int
    currency: str
    value: int
    campaign_id: int


@dataclass(frozen=True)
class Credit:
    """What one campaign brought in one currency: orders it had a part in, and money by model."""

    campaign_id: int
    currency: str
    orders: int
    first: int
    last: int
    linear: int


def credits(touches: Iterable[Touch]) -> list[Credit]:
    """The money of orders by campaign; each model gives away exactly what the touched orders are worth.

    Args:
        touches: order by order, the earliest message first. A campaign that wrote twice counts twice in
            the linear model.
    """
    money: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(("orders", *MODELS), 0))
    for _, told in groupby(touches, key=itemgetter(0)):
        path = list(told)
        for touch, part in zip(path, allocate(path[0].value, [1] * len(path)), strict=True):
            money[touch.campaign_id, touch.currency]["linear"] += part
        for model, touch in (("first", path[0]), ("last", path[-1])):
            money[touch.campaign_id, touch.currency][model] += touch.value
        for campaign_id in {touch.campaign_id for touch in path}:
            money[campaign_id, path[0].currency]["orders"] += 1
    found = [Credit(campaign_id, currency, **sums) for (campaign_id, currency), sums in money.items()]
    return sorted(found, key=lambda one: (one.currency, -one.linear, one.campaign_id))
