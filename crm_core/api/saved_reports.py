"""Reports that people built, for programs: which there are, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.insights import report_answers, saved_reports


@dataclass(frozen=True)
class SavedReportRow:
    """A report that the asker may open; ``shared`` is empty, ``team`` or ``all``."""

    id: int
    name: str
    by: str
    shared: str
    updated_at: datetime


@dataclass(frozen=True)
class SavedReportAnswer:
    """What a report says: a table of ``columns`` and ``rows``; money as decimal text, shares from 0 to 1."""

    id: int
    name: str
    since: date
    until: date
    made_at: datetime
    filters: list[str]
    notes: list[str]
    columns: list[str]
    rows: list[list[str | float | None]]


SHAPES: Final[Mapping[str, tuple[type, tuple[str, ...]]]] = {
    "SavedReport": (SavedReportRow, ()),
    "SavedReportAnswer": (SavedReportAnswer, ()),
}


def search(call: Call) -> Answer:
    """List the reports that people built and the asker may open."""
    rows = [
        SavedReportRow(one.id, one.name, one.by, one.shared, one.updated_at)
        for one in saved_reports.search(call.actor)
    ]
    return Answer(body={"items": rows})


def get(call: Call) -> Answer:
    """Ask a report; what it says depends on what the asker may see."""
    found = saved_reports.answer(call.actor, call.id)
    columns, rows = report_answers.table(found)
    period = found.question.period
    return Answer(
        body=SavedReportAnswer(
            call.id,
            found.title,
            period.since,
            period.until,
            found.made_at,
            list(found.told),
            list(found.notes),
            list(columns),
            [[cell if isinstance(cell, int | float | None) else str(cell) for cell in row] for row in rows],
        )
    )
