"""Reports as a picture, for messages and slides."""

import io
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from crm_core.insights import report_drawing, report_sheets
from crm_core.insights.report_canvas import INK, Colour, Point
from crm_core.insights.report_types import Answer

_WIDTH: Final = 720.0
_MARGIN: Final = 28.0
_ROWS: Final = 20
SHARP: Final = 2
"""Pixels a point in the finished picture, so that it is sharp on good screens."""
_FINE: Final = 2
"""It is drawn so many times finer than it is handed over, so that lines have smooth edges."""
_SCALE: Final = SHARP * _FINE


def draw(title: str, answers: Sequence[Answer]) -> bytes:
    """The reports as one PNG, 1,552 pixels wide; tables have twenty rows at most, and say so."""
    picture = _Picture(_longest(answers))
    end = report_sheets.draw(picture, title, answers, _ROWS)
    return picture.output(end + 4)


def _longest(answers: Sequence[Answer]) -> float:
    """No report is higher than this."""
    each = [
        380 + len(one.figures) * (report_drawing.height(one) + 4) + 20 * min(len(one.lines), _ROWS + 2)
        for one in answers
    ]
    return 200 + sum(each)


class _Picture:
    """One long page of pixels as a canvas."""

    def __init__(self, height: float) -> None:
        self.width, self.top, self.bottom = _WIDTH, 0.0, float("inf")
        size = (round((_WIDTH + 2 * _MARGIN) * _SCALE), round((height + 2 * _MARGIN) * _SCALE))
        self.image = Image.new("RGB", size, "white")
        self.pen = ImageDraw.Draw(self.image)

    def new_page(self) -> None:
        """A picture has one page."""

    def rectangle(self, at: Point, size: Point, colour: Colour) -> None:
        """A filled rectangle."""
        self.pen.rectangle([_at(at), _at((at[0] + size[0], at[1] + size[1]))], fill=colour)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled surface."""
        self.pen.polygon([_at(point) for point in points], fill=colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float = 1.0) -> None:
        """A line through points."""
        self.pen.line([_at(point) for point in points], colour, max(1, round(width * _SCALE)), joint="curve")

    def dot(self, at: Point, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self.pen.circle(_at(at), radius * _SCALE, fill=colour)

    def text(
        self,
        at: Point,
        words: str,
        size: float,
        colour: Colour = INK,
        *,
        align: str = "L",
        bold: bool = False,
    ) -> None:
        """One line of words."""
        anchor = {"L": "ls", "C": "ms", "R": "rs"}[align]
        below = _at((at[0], at[1] + size * 0.95))
        self.pen.text(below, words, font=_font(size, bold), fill=colour, anchor=anchor)

    def text_width(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide words are."""
        return float(_font(size, bold).getlength(words)) / _SCALE

    def output(self, end: float) -> bytes:
        """The picture down to there, as PNG."""
        shown = self.image.crop((0, 0, self.image.width, round((end + 2 * _MARGIN) * _SCALE)))
        out = io.BytesIO()
        shown.reduce(_FINE).quantize(256).save(out, "PNG", optimize=True, dpi=(144, 144))
        return out.getvalue()


def _at(point: Point) -> tuple[float, float]:
    return (point[0] + _MARGIN) * _SCALE, (point[1] + _MARGIN) * _SCALE


@lru_cache(maxsize=32)
def _font(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    name = "Roboto-Bold.ttf" if bold else "Roboto-Regular.ttf"
    return ImageFont.truetype(str(files("font_roboto") / "files" / name), size * _SCALE)
