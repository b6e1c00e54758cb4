"""What leaves as a file comes back by our own import with every value as it was, and no cell can compute."""

import csv
import io
import re
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm_core.data import export_columns, mapping, readers, spreadsheets, vcard_writer
from crm_core.data.fields import custom_field
from crm_core.data.plans import make_plan
from crm_core.data.preparing import prepare
from crm_core.kernel.values.text import clean, is_blank
from crm_core.people.types import CustomFieldRow

COMPUTES = re.compile("[\\s\u00a0\ufeff\u200b]*[=+\\-@|\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
HOSTILE = [
    '=HYPERLINK("https://evil.test";"x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "|whoami", "\uff1d1+1",
    "\uff20SUM(A1)", "'=1", "''=1", "'90", "'90s Diner", '="00123"', "'", "''", "0049", "1E5",
    "_x0041_", "_x005F_", "a,b;c", 'say "hi"', "<script>alert(1)</script>", "Zoë 😀 ﷽ ‮abc", "#N/A", "TRUE",
    "::: x", "--", "a\\;b",
]  # fmt: skip
CUSTOM = (
    CustomFieldRow(1, "contacts", "shoe_size", "Shoe size", "number", (), 1),
    CustomFieldRow(2, "contacts", "phone", "Phone", "text", (), 2),
    CustomFieldRow(3, "contacts", "sum", "=SUM(A1)", "text", (), 3),
)
COLUMNS = export_columns.of("contacts", CUSTOM)
TEXTS = (
    "first_name",
    "last_name",
    "job_title",
    "company",
    "city",
    "notes",
    "likes",
    "external_id",
    "card_number",
)


def meant(text: str) -> bool:
    """A text as the database may hold it: clean, on one line, and not a word for nothing."""
    return clean(text) == text or clean("'" + text) == text


texts = (
    (
        st.sampled_from(HOSTILE)
        | st.text(max_size=30)
        | st.from_regex(r"['=+\-@|]{1,3}[ -~]{0,9}", fullmatch=True)
    )
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: bool(text) and meant(text) and not is_blank(text) and text.isprintable())
)
records = st.fixed_dictionaries({}, optional=dict.fromkeys(TEXTS, texts)).map(
    lambda found: {"email": "ann@rapport.test", "phone": "+4915112345678", **found}
)


def reread(path: Path) -> list[dict[str, Any]]:
    """The file by the way that an import takes."""
    layout = readers.inspect(path, path.name)
    guesses = mapping.propose("contacts", layout.columns, layout.sample, custom_fields())
    plan = make_plan(
        "contacts", layout.columns, {guess.column: guess.field for guess in guesses}, layout.sample,
        custom=custom_fields(),
    )  # fmt: skip
    return [prepare(row.cells, plan).values for row in readers.rows(path, layout)]


def custom_fields() -> list[Any]:
    return [custom_field(row.name, row.label, row.type) for row in CUSTOM]  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", export_columns.KINDS)
def test_our_import_knows_every_column_of_our_export(kind: str) -> None:
    columns = export_columns.of(kind)

    guesses = mapping.propose(kind, [column.heading for column in columns])

    assert [guess.field for guess in guesses] == [column.name for column in columns]


def test_a_custom_field_called_like_a_usual_one_keeps_its_own_column() -> None:
    headings = [column.heading for column in COLUMNS]

    assert len(set(headings)) == len(headings)
    assert headings[-3:] == ["Shoe size", "custom.phone", "=SUM(A1)"]


