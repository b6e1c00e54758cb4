"""Columns that tell when a deal entered a stage: one column a stage, named after it."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from crm_core.data.fields import Field
from crm_core.data.stage_words import ending

STEP: Final = "entered."
"""What stands before the name of the stage, in a mapping."""

Step = tuple[str, datetime]
"""A stage by its name, and when it was entered."""


class History(NamedTuple):
    """The steps of a deal, the earliest first, and the number of the row that tells how it is now."""

    latest: int
    steps: tuple[Step, ...]


_LONGEST: Final = 120
_NAMED: Final = re.compile(
    r"""^\s*(?:date\s+(?:entered|reached)|entered(?:\s+on)?|reached|(?:stage\s+)?entry\s+date\s*:?)\s*:?\s+
    ["“'«]?(?P<stage>[^"”'»(]*[^"”'»(\s])["”'»]?\s*(?:\((?P<pipeline>[^)]*)\)\s*["”'»]?)?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_STAGE: Final = frozenset(("date", "at", "by", "on", "stage", "current stage", "into crm", "crm"))


def stage_of(column: str) -> str:
    """The stage that a column is named after, empty for other columns.

    >>> stage_of('Date entered "Contract sent (Sales Pipeline)"')
    'Contract sent'
    """
    found = _NAMED.match(column)
    name = " ".join(found["stage"].split()) if found else ""
    return "" if name.casefold() in _NO_STAGE else name[:_LONGEST]


def fields_for(kind: str, columns: Sequence[str]) -> list[Field]:
    """What such columns of a file of deals fill, one field a stage."""
    if kind != "deals":
        return []
    stages = dict.fromkeys(filter(None, map(stage_of, columns)))
    return [field_of(stage) for stage in stages]


def field_of(stage: str) -> Field:
    """The field that says when this stage was entered."""
    return Field(f"{STEP}{stage}", f"Entered “{stage}”", "instant", "When the deal entered this stage.")


def steps(values: Mapping[str, Any]) -> list[Step]:
    """The stages that a row says were entered, the earliest first; “Closed Won” is no stage but an end."""
    told = [(name[len(STEP) :], at) for name, at in values.items() if name.startswith(STEP)]
    return sorted(((name, at) for name, at in told if not ending(name)), key=lambda step: step[1])


def end(values: Mapping[str, Any], status: str) -> datetime | None:
    """When a row says that the deal was won or lost."""
    named = {name.removeprefix(STEP): at for name, at in values.items() if name.startswith(STEP)}
    return max((at for name, at in named.items() if ending(name) == status), default=None)
