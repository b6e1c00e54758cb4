"""A checked rule as one condition on contacts, for both engines. Everything a person wrote is a bound value.

Each comparison answers true or false, never null, so that “not” means what people expect.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, not_, or_, select

from db.models import Account, Contact, ContactPoint, ContactTag, SegmentStay, Tag
from db.queries import rule_columns as columns
from db.queries import rule_events, rule_purchases
from db.queries.rule_comparisons import BY_TYPE, NEGATIVES, Condition, positive, text
from db.rule_tree import Group, Has, Leaf, Moment, Not, Rule, spellings
from db.session import current

MEMBERS = "members"
"""The type of a leaf that means the contacts on a static list, by the key of the segment."""


def condition(rule: Rule, moment: Moment) -> Condition:
    """What a contact must fulfil to match the rule at this moment."""
    if isinstance(rule, Group):
        parts = [condition(part, moment) for part in rule.parts]
        return and_(*parts) if rule.kind == "all" else or_(*parts)
    if isinstance(rule, Not):
        return not_(condition(rule.part, moment))
    if isinstance(rule, Has):
        return rule_events.happened(rule, moment)
    if rule.operator in NEGATIVES:
        return not_(_positive(positive(rule), moment))
    return _positive(rule, moment)


def _positive(leaf: Leaf, moment: Moment) -> Condition:
    area = leaf.field.partition(".")[0]
    if area == "company" and leaf.field in columns.ACCOUNT:
        inner = BY_TYPE[leaf.type](columns.ACCOUNT[leaf.field], leaf, moment)
        return and_(Contact.account_id.is_not(None), Contact.account_id.in_(select(Account.id).where(inner)))
    if area in rule_purchases.AREAS:
        return rule_purchases.AREAS[area](leaf, moment)
    if leaf.type in _OF_CONTACT:
        return _OF_CONTACT[leaf.type](leaf, moment)
    if area == "custom":
        return BY_TYPE[leaf.type](columns.custom(leaf.field.removeprefix("custom."), leaf.type), leaf, moment)
    found = BY_TYPE[leaf.type](columns.CONTACT[leaf.field], leaf, moment)
    return found.is_(True) if moment.is_of_all and current().is_sqlite else found


def _segment(leaf: Leaf, moment: Moment) -> Condition:
    """Who is in one of these segments now, by their own rules."""
    return or_(*(condition(moment.segment(str(name)), moment) for name in leaf.values))


def _members(leaf: Leaf, _moment: Moment) -> Condition:
    staying = SegmentStay.left_at.is_(None)
    listed = select(SegmentStay.contact_id).where(SegmentStay.segment_id.in_(leaf.values), staying)
    return Contact.id.in_(listed)


def _points(leaf: Leaf, _moment: Moment) -> Condition:
    """The values on the contact itself and those among its further ones."""
    kind = leaf.field
    compare = _phone if leaf.type == "phones" else text
    on_contact = [compare(column, leaf) for column in columns.POINTS[kind]]
    wanted = compare(ContactPoint.value, leaf)
    further = select(ContactPoint.contact_id).where(ContactPoint.kind == kind, wanted)
    return or_(*on_contact, Contact.id.in_(further))


def _phone(column: Any, leaf: Leaf) -> Condition:
    """As text; but a number without “+” is found inside the stored international form."""
    if leaf.operator != "contains":
        return text(column, leaf)
    digits = tuple(str(value).lstrip("+0") or str(value) for value in leaf.values)
    return text(column, Leaf(leaf.field, leaf.type, leaf.operator, digits))


def _tags(leaf: Leaf, _moment: Moment) -> Condition:
    marked = select(ContactTag.contact_id)
    if leaf.operator != "is_filled":
        lowered = columns.lowered(Tag.name)
        sought = [spelling for value in leaf.values for spelling in spellings(str(value))]
        marked = marked.where(ContactTag.tag_id.in_(select(Tag.id).where(lowered.in_(sought))))
    return Contact.id.in_(marked)


_OF_CONTACT: dict[str, Callable[[Leaf, Moment], Condition]] = {
    "points": _points,
    "phones": _points,
    "tags": _tags,
    "segment": _segment,
    MEMBERS: _members,
}
