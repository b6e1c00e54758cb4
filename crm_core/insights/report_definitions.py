"""What a report may ask: checked before it is kept or answered, and read from how it is kept."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from crm_core.insights import periods
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Question
from crm_core.insights.metrics import SPLITS
from crm_core.insights.periods import NAMED, STEPS, Period
from crm_core.insights.report_types import AREA, BARS, LINE, NUMBER, OWN, TABLE, TIME, Definition
from crm_core.kernel import plain
from crm_core.kernel.errors import Invalid

MOST_MEASURES: Final = 4
MOST_GROUPS: Final = 100
SORTS: Final = ("value", "name")
WAYS: Final = ("", TIME, *SPLITS)
_IDS: Final = ("team_id", "owner_id", "product_id", "segment_id")


def charts_of(split: str) -> tuple[str, ...]:
    """The ways in which this split can be drawn, the usual one first."""
    if split == TIME:
        return LINE, AREA, BARS, TABLE
    return (BARS, TABLE) if split else (NUMBER, TABLE)


def checked(wanted: Definition) -> Definition:
    """The definition, if all that it names exists.

    Raises:
        Invalid: field by field, what there is not.
    """
    wrong = {name: hint for name, hint in _problems(wanted).items() if hint}
    if wrong:
        raise Invalid("This report cannot be made: " + " ".join(wrong.values()), fields=wrong)
    return wanted


def kept(definition: Definition) -> dict[str, Any]:
    """A definition as it is stored."""
    found: dict[str, Any] = json.loads(plain.written(definition))
    return found


def read(stored: Mapping[str, Any]) -> Definition:
    """A stored definition; what it does not say has its usual value.

    Raises:
        Invalid: it holds something else.
    """
    known = {one.name: stored[one.name] for one in fields(Definition) if one.name in stored}
    try:
        for name in ("since", "until", "as_of"):
            known[name] = date.fromisoformat(known[name]) if known.get(name) else None
        return Definition(**known | {"measures": tuple(known.get("measures", ()))})
    except (TypeError, ValueError) as error:
        raise Invalid("What is stored of this report cannot be read. Build it anew.") from error


def question_of(definition: Definition, today: date) -> Question:
    """What a definition asks on a day."""
    period = periods.named(definition.time, today) or periods.month_of(today)
    if definition.time == OWN and definition.since and definition.until:
        period = Period(definition.since, definition.until)
    whose = {name: getattr(definition, name) for name in _IDS}
    return Question(period, definition.compare, country=definition.country, as_of=definition.as_of, **whose)


def _problems(wanted: Definition) -> dict[str, str]:
    unknown = [name for name in wanted.measures if name not in METRICS]
    measures = f"there is no measure “{str(unknown[0])[:40]}”." if unknown else ""
    if not wanted.measures:
        measures = "choose at least one measure."
    elif len(wanted.measures) > MOST_MEASURES or len(set(wanted.measures)) < len(wanted.measures):
        measures = f"choose at most {MOST_MEASURES} different measures."
    split = "" if wanted.split in WAYS else f"there is no split “{wanted.split[:40]}”."
    step = "" if wanted.step in ("", *STEPS) else f"there is no step “{wanted.step[:40]}”."
    fitting = charts_of(wanted.split)
    chart = "" if wanted.chart in fitting else f"draw it as one of: {', '.join(fitting)}."
    return {
        "measures": measures,
        "split": split,
        "step": step,
        "chart": "" if split else chart,
        "time": _time_problem(wanted),
        "compare": "" if wanted.compare in periods.COMPARISONS else "it is compared with nothing known.",
        "sort": "" if wanted.sort in SORTS else f"sort it by one of: {', '.join(SORTS)}.",
        "limit": "" if 1 <= wanted.limit <= MOST_GROUPS else f"show 1 to {MOST_GROUPS} groups.",
    }


def _time_problem(wanted: Definition) -> str:
    if wanted.time != OWN:
        return "" if wanted.time in NAMED else f"there is no time “{wanted.time[:40]}”."
    if wanted.since is None or wanted.until is None or wanted.until < wanted.since:
        return "give a first and a last day, in this order."
    return ""
