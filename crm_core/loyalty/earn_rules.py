"""Earn rules: what brings points. They are drafted, tried out on past orders, and then go live."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from crm_core.activity.task_days import zone
from crm_core.commerce.rules import allocate
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import earning_rules as rules
from crm_core.loyalty import ledger_rules, programme
from crm_core.loyalty.types import EarnRuleFields, EarnRuleRow, Rule, Sale, SoldLine, Trial
from crm_core.team.company import company
from db.models import EarnRule
from db.queries import loyalty_orders as sql

CHUNK = 2_000
NEXT = {"draft": ("live", "archived"), "live": ("archived",), "archived": ("live",)}
THOUSAND = 1000


@use_case(Permission.LOYALTY_READ, read=True)
def search(work: Work, *, with_archived: bool = False) -> list[EarnRuleRow]:
    """All earn rules, in the order in which they were made."""
    states = rules.STATES if with_archived else rules.STATES[:2]
    return work.rows(sql.rules(*states), _row)


@use_case(Permission.LOYALTY_MANAGE)
def create(work: Work, new: EarnRuleFields) -> int:
    """Draft a rule and return its number; it brings points once it is live.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    row = work.add(EarnRule(state="draft", created_at=work.now, updated_at=work.now, **_checked(new)))
    work.record("earn_rule.created", row, rule=row.name)
    return row.id


@use_case(Permission.LOYALTY_MANAGE)
def change(work: Work, rule_id: int, wanted: EarnRuleFields, *, version: int | None) -> None:
    """Change a rule; points that it brought before stay.

    Raises:
        Invalid, NotFound: as ``create``. Conflict: somebody else changed it since ``version``.
    """
    row: EarnRule = work.fresh(EarnRule, rule_id, version)
    for name, value in _checked(wanted).items():
        setattr(row, name, value)
    row.updated_at = work.now
    work.record("earn_rule.changed", row, rule=row.name, **work.changes(row))


@use_case(Permission.LOYALTY_MANAGE)
def set_state(work: Work, rule_id: int, state: str, *, version: int | None) -> None:
    """Let a rule go live, or archive it.

    Raises:
        Conflict: this state cannot follow, or somebody else changed the rule since ``version``.
        NotFound: there is no such rule.
    """
    row: EarnRule = work.fresh(EarnRule, rule_id, version)
    if state not in NEXT[row.state]:
        raise Conflict(
            f"The rule “{row.name}” is {row.state}: it can be {' or '.join(NEXT[row.state])} next."
        )
    row.state, row.updated_at = state, work.now
    work.record(f"earn_rule.{state}", row, rule=row.name)


@use_case(Permission.LOYALTY_READ, read=True)
def try_out(work: Work, new: EarnRuleFields, since: datetime, until: datetime) -> Trial:
    """What a rule would have cost over past orders that were paid, beside the rules that are live.

    Points of what was paid back are taken off, the bonus of tiers is left out. The cap of an order is
    looked at, others by calendar day, month and year of the order.

    Raises:
        Invalid: the rule is wrong, brings points by something else than orders, or the period is empty.
    """
    _checked(new)
    wrong = {} if new.event in rules.SALE_EVENTS else {"event": "Only rules about orders can be tried out."}
    if not since < until:
        wrong["until"] = "The period ends before it begins."
    if wrong:
        raise Invalid("This rule cannot be tried out.", fields=wrong)
    tried = Rule(id=0, **{name: value for name, value in asdict(new).items() if name != "name"})
    others = live(work) if new.event == "multiplier" else []
    points, orders, people = 0, 0, set()
    spent: dict[tuple[Any, ...], int] = defaultdict(int)
    for row, sale in sales(work, since, until):
        more = sum(part for _, part in rules.of_sale(sale, [*others, tried]))
        more -= sum(part for _, part in rules.of_sale(sale, others)) if others else 0
        window = (row.contact_id, *_window(tried, sale))
        more = rules.capped(more, tried, spent[window]) if tried.cap_period != "order" else more
        spent[window] += more
        brought = ledger_rules.kept_after_refund(more, row.total, row.refunded)
        if brought:
            points, orders = points + brought, orders + 1
            people.add(row.contact_id)
    cost = points * programme.current(work).point_value // THOUSAND
    return Trial(orders, len(people), points, cost, company().currency)


def live(work: Work) -> list[Rule]:
    """The rules that are in force."""
    return work.rows(sql.live(), _calculated)


def sales(work: Work, since: datetime, until: datetime) -> Iterator[tuple[Any, Sale]]:
    """Past orders of contacts that were paid, each with what the rules look at."""
    after = 0
    while orders := work.tuples(sql.paid(since, until, after, CHUNK)):
        lines = _lines(work, [order.id for order in orders])
        for order in orders:
            yield order, sale_of(order, lines.get(order.id, []))
        after = orders[-1].id


def sale_of(order: Any, lines: list[Any]) -> Sale:
    """An order with its lines (order, product, category, quantity, total) as the rules look at it."""
    paid = allocate(order.total, [line[4] for line in lines])
    sold = tuple(
        SoldLine(product_id, category, quantity, part)
        for (_, product_id, category, quantity, _), part in zip(lines, paid, strict=True)
    )
    return Sale(order.ordered_at.astimezone(zone()).date(), order.currency, order.total, sold)


def sale_of_order(work: Work, order: Any) -> Sale:
    """As ``sale_of``, its lines read."""
    return sale_of(order, _lines(work, [order.id]).get(order.id, []))


def _lines(work: Work, order_ids: list[int]) -> dict[int, list[Any]]:
    rows = work.tuples(sql.lines_of(order_ids))
    return {order_id: list(lines) for order_id, lines in groupby(rows, key=lambda row: row[0])}


def _window(rule: Rule, sale: Sale) -> tuple[Any, ...]:
    """What a cap counts together."""
    day = sale.day
    windows = {"day": (day,), "month": (day.year, day.month), "year": (day.year,)}
    return windows.get(rule.cap_period, ())


def _checked(new: EarnRuleFields) -> dict[str, Any]:
    tidy = replace(new, name=new.name.strip(), currency=new.currency.upper(), category=new.category.strip())
    if wrong := rules.problems(tidy):
        raise Invalid("Please correct the marked fields.", fields=wrong)
    return {**asdict(tidy), "weekdays": list(tidy.weekdays)}


def _row(**columns: Any) -> EarnRuleRow:
    return EarnRuleRow(**{**columns, "weekdays": tuple(columns["weekdays"])})


def _calculated(**columns: Any) -> Rule:
    return Rule(**{**columns, "weekdays": tuple(columns["weekdays"])})
