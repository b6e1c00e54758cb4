"""Encodings, separators, line ends, quoting, preambles: any table that was written reads back."""

import csv
import io
import tempfile
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.data import readers
from crm_core.data.layouts import MAX_FIELD_CHARS, Layout, Options, Row
from crm_core.kernel.errors import Invalid

HEADER = ["Name", "E-mail", "City", "Note"]
PEOPLE = [
    ["Jürgen Müller", "jurgen@x.example", "Köln", 'says "hello", often'],
    ["José García", "jose@x.example", "Málaga", "line one\nline two"],
    ["Zoë Ångström", "zoe@x.example", "Malmö", "semi;colon, comma\ttab|pipe"],
    ["Bo", "", "", "0012"],
]


def read(path: Path, options: Options | None = None) -> tuple[Layout, list[Row]]:
    layout = readers.inspect(path, path.name, options)
    return layout, list(readers.rows(path, layout))


def written(folder: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "file.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def as_csv(
    rows: list[list[str]], delimiter: str = ",", end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


@pytest.mark.parametrize(
    ("encoding", "delimiter", "end"),
    list(
        product(
            (
                "utf-8",
                "utf-8-sig",
                "utf-16",
                "utf-16-le",
                "utf-16-be",
                "utf-32",
                "cp1252",
                "mac-roman",
                "cp850",
            ),
            (",", ";", "\t", "|"),
            ("\n", "\r\n", "\r"),
        )
    ),
)
def test_every_mix_of_encoding_separator_and_line_end_is_found(
    tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    for quoting, preamble in product((csv.QUOTE_MINIMAL, csv.QUOTE_ALL), ("", "My report" + end + end)):
        if end == "\r" and quoting == csv.QUOTE_MINIMAL:
            continue  # There the csv module writes a line feed in a cell bare: no reader can tell.
        text = preamble + as_csv([HEADER, *PEOPLE], delimiter, end, quoting)

        layout, rows = read(written(tmp_path, text, encoding))

        assert layout.columns == tuple(HEADER)
        assert layout.delimiter == delimiter
        assert layout.preamble_lines == (2 if preamble else 0)
        assert [row.cells for row in rows] == PEOPLE
        assert not any(row.problem for row in rows)


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1250", ["Řehoř Dvořák", "Žofie Šťastná", "Jiří Novák"]),
        ("cp1250", ["Wałęsa", "Łukasz Żółć", "Święty"]),
        ("iso8859-2", ["Řehoř Dvořák", "Žofie Šťastná", "Jiří Novák"]),
        ("cp1254", ["Gülşah Yıldız", "Işık Öztürk", "Çağrı"]),  # Turkish has this letter
        ("cp1251", ["Иван Петров", "Мария Смирнова", "Санкт-Петербург"]),
        ("koi8-r", ["Иван Петров", "Мария Смирнова", "Санкт-Петербург"]),
        ("cp1253", ["Γιώργος Παπαδόπουλος", "Ελένη Νικολάου", "Αθήνα"]),
        ("cp932", ["山田太郎", "株式会社テスト", "鈴木花子"]),
        ("gb18030", ["张伟北京公司", "李娜上海", "王芳有限公司"]),
        ("cp949", ["김철수", "박영희 서울", "삼성전자"]),
        ("cp1252", ["Åsa Öberg", "François Lefèvre", "Ægir Bjørn"]),
        ("cp1252", ["O’Brien – “Büro”", "Straße 5 €", "Çelik"]),
    ],
)
def test_names_of_many_countries_are_read_in_their_code_pages(
    tmp_path: Path, encoding: str, names: list[str]
) -> None:
    text = "Name;Amount\n" + "".join(f"{name};{number}\n" for number, name in enumerate(names))

    layout, rows = read(written(tmp_path, text, encoding))

    assert [row.cells[0] for row in rows] == names
    assert "guess" in layout.warnings[0]


def test_utf_8_with_a_few_broken_bytes_keeps_its_letters(tmp_path: Path) -> None:
    good = "Name,City\n" + "Zoë Ångström,Malmö\n" * 20

    layout, rows = read(written(tmp_path, good.encode() + "Jürgen,Köln\n".encode("cp1252")))

    assert rows[0].cells == ["Zoë Ångström", "Malmö"]
    assert rows[-1].cells == ["Jürgen", "Köln"]
    assert "broken" in layout.warnings[0]


cell = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    return draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8))


@settings(max_examples=150, deadline=None)
@given(
    table=tables(),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_written_by_the_csv_module_reads_back_equal(
    table: list[list[str]], delimiter: str, quoting: int
) -> None:
    end = "\r\n"
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), "a" + delimiter + "b" + end + as_csv(table, delimiter, end, quoting))
        options = Options(encoding="utf-8", delimiter=delimiter, quotechar='"', escapechar="", header_line=1)

        _, rows = read(path, options)

    assert [row.cells for row in rows] == table
    assert not any(row.problem for row in rows)


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        refusal, rows = "", list[Row]()
        try:
            _, rows = read(written(Path(folder), content))
        except Invalid as error:
            refusal = error.message

    assert refusal.endswith(".") or (
        not refusal and all(isinstance(cell, str) for row in rows for cell in row.cells)
    )


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="ab,;\"'\\\n\r\t ", max_size=60))
def test_rows_start_on_rising_lines_and_the_last_line_is_never_lost(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), "a,b,c\n" + text + "\nlast,of,all\n")
        options = Options(encoding="utf-8", delimiter=",", quotechar='"', escapechar="", header_line=1)

        _, rows = read(path, options)

    lines = [row.line for row in rows]
    assert lines == sorted(set(lines))
    assert "all" in "".join(rows[-1].cells)


