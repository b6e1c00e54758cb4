"""Reports as files are opened here, and say what the report says."""

import csv
import io

import pypdfium2
import pytest
from openpyxl import load_workbook
from PIL import Image

from crm_core.insights import dashboards, report_answers, report_files, saved_reports
from crm_core.insights.report_types import TIME, Definition, Tile
from crm_core.kernel.errors import Invalid
from crm_core.team import company
from crm_core.team.types import CompanySettings
from tests.insights.measured import furnish
from tests.people import Cast

MONTHS = Definition(("order_revenue", "calls"), TIME, "week", "area", "days_30")
PEOPLE = Definition(("order_revenue",), "owner", chart="bars", time="days_30")
TABLE = Definition(("order_revenue",), "customer", chart="table", time="days_30")


@pytest.mark.usefixtures("clock")
def test_files_hold_what_the_report_says(cast: Cast) -> None:
    furnish(cast)
    company.change_company(cast.olga, CompanySettings(name="Bäcker & Söhne"))
    key = saved_reports.save(cast.olga, "Größe in €", PEOPLE)
    found = saved_reports.answer(cast.olga, key)
    told = report_answers.texts(found)[1]

    pdf = report_files.of_report(cast.olga, key, "pdf")
    text = _text(pdf.content)
    said = ("Größe in €", "Bäcker & Söhne", "Data as of 2 Mar 2026", "Page 1 of 1", *found.told)
    for words in (*said, *(cell for row in told for cell in row)):
        assert words in text, words
    assert pdf.name == "Größe-in.pdf"

    with Image.open(io.BytesIO(report_files.of_report(cast.olga, key, "png").content)) as picture:
        assert picture.width == 1552
        blue = sum(
            count
            for count, colour in picture.convert("RGB").getcolors(1 << 20) or ()
            if colour == (47, 143, 208)
        )
    assert blue > 5_000, "no bars were drawn"

    columns, rows = report_answers.table(found)
    lines = report_files.of_report(cast.olga, key, "csv").content.decode("utf-8-sig").splitlines()
    assert list(csv.reader(lines)) == [list(columns), *([str(cell) for cell in row] for row in rows)]
    sheet = load_workbook(io.BytesIO(report_files.of_report(cast.olga, key, "xlsx").content)).active
    assert [tuple(row) for row in sheet.values][1:] == [(name, float(value)) for name, value in rows]  # type: ignore[union-attr, arg-type]
    with pytest.raises(Invalid):
        report_files.of_report(cast.olga, key, "exe")


@pytest.mark.usefixtures("clock")
def test_a_dashboard_is_one_file_with_all_that_one_may_see(cast: Cast) -> None:
    furnish(cast)
    keys = [saved_reports.save(cast.olga, f"Part {n}", one) for n, one in enumerate((MONTHS, PEOPLE, TABLE))]
    board = dashboards.create(cast.olga, "All: of it", [Tile(key) for key in keys])

    pdf = report_files.of_dashboard(cast.olga, board, "pdf")
    text = _text(pdf.content)

    assert [name for name in ("Part 0", "Part 1", "Part 2", "Page 2 of 2") if name not in text] == []
    book = load_workbook(io.BytesIO(report_files.of_dashboard(cast.olga, board, "xlsx").content))
    assert book.sheetnames == ["Part 0", "Part 1", "Part 2"]
    assert len(report_files.of_dashboard(cast.olga, board, "png").content) > 10_000
    with pytest.raises(Invalid):
        report_files.of_dashboard(cast.olga, board, "csv")
    with pytest.raises(Invalid):
        report_files.of_dashboard(cast.olga, dashboards.create(cast.olga, "Bare"), "pdf")


def _text(content: bytes) -> str:
    """All words of a PDF, with single spaces."""
    with pypdfium2.PdfDocument(content) as document:
        pages = []
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            pages.append(words.get_text_range())
            words.close()
            page.close()
    return " ".join(" ".join(pages).split())
