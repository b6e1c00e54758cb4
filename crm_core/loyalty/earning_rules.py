"""What a sale brings by the rules of the programme: whole numbers, rounded down once for each rule."""

from collections.abc import Iterable, Sequence
from datetime import date

from crm_core.loyalty.types import EarnRuleFields, Rule, Sale

SALE_EVENTS = ("amount", "product", "category", "multiplier")
OTHER_EVENTS = ("visit", "review", "referral", "birthday", "sign_up")
EVENTS = (*SALE_EVENTS, *OTHER_EVENTS)
STATES = ("draft", "live", "archived")
CAP_PERIODS = ("order", "day", "month", "year", "ever")
THOUSAND = 1000
HUNDRED = 100
LARGEST = 10**9
MOST_PERCENT = 10_000
LONGEST_NAME = 120
LAST_WEEKDAY = 6


def on(rules: Iterable[Rule], day: date) -> list[Rule]:
    """The rules that count on a day: within their window, on one of their weekdays."""
    return [
        rule
        for rule in rules
        if (rule.starts_on is None or rule.starts_on <= day)
        and (rule.ends_on is None or day <= rule.ends_on)
        and (not rule.weekdays or day.weekday() in rule.weekdays)
    ]


def of_sale(sale: Sale, rules: Iterable[Rule], bonus_percent: int = 0) -> list[tuple[Rule, int]]:
    """What each rule brings for a sale, caps over longer periods not yet looked at.

    Points of a rule times the largest multiplier that counts, times a hundred and the bonus of the tier
    percent, rounded down once: nobody gets more than the exact part. Multipliers do not multiply each other.
    """
    known = [rule for rule in on(rules, sale.day) if _reaches(rule, sale)]
    factor = max((rule.percent for rule in known if rule.event == "multiplier"), default=HUNDRED)
    found: list[tuple[Rule, int]] = []
    for rule in known:
        bonus = HUNDRED + (bonus_percent if rule.has_tier_bonus else 0)
        points = _base(rule, sale) * factor * bonus // (HUNDRED * HUNDRED)
        if rule.cap_period == "order" and rule.cap_points:
            points = min(points, rule.cap_points)
        if points > 0:
            found.append((rule, points))
    return found


def of_event(event: str, rules: Iterable[Rule], day: date) -> list[tuple[Rule, int]]:
    """What each rule brings for something else than a sale."""
    return [(rule, rule.points) for rule in on(rules, day) if rule.event == event and rule.points > 0]


def problems(new: EarnRuleFields) -> dict[str, str]:
    """What is wrong with a rule, field by field."""
    wrong: dict[str, str] = {}
    if not 0 < len(new.name.strip()) <= LONGEST_NAME:
        wrong["name"] = f"Give a name of at most {LONGEST_NAME} characters."
    if new.event not in EVENTS:
        wrong["event"] = f"Choose one of: {', '.join(EVENTS)}."
    if new.event != "multiplier" and not 0 < new.points <= LARGEST:
        wrong["points"] = "Give a number of points above zero."
    if new.event == "multiplier" and not HUNDRED < new.percent <= MOST_PERCENT:
        wrong["percent"] = "Give percent above 100: 200 doubles what buying brings."
    if new.event == "amount" and not 0 < new.per_amount <= LARGEST:
        wrong["per_amount"] = "Say for how much money the points are given."
    if (new.event == "amount" or new.minimum) and not new.currency:
        wrong["currency"] = "Say in which currency."
    if new.event == "product" and new.product_id is None:
        wrong["product_id"] = "Choose the product."
    if new.event == "category" and not new.category.strip():
        wrong["category"] = "Choose the category."
    return wrong | _wrong_limits(new)


def _wrong_limits(new: EarnRuleFields) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if new.starts_on and new.ends_on and new.ends_on < new.starts_on:
        wrong["ends_on"] = "This lies before the beginning."
    if any(not 0 <= day <= LAST_WEEKDAY for day in new.weekdays):
        wrong["weekdays"] = "Weekdays go from 0 (Monday) to 6 (Sunday)."
    if new.minimum < 0:
        wrong["minimum"] = "Give an amount that is not negative."
    if new.cap_points < 0:
        wrong["cap_points"] = "Give a number that is not negative; nought means no limit."
    if new.cap_points and new.cap_period not in CAP_PERIODS:
        wrong["cap_period"] = f"Choose one of: {', '.join(CAP_PERIODS)}."
    if new.expires_after_days is not None and new.expires_after_days < 1:
        wrong["expires_after_days"] = "Give days from 1 on, or leave it open."
    return wrong


def _reaches(rule: Rule, sale: Sale) -> bool:
    if rule.event not in SALE_EVENTS:
        return False
    if rule.currency and rule.currency != sale.currency:
        return False
    return sale.total >= rule.minimum


def _base(rule: Rule, sale: Sale) -> int:
    """The points of a rule before multiplier and bonus."""
    if rule.event == "multiplier":
        return 0
    lines = [line for line in sale.lines if _means(rule, line.product_id, line.category)]
    if rule.event == "amount":
        is_narrow = rule.product_id is not None or bool(rule.category)
        amount = sum(line.paid for line in lines) if is_narrow else sale.total
        return max(amount, 0) // rule.per_amount * rule.points
    pieces = sum(line.quantity for line in lines) // THOUSAND
    return max(pieces, 0) * rule.points


def _means(rule: Rule, product_id: int | None, category: str) -> bool:
    if rule.product_id is not None and rule.product_id != product_id:
        return False
    return not rule.category or rule.category == category


def capped(points: int, rule: Rule, brought: int) -> int:
    """What is left of points below the cap of a rule, of which ``brought`` were given in its period."""
    return max(min(points, rule.cap_points - brought), 0) if rule.cap_points else points


def without(rules: Sequence[Rule], rule_id: int) -> list[Rule]:
    """All rules but one."""
    return [rule for rule in rules if rule.id != rule_id]