def test_an_open_quotation_mark_spoils_its_own_row_only(tmp_path: Path) -> None:
    text = 'a,b\n1,"open\n2,two\n3,three\n'

    _, rows = read(written(tmp_path, text), Options(quotechar='"'))

    assert [(row.line, row.cells) for row in rows] == [
        (2, ["1", '"open']),
        (3, ["2", "two"]),
        (4, ["3", "three"]),
    ]
    assert [bool(row.problem) for row in rows] == [True, False, False]


def test_an_open_quotation_mark_in_a_large_file_is_found_again(tmp_path: Path) -> None:
    lines = ['"id","name"'] + [f'"{number}","name {number}"' for number in range(60_000)]
    lines[30_000] = '"29999","name 29999'

    _, rows = read(written(tmp_path, "\n".join(lines)))

    assert len(rows) == 60_000
    assert [row.line for row in rows if row.problem] == [30_001]
    assert rows[-1] == Row(60_001, ["59999", "name 59999"])


def test_inch_marks_and_nicknames_are_text(tmp_path: Path) -> None:
    text = 'name,size,note\n"Berg, Anna",5",x\n"Bob" Smith,7,he said "hi"\nC,3\'4" x 2\'1","quoted"\n'

    _, rows = read(written(tmp_path, text))

    assert [row.cells for row in rows] == [
        ["Berg, Anna", '5"', "x"],
        ['"Bob" Smith', "7", 'he said "hi"'],
        ["C", "3'4\" x 2'1\"", "quoted"],
    ]
    assert not any(row.problem for row in rows)


def test_backslash_escapes_are_found_and_paths_kept(tmp_path: Path) -> None:
    text = 'name,note\n"A \\"quoted\\" word","one, two"\n"B","C:\\temp"\n"C","x\\"y"\n'

    layout, rows = read(written(tmp_path, text))

    assert layout.dialect.escapechar == "\\"
    assert [row.cells for row in rows] == [['A "quoted" word', "one, two"], ["B", "C:\\temp"], ["C", 'x"y']]


def test_a_path_at_the_end_of_a_cell_is_no_escape(tmp_path: Path) -> None:
    layout, rows = read(written(tmp_path, 'name,folder\n"A","C:\\dir\\"\n"B","D:\\"\n'))

    assert layout.dialect.escapechar == ""
    assert [row.cells for row in rows] == [["A", "C:\\dir\\"], ["B", "D:\\"]]


def test_the_separator_line_of_excel_is_honoured(tmp_path: Path) -> None:
    layout, rows = read(written(tmp_path, "sep=;\nName;Amount\nBerg, Anna;1,5\n"))

    assert (layout.columns, layout.delimiter, layout.header_line) == (("Name", "Amount"), ";", 2)
    assert rows == [Row(3, ["Berg, Anna", "1,5"])]


@pytest.mark.parametrize(
    ("text", "delimiter", "columns"),
    [
        ("Name\tCity\nBerg, Anna\tOslo, NO\nLie, Bo\tRome, IT\n", "\t", ("Name", "City")),
        ("name,tags\nAnn,a|b|c\nBo,d|e|f\n", ",", ("name", "tags")),
        ("Name;Price;Town\nBerg, Anna;1,50;Oslo\nLie, Bo;2,75;Rome\n", ";", ("Name", "Price", "Town")),
        ("Name\nBerg, Anna\nLie, Bo\n", "", ("Name",)),
        ("Time\n12:30:00\n13:40:00\n", ",", ("Time",)),
        (
            "Report,Contacts\nExported,2024-01-01\n\nName,Email,City\nAnn,a@x.example,Oslo\n",
            ",",
            ("Name", "Email", "City"),
        ),
        (
            "Contacts,,,\nMade 2024-01-01,,,\n,,,\nName,Email,City,Phone\nAnn,,Oslo,1\n",
            ",",
            ("Name", "Email", "City", "Phone"),
        ),
        ("'name','note'\n'Ann','it''s, ok'\n'Bo','x'\n", ",", ("name", "note")),
        ('name, note\n"A", "b, c"\n"B", "d"\n', ",", ("name", "note")),
        ("name^city\nAnn^Oslo\nBo^Rome\n", "^", ("name", "city")),
    ],
)
def test_separators_are_told_from_marks_inside_cells(
    tmp_path: Path, text: str, delimiter: str, columns: tuple[str, ...]
) -> None:
    layout, rows = read(written(tmp_path, text))

    assert (layout.delimiter, layout.columns) == (delimiter, columns)
    assert all(len(row.cells) == len(columns) for row in rows)


