"""A quote on paper: one A4 sheet or more, with letters for all languages of Europe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from crm_core.kernel.values import money

_LEFT, _RIGHT, _TOP, _BOTTOM = 22.0, 20.0, 18.0, 24.0
_INK, _SOFT, _RULE, _TINT = (28, 33, 40), (98, 106, 118), (210, 214, 220), (244, 245, 247)
_ACCENT = (31, 78, 140)
_COLUMNS = (9.0, 0.0, 19.0, 27.0, 25.0, 29.0)
_HEADINGS = ("", "Description", "Quantity", "Unit price", "Discount", "Total")
_LINE = 5.2


@dataclass(frozen=True)
class Paper:
    """What is printed: number, the content of the quote, its total in minor units and its last day."""

    number: str
    content: Mapping[str, Any]
    total: int
    currency: str
    valid_until: date


def draw(paper: Paper, *, made_at: datetime) -> bytes:
    """The quote as a PDF; ``made_at`` is written into it, so that it is the same every time."""
    sheet = _Sheet(paper)
    sheet.set_creation_date(made_at)
    sheet.add_page()
    sheet.head()
    sheet.lines()
    sheet.sums()
    sheet.note()
    return bytes(sheet.output())


class _Sheet(FPDF):
    """The pages of a quote, from top to bottom."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(format="A4")
        self.paper = paper
        self.place = _place(paper.content.get("country", ""))
        folder = files("font_roboto") / "files"
        self.add_font("Roboto", "", str(folder / "Roboto-Regular.ttf"))
        self.add_font("Roboto", "B", str(folder / "Roboto-Bold.ttf"))
        self.set_margins(_LEFT, _TOP, _RIGHT)
        self.set_auto_page_break(True, _BOTTOM)
        self.set_title(f"Quote {paper.number}")
        self.set_author(paper.content["seller"])
        self.set_lang("en")
        self.widths = [width or self.epw - sum(_COLUMNS) for width in _COLUMNS]

    def head(self) -> None:
        """Who offers, to whom, under which number and until when."""
        content = self.paper.content
        self._ink("B", 15, _ACCENT)
        self.multi_cell(self.epw * 0.6, 7.5, content["seller"], align="L", new_x="LMARGIN", new_y="NEXT")
        self.set_y(max(self.get_y() + 12, 46))
        beginning = self.get_y()
        self._ink("", 10.5)
        for line in content["addressee"]:
            self.multi_cell(self.epw * 0.48, _LINE, line, align="L", new_x="LMARGIN", new_y="NEXT")
        below = self.get_y()
        self.set_y(beginning)
        for label, value in self._facts():
            self.set_x(self.w - _RIGHT - 84)
            self._ink("", 9.5, _SOFT)
            self.cell(24, _LINE, label)
            self._ink("", 9.5)
            self.multi_cell(60, _LINE, value, align="R", new_x="LMARGIN", new_y="NEXT")
        self.set_y(max(self.get_y(), below) + 14)
        self._ink("B", 20)
        self.cell(0, 10, f"Quote {self.paper.number}", new_x="LMARGIN", new_y="NEXT")
        self._ink("", 11, _SOFT)
        self.multi_cell(0, 6, content["deal"], align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(6)

    def lines(self) -> None:
        """What is offered, line by line; the headings stand on every page."""
        self._headings()
        for number, line in enumerate(self.paper.content["lines"], 1):
            self._row(
                (
                    str(number),
                    line["name"],
                    self._number(line["quantity"]),
                    self._money(line["unit_price"]),
                    f"−{self._money(line['discount'])}" if line["discount"] else "",
                    self._money(line["total"]),
                )
            )

    def sums(self) -> None:
        """Before and after discounts, and what it comes to; the three stay on one page."""
        content = self.paper.content
        if self.will_page_break(34):
            self.add_page()
        self.ln(3)
        if content["discount"]:
            self._sum("Before discounts", self._money(content["gross"]))
            self._sum("Discounts", f"−{self._money(content['discount'])}")
        self.set_draw_color(*_INK)
        self.line(self.w - _RIGHT - 86, self.get_y() + 1, self.w - _RIGHT, self.get_y() + 1)
        self.ln(2.5)
        self._sum("Total", self._money(self.paper.total), "B", 13)
        self.ln(9)

    def note(self) -> None:
        """What is said beside the numbers."""
        until = self._day(self.paper.valid_until)
        self._ink("", 10)
        self.multi_cell(0, _LINE, f"This offer is valid until {until}.", new_x="LMARGIN", new_y="NEXT")
        if self.paper.content["note"]:
            self.ln(3)
            self.multi_cell(0, _LINE, self.paper.content["note"], align="L", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        """Whose quote this is, and which page of how many."""
        self.set_y(-15)
        self._ink("", 8.5, _SOFT)
        half = self.epw / 2
        self.cell(half, 5, f"Page {self.page_no()} of {{nb}}")
        self.cell(half, 5, f"{self.paper.content['seller'][:60]} · {self.paper.number}", align="R")

    def _facts(self) -> list[tuple[str, str]]:
        content = self.paper.content
        made_on = self._day(date.fromisoformat(content["made_on"]))
        found = [("Date", made_on), ("Valid until", self._day(self.paper.valid_until))]
        found += [("Prepared by", content["by"]), ("E-mail", content["by_email"])]
        return [fact for fact in found if fact[1]]

    def _headings(self) -> None:
        self._ink("B", 9, _SOFT)
        self.set_fill_color(*_TINT)
        for place, (width, heading) in enumerate(zip(self.widths, _HEADINGS, strict=True)):
            self.cell(width, 7.5, heading, align="L" if place < 2 else "R", fill=True)
        self.ln(8.5)

    def _row(self, cells: Sequence[str]) -> None:
        self._ink("", 10)
        texts = self.multi_cell(
            self.widths[1], _LINE, cells[1], dry_run=True, output=MethodReturnValue.LINES, align="L"
        )
        height = _LINE * max(1, len(texts))  # type: ignore[arg-type]
        if self.will_page_break(height + 3):
            self.add_page()
            self._headings()
            self._ink("", 10)
        top = self.get_y()
        for place, (width, text) in enumerate(zip(self.widths, cells, strict=True)):
            beginning = self.get_x()
            align = "L" if place < 2 else "R"
            self.multi_cell(width, _LINE, text, align=align, new_x="RIGHT", new_y="TOP")
            self.set_xy(beginning + width, top)
        bottom = top + height + 1.5
        self.set_draw_color(*_RULE)
        self.line(self.l_margin, bottom, self.w - _RIGHT, bottom)
        self.set_xy(self.l_margin, bottom + 1.5)

    def _sum(self, label: str, amount: str, style: str = "", size: float = 10) -> None:
        self.set_x(self.w - _RIGHT - 86)
        self._ink(style, size, _INK if style else _SOFT)
        self.cell(36, size * 0.6, label)
        self._ink(style, size)
        self.cell(50, size * 0.6, amount, align="R", new_x="LMARGIN", new_y="NEXT")

    def _ink(self, style: str, size: float, colour: tuple[int, int, int] = _INK) -> None:
        self.set_font("Roboto", style, size)
        self.set_text_color(*colour)

    def _money(self, minor: int) -> str:
        amount = money.to_decimal(minor, self.paper.currency)
        return str(format_currency(amount, self.paper.currency, locale=self.place))

    def _number(self, thousandths: int) -> str:
        return str(format_decimal(Decimal(thousandths) / 1000, locale=self.place))

    def _day(self, day: date) -> str:
        return str(format_date(day, "long", locale=self.place))


def _place(country: str) -> Locale:
    """English words with the numbers and dates of the company's country."""
    try:
        return Locale.parse(f"en_{country}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
