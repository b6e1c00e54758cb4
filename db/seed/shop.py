"""What the made-up company sells, and what its made-up customers bought."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.seed import words
from db.seed.mailing import Letter

MOST_BUYERS = 5_000
CHANNELS = ("Shop", "Online", "Online", "Phone", "Field sales")
PRICE_CHANGE = timedelta(days=200)


@dataclass(frozen=True)
class Ware:
    """A product; ``price`` and ``cost`` in hundredths, ``before`` is what it cost until the last change."""

    sku: str
    name: str
    category: str
    price: int
    before: int
    cost: int


@dataclass(frozen=True)
class Sale:
    """A made-up order; ``contact`` is the position of the contact, ``wares`` are (position, pieces)."""

    contact: int
    wares: tuple[tuple[int, int], ...]
    percent_off: int
    status: str
    channel: str
    ordered_at: datetime


WARES = tuple(
    Ware(*row)
    for row in (
        ("CH-10", "Oak chair", "Furniture", 18900, 17500, 9800),
        ("TA-20", "Meeting table", "Furniture", 89000, 84000, 52000),
        ("SH-15", "Wall shelf", "Furniture", 12900, 12900, 6100),
        ("DE-30", "Standing desk", "Furniture", 64900, 59900, 41200),
        ("LA-05", "Desk lamp", "Light", 7900, 7500, 3100),
        ("LA-09", "Pendant lamp", "Light", 14900, 13900, 6400),
        ("LA-12", "Floor lamp", "Light", 21900, 21900, 9900),
        ("RU-40", "Wool rug", "Textiles", 32900, 29900, 20500),
        ("CU-02", "Seat cushion", "Textiles", 3900, 3500, 1300),
        ("AC-01", "Acoustic panel", "Textiles", 11900, 11900, 5200),
        ("SV-01", "Assembly on site", "Service", 9500, 8900, 6000),
        ("SV-02", "Room planning", "Service", 48000, 45000, 30000),
    )
)


def sales(contacts: Sequence[dict[str, Any]], now: datetime, seed: int = 5) -> Iterator[Sale]:
    """Orders of those who buy: a few often, most now and then, each in a rhythm of their own."""
    chance = random.Random(seed)  # noqa: S311 - stories, not secrets
    buyers = [place for place, one in enumerate(contacts) if one["lifecycle"] in words.CUSTOMERS]
    for place in buyers[:MOST_BUYERS]:
        gap = chance.choice((21, 35, 60, 90))
        moment = now - timedelta(days=chance.randrange(1, gap + 1), minutes=chance.randrange(600))
        if contacts[place]["lifecycle"] == "former":
            moment -= timedelta(days=4 * gap)
        for number in range(min(12, int(chance.paretovariate(0.8)))):
            if moment < contacts[place]["created_at"]:
                break
            wares = tuple((ware, chance.choice((1, 1, 2, 4, 6))) for ware in _basket(chance))
            percent = chance.choice((0, 0, 0, 5, 10, 15))
            yield Sale(place, wares, percent, _state(chance, now - moment), chance.choice(CHANNELS), moment)
            moment -= timedelta(days=gap + chance.randrange(-gap // 4, gap // 4 + 1), hours=number)


def after_campaign(letters: Iterable[Letter], now: datetime, seed: int = 7) -> Iterator[Sale]:
    """The orders that a campaign brought."""
    chance = random.Random(seed)  # noqa: S311 - stories, not secrets
    for letter in letters:
        if letter.bought_at is not None:
            wares = tuple((ware, chance.choice((1, 1, 2, 4))) for ware in _basket(chance))
            state = _state(chance, now - letter.bought_at)
            yield Sale(letter.contact, wares, 10, state, "Online", letter.bought_at)


def _basket(chance: random.Random) -> list[int]:
    """People who buy a desk buy a lamp: neighbours in the catalogue go together."""
    first = chance.randrange(len(WARES))
    return sorted({first, (first + chance.choice((0, 3, 4))) % len(WARES)})


def _state(chance: random.Random, age: timedelta) -> str:
    if age < timedelta(days=3):
        return chance.choice(("placed", "paid"))
    if age < timedelta(days=10):
        return chance.choice(("paid", "shipped", "delivered"))
    return chance.choices(("delivered", "returned", "cancelled"), (92, 5, 3))[0]