def test_a_list_of_names_in_one_column_stays_one_column(tmp_path: Path) -> None:
    layout, rows = read(written(tmp_path, "Phone\n+46 70 1\n+46 70 2\n"))

    assert (layout.columns, [row.cells for row in rows]) == (("Phone",), [["+46 70 1"], ["+46 70 2"]])


def test_columns_get_unique_names_and_numbers_where_they_have_none(tmp_path: Path) -> None:
    layout, _ = read(written(tmp_path, "email,Name,email, ,email (2)\na@x.example,b,c,d,e\n"))

    assert layout.columns == ("email", "Name", "email (2)", "Column 4", "email (2) (2)")


def test_rows_come_as_they_are_with_their_lines(tmp_path: Path) -> None:
    text = 'a,b,c\n1,2\n\n1,2,3,4\n"x\ny",2,3\n 0012 ,="00123",\'+31\n'

    _, rows = read(written(tmp_path, text))

    assert rows == [
        Row(2, ["1", "2"]),
        Row(4, ["1", "2", "3", "4"]),
        Row(5, ["x\ny", "2", "3"]),
        Row(7, [" 0012 ", '="00123"', "'+31"]),
    ]


def test_reading_goes_on_after_the_rows_that_were_done(tmp_path: Path) -> None:
    path = written(tmp_path, as_csv([HEADER, *PEOPLE]))
    layout, rows = read(path)

    assert list(readers.rows(path, layout, start=2)) == rows[2:]


def test_a_header_over_two_lines_and_a_chosen_header(tmp_path: Path) -> None:
    path = written(tmp_path, 'x,y\n"First\nname",City\nAnn,Oslo\n')

    layout, rows = read(path, Options(header_line=2))

    assert (layout.columns, rows) == (("First name", "City"), [Row(4, ["Ann", "Oslo"])])


def test_a_table_without_a_header_gets_numbered_columns(tmp_path: Path) -> None:
    layout, rows = read(written(tmp_path, "Ann,ann@x.example,3\nBo,bo@x.example,4\n"))

    assert layout.columns == ("Column 1", "Column 2", "Column 3")
    assert len(rows) == 2
    assert any("numbers" in text for text in layout.warnings)


def test_years_may_be_names_of_columns(tmp_path: Path) -> None:
    layout, _ = read(written(tmp_path, "Customer,City,2024,2025\nAnn,Oslo,12,13\n"))

    assert layout.columns == ("Customer", "City", "2024", "2025")


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    layout, rows = read(written(tmp_path, "name,email\n"))

    assert rows == []
    assert layout.warnings == ("There is a header and not one row below it.",)


def test_nul_characters_are_left_out(tmp_path: Path) -> None:
    layout, rows = read(written(tmp_path, b"name,city\nAn\0n,Oslo\n" + b"Bo,Bergen\n" * 20))

    assert rows[0].cells == ["Ann", "Oslo"]
    assert "NUL" in layout.warnings[0]


def test_a_field_of_a_megabyte_is_read_and_a_longer_one_refused(tmp_path: Path) -> None:
    long = "x" * MAX_FIELD_CHARS
    path = written(tmp_path, f'a,b\n1,"{long}"\n2,"{long}y"\n3,c\n4,{long}zz\n5,d\n')

    _, rows = read(path)

    assert [row.cells[0] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [bool(row.problem) for row in rows] == [False, True, False, True, False]


def test_two_files_with_the_same_columns_have_the_same_fingerprint(tmp_path: Path) -> None:
    first, _ = read(written(tmp_path, "name,email\nAnn,a@x.example\n"))
    second, _ = read(written(tmp_path, "name\temail\nBo,b@x.example\n"))
    third, _ = read(written(tmp_path, "email,name\nb@x.example,Bo\n"))

    assert first.fingerprint == second.fingerprint != third.fingerprint


REFUSED: list[tuple[bytes, str]] = [
    (b"", "is empty"),
    (b"\xef\xbb\xbf\r\n \n", "is empty"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a picture"),
    (b"%PDF-1.7\n%abc", "a PDF"),
    (b"\x1f\x8b\x08\0abc", "a packed file"),
    (b"PK\x03\x04 broken", "damaged"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save it as XLSX"),
    (b"<!DOCTYPE html><table>", "a web page"),
    (b'[{"name": "Ann"}]', "JSON"),
    (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "a calendar"),
    (bytes(range(256)) * 20, "is not text"),
]


@pytest.mark.parametrize(("content", "words"), REFUSED)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refusal:
        readers.inspect(written(tmp_path, content), "dropped.csv")

    assert refusal.value.message.endswith(".")


def test_an_encoding_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "name\nZoë\n", "cp1252")

    with pytest.raises(Invalid, match="cannot be read as utf-8"):
        readers.inspect(path, "file.csv", Options(encoding="utf-8"))
    with pytest.raises(Invalid, match="no known encoding"):
        readers.inspect(path, "file.csv", Options(encoding="klingon"))


def test_more_than_a_thousand_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="1000 columns"):
        readers.inspect(written(tmp_path, ",".join(f"c{n}" for n in range(1001)) + "\n"), "wide.csv")
