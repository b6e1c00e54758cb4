"""Charts of reports as strokes: bars in groups, and lines, surfaces or columns over time."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Final

from crm_core.insights import report_words
from crm_core.insights.metric_table import MONEY
from crm_core.insights.metric_types import Figure
from crm_core.insights.report_canvas import INK, PALE, RULE, SERIES, SOFT, Canvas, Point, fitted
from crm_core.insights.report_types import AREA, BARS, TABLE, TIME, Answer
from crm_core.kernel.values import money

COURSE_HEIGHT: Final = 178.0
BAR: Final = 20.0
MOST_BARS: Final = 25
_HEAD: Final = 24.0
_LEFT: Final = 62.0
_BELOW: Final = 22.0
_NAMES: Final = 132.0
_VALUES: Final = 96.0
_TICKS: Final = 4


def height(found: Answer) -> float:
    """How high the chart of one measure is; 0 where a report has none."""
    if not found.definition.split or found.definition.chart == TABLE or not found.lines:
        return 0.0
    if found.definition.split == TIME:
        return COURSE_HEIGHT
    return _HEAD + BAR * min(len(found.lines), MOST_BARS) + 10


def draw(canvas: Canvas, found: Answer, place: int, at: Point, width: float) -> None:
    """The chart of one measure, with its upper left corner there."""
    figure, colour = found.figures[place], SERIES[place % len(SERIES)]
    canvas.text(at, figure.metric.title, 10.5, INK, bold=True)
    values = [line.values[place] for line in found.lines]
    names = [line.name for line in found.lines]
    if found.definition.split == TIME:
        _course(
            canvas, figure, list(zip(names, values, strict=True)), at, (width, found.definition.chart, colour)
        )
    else:
        _bars(canvas, figure, list(zip(names, values, strict=True))[:MOST_BARS], at, (width, colour))


Points = Sequence[tuple[str, float | int | None]]
Colour = tuple[int, int, int]


def _bars(canvas: Canvas, figure: Figure, told: Points, at: Point, look: tuple[float, Colour]) -> None:
    width, colour = look
    left, top = at[0] + _NAMES, at[1] + _HEAD
    room = width - _NAMES - _VALUES
    low, high = _ends([value for _, value in told])
    zero = left + room * -low / (high - low)
    for row, (name, value) in enumerate(told):
        y = top + row * BAR
        canvas.text((left - 8, y + 3), fitted(canvas, name, 9, _NAMES - 10), 9, INK, align="R")
        end = zero + room * float(value or 0) / (high - low)
        begin, end = min(zero, end), max(zero, end)
        canvas.rectangle((begin, y + 2), (max(end - begin, 0.8), BAR - 6), colour)
        shown = report_words.value(figure.metric, value, figure.currency)
        canvas.text((end + 6, y + 3), shown, 9, SOFT)


def _course(canvas: Canvas, figure: Figure, told: Points, at: Point, look: tuple[float, str, Colour]) -> None:
    width, chart, colour = look
    left, top = at[0] + _LEFT, at[1] + _HEAD
    room, deep = width - _LEFT - 8, COURSE_HEIGHT - _HEAD - _BELOW - 8
    ticks = scale([value for _, value in told])
    low, high = ticks[0], ticks[-1]

    def y_of(value: float) -> float:
        return top + deep * (1 - (value - low) / (high - low))

    for tick in ticks:
        canvas.line([(left, y_of(tick)), (left + room, y_of(tick))], RULE, 0.6)
        shown = report_words.value(figure.metric, tick, figure.currency, is_short=True)
        canvas.text((left - 8, y_of(tick) - 5.5), fitted(canvas, shown, 8, _LEFT - 10), 8, SOFT, align="R")
    each = room / len(told)
    points = [
        (left + each * (place + 0.5), y_of(float(value)))
        for place, (_, value) in enumerate(told)
        if value is not None
    ]
    if chart == BARS:
        for x, y in points:
            canvas.rectangle((x - each * 0.36, min(y, y_of(0))), (each * 0.72, abs(y_of(0) - y)), colour)
    elif points:
        if chart == AREA:
            canvas.polygon([(points[0][0], y_of(0)), *points, (points[-1][0], y_of(0))], PALE)
        canvas.line(points, colour, 1.8)
        for point in points if len(points) <= 40 else ():
            canvas.dot(point, 2.2, colour)
    _names_below(canvas, [name for name, _ in told], (left, top + deep + 7), each)


def _names_below(canvas: Canvas, names: Sequence[str], at: Point, each: float) -> None:
    widest = max((canvas.text_width(name, 8) for name in names), default=0) + 10
    every = max(1, ceil(widest / each))
    for place in range(0, len(names), every):
        x = at[0] + each * (place + 0.5)
        x = min(max(x, at[0] - _LEFT + widest / 2), at[0] + each * len(names) - widest / 2 + 12)
        canvas.text((x, at[1]), names[place], 8, SOFT, align="C")


def scale(values: Sequence[float | int | None]) -> list[float]:
    """Round numbers from the least (or 0) to beyond the most, some four steps apart.

    >>> scale([3, 38])
    [0.0, 10.0, 20.0, 30.0, 40.0]
    """
    low, high = _ends(values)
    rough = (high - low) / _TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
    first, last = floor(low / step), ceil(high / step - 1e-9)
    return [place * step for place in range(first, last + 1)]


def _ends(values: Sequence[float | int | None]) -> tuple[float, float]:
    known = [float(value) for value in values if value is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    return low, high if high > low else low + 1.0


def major(figure: Figure, value: float | int | None) -> float | None:
    """A value as charts on pages draw it: money in whole units."""
    if value is None or figure.metric.unit != MONEY:
        return value
    return float(money.to_decimal(round(value), figure.currency))
