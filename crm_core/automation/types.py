"""Shapes of journeys: what they are made of, how they are drawn, and what came of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ONCE, ALWAYS = "once", "always"


@dataclass(frozen=True)
class When:
    """What brings a contact onto a journey: the key of a trigger, with its options."""

    on: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step. ``place`` is its address, such as ``3`` or, in a branch, ``3.yes.1``; it never changes.

    ``next`` is the place of the step after it, empty at the end. Of a branch, ``yes`` and ``no`` are the
    places where its two ways begin; an empty way begins where both meet again.
    """

    place: str
    do: str
    options: Mapping[str, Any] = field(default_factory=dict)
    next: str = ""
    yes: str = ""
    no: str = ""


@dataclass(frozen=True)
class Definition:
    """A whole journey, checked.

    ``rule`` says who comes in (empty: everybody), ``leave_if`` who leaves before the end. ``again`` is
    ``once``, ``always``, or the number of days until somebody may come in again. At most ``per_hour``
    contacts begin in an hour (0: no limit); the others wait.
    """

    when: When
    steps: Mapping[str, Step]
    rule: str = ""
    leave_if: str = ""
    again: str | int = ONCE
    per_hour: int = 500

    @property
    def first(self) -> str:
        """The place of the first step."""
        return next(iter(self.steps), "")

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps.values())


@dataclass(frozen=True)
class Node:
    """A box of the picture with its text; ``kind`` is ``when``, ``if``, ``end`` or what a step does."""

    place: str
    kind: str
    text: str


@dataclass(frozen=True)
class Edge:
    """An arrow of the picture, from place to place; ``label`` is empty, ``yes`` or ``no``."""

    start: str
    end: str
    label: str = ""


@dataclass(frozen=True)
class Drawing:
    """A journey as boxes and arrows, from top to bottom."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class JourneyRow:
    """A journey in the list, with how many are on it. ``number`` is the published version, 0 without one."""

    id: int
    version: int
    name: str
    description: str
    state: str
    trigger: str
    number: int
    updated_at: datetime
    waiting: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0


@dataclass(frozen=True)
class JourneyDetail:
    """One journey: ``draft`` as it is being written, and its sentences, picture and problems.

    ``problems`` maps places (``when.days``, ``steps.2.template``) to what is wrong there. ``is_changed``
    says that the draft differs from the published version.
    """

    id: int
    version: int
    name: str
    description: str
    state: str
    number: int
    draft: Mapping[str, Any]
    is_changed: bool
    problems: Mapping[str, str]
    sentences: tuple[str, ...]
    drawing: Drawing | None
    waiting: int
    running: int
    done: int
    stopped: int
    failed: int
    per_hour: int
    begun_last_hour: int


@dataclass(frozen=True)
class VersionRow:
    """A published version: what it says, who published it and when, how many are still on it."""

    number: int
    published_at: datetime
    publisher: str
    sentences: tuple[str, ...]
    running: int
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class RunRow:
    """One contact on a journey: where it stands, since when, why it ended."""

    id: int
    journey_id: int
    journey: str
    number: int
    contact_id: int
    contact: str
    cause: str
    state: str
    reason: str
    position: str
    created_at: datetime
    admitted_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class StepRow:
    """What was done with a contact at one place: ``text`` is the sentence of it."""

    run_id: int | None
    place: str
    action: str
    outcome: str
    facts: Mapping[str, Any]
    happened_at: datetime
    text: str = ""


@dataclass(frozen=True)
class RunDetail:
    """A run with everything that was done on it, in the order of its steps."""

    run: RunRow
    steps: tuple[StepRow, ...]


@dataclass(frozen=True)
class StepCount:
    """How many came to a step of the published version, and what came of it."""

    place: str
    action: str
    text: str
    entered: int
    done: int
    skipped: int
    waiting: int
    failed: int
    yes: int
    no: int


@dataclass(frozen=True)
class Foreseen:
    """What would happen to one contact at one step."""

    place: str
    action: str
    outcome: str
    text: str


@dataclass(frozen=True)
class Trial:
    """A contact of a dry run: why it would come in, and what would happen step by step."""

    contact_id: int
    name: str
    cause: str
    steps: tuple[Foreseen, ...]


@dataclass(frozen=True)
class DryRun:
    """Whom a journey would touch, with nothing done: today, in the last 30 days, and some of them."""

    today: int
    last_days: int
    days: int
    sample: tuple[Trial, ...]
    sentences: tuple[str, ...]
