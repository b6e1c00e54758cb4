"""What reports are drawn on: a few strokes that paper and pictures both know, in points from the top left."""

from collections.abc import Sequence
from typing import Final, Protocol

Colour = tuple[int, int, int]
Point = tuple[float, float]

INK: Final = (28, 33, 40)
SOFT: Final = (98, 106, 118)
RULE: Final = (214, 218, 224)
TINT: Final = (244, 245, 247)
ACCENT: Final = (15, 118, 110)
PALE: Final = (226, 239, 249)
SERIES: Final = ((47, 143, 208), (23, 137, 126), (213, 94, 0), (122, 135, 148))
"""One colour a measure, the same as on pages: told apart by people of all kinds of sight."""


class Canvas(Protocol):
    """A surface of a width; ``bottom`` is where a page ends (pictures have one long page)."""

    width: float
    top: float
    bottom: float

    def new_page(self) -> None:
        """Go on at the top of another page."""

    def rectangle(self, at: Point, size: Point, colour: Colour) -> None:
        """A filled rectangle."""

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled surface."""

    def line(self, points: Sequence[Point], colour: Colour, width: float = 1.0) -> None:
        """A line through points."""

    def dot(self, at: Point, radius: float, colour: Colour) -> None:
        """A filled circle."""

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
        """One line of words; ``at`` is its upper left (``R``: upper right, ``C``: upper middle) corner."""

    def text_width(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide words are."""


def fitted(canvas: Canvas, words: str, size: float, room: float, *, bold: bool = False) -> str:
    """The words, cut with an ellipsis where there is no room for all."""
    if canvas.text_width(words, size, bold=bold) <= room:
        return words
    kept = words
    while kept and canvas.text_width(kept + "…", size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(canvas: Canvas, words: str, size: float, room: float) -> list[str]:
    """The words in as many lines as they need; a word that is too long is cut."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and canvas.text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(fitted(canvas, word, size, room))
    return lines
