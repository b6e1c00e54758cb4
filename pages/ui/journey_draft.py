"""A journey while it is being written: steps that keep their widgets when they are moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_core.automation.types import ONCE, Definition, JourneyDetail
from pages.ui.rule_nodes import next_number

WAYS = ("yes", "no")


@dataclass
class StepDraft:
    """A step; ``number`` names its widgets, whatever place it has."""

    number: int
    do: str
    options: dict[str, Any] = field(default_factory=dict)
    ways: dict[str, list["StepDraft"]] = field(default_factory=lambda: {way: [] for way in WAYS})


@dataclass
class JourneyDraft:
    """The whole journey; ``key`` is the number in the address, empty for a new one."""

    round: int
    key: str = ""
    version: int | None = None
    name: str = ""
    description: str = ""
    on: str = "contact.created"
    options: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=lambda: {"if": "", "leave_if": ""})
    again: str | int = ONCE
    per_hour: int = Definition.per_hour
    steps: list[StepDraft] = field(default_factory=list)

    def definition(self) -> dict[str, Any]:
        """The journey as it is stored."""
        found: dict[str, Any] = {"when": {"on": self.on, **_said(self.options)}}
        found |= {name: line for name, line in self.rules.items() if line.strip()}
        return found | {"again": self.again, "per_hour": self.per_hour, "steps": _plain(self.steps)}


def draft_of(row: JourneyDetail | None) -> JourneyDraft:
    """A journey to be changed, or a new one."""
    if row is None:
        return JourneyDraft(next_number())
    raw = row.draft
    when = dict(raw.get("when") or {})
    return JourneyDraft(
        next_number(), str(row.id), row.version, row.name, row.description,
        str(when.pop("on", "contact.created")), when,
        {name: str(raw.get(name) or "") for name in ("if", "leave_if")},
        raw.get("again", ONCE), int(raw.get("per_hour", Definition.per_hour)),
        _steps(raw.get("steps") or ()),
    )  # fmt: skip


def new_step(do: str) -> StepDraft:
    """A step of a kind, with nothing said yet."""
    return StepDraft(next_number(), do)


def _steps(raw: Sequence[Mapping[str, Any]]) -> list[StepDraft]:
    found = []
    for one in raw:
        said = {name: value for name, value in one.items() if name not in ("do", *WAYS)}
        ways = {way: _steps(one.get(way) or ()) for way in WAYS}
        found.append(StepDraft(next_number(), str(one.get("do", "")), said, ways))
    return found


def _plain(steps: Sequence[StepDraft]) -> list[dict[str, Any]]:
    found = []
    for step in steps:
        ways = {way: _plain(inside) for way, inside in step.ways.items()} if step.do == "branch" else {}
        found.append({"do": step.do, **_said(step.options), **ways})
    return found


def _said(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value not in (None, "", [])}
