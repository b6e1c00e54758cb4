"""Card numbers: EAN-13, which every till reads, with the check digit that finds a slip of the finger."""

import secrets

PREFIX = "29"
"""Numbers that begin with 20 to 29 belong to the shop that prints them (GS1, restricted circulation)."""

LENGTH = 13


def check_digit(digits: str) -> int:
    """The last digit of an EAN-13: weights 1 and 3 from the left, up to the next ten (ISO/IEC 15420)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return -total % 10


def draw() -> str:
    """A new number that nobody can guess from another."""
    digits = PREFIX + "".join(secrets.choice("0123456789") for _ in range(LENGTH - len(PREFIX) - 1))
    return f"{digits}{check_digit(digits)}"


def plain(text: str) -> str:
    """A card number as it is kept: without the blanks and dashes that people put in."""
    kept = "".join(text.split())
    return kept.replace("-", "") if kept.replace("-", "").isdecimal() else kept


def is_mistyped(number: str) -> bool:
    """Does it look like one of ours, but with a wrong check digit?"""
    if len(number) != LENGTH or not number.isascii() or not number.isdecimal():
        return False
    return number.startswith(PREFIX) and check_digit(number[:-1]) != int(number[-1])
