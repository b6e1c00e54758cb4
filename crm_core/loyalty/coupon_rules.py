"""What can be decided about coupons without a database: what a code looks like, how much it takes off."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from crm_core.loyalty.coupon_types import Basket, BasketLine, Check, NewCoupon, Promise

KINDS: Final = ("single", "shared")
EFFECTS: Final = ("fixed", "percent", "product", "shipping")
STATES: Final = ("draft", "active", "paused", "ended")
NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "draft": ("active", "ended"),
    "active": ("paused", "ended"),
    "paused": ("active", "ended"),
    "ended": (),
}
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what one takes for another: 0 and O, 1, I and L. They are 31, a prime: see ``check_character``."""

DRAWN: Final = 11
"""Characters that are drawn: 31 to the 11th are 54 bits, so of a million codes a guess hits one in 10**10."""

LONGEST_CODE: Final = 40
SHORTEST_CODE: Final = 4
LARGEST_AMOUNT: Final = 10**12
MOST_LINES: Final = 500
LARGEST_COUNT: Final = 2**31 - 1
MOST_HELD_PERCENT: Final = 50
_EVEN: Final = bytes(range(256 // len(ALPHABET) * len(ALPHABET)))
_LETTERS: Final = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
_UNEVEN: Final = bytes(range(len(_EVEN), 256))


def check_character(drawn: str) -> str:
    """The last character of a code: the sum of places times values, modulo the prime 31.

    It finds every single wrong character and every two that changed places (as ISBN-10 does with 11).
    """
    total = sum(place * ALPHABET.index(letter) for place, letter in enumerate(drawn, 1))
    return ALPHABET[total % len(ALPHABET)]


def draw_codes(count: int) -> list[str]:
    """So many codes that nobody can guess, all different, without their check of what is stored."""
    found: set[str] = set()
    while len(found) < count:
        # Bytes beyond the largest multiple of 31 are thrown away, or some letters would come more often.
        bytes_drawn = secrets.token_bytes((count - len(found)) * DRAWN + DRAWN)
        pool = bytes_drawn.translate(_LETTERS, _UNEVEN).decode()
        for start in range(0, len(pool) - DRAWN + 1, DRAWN):
            if len(found) < count:
                drawn = pool[start : start + DRAWN]
                found.add(drawn + check_character(drawn))
    return [*found]


def key(text: str) -> str:
    """A code as it is compared: upper case, without blanks and dashes."""
    return "".join(text.upper().split()).replace("-", "")[: LONGEST_CODE + 1]


def written(code_key: str) -> str:
    """A drawn code as people read it: in groups of four."""
    return "-".join(code_key[start : start + 4] for start in range(0, len(code_key), 4))


def is_mistyped(code_key: str) -> bool:
    """Does it look like a drawn code, but with a wrong character?"""
    if len(code_key) != DRAWN + 1 or any(letter not in ALPHABET for letter in code_key):
        return False
    return check_character(code_key[:-1]) != code_key[-1]


def check(promise: Promise, basket: Basket) -> Check:
    """What a coupon takes off a basket, shared among its lines to the cent; or why nothing."""
    if reason := _why_not(promise, basket):
        return Check(currency=basket.currency, reason=reason)
    if promise.effect == "shipping":
        return Check(
            basket.shipping, basket.currency, (0,) * len(basket.lines), basket.shipping, is_free_shipping=True
        )
    weights = [max(line.total, 0) if covers(promise, line) else 0 for line in basket.lines]
    shares = share(_taken_off(promise, basket, sum(weights)), weights)
    return Check(sum(shares), basket.currency, tuple(shares))


def covers(promise: Promise, line: BasketLine) -> bool:
    """Is this line one of those that the coupon is for?"""
    if promise.effect == "product":
        return line.product_id == promise.product_id
    if not promise.products and not promise.categories:
        return True
    return line.product_id in promise.products or line.category in promise.categories


def share(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of an amount in proportion to weights (largest remainder): their sum is the amount.

    No part is larger than its weight, as long as the amount is not larger than all of them.
    """
    whole = sum(weights)
    if not whole or not amount:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    rest = sorted(range(len(weights)), key=lambda place: -(amount * weights[place] % whole))
    for place in rest[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def is_on(starts_on: date | None, ends_on: date | None, day: date) -> bool:
    """Is this one of the days of a coupon?"""
    return (starts_on is None or starts_on <= day) and (ends_on is None or day <= ends_on)


def problems(new: NewCoupon, *, is_stored: bool) -> dict[str, str]:
    """What is wrong with a coupon to be: field -> hint.

    Args:
        is_stored: it is there already, so its code is not asked for.
    """
    wrong = _wrong_words(new, is_stored=is_stored)
    if not 0 <= new.minimum <= LARGEST_AMOUNT:
        wrong["minimum"] = "Give an amount that is not negative."
    if new.effect == "fixed" and not 0 < new.amount <= LARGEST_AMOUNT:
        wrong["amount"] = "Give an amount above zero."
    if new.effect == "percent" and not 1 <= new.percent <= 100:
        wrong["percent"] = "Give percent from 1 to 100."
    if new.effect == "product" and new.product_id is None:
        wrong["product_id"] = "Choose the product that is free."
    for name in ("limit_total", "limit_per_customer"):
        if (value := getattr(new, name)) is not None and not 1 <= value <= LARGEST_COUNT:
            wrong[name] = "Give a number above zero, or none for “without limit”."
    if not 0 <= new.holdout_percent <= MOST_HELD_PERCENT:
        wrong["holdout_percent"] = f"Hold back from 0 to {MOST_HELD_PERCENT} percent."
    elif new.holdout_percent and new.segment_id is None:
        wrong["holdout_percent"] = "Choose a segment: only of known people some can be held back."
    if new.starts_on and new.ends_on and new.ends_on < new.starts_on:
        wrong["ends_on"] = "The last day lies before the first."
    return wrong


def _wrong_words(new: NewCoupon, *, is_stored: bool) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not 0 < len(" ".join(new.name.split())) <= 120:
        wrong["name"] = "Give a name of at most 120 characters."
    for name, known in (("kind", KINDS), ("effect", EFFECTS)):
        if getattr(new, name) not in known:
            wrong[name] = f"Choose one of: {', '.join(known)}."
    if new.kind == "shared" and not is_stored:
        word = key(new.code)
        if not (SHORTEST_CODE <= len(word) <= LONGEST_CODE and word.isalnum()):
            wrong["code"] = f"Give a word of {SHORTEST_CODE} to {LONGEST_CODE} letters and digits."
    return wrong


def basket_problems(basket: Basket) -> dict[str, str]:
    """What is wrong with a basket: field -> hint."""
    wrong: dict[str, str] = {}
    if not 0 < len(basket.lines) <= MOST_LINES:
        wrong["lines"] = f"Give 1 to {MOST_LINES} lines, or the total alone."
    for place, line in enumerate(basket.lines, 1):
        if not (0 <= line.total <= LARGEST_AMOUNT and 0 < line.quantity <= LARGEST_AMOUNT):
            wrong[f"line_{place}"] = "Give a quantity above zero and an amount that is not negative."
    if not 0 <= basket.shipping <= LARGEST_AMOUNT:
        wrong["shipping"] = "Give an amount that is not negative."
    return wrong


def _why_not(promise: Promise, basket: Basket) -> str:
    needs_currency = promise.effect == "fixed" or promise.minimum
    if needs_currency and promise.currency != basket.currency:
        return f"This coupon is for purchases in {promise.currency}."
    if basket.total < promise.minimum:
        return "The basket is smaller than the coupon asks for."
    if not any(covers(promise, line) and line.total > 0 for line in basket.lines):
        return "Nothing in the basket is what the coupon is for."
    return ""


def _taken_off(promise: Promise, basket: Basket, eligible: int) -> int:
    if promise.effect == "fixed":
        return min(promise.amount, eligible)
    if promise.effect == "percent":
        return (2 * eligible * promise.percent + 100) // 200
    return max(_one_piece(line) for line in basket.lines if covers(promise, line))


def _one_piece(line: BasketLine) -> int:
    """What one piece of a line costs; less than one piece costs what it costs."""
    return line.total * 1000 // line.quantity if line.quantity > 1000 else max(line.total, 0)
