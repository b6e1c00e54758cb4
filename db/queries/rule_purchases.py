"""Rules about the kept sums of each contact: purchases, buying classes, the loyalty programme."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, case, false, func, not_, select

from db import rfm
from db.models import Contact, Membership, PurchaseTotal, Tier
from db.queries.rule_comparisons import BY_TYPE, Condition, instants, minor, number_bound, ordered
from db.queries.rule_events import holds
from db.queries.rule_feedback import said
from db.rule_tree import Leaf, Moment

_BUYERS = select(PurchaseTotal.contact_id)
_LATELY = frozenset({"in_the_last_days", "in_the_next_days", "after"})


def _orders(leaf: Leaf, moment: Moment) -> Condition:
    """Count and revenue of somebody who never bought are nought; average and days are not there."""
    if leaf.operator == "is_filled":
        return Contact.id.in_(_BUYERS)
    what = leaf.field.partition(".")[2]
    if what == "count":
        values = [number_bound(value) for value in leaf.values]
        return _or_nought(_summed(func.sum(PurchaseTotal.orders)), leaf.operator, values)
    if what == "revenue":
        revenue = _in_currency(PurchaseTotal.revenue, moment)
        return _or_nought(revenue, leaf.operator, minor(leaf.values, moment))
    if what == "average":
        return _average(leaf, moment)
    return _day(leaf, moment, is_last=what == "last")


def _or_nought(
    having: Callable[[Callable[[Any], Condition]], Any], operator: str, values: list[Any]
) -> Condition:
    """The contacts with this number; those of whom nothing is kept have nought."""
    if holds(operator, 0, values):
        return not_(Contact.id.in_(having(lambda amount: not_(ordered(amount, operator, values)))))
    return Contact.id.in_(having(lambda amount: ordered(amount, operator, values)))


def _summed(amount: Any) -> Callable[[Callable[[Any], Condition]], Any]:
    return lambda wanted: _BUYERS.group_by(PurchaseTotal.contact_id).having(wanted(amount))


def _in_currency(amount: Any, moment: Moment) -> Callable[[Callable[[Any], Condition]], Any]:
    return lambda wanted: _BUYERS.where(PurchaseTotal.currency == moment.currency, wanted(amount))


def _average(leaf: Leaf, moment: Moment) -> Condition:
    """The average is compared without dividing, so that it is exact."""
    revenue, orders = PurchaseTotal.revenue, PurchaseTotal.orders
    bounds = [bound * orders for bound in minor(leaf.values, moment)]
    here = PurchaseTotal.currency == moment.currency
    return Contact.id.in_(_BUYERS.where(here, ordered(revenue, leaf.operator, bounds)))


def _day(leaf: Leaf, moment: Moment, *, is_last: bool) -> Condition:
    """The first or last order of all currencies."""
    column = PurchaseTotal.last_at if is_last else PurchaseTotal.first_at
    if is_last and leaf.operator in _LATELY:
        # Few bought lately: their rows are found by the day, and a later order in another currency by it too.
        first, end = instants(leaf, moment)
        beyond = select(PurchaseTotal.contact_id).where(PurchaseTotal.last_at >= end)
        within = _BUYERS.where(PurchaseTotal.last_at >= first, PurchaseTotal.last_at < end)
        return and_(Contact.id.in_(within), not_(Contact.id.in_(beyond)))
    extreme = func.max(column) if is_last else func.min(column)
    found = BY_TYPE["instant"](extreme, leaf, moment)
    return Contact.id.in_(_BUYERS.group_by(PurchaseTotal.contact_id).having(found))


def _classes(leaf: Leaf, moment: Moment) -> Condition:
    """Buying classes and scores, by where the fifths of all customers were cut last."""
    cuts = moment.cuts()
    if cuts is None:
        return false()
    scored = _BUYERS.where(PurchaseTotal.currency == cuts.currency)
    if leaf.operator == "is_filled":
        return Contact.id.in_(scored)
    recency = _score(PurchaseTotal.last_at, cuts.last)
    frequency = _score(PurchaseTotal.orders, cuts.orders)
    monetary = _score(PurchaseTotal.revenue, cuts.revenue)
    if leaf.field == "rfm":
        wanted = rfm.codes([str(name) for name in leaf.values])
        return Contact.id.in_(scored.where((recency * 100 + frequency * 10 + monetary).in_(wanted)))
    by_name = {"rfm.recency": recency, "rfm.frequency": frequency, "rfm.monetary": monetary}
    return Contact.id.in_(scored.where(ordered(by_name[leaf.field], leaf.operator, list(leaf.values))))


def _score(amount: Any, cuts: tuple[Any, ...]) -> Any:
    """From 1 to 5: one more than there are cuts that it reaches."""
    steps = [(amount >= cut, len(cuts) + 1 - place) for place, cut in enumerate(reversed(cuts))]
    return case(*steps, else_=1)


def _loyalty(leaf: Leaf, moment: Moment) -> Condition:
    members = select(Membership.contact_id).where(Membership.state == "active")
    if leaf.field == "loyalty.tier":
        tiers = select(Tier.id).where(BY_TYPE["text"](Tier.name, leaf, moment))
        return Contact.id.in_(members.where(Membership.tier_id.in_(tiers)))
    column = Membership.balance if leaf.field == "loyalty.points" else Membership.joined_at
    return Contact.id.in_(members.where(BY_TYPE[leaf.type](column, leaf, moment)))


AREAS: dict[str, Callable[[Leaf, Moment], Condition]] = {
    "orders": _orders,
    "rfm": _classes,
    "loyalty": _loyalty,
    "feedback": said,
}
"""Which conditions answer for the fields of an area."""
