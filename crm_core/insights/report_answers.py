"""What a report says to whoever looks: the same metrics as everywhere, by the rights of that person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from crm_core.insights import asking, breakdowns, metrics, periods, report_definitions, report_words
from crm_core.insights.metric_table import DAYS, MONEY
from crm_core.insights.metric_types import Amount, Figure, Question
from crm_core.insights.report_types import TIME, Answer, Definition, Line
from crm_core.insights.table_files import Cell
from crm_core.kernel.access import Permission
from crm_core.kernel.values import money
from crm_core.kernel.work import Work, use_case

_UNTITLED: Final = "Report"
MOST_STEPS: Final = 400


@use_case(Permission.REPORTS_READ, read=True)
def answer(
    work: Work, definition: Definition, title: str = _UNTITLED, question: Question | None = None
) -> Answer:
    """Answer a report; another ``question`` puts other filters in the place of its own.

    Raises:
        Invalid: there is no such measure, split or filter. NotAllowed: a measure is not this person's to see.
        NotFound: a segment that it asks for is gone.
    """
    report_definitions.checked(definition)
    asked = question or report_definitions.question_of(definition, asking.today(work))
    figures = metrics.figures(work, asked, definition.measures)
    lines, notes = _lines(work, definition, asked, figures)
    return Answer(
        title,
        definition,
        asked,
        tuple(figures),
        tuple(lines),
        (*report_words.filters(work, asked), *_compared(figures)),
        (*notes, *_others(figures)),
        work.now,
    )


def table(found: Answer) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """An answer as a table for programs: money as exact decimals, shares from 0 to 1, a sum at no place."""
    columns = tuple(_column(figure) for figure in found.figures)
    if not found.definition.split:
        rows: list[tuple[Cell, ...]] = [
            (
                figure.metric.title,
                _cell(figure, figure.value),
                figure.currency or figure.metric.unit,
                _cell(figure, figure.value_before),
            )
            for figure in found.figures
        ]
        return ("Measure", "Value", "Unit", "Before"), rows
    return (way(found), *columns), [
        (line.name, *(_cell(*pair) for pair in zip(found.figures, line.values, strict=True)))
        for line in found.lines
    ]


def texts(found: Answer) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """An answer as a table for people."""
    heads = tuple(metric.title for metric in found.metrics)
    if not found.definition.split:
        return ("", "Value", "Before"), [
            (
                figure.metric.title,
                *(report_words.value(figure.metric, one, figure.currency) for one in both(figure)),
            )
            for figure in found.figures
        ]
    return (way(found), *heads), [
        (
            line.name,
            *(
                report_words.value(figure.metric, value, figure.currency)
                for figure, value in zip(found.figures, line.values, strict=True)
            ),
        )
        for line in found.lines
    ]


def both(figure: Figure) -> tuple[float | int | None, float | int | None]:
    """The number, and the one before."""
    return figure.value, figure.value_before


def way(found: Answer) -> str:
    """What the groups of an answer are."""
    if found.definition.split == TIME:
        return step_of(found.definition, found.question).capitalize()
    return {"owner": "Person"}.get(found.definition.split, found.definition.split.capitalize())


def step_of(definition: Definition, question: Question) -> str:
    """In which steps of time a report goes."""
    return definition.step or periods.step_for(question.period)


def _lines(
    work: Work, definition: Definition, question: Question, figures: Sequence[Figure]
) -> tuple[list[Line], list[str]]:
    if definition.split == TIME:
        return _steps(work, definition, question, figures)
    if not definition.split:
        return [], []
    by = definition.split
    groups = breakdowns.report(work, question, by, definition.measures)
    if definition.sort == "name":
        groups = sorted(groups, key=lambda one: one.name.casefold())
    lines = [
        Line(
            report_words.group(group.name, by),
            f"{by}:{group.key}",
            tuple(
                group.amounts.get(figure.metric.name, Amount(figure.currency)).value(figure.metric)
                for figure in figures
            ),
        )
        for group in groups[: definition.limit]
    ]
    left = len(groups) - len(lines)
    return lines, [f"{len(lines)} of {len(groups)} groups are shown; {left} more exist."] if left else []


def _steps(
    work: Work, definition: Definition, question: Question, figures: Sequence[Figure]
) -> tuple[list[Line], list[str]]:
    size = step_of(definition, question)
    pieces = periods.parts(question.period, size)
    today = asking.today(work)
    shown = [piece for piece in pieces if piece.since <= today][-MOST_STEPS:]
    found: dict[tuple[str, int], float | int | None] = {}
    earlier: list[list[float | int | None]] = []
    for place, figure in enumerate(figures):
        for part in metrics.series(work, figure.metric.name, question, size):
            if part.amount.currency == figure.currency:
                found[part.key, place] = part.amount.value(figure.metric)
        earlier.append(_earlier(work, figure, question, size))
    first = pieces.index(shown[0]) if shown else 0
    lines = [
        Line(
            report_words.step(piece.since, size),
            f"{TIME}:{size}.{piece.since.isoformat()}",
            tuple(found.get((piece.since.isoformat(), place)) for place in range(len(figures))),
            tuple(past[step] if step < len(past) else None for past in earlier),
        )
        for step, piece in enumerate(shown, first)
    ]
    gone = sum(piece.since <= today for piece in pieces) - len(shown)
    return lines, [f"The last {len(shown)} steps are shown; {gone} earlier ones exist."] if gone else []


def _earlier(work: Work, figure: Figure, question: Question, size: str) -> list[float | int | None]:
    """The steps of the time that a measure is compared with; none of what stands at a moment."""
    if figure.previous_period is None or figure.metric.is_state:
        return []
    asked = replace(question, period=figure.previous_period, compare="none")
    return [
        part.amount.value(figure.metric)
        for part in metrics.series(work, figure.metric.name, asked, size)
        if part.amount.currency == figure.currency
    ]


def first_day(line: Line) -> date:
    """The first day of a step of time."""
    return date.fromisoformat(line.part.rpartition(".")[2])


def _compared(figures: Sequence[Figure]) -> list[str]:
    other = figures[0].previous_period
    return (
        [f"compared with {report_words.day(other.since)} – {report_words.day(other.until)}"] if other else []
    )


def _others(figures: Sequence[Figure]) -> list[str]:
    """What is there in other currencies: it is not in the chart, and must not be lost."""
    told = []
    for figure in figures:
        more = [
            report_words.value(figure.metric, amount.value(figure.metric), amount.currency)
            for amount in figure.amounts[1:]
        ]
        if more:
            told.append(f"{figure.metric.title} in other currencies, beside this: {', '.join(more)}.")
    return told


def _column(figure: Figure) -> str:
    unit = figure.currency if figure.metric.unit == MONEY else DAYS if figure.metric.unit == DAYS else ""
    return f"{figure.metric.title} ({unit})" if unit else figure.metric.title


def _cell(figure: Figure, value: float | int | None) -> Cell:
    if value is None or figure.metric.unit != MONEY:
        return value
    return money.to_decimal(round(value), figure.currency)
