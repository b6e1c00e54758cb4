"""What can be decided about products and orders without a database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from crm_core.commerce.types import LineDetail, NewLine, NewOrder, NewReturn, OrderDetail, Rhythm
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values.text import fold

STATUSES = ("placed", "paid", "shipped", "delivered", "returned", "cancelled")
THOUSAND = 1000
LARGEST_QUANTITY = 10**12
LARGEST_AMOUNT = 10**15
MOST_LINES = 500
MOST_REASON = 200
FEWEST_FOR_RHYTHM = 3

# What can happen next. Paying and shipping come in either order, so an order may be paid after delivery.
NEXT: Mapping[str, tuple[str, ...]] = {
    "placed": ("paid", "shipped", "delivered", "cancelled"),
    "paid": ("shipped", "delivered", "returned", "cancelled"),
    "shipped": ("paid", "delivered", "returned"),
    "delivered": ("paid", "returned"),
    "returned": (),
    "cancelled": (),
}
RETURNABLE = ("paid", "shipped", "delivered")
_ROAD = ("placed", "paid", "shipped", "delivered")
_LETTERS = re.compile(r"[\W_]+")


def product_key(name: str) -> str:
    """The folded name without blanks and punctuation: “GTX Pro” and “GTXPro” are the same."""
    return _LETTERS.sub("", fold(name)) or fold(name)


def line_total(quantity: int, unit_price: int, discount: int) -> int:
    """Quantity (thousandths) times price, rounded half away from zero, less the discount; minor units."""
    product = abs(quantity * unit_price)
    rounded = (2 * product + THOUSAND) // (2 * THOUSAND)
    return (rounded if quantity * unit_price >= 0 else -rounded) - discount


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of an amount in proportion to weights; their sum is the amount, the rest goes to the largest.

    Weights without a sum count by their sizes, and all the same when there is none.
    """
    if not weights:
        return []
    whole = sum(weights)
    if whole == 0:
        weights = [abs(weight) for weight in weights]
        whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    parts = [_share(amount * weight, whole) for weight in weights]
    largest = max(range(len(weights)), key=lambda place: abs(weights[place]))
    parts[largest] += amount - sum(parts)
    return parts


def _share(dividend: int, divisor: int) -> int:
    """A quotient without its decimals, whatever the signs: nobody gets more than the exact part."""
    part = abs(dividend) // abs(divisor)
    return part if (dividend >= 0) == (divisor > 0) else -part


