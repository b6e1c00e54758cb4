"""Definitions of journeys: read, checked whole, told as sentences, drawn as boxes and arrows. Pure.

As JSON a journey is ``{"when": {"on": "deal.won"}, "if": "country is DE", "again": "once", "per_hour": 500,
"leave_if": "…", "steps": [{"do": "wait", "days": 3}, {"do": "branch", "if": "…", "yes": […], "no": […]}]}``.
Rules are lines of the rule language.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_core.automation.options import checked
from crm_core.automation.steps import KIND_OF, said
from crm_core.automation.triggers import TRIGGERS
from crm_core.automation.types import ALWAYS, ONCE, Definition, Drawing, Edge, Node, Step, When
from crm_core.kernel.errors import Invalid
from crm_core.marketing import rule_text
from crm_core.marketing.rule_fields import Defined
from crm_core.marketing.rule_words import describe as describe_rule

MOST_STEPS: Final = 60
DEEPEST: Final = 5
MOST_PER_HOUR: Final = 1_000_000
LONGEST_AGAIN: Final = 3_660
END: Final = "end"
_KEYS: Final = ("when", "if", "again", "per_hour", "leave_if", "steps")
_WAYS: Final = ("yes", "no")


def parse(raw: Mapping[str, Any], custom: Iterable[Defined] = ()) -> Definition:
    """A checked journey from its JSON form.

    Args:
        raw: as ``json.loads`` gives it.
        custom: the fields that the admin added, for its rules.

    Raises:
        Invalid: ``fields`` maps every wrong place, such as ``steps.2.template``, to its hint.
    """
    reader = _Reader(tuple(custom))
    found = reader.definition(raw)
    if reader.wrong:
        raise Invalid("This journey needs correcting.", fields=reader.wrong)
    return found


def read(stored: Mapping[str, Any]) -> Definition:
    """A journey that was checked when it was published; its rules are not looked at again."""
    reader = _Reader(None)
    return reader.definition(stored)


def problems(raw: Mapping[str, Any], custom: Iterable[Defined] = ()) -> dict[str, str]:
    """By place, everything that is wrong with a journey; empty when it can be published."""
    reader = _Reader(tuple(custom))
    reader.definition(raw)
    return reader.wrong


def sentences(definition: Definition, custom: Iterable[Defined] = ()) -> tuple[str, ...]:
    """The journey in words, a line for each step; steps of a branch are indented by two blanks."""
    known = tuple(custom)
    lines = [f"When {_when(definition.when)}" + _if(definition.rule, known)]
    for step in definition:
        depth = step.place.count(".") // 2
        way = step.place.split(".")[-2:]
        lead = f"{way[0]}: " if len(way) == 2 and way[1] == "1" else ""
        lines.append(f"{'  ' * depth}{lead}{text_of(step, known)}")
    lines.append(
        _again(definition.again)
        + (f" At most {definition.per_hour:,} begin in an hour." if definition.per_hour else "")
    )
    if definition.leave_if:
        lines.append(f"Leaves as soon as {_rule(definition.leave_if, known)}.")
    return tuple(lines)


def draw(definition: Definition, custom: Iterable[Defined] = ()) -> Drawing:
    """The journey as boxes and arrows; every way leads to the box ``end``."""
    known = tuple(custom)
    nodes = [Node("when", "when", _when(definition.when))]
    edges = []
    before = "when"
    if definition.rule:
        nodes.append(Node("if", "if", _rule(definition.rule, known)))
        edges.append(Edge("when", "if"))
        before = "if"
    edges.append(Edge(before, definition.first or END))
    for step in definition:
        nodes.append(Node(step.place, step.do, text_of(step, known)))
        if step.do == "branch":
            edges += [Edge(step.place, getattr(step, way) or END, way) for way in _WAYS]
        else:
            edges.append(Edge(step.place, step.next or END if step.do != "stop" else END))
    return Drawing((*nodes, Node(END, END, "End")), tuple(edges))


def text_of(step: Step, custom: Iterable[Defined] = ()) -> str:
    """What a step does, as a sentence without its full stop."""
    if step.do == "wait":
        return f"wait {_length(step.options)}"
    if step.do == "branch":
        return f"if {_rule(str(step.options['if']), custom)}"
    options = dict(step.options)
    if step.do == "until":
        options["weekdays"] = ", ".join(options.get("weekdays") or ()) or "any day"
    if step.do == "task":
        options["due"] = _due(int(options.get("due_days") or 0))
    return _filled(KIND_OF[step.do].sentence, options)


def _due(days: int) -> str:
    return {0: "the same day", 1: "the next day"}.get(days, f"in {days} days")


class _Reader:
    """Reads a journey and collects all that is wrong with it."""

    def __init__(self, custom: tuple[Defined, ...] | None) -> None:
        self.custom = custom
        self.wrong: dict[str, str] = {}
        self.steps: dict[str, Step] = {}

    def definition(self, raw: Any) -> Definition:
        if not isinstance(raw, Mapping):
            self.wrong["steps"] = "A journey is an object with “when” and “steps”."
            return Definition(When(""), {})
        for name in raw:
            if name not in _KEYS:
                self.wrong[str(name)[:60]] = f"A journey has {', '.join(_KEYS)}."
        when = self.when(raw.get("when"))
        self.way(raw.get("steps"), "", "", 1)
        if not raw.get("steps") and "steps" not in self.wrong:
            self.wrong["steps"] = "Add at least one step."
        if len(self.steps) > MOST_STEPS:
            self.wrong["steps"] = f"A journey has at most {MOST_STEPS} steps. Split it into two."
        return Definition(
            when, self.steps, self.rule(raw.get("if"), "if"), self.rule(raw.get("leave_if"), "leave_if"),
            self.again(raw.get("again", ONCE)), self.per_hour(raw.get("per_hour", Definition.per_hour)),
        )  # fmt: skip

    def when(self, raw: Any) -> When:
        on = str(raw.get("on", "")) if isinstance(raw, Mapping) else ""
        trigger = TRIGGERS.get(on)
        if trigger is None:
            self.wrong["when"] = "Choose what the journey begins with."
            return When("")
        given = {name: value for name, value in raw.items() if name != "on"}
        values, wrong = checked(trigger.options, given, "when")
        self.wrong |= wrong
        return When(on, values)

    def way(self, raw: Any, before: str, after: str, depth: int) -> str:
        """Read the steps of one way; returns the place where it begins, ``after`` when it is empty."""
        if not isinstance(raw, list | tuple):
            if raw is not None or not before:
                self.wrong[f"steps{'.' * bool(before)}{before.rstrip('.')}"] = "Steps are a list."
            return after
        places = [f"{before}{number}" for number in range(1, len(raw) + 1)]
        if depth > DEEPEST or len(self.steps) + len(raw) > MOST_STEPS * 2:
            self.wrong["steps"] = f"Branches stand at most {DEEPEST} deep. Split the journey into two."
            return after
        for place, one, following in zip(places, raw, [*places, after][1:], strict=True):
            self.step(one, place, following, depth)
        return places[0] if places else after

    def step(self, raw: Any, place: str, following: str, depth: int) -> None:
        do = str(raw.get("do", "")) if isinstance(raw, Mapping) else ""
        kind = KIND_OF.get(do)
        if kind is None:
            self.wrong[f"steps.{place}"] = f"Choose what is done: {', '.join(KIND_OF)}."
            return
        inner = {"do", *(_WAYS if do == "branch" else ())}
        given = {name: value for name, value in raw.items() if name not in inner}
        values, wrong = checked(kind.options, given, f"steps.{place}")
        self.wrong |= wrong
        if do == "wait" and not wrong and not any(values.values()):
            self.wrong[f"steps.{place}.days"] = "Say how long to wait."
        if do == "until" and not wrong and values["from"] >= values["to"]:
            self.wrong[f"steps.{place}.to"] = "The end lies before the beginning."
        if do != "branch":
            self.steps[place] = Step(place, do, values, following if do != "stop" else "")
            return
        values["if"] = self.rule(values.get("if"), f"steps.{place}.if")
        self.steps[place] = Step(place, do, values)  # first, so that steps stand in the order of reading
        ways = [self.way(raw.get(way, []), f"{place}.{way}.", following, depth + 1) for way in _WAYS]
        self.steps[place] = Step(place, do, values, following, *ways)

    def rule(self, raw: Any, place: str) -> str:
        line = str(raw or "").strip()
        if line and self.custom is not None:
            try:
                rule_text.read(line, self.custom)
            except Invalid as error:
                self.wrong[place] = error.message
        return line

    def again(self, raw: Any) -> str | int:
        is_days = isinstance(raw, int) and not isinstance(raw, bool) and 1 <= raw <= LONGEST_AGAIN
        if raw in (ONCE, ALWAYS) or is_days:
            found: str | int = raw
            return found
        self.wrong["again"] = "Say “once”, “always”, or after how many days somebody may come in again."
        return ONCE

    def per_hour(self, raw: Any) -> int:
        if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= MOST_PER_HOUR:
            return raw
        self.wrong["per_hour"] = f"Give a whole number from 0 (no limit) to {MOST_PER_HOUR:,}."
        return 0


def _when(when: When) -> str:
    trigger = TRIGGERS[when.on]
    if when.on in ("birthday", "date") and not when.options.get("days"):
        return "it is a birthday" if when.on == "birthday" else f"it is {when.options.get('field')}"
    return _filled(trigger.sentence, when.options)


def _filled(sentence: str, options: Mapping[str, Any]) -> str:
    """The sentence with its options; one that was left out leaves no gap."""
    whole = re.sub(r"\{(\w+)\}", lambda name: said(options.get(name[1], "")), sentence)
    return " ".join(whole.split())


def _length(options: Mapping[str, Any]) -> str:
    parts = [(int(options.get(name) or 0), name) for name in ("days", "hours", "minutes")]
    found = [f"{number:,} {name if number != 1 else name[:-1]}" for number, name in parts if number]
    return " and ".join(found)


def _rule(line: str, custom: Iterable[Defined]) -> str:
    try:
        return describe_rule(rule_text.read(line, custom), custom)
    except Invalid:
        return line  # a field of it is gone; the editor says so, the log still shows what stood there


def _if(line: str, custom: Iterable[Defined]) -> str:
    return f", if {_rule(line, custom)}" if line else ""


def _again(again: str | int) -> str:
    if again == ONCE:
        return "Each contact goes through it once."
    return (
        "Each cause counts."
        if again == ALWAYS
        else f"Each contact goes through it at most every {again} days."
    )