@settings(max_examples=150, deadline=None)
@given(st.lists(records, min_size=1, max_size=4))
@example(
    [{"last_name": text, "notes": text, "email": "a@rapport.test"} for text in HOSTILE if not is_blank(text)]
)
def test_a_csv_of_hostile_texts_comes_back_as_it_was(rows: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.csv")
        spreadsheets.write_csv(path, COLUMNS, iter(rows), raw=False)

        assert reread(path) == rows


@settings(max_examples=60, deadline=None)
@given(st.lists(records, min_size=1, max_size=4))
@example(
    [{"last_name": text, "notes": text, "email": "a@rapport.test"} for text in HOSTILE if not is_blank(text)]
)
def test_a_workbook_of_hostile_texts_comes_back_as_it_was(rows: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.xlsx")
        spreadsheets.write_xlsx(path, COLUMNS, iter(rows), raw=False)

        assert reread(path) == rows


@settings(max_examples=100, deadline=None)
@given(records, st.sampled_from(vcard_writer.VERSIONS))
def test_a_card_of_hostile_texts_comes_back_as_it_was(row: dict[str, str], version: str) -> None:
    # A card has no place for some fields, and no apostrophe that guards: nobody computes with a card.
    row = {
        name: text
        for name, text in row.items()
        if name not in ("card_number", "likes") and clean(text) == text
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.vcf")
        vcard_writer.write_vcards(path, [row], version)
        [card] = reread(path)

        assert {name: card[name] for name in row} == row


def test_lists_numbers_days_and_answers_come_back() -> None:
    row = {
        "last_name": "Berg", "email": "a@rapport.test", "phone": "+498911",
        "email_secondary": ["b@rapport.test", "c@rapport.test"],
        "phone_secondary": ["+4930123456;ext=12", "+4989654321"],
        "tags": ["VIP", "Smith, Jones", "a;b"], "birthday": "--04-01",
        "country": "DE", "unsubscribed": True, "custom.shoe_size": -41.5,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.csv")
        spreadsheets.write_csv(path, COLUMNS, [row], raw=False)
        [found] = reread(path)

    for name in ("email_secondary", "phone_secondary", "tags", "country", "unsubscribed"):
        assert found[name] == row[name], name
    assert (found["birthday"].month, found["birthday"].day) == (4, 1)
    assert float(found["custom.shoe_size"]) == -41.5


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", "\ufeff", " \u00a0"])
@pytest.mark.parametrize("first", "=+-@|\t\r\n\0\uff1d\uff0b\uff0d\uff20")
def test_a_cell_that_could_compute_is_guarded(blank: str, first: str) -> None:
    assert spreadsheets.guard(blank + first + "1+1") == "'" + blank + first + "1+1"


@settings(max_examples=200, deadline=None)
@given(st.lists(records, min_size=1, max_size=3))
def test_no_cell_of_a_csv_computes(rows: list[dict[str, str]]) -> None:
    cells = written(rows)

    assert [cell for cell in cells if COMPUTES.match(cell) and cell != "+4915112345678"] == []


def test_phone_and_negative_numbers_are_typed_and_not_guarded_but_formulas_among_them_are() -> None:
    row = {"phone": "+4915112345678", "mobile": "+1+cmd|' /C calc'!A0", "custom.shoe_size": -5}

    cells = written([row])

    assert "+4915112345678" in cells
    assert "-5" in cells
    assert "'+1+cmd|' /C calc'!A0" in cells


def test_raw_leaves_the_guard_out() -> None:
    assert "=1" in written([{"last_name": "=1"}], raw=True)


def test_a_workbook_holds_texts_as_texts_also_when_raw(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    spreadsheets.write_xlsx(path, COLUMNS, [{"last_name": "=1+1", "phone": "+4915112345678"}], raw=True)

    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]  # type: ignore[union-attr]

    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


def test_lines_of_a_card_are_no_longer_than_75_bytes_and_break_between_letters() -> None:
    text = vcard_writer.card({"last_name": "Ж" * 200, "notes": "line\nbreak, comma; and \\"})

    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "\ufffd" not in text
    assert "NOTE:line\\nbreak\\, comma\\; and \\\\" in text


def written(rows: list[dict[str, Any]], *, raw: bool = False) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.csv")
        spreadsheets.write_csv(path, COLUMNS, iter(rows), raw=raw)
        text = path.read_text(encoding="utf-8-sig")
    return [cell for line in csv.reader(io.StringIO(text)) for cell in line]