def check(new: NewOrder, now: datetime, *, with_lines: bool = True) -> None:
    """Refuse an order that cannot be.

    Args:
        with_lines: look at the lines, too; those of old orders may be as no new ones are, such as returns.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong: dict[str, str] = {}
    if new.contact_id is None and new.account_id is None:
        wrong["customer"] = "Say who ordered: a contact or a company."
    if not new.lines:
        wrong["lines"] = "An order needs at least one line."
    elif len(new.lines) > MOST_LINES:
        wrong["lines"] = f"An order has room for {MOST_LINES} lines."
    if new.ordered_at is not None and new.ordered_at > now:
        wrong["ordered_at"] = "This day lies ahead. Give the day of the order."
    if not 0 <= new.discount <= LARGEST_AMOUNT:
        wrong["discount"] = "Give an amount that is not negative."
    for place, line in enumerate(new.lines if with_lines else (), 1):
        if hint := _wrong_line(line):
            wrong[f"line_{place}"] = hint
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)


def _wrong_line(line: NewLine) -> str:
    if line.product_id is None and not line.name.strip():
        return "Choose a product, or write what was sold."
    if not 0 < line.quantity <= LARGEST_QUANTITY:
        return "Give a quantity above zero."
    if line.unit_price is not None and not 0 <= line.unit_price <= LARGEST_AMOUNT:
        return "Give a price that is not negative."
    if line.discount < 0:
        return "Give a discount that is not negative."
    if line.unit_price is not None and line_total(line.quantity, line.unit_price, line.discount) < 0:
        return "The discount is more than the line costs."
    return ""


def order_total(line_totals: Sequence[int], discount: int) -> int:
    """The sum of the lines less what is taken off the whole order.

    Raises:
        Invalid: the discount is more than the lines cost.
    """
    total = sum(line_totals) - discount
    if total < 0:
        raise Invalid("Please correct the marked fields.",
                      fields={"discount": "The discount is more than the order costs."})  # fmt: skip
    if total > LARGEST_AMOUNT:
        raise Invalid("Please correct the marked fields.", fields={"lines": "This is more than can be kept."})
    return total


def may_follow(number: str, status: str, wanted: str, *, is_dated: bool) -> None:
    """Refuse a state that cannot follow; ``is_dated`` says that it was reached before.

    Raises:
        Conflict: with what is possible instead.
    """
    if is_dated:
        raise Conflict(f"Order {number} is {wanted} already.")
    if wanted not in NEXT[status]:
        ways = " or ".join(NEXT[status])
        way_out = f"It can be {ways} next." if ways else "Nothing can follow."
        raise Conflict(f"Order {number} is {status}, so it cannot be {wanted}. {way_out}")


def after(status: str, reached: str) -> str:
    """The state of an order once a further one is reached: the later of both on the road."""
    if reached not in _ROAD or status not in _ROAD:
        return reached
    return max(status, reached, key=_ROAD.index)


def may_change(order: OrderDetail) -> bool:
    """Can lines, discount and address still be changed? Until it is paid or on its way, and not later."""
    return order.status == "placed" and not (order.paid_at or order.shipped_at or order.delivered_at)


def net_totals(lines: Sequence[LineDetail], total: int) -> list[int]:
    """What was paid for each line when the whole order cost ``total``: discounts on the whole are shared."""
    return allocate(total, [line.total for line in lines])


def refund(line: LineDetail, net: int, paid_back: int, quantity: int) -> int:
    """What is due for a quantity of a line that comes back; all that is left when the whole line is back.

    Args:
        line: as it is stored.
        net: what was paid for it in all, minor units.
        paid_back: what was paid back for it before.
        quantity: what comes back now, thousandths.
    """
    left = max(net - paid_back, 0)
    if line.returned + quantity >= line.quantity:
        return left
    return min((2 * net * quantity + line.quantity) // (2 * line.quantity), left)


def with_returned(line: LineDetail, quantity: int) -> LineDetail:
    """The line after a further quantity of it came back."""
    return replace(line, returned=line.returned + quantity)


def check_return(new: NewReturn, line: LineDetail | None) -> str:
    """What is wrong with a return, as a hint; nothing when it can be."""
    if len(new.reason) > MOST_REASON:
        return f"Use at most {MOST_REASON} characters for the reason."
    if new.amount is not None and new.amount < 0:
        return "Give an amount that is not negative."
    if line is None:
        is_money = bool(new.amount) and not new.quantity
        return "" if is_money else "Say which line comes back, or how much is paid back."
    if new.quantity < 0 or not (new.quantity or new.amount):
        return "Say how much comes back."
    if line.returned + new.quantity > line.quantity:
        return "This is more than was bought."
    return ""


def rhythm(days: Sequence[date]) -> Rhythm | None:
    """How often somebody buys, from the days with orders; None before there are three such days."""
    known = sorted(set(days))
    if len(known) < FEWEST_FOR_RHYTHM:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(known)]
    usual = float(median(gaps))
    return Rhythm(usual, known[-1], known[-1] + timedelta(days=round(usual)))


def quantity_text(quantity: int) -> str:
    """A quantity in thousandths as people write it: ``2``, ``0.5``."""
    whole, part = divmod(abs(quantity), THOUSAND)
    shown = f"{whole}.{part:03d}".rstrip("0").rstrip(".")
    return f"-{shown}" if quantity < 0 else shown
