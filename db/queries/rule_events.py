"""What happened to a contact as a condition: which events a rule means, and how many of them or how much.

Contacts without such an event have none of it: they match where nought matches.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select

from db.models import (
    Campaign,
    CampaignVariant,
    Contact,
    Deal,
    Interaction,
    Membership,
    Order,
    OrderLine,
    Pipeline,
    PointEntry,
    Product,
    PurchaseTotal,
    Recipient,
    Stage,
    Task,
)
from db.queries.rule_comparisons import BY_TYPE, NEGATIVES, Condition, minor, number_bound, ordered, positive
from db.rule_tree import Group, Has, Leaf, Moment, Not, Rule, Value

Joined = Callable[[], Select[Any]]


@dataclass(frozen=True)
class Source:
    """Where a kind of event stands.

    Args:
        rows: gives the statement that returns the contact of each.
        contact: the column with the contact.
        columns: by the names that rules use.
        currency: the column that an amount's currency stands in; amounts of others are left out.
        sums: what can be summed beside the count; each in thousandths, minor units or whole ones.
        named: columns of other tables, as (own key, what finds the keys).
    """

    rows: Joined
    contact: Any
    columns: dict[str, Any] = field(default_factory=dict)
    currency: Any = None
    sums: dict[str, Any] = field(default_factory=dict)
    named: dict[str, Callable[[Leaf, Moment], Condition]] = field(default_factory=dict)


def happened(rule: Has, moment: Moment) -> Condition:
    """The contacts to whom it happened, as often as the rule says."""
    if rule == Has("orders"):  # the kept totals know it, and are a fraction of the orders
        return Contact.id.in_(select(PurchaseTotal.contact_id))
    source = SOURCES[rule.of]
    rows = source.rows().where(source.contact.is_not(None))
    if "status" not in _asked(rule.where) and rule.of in ("orders", "purchases"):
        rows = rows.where(Order.status != "cancelled")
    if rule.where is not None:
        rows = rows.where(_which(rule.where, source, moment))
    if not rule.measure:
        return Contact.id.in_(rows)
    amount, values = _measure(rule, source, moment)
    if source.currency is not None and rule.measure in _MONEY:
        rows = rows.where(source.currency == moment.currency)
    enough = compared(rule.operator, amount, values)
    grouped = rows.group_by(source.contact)
    if holds(rule.operator, 0, values):
        return not_(Contact.id.in_(grouped.having(not_(enough))))
    return Contact.id.in_(grouped.having(enough))


def compared(operator: str, amount: Any, values: list[Any]) -> Condition:
    """A number that is always there, compared."""
    return not_(ordered(amount, "is", values)) if operator == "is_not" else ordered(amount, operator, values)


def holds(operator: str, number: float, values: list[Any]) -> bool:
    """Would this number match?"""
    first, last = values[0], values[-1]
    found: dict[str, bool] = {
        "is": number == first,
        "is_not": number != first,
        "more_than": number > first,
        "less_than": number < first,
        "at_least": number >= first,
        "at_most": number <= first,
        "between": first <= number <= last,
    }
    return found[operator]


def _measure(rule: Has, source: Source, moment: Moment) -> tuple[ColumnElement[Any], list[Any]]:
    values: tuple[Value, ...] = rule.values
    if rule.measure == "count":
        counted = func.count(func.distinct(Order.id)) if rule.of == "purchases" else func.count()
        return counted, [number_bound(value) for value in values]
    total = func.sum(source.sums[rule.measure])
    if rule.measure in _MONEY:
        return total, minor(values, moment)
    if rule.measure == "quantity":
        return total, minor(values, Moment(moment.today, decimals=3))
    return total, [number_bound(value) for value in values]


def _asked(rule: Rule | None) -> set[str]:
    """The fields that a rule speaks about."""
    if rule is None or isinstance(rule, Has):
        return set()
    if isinstance(rule, Leaf):
        return {rule.field}
    parts = rule.parts if isinstance(rule, Group) else (rule.part,)
    return set().union(*map(_asked, parts))


def _which(rule: Rule, source: Source, moment: Moment) -> Condition:
    if isinstance(rule, Group):
        parts = [_which(part, source, moment) for part in rule.parts]
        return and_(*parts) if rule.kind == "all" else or_(*parts)
    if isinstance(rule, Not):
        return not_(_which(rule.part, source, moment))
    if isinstance(rule, Has):
        raise TypeError("Rules are checked: nothing that happens stands inside something else.")
    if rule.operator in NEGATIVES:
        return not_(_one(positive(rule), source, moment))
    return _one(rule, source, moment)


def _one(leaf: Leaf, source: Source, moment: Moment) -> Condition:
    if leaf.field in source.named:
        return source.named[leaf.field](leaf, moment)
    found = BY_TYPE[leaf.type](source.columns[leaf.field], leaf, moment)
    if leaf.type == "money" and leaf.operator != "is_filled":
        return and_(source.currency == moment.currency, found)
    return found


def _by_key(key: Any, model: Any, column: Any) -> Callable[[Leaf, Moment], Condition]:
    """A value of another table, which is found first: there are few of them."""
    return lambda leaf, moment: and_(
        key.is_not(None), key.in_(select(model.id).where(BY_TYPE[leaf.type](column, leaf, moment)))
    )


def _product(leaf: Leaf, moment: Moment) -> Condition:
    """By name or article number; a line without a product has only its own name."""
    text = BY_TYPE["text"]
    known = select(Product.id).where(or_(text(Product.name, leaf, moment), text(Product.sku, leaf, moment)))
    catalogued = and_(OrderLine.product_id.is_not(None), OrderLine.product_id.in_(known))
    return or_(catalogued, and_(OrderLine.product_id.is_(None), text(OrderLine.name, leaf, moment)))


_MONEY = frozenset({"revenue", "amount"})
_OF_ORDER = {
    "ordered": Order.ordered_at, "channel": Order.channel, "coupon": Order.coupon, "status": Order.status,
}  # fmt: skip
_REVENUE = Order.total - Order.refunded

SOURCES: dict[str, Source] = {
    "purchases": Source(
        lambda: select(Order.contact_id).join(OrderLine, OrderLine.order_id == Order.id),
        Order.contact_id,
        {**_OF_ORDER, "quantity": OrderLine.quantity / 1000.0, "amount": OrderLine.total},
        Order.currency,
        {"quantity": OrderLine.quantity - OrderLine.returned, "revenue": OrderLine.total},
        {"product": _product, "category": _by_key(OrderLine.product_id, Product, Product.category)},
    ),
    "orders": Source(
        lambda: select(Order.contact_id), Order.contact_id, {**_OF_ORDER, "amount": _REVENUE},
        Order.currency, {"revenue": _REVENUE},
    ),
    "deals": Source(
        lambda: select(Deal.contact_id), Deal.contact_id,
        {"status": Deal.status, "lost_reason": Deal.lost_reason, "amount": Deal.amount,
         "opened": Deal.opened_at, "closed": Deal.closed_at, "closes": Deal.close_on, "owner": Deal.owner_id},
        Deal.currency, {"amount": Deal.amount},
        {"stage": _by_key(Deal.stage_id, Stage, Stage.name),
         "pipeline": _by_key(Deal.pipeline_id, Pipeline, Pipeline.name)},
    ),
    "tasks": Source(
        lambda: select(Task.contact_id), Task.contact_id,
        {"kind": Task.kind, "status": Task.status, "title": Task.title, "due": Task.due_on,
         "done": Task.done_at, "owner": Task.owner_id},
    ),
    "interactions": Source(
        lambda: select(Interaction.contact_id), Interaction.contact_id,
        {"kind": Interaction.kind, "direction": Interaction.direction, "outcome": Interaction.outcome,
         "subject": Interaction.subject, "happened": Interaction.happened_at},
    ),
    "messages": Source(
        lambda: select(Recipient.contact_id), Recipient.contact_id,
        {"state": Recipient.state,
         **{name: getattr(Recipient, f"{name}_at") for name in (
             "sent", "opened", "clicked", "replied", "bounced", "unsubscribed", "visited", "converted")}},
        None, {"revenue": Recipient.revenue},
        {"campaign": _by_key(Recipient.campaign_id, Campaign, Campaign.name),
         "channel": _by_key(Recipient.campaign_id, Campaign, Campaign.channel),
         "variant": _by_key(Recipient.variant_id, CampaignVariant, CampaignVariant.name)},
    ),
    "points": Source(
        lambda: select(Membership.contact_id).join(PointEntry, PointEntry.membership_id == Membership.id),
        Membership.contact_id,
        {"kind": PointEntry.kind, "points": PointEntry.points, "happened": PointEntry.happened_at},
        None, {"points": PointEntry.points},
    ),
}  # fmt: skip
