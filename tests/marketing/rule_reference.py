"""What a rule means, written a second time in plain Python: the SQL must agree with it on both engines."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db.rule_tree import Group, Has, Leaf, Moment, Not, Rule

NEGATIVE = {"is_not": "is", "contains_not": "contains", "is_none_of": "is_any_of", "has_no": "has"}


def matches(rule: Rule, record: Mapping[str, Any], moment: Moment) -> bool:
    """Does the record (field name -> value, or list of values) match?"""
    if isinstance(rule, Group):
        answers = [matches(part, record, moment) for part in rule.parts]
        return all(answers) if rule.kind == "all" else any(answers)
    if isinstance(rule, Not):
        return not matches(rule.part, record, moment)
    if isinstance(rule, Has):
        raise NotImplementedError("What happened is told by examples, not by this reference.")
    if rule.operator == "is_empty":
        return not _filled(record.get(rule.field))
    if rule.operator == "is_filled":
        return _filled(record.get(rule.field))
    if rule.operator in NEGATIVE:
        turned = Leaf(rule.field, rule.type, NEGATIVE[rule.operator], rule.values)
        return not matches(turned, record, moment)
    found = record.get(rule.field)
    values = found if isinstance(found, list) else [found]
    return any(_compare(rule, value, moment) for value in values if value is not None)


def _filled(value: Any) -> bool:
    return value not in (None, "", [])


def _ascii(text: str) -> str:
    return "".join(chr(ord(letter) + 32) if "A" <= letter <= "Z" else letter for letter in text)


def _spelled(text: str) -> set[str]:
    forms = {text} if text.isascii() else {text, text.lower(), text.upper(), text.title(), text.capitalize()}
    return {_ascii(form) for form in forms}


def _compare(leaf: Leaf, value: Any, moment: Moment) -> bool:
    wanted = leaf.values
    if leaf.type in ("text", "points", "phones", "tags"):
        return _text(leaf, str(value))
    if leaf.type == "owner":
        return value in [moment.me if one == "me" else one for one in wanted]
    if leaf.type in ("choice", "many"):
        return value in wanted
    if leaf.type == "yes_no":
        return value is wanted[0]
    if leaf.type == "birthday":
        return _birthday(leaf, value, moment.today)
    if leaf.type == "instant":
        value = value.astimezone(ZoneInfo(moment.zone)).date()
    return _ordered(leaf, value, moment.today)


def _text(leaf: Leaf, value: str) -> bool:
    have = _ascii(value)
    for one in map(str, leaf.values):
        if leaf.type == "phones" and leaf.operator == "contains":
            one = one.lstrip("+0") or one
        for text in _spelled(one):
            if leaf.operator == "contains" and text in have:
                return True
            if leaf.operator == "starts_with" and have.startswith(text):
                return True
            if leaf.operator in ("is", "is_any_of", "has", "has_any_of") and text == have:
                return True
    return False


def _birthday(leaf: Leaf, value: int, today: date) -> bool:
    days = int(str(leaf.values[0]))
    if leaf.operator == "in_month":
        return value // 100 == days
    for ahead in range(days + 1):
        day = today + timedelta(ahead)
        if (day.month, day.day) == divmod(value, 100):
            return True
        if value == 229 and (day.month, day.day) == (2, 28) and (day + timedelta(1)).month == 3:
            return True
    return False


def _ordered(leaf: Leaf, value: Any, today: date) -> bool:
    first: Any = leaf.values[0]
    if leaf.type == "number":
        value, first = float(value), float(first)
    last: Any = leaf.values[-1]
    answers = {
        "is": lambda: value == first,
        "more_than": lambda: value > first,
        "less_than": lambda: value < first,
        "at_least": lambda: value >= first,
        "at_most": lambda: value <= first,
        "before": lambda: value < first,
        "after": lambda: value > first,
        "between": lambda: first <= value <= (float(last) if leaf.type == "number" else last),
        "in_the_last_days": lambda: timedelta(0) <= today - value <= timedelta(first),
        "in_the_next_days": lambda: timedelta(0) <= value - today <= timedelta(first),
        "more_than_days_ago": lambda: today - value > timedelta(first),
    }
    return bool(answers[leaf.operator]())
