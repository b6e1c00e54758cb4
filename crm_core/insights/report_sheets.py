"""A report from top to bottom, on paper or as a picture: title, filters, numbers, charts, table, notes."""

from collections.abc import Sequence
from typing import Final

from crm_core.insights import report_answers, report_drawing, report_words
from crm_core.insights.metric_types import Figure
from crm_core.insights.report_canvas import INK, RULE, SOFT, TINT, Canvas, fitted, wrapped
from crm_core.insights.report_types import Answer
from crm_core.team.company import company

_ROW: Final = 18.0
_TILE: Final = 58.0
_GAP: Final = 12.0
_FIRST: Final = 0.34
"""The share of the width that the names of a table have."""


def draw(canvas: Canvas, title: str, answers: Sequence[Answer], most_rows: int) -> float:
    """Draw it all, each report below the other; returns where the last line ends.

    Args:
        most_rows: so many rows a table has at most; how many are left out is said.
    """
    y = canvas.top
    canvas.text((0, y), fitted(canvas, company().name, 9.5, canvas.width * 0.5), 9.5, SOFT, bold=True)
    made = f"Data as of {report_words.moment(answers[0].made_at)}" if answers else ""
    canvas.text((canvas.width, y), made, 9.5, SOFT, align="R")
    y += 22
    for line in wrapped(canvas, title, 20, canvas.width):
        canvas.text((0, y), line, 20, INK, bold=True)
        y += 26
    for found in answers:
        y = _report(canvas, found, y, most_rows, is_named=len(answers) > 1)
    return y


def _report(canvas: Canvas, found: Answer, y: float, most_rows: int, *, is_named: bool) -> float:
    chart = report_drawing.height(found)
    if is_named:
        y = _room(canvas, y + 6, 40 + _TILE + _GAP + chart)
        canvas.line([(0, y), (canvas.width, y)], RULE, 1)
        canvas.text((0, y + 10), fitted(canvas, found.title, 13.5, canvas.width), 13.5, INK, bold=True)
        y += 30
    y = _paragraph(canvas, " · ".join(found.told), y) + 6
    y = _numbers(canvas, found, y)
    for place in range(len(found.figures) if chart else 0):
        y = _room(canvas, y, chart)
        report_drawing.draw(canvas, found, place, (0, y), canvas.width)
        y += chart + 4
    if found.is_empty:
        y = _paragraph(canvas, "There is nothing in this time, with these filters.", y)
    elif found.definition.split:
        y = _table(canvas, found, y + 4, most_rows)
    for note in found.notes:
        y = _paragraph(canvas, note, _room(canvas, y, 16))
    return y + _GAP


def _numbers(canvas: Canvas, found: Answer, y: float) -> float:
    """The whole of each measure, side by side."""
    y = _room(canvas, y, _TILE + _GAP)
    width = (canvas.width - _GAP * (len(found.figures) - 1)) / len(found.figures)
    width = min(width, 240)
    for place, figure in enumerate(found.figures):
        x = place * (width + _GAP)
        canvas.rectangle((x, y), (width, _TILE), TINT)
        canvas.text((x + 10, y + 7), fitted(canvas, figure.metric.title, 9, width - 20), 9, SOFT)
        shown = report_words.value(figure.metric, figure.value, figure.currency)
        canvas.text((x + 10, y + 20), fitted(canvas, shown, 16, width - 20, bold=True), 16, INK, bold=True)
        canvas.text((x + 10, y + 42), fitted(canvas, _before(figure), 8.5, width - 20), 8.5, SOFT)
    return y + _TILE + _GAP


def _before(figure: Figure) -> str:
    if figure.previous_period is None or figure.value_before is None:
        return ""
    before = report_words.value(figure.metric, figure.value_before, figure.currency)
    change = report_words.change(figure)
    return f"{change}, before: {before}" if change else f"before: {before}"


def _table(canvas: Canvas, found: Answer, y: float, most_rows: int) -> float:
    columns, rows = report_answers.texts(found)
    ends = _ends(canvas.width, len(columns))
    y = _cells(canvas, columns, ends, _room(canvas, y, 3 * _ROW), is_head=True)
    for row in rows[:most_rows]:
        if y + _ROW > canvas.bottom:
            y = _cells(canvas, columns, ends, _room(canvas, y, _ROW), is_head=True)
        y = _cells(canvas, row, ends, y)
    if len(rows) > most_rows:
        y = _paragraph(canvas, f"{most_rows} of {len(rows)} rows are shown; the file has all.", y + 4)
    return y + 6


def _cells(
    canvas: Canvas, cells: Sequence[str], ends: Sequence[float], y: float, *, is_head: bool = False
) -> float:
    """One row; the first cell begins at the left, the others end where ``ends`` says."""
    if is_head:
        canvas.rectangle((0, y), (canvas.width, _ROW), TINT)
    colour = SOFT if is_head else INK
    for place, (cell, end) in enumerate(zip(cells, ends, strict=True)):
        room = end - (ends[place - 1] if place else 0) - 10
        at = (end - 6, y + 4) if place else (6.0, y + 4)
        shown = fitted(canvas, cell, 9, room, bold=is_head)
        canvas.text(at, shown, 9, colour, align="R" if place else "L", bold=is_head)
    canvas.line([(0, y + _ROW), (canvas.width, y + _ROW)], RULE, 0.5)
    return y + _ROW


def _ends(width: float, columns: int) -> list[float]:
    first = width * _FIRST
    each = (width - first) / max(1, columns - 1)
    return [first + each * place for place in range(columns)]


def _paragraph(canvas: Canvas, words: str, y: float) -> float:
    for line in wrapped(canvas, words, 9.5, canvas.width):
        canvas.text((0, y), line, 9.5, SOFT)
        y += 14
    return y


def _room(canvas: Canvas, y: float, wanted: float) -> float:
    """Where to go on: here, or at the top of another page where there is not enough room."""
    if y + wanted <= canvas.bottom or y <= canvas.top:
        return y
    canvas.new_page()
    return canvas.top
