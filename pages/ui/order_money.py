"""Amounts and quantities as number fields hold them, made exact."""

from decimal import Decimal

from crm_core.commerce.rules import THOUSAND
from crm_core.kernel.values import money


def amount_of(typed: float, currency: str) -> int:
    """What stands in a number field, in minor units; its shortest decimal writing is what was meant."""
    return money.to_minor(Decimal(str(typed)), currency)


def shown(minor: int | None, currency: str) -> float | None:
    """An amount for a number field."""
    return None if minor is None else float(money.to_decimal(minor, currency))


def step(currency: str) -> float:
    """The smallest amount of a currency."""
    return float(Decimal(1).scaleb(-money.exponent(currency)))


def picture(currency: str) -> str:
    """How a number field writes amounts of a currency."""
    return f"%.{money.exponent(currency)}f"


def quantity_of(typed: float) -> int:
    """What stands in a number field, in thousandths."""
    return round(Decimal(str(typed)) * THOUSAND)
