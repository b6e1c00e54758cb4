"""Reports and dashboards as files: CSV and XLSX for counting on, PNG and PDF for showing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crm_core.insights import dashboards, report_answers, report_pdf, report_png, saved_reports, table_files
from crm_core.insights.metric_types import Question
from crm_core.insights.report_types import Answer
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid, NotAllowed
from crm_core.kernel.work import Work, use_case

MEDIA: Final[Mapping[str, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "pdf": "application/pdf",
}
_UNFIT: Final = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class ReportFile:
    """A finished file. ``is_empty``: there was not a single row for any number in it."""

    name: str
    media_type: str
    content: bytes
    is_empty: bool


@use_case(Permission.REPORTS_READ, read=True)
def of_report(work: Work, report_id: int, kind: str, question: Question | None = None) -> ReportFile:
    """A report as a file, by the rights of whoever asks.

    Raises:
        Invalid: there is no such kind of file. NotFound, NotAllowed: as for ``saved_reports.answer``.
    """
    found = saved_reports.answer(work, report_id, question)
    return made(found.title, [found], kind)


@use_case(Permission.REPORTS_READ, read=True)
def of_dashboard(work: Work, dashboard_id: int, kind: str, question: Question | None = None) -> ReportFile:
    """A dashboard as a file: its reports below each other, without those that this person may not see.

    Raises:
        Invalid: there is no such kind of file, or nothing on it can be shown. NotFound: no such dashboard.
    """
    board = dashboards.get(work, dashboard_id)
    answers = []
    for tile in board.tiles:
        report = board.reports.get(tile.report_id)
        try:
            if report is not None:
                answers.append(report_answers.answer(work, report.definition, report.name, question))
        except NotAllowed:
            continue  # a dashboard shows each person what is theirs to see, as its page does
    if not answers:
        raise Invalid("There is no report on this dashboard that you may see. Put one on it first.")
    return made(board.name, answers, kind)


def made(title: str, answers: Sequence[Answer], kind: str) -> ReportFile:
    """Answers as one file of a kind.

    Raises:
        Invalid: there is no such kind, or CSV is wanted for several reports.
    """
    if kind not in MEDIA:
        raise Invalid(
            f"Choose one of: {', '.join(MEDIA)}.", fields={"format": "There is no such kind of file."}
        )
    if kind == "csv" and len(answers) > 1:
        raise Invalid(
            "Several reports do not fit into one CSV file. Choose XLSX.", fields={"format": "No CSV."}
        )
    content = {"csv": _csv, "xlsx": _xlsx, "png": _png, "pdf": _pdf}[kind](title, answers)
    return ReportFile(file_name(title, kind), MEDIA[kind], content, all(one.is_empty for one in answers))


def file_name(title: str, kind: str) -> str:
    """What the file of a report is called."""
    return f"{_UNFIT.sub('-', title).strip('-')[:80] or 'report'}.{kind}"


def _csv(_title: str, answers: Sequence[Answer]) -> bytes:
    return table_files.as_csv(*report_answers.table(answers[0]))


def _xlsx(_title: str, answers: Sequence[Answer]) -> bytes:
    """One sheet a report, named after it."""
    if len(answers) == 1:
        return table_files.as_xlsx(*report_answers.table(answers[0]))
    return table_files.as_sheets([(one.title, *report_answers.table(one)) for one in answers])


def _png(title: str, answers: Sequence[Answer]) -> bytes:
    return report_png.draw(title, answers)


def _pdf(title: str, answers: Sequence[Answer]) -> bytes:
    return report_pdf.draw(title, answers)
