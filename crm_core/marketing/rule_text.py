"""The rule language as one line, for the command line and for people who like to type.

``country is DE and (tag has VIP or created in_the_last_days 30)``: fields and operators as in the JSON form,
``and`` before ``or``, ``not``, parentheses, quotes around values with blanks, lists as ``(a, b, c)``. What
happened is asked by ``has purchases (category is Tea and ordered in_the_last_days 90) count at_least 3``.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from crm_core.kernel.errors import Invalid
from crm_core.marketing import rules
from crm_core.marketing.rule_events import EVENTS
from crm_core.marketing.rule_fields import MANY_VALUES, NO_VALUE, OPERATORS, TWO_VALUES, Defined
from db.rule_tree import Group, Has, Leaf, Not, Rule, Value

MAX_LENGTH = 20_000
MAX_OPEN = 30

_TOKEN = re.compile(r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<sign>[(),])|(?P<word>[^\s(),"]+))', re.DOTALL)
_JOINING = {"and": "all", "or": "any"}
_KEYWORDS = frozenset({"and", "or", "not"})
_ALL_MEASURES = frozenset(measure for event in EVENTS.values() for measure in event.measures)
_ALL_OPERATORS = frozenset(operator for known in OPERATORS.values() for operator in known)


def read(text: str, custom: Iterable[Defined] = ()) -> Rule:
    """A checked rule from its line.

    Raises:
        Invalid: with a sentence that says what was expected and where.
    """
    if len(text) > MAX_LENGTH:
        raise Invalid(f"The rule is longer than {MAX_LENGTH:,} characters.")
    reader = _Reader(text)
    found = reader.any_of()
    if reader.at < len(reader.tokens):
        raise reader.refusal("“and”, “or” or the end")
    return rules.parse(found, custom)


def write(rule: Rule) -> str:
    """The rule as a line; ``read`` gives the same rule back."""
    if isinstance(rule, Leaf):
        return f"{rule.field} {_compared(rule)}"
    if isinstance(rule, Has):
        where = f" ({write(rule.where)})" if rule.where is not None else ""
        return f"has {rule.of}{where}" + (f" {rule.measure} {_compared(rule)}" if rule.measure else "")
    if isinstance(rule, Not):
        return f"not {_inside(rule.part)}"
    word = " and " if rule.kind == "all" else " or "
    return word.join(map(_inside, rule.parts))


def _inside(rule: Rule) -> str:
    return f"({write(rule)})" if isinstance(rule, Group) else write(rule)


def _compared(rule: Leaf | Has) -> str:
    if rule.operator in NO_VALUE:
        return rule.operator
    values = [_value(value) for value in rule.values]
    if rule.operator in MANY_VALUES:
        return f"{rule.operator} ({', '.join(values)})"
    return f"{rule.operator} {' and '.join(values)}"


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    whole = _TOKEN.fullmatch(text)
    if whole and whole["word"] == text and text.lower() not in _KEYWORDS:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Reader:
    """Reads tokens from left to right into the JSON form."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, bool]] = []
        self.at = 0
        self.open = 0
        position, end = 0, len(text.rstrip())
        while position < end:
            token = _TOKEN.match(text, position)
            if token is None:
                opened = text[position : position + 40].strip()
                raise Invalid(f"A quotation mark is opened but not closed, at “{opened}”.")
            position = token.end()
            quoted = token["quoted"]
            plain = re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL) if quoted else ""
            self.tokens.append((plain, True) if quoted else (token["sign"] or token["word"], False))

    def any_of(self) -> Any:
        """Parts joined by “or”."""
        return self._joined("or", self.all_of)

    def all_of(self) -> Any:
        """Parts joined by “and”, which binds tighter."""
        return self._joined("and", self.part)

    def part(self) -> Any:
        """A negation, a parenthesis or one comparison."""
        self.open += 1
        if self.open > MAX_OPEN:
            raise Invalid("The rule is nested too deep. Split it into two.")
        if self._take("not"):
            found: Any = {"not": self.part()}
        elif self._take("has"):
            found = self._event()
        elif self._take("("):
            found = self.any_of()
            self._need(")")
        else:
            found = self._comparison()
        self.open -= 1
        return found

    def _joined(self, word: str, part: Any) -> Any:
        parts = [part()]
        while self._take(word):
            parts.append(part())
        return {_JOINING[word]: parts} if len(parts) > 1 else parts[0]

    def _event(self) -> dict[str, Any]:
        """What happened, which of it in parentheses, and how much of it."""
        found: dict[str, Any] = {"has": self._word("what happened, such as “purchases”")}
        if self._take("("):
            found["where"] = self.any_of()
            self._need(")")
        if self.at < len(self.tokens) and self.tokens[self.at][0] in _ALL_MEASURES:
            measure = self._word("a measure")
            found[measure] = self._compared(measure)
        return found

    def _comparison(self) -> dict[str, Any]:
        field = self._word("a field")
        return {"field": field, **self._compared(field)}

    def _compared(self, field: str) -> dict[str, Any]:
        operator = self._word("an operator, such as “is”")
        if operator not in _ALL_OPERATORS:
            raise Invalid(f"Behind “{field}” stands “{operator[:40]}”, which is not an operator of rules.")
        if operator in NO_VALUE:
            return {operator: True}
        if operator in TWO_VALUES:
            low = self._word("a value")
            self._need("and")
            return {operator: [low, self._word("a second value")]}
        if operator not in MANY_VALUES:
            return {operator: self._word("a value")}
        if not self._take("("):
            return {operator: [self._word("a value")]}
        values = [self._word("a value")]
        while self._take(","):
            values.append(self._word("a value"))
        self._need(")")
        return {operator: values}

    def _take(self, word: str) -> bool:
        if self.at < len(self.tokens):
            text, is_quoted = self.tokens[self.at]
            if not is_quoted and text.lower() == word:
                self.at += 1
                return True
        return False

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise self.refusal(f"“{word}”")

    def _word(self, what: str) -> str:
        if self.at < len(self.tokens):
            text, is_quoted = self.tokens[self.at]
            if is_quoted or (text not in "()," and text.lower() not in _KEYWORDS):
                self.at += 1
                return text
        raise self.refusal(what)

    def refusal(self, expected: str) -> Invalid:
        """What is expected here, and what stands here instead."""
        before = " ".join(text for text, _ in self.tokens[max(0, self.at - 4) : self.at])
        found = f"“{self.tokens[self.at][0][:40]}”" if self.at < len(self.tokens) else "nothing more"
        place = f"Behind “{before}”" if before else "At the start of the rule"
        return Invalid(f"{place} {expected} is expected, but there is {found}.")
