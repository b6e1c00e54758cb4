"""Reports on paper: A4 pages with sharp lines and real text."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from fpdf import FPDF

from crm_core.insights import report_sheets
from crm_core.insights.report_canvas import INK, SOFT, Colour, Point
from crm_core.insights.report_types import Answer
from crm_core.team.company import company

_MARGIN: Final = 48.0
_FOOT: Final = 46.0
_ALL: Final = 100_000


def draw(title: str, answers: Sequence[Answer]) -> bytes:
    """The reports as a PDF, with page numbers; all rows of every table are in it."""
    paper = _Paper(title)
    if answers:
        paper.set_creation_date(answers[0].made_at)
    report_sheets.draw(paper, title, answers, _ALL)
    return bytes(paper.output())


class _Paper(FPDF):
    """A4 as a canvas, in points, without its margins."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4", unit="pt")
        folder = files("font_roboto") / "files"
        self.add_font("Roboto", "", str(folder / "Roboto-Regular.ttf"))
        self.add_font("Roboto", "B", str(folder / "Roboto-Bold.ttf"))
        self.set_margin(0)
        self.c_margin = 0
        self.set_auto_page_break(False)
        self.set_title(title)
        self.set_author(company().name)
        self.set_lang("en")
        self.title_text = title
        self.width = self.w - 2 * _MARGIN
        self.top, self.bottom = _MARGIN - 6, self.h - _FOOT - 12
        self.new_page()

    def new_page(self) -> None:
        """Go on at the top of another page."""
        self.add_page()

    def rectangle(self, at: Point, size: Point, colour: Colour) -> None:
        """A filled rectangle."""
        self.set_fill_color(*colour)
        self.rect(at[0] + _MARGIN, at[1], *size, style="F")

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:  # type: ignore[override]
        """A filled surface."""
        self.set_fill_color(*colour)
        super().polygon([(x + _MARGIN, y) for x, y in points], style="F")

    def line(self, points: Sequence[Point], colour: Colour, width: float = 1.0) -> None:  # type: ignore[override]
        """A line through points."""
        self.set_draw_color(*colour)
        self.set_line_width(width)
        self.polyline([(x + _MARGIN, y) for x, y in points])

    def dot(self, at: Point, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self.set_fill_color(*colour)
        self.circle(at[0] + _MARGIN, at[1], radius, style="F")

    def text(  # type: ignore[override]
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
        wide = self.text_width(words, size, bold=bold)
        self.set_text_color(*colour)
        x = at[0] + _MARGIN - {"L": 0.0, "C": wide / 2, "R": wide}[align]
        super().text(x, at[1] + size * 0.95, words)

    def text_width(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide words are."""
        self.set_font("Roboto", "B" if bold else "", size)
        return float(self.get_string_width(words))

    def footer(self) -> None:
        """Which page of how many, and of what."""
        self.set_font("Roboto", "", 8.5)
        self.set_text_color(*SOFT)
        self.set_xy(_MARGIN, self.h - _FOOT)
        self.cell(self.width / 2, 12, f"Page {self.page_no()} of {{nb}}")
        name = " · ".join(part for part in (company().name[:40], self.title_text[:60]) if part)
        self.cell(self.width / 2, 12, name, align="R")
