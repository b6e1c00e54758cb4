"""XLSX workbooks: cells come as a person sees them, sheets can be chosen, bombs and damage are refused."""

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from crm_core.data import readers, xlsx_files
from crm_core.data.layouts import Layout, Options, Row
from crm_core.kernel.errors import Invalid


def workbook(folder: Path, *sheets: tuple[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "book.xlsx"
    book.save(path)
    return path


def read(path: Path, options: Options | None = None) -> tuple[Layout, list[Row]]:
    layout = readers.inspect(path, path.name, options)
    return layout, list(readers.rows(path, layout))


# A cell of a workbook has no time zone.
AT = datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001
CELLS: list[list[object]] = [
    ["Name", "Code", "Amount", "Born", "At", "Time", "Active", "Big"],
    [
        "Zoë",
        "0012",
        1234,
        date(1979, 4, 1),
        datetime(2024, 1, 2, 3, 4, 5),  # noqa: DTZ001  # a cell has no time zone
        time(9, 30),
        True,
        123456789012345,
    ],
    ["Bo", None, 0.1, None, None, None, False, -1.5],
    [],
    ["Cy", "x", 1e-7, None, None, None, None, None],
]
TEXTS = [
    Row(
        2, ["Zoë", "0012", "1234", "1979-04-01", "2024-01-02 03:04:05", "09:30:00", "TRUE", "123456789012345"]
    ),
    Row(3, ["Bo", "", "0.1", "", "", "", "FALSE", "-1.5"]),
    Row(5, ["Cy", "x", "0.0000001", "", "", "", "", ""]),
]


@pytest.mark.parametrize("largest_for_calamine", [0, 10**9])
def test_both_libraries_give_the_same_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest_for_calamine: int
) -> None:
    monkeypatch.setattr(xlsx_files, "_MAX_CALAMINE_BYTES", largest_for_calamine)

    layout, rows = read(workbook(tmp_path, ("People", CELLS)))

    assert (layout.kind, layout.columns, layout.header_line) == (
        "xlsx",
        tuple(str(name) for name in CELLS[0]),
        1,
    )
    assert rows == TEXTS


@pytest.mark.parametrize("largest_for_calamine", [0, 10**9])
def test_errors_are_their_text_and_tables_may_start_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest_for_calamine: int
) -> None:
    monkeypatch.setattr(xlsx_files, "_MAX_CALAMINE_BYTES", largest_for_calamine)
    path = workbook(tmp_path, ("S", [[], ["", "Report"], [], [None, "Name", "Age"], [None, "Ann", "#N/A"]]))

    layout, rows = read(path)

    assert (layout.columns, layout.header_line) == (("Column 1", "Name", "Age"), 4)
    assert rows == [Row(5, ["", "Ann", "#N/A"])]


def test_the_first_filled_sheet_is_read_unless_another_is_chosen(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("Empty", []), ("One", [["a"], ["1"]]), ("Two", [["b", "c"], ["2", "3"]]))

    first, _ = read(path)
    second, rows = read(path, Options(sheet="Two"))

    assert (first.sheets, first.sheet) == (("Empty", "One", "Two"), "One")
    assert (second.columns, rows) == (("b", "c"), [Row(2, ["2", "3"])])
    with pytest.raises(Invalid, match="no sheet “Three”"):
        read(path, Options(sheet="Three"))


def test_post_codes_shown_with_leading_zeros_keep_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Name", "ZIP"])
    sheet.append(["Ann", 2134])
    sheet["B2"].number_format = "00000"
    book.save(tmp_path / "zip.xlsx")

    _, rows = read(tmp_path / "zip.xlsx")

    assert rows == [Row(2, ["Ann", "02134"])]


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("S", [["a"], ["1"]]))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/zeros.bin", "w") as file,
    ):
        for _ in range(210):
            file.write(b"\0" * 1024**2)

    with pytest.raises(Invalid, match="unpacks to 210 MB"):
        read(path)


def test_damaged_and_foreign_archives_are_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path, ("S", [["a"], ["1"]])).read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(tmp_path / "empty.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("a.txt", "a")

    for name, words in (("cut.xlsx", "damaged"), ("empty.xlsx", "damaged"), ("photos.zip", "Unpack it")):
        with pytest.raises(Invalid, match=words):
            read(tmp_path / name)


def test_a_sheet_with_broken_contents_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path, ("S", [["a", "b"], ["1", "2"]]))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "broken.xlsx", "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text[:300] if "sheet1" in name else text)

    with pytest.raises(Invalid, match="is damaged"):
        read(tmp_path / "broken.xlsx")


def test_an_empty_workbook_is_refused_and_a_header_alone_is_not(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no rows"):
        read(workbook(tmp_path, ("S", [])))

    layout, rows = read(workbook(tmp_path, ("S", [["name", "email"]])))

    assert (rows, layout.warnings) == ([], ("There is a header and not one row below it.",))
