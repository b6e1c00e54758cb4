"""vCard files as tables: one card a row, columns with the fixed names that mappings know."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from crm_core.data import text_encodings, vcards
from crm_core.data.layouts import SAMPLE_ROWS, Layout, Options, Row, TextEncoding
from crm_core.kernel.errors import Invalid

_COLUMNS = (
    "Full Name", "First Name", "Middle Name", "Last Name", "Salutation", "Suffix", "Nickname",
    "Company", "Department", "Job Title", "Role", "E-mail", "Phone", "Mobile", "Fax", "Pager",
    "Street", "City", "State", "Postal Code", "Country", "Birthday", "Website", "LinkedIn", "Twitter",
    "Facebook", "Instagram", "Notes", "Tags", "UID",
)  # fmt: skip
_SIMPLE = {
    "FN": "Full Name", "NICKNAME": "Nickname", "TITLE": "Job Title", "ROLE": "Role", "NOTE": "Notes",
    "UID": "UID",
}  # fmt: skip
_NETWORKS = {
    "linkedin": "LinkedIn", "twitter": "Twitter", "x.com": "Twitter", "facebook": "Facebook",
    "instagram": "Instagram",
}  # fmt: skip
_MAX_ALIKE = 20
_COMPACT_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?")


def inspect(path: Path, file_name: str, options: Options) -> Layout:
    """Read all cards once: the columns are those that occur. Raises Invalid when there is no card."""
    encoding, warnings = _find_encoding(path, options)
    present: set[str] = set()
    sample: list[dict[str, str]] = []
    broken = 0
    with _open(path, encoding) as stream:
        for card in vcards.read(stream, is_bytes=encoding.codec == "latin-1"):
            cells = flatten(card)
            present |= cells.keys()
            broken += not card.is_closed
            if len(sample) < SAMPLE_ROWS:
                sample.append(cells)
    if not sample:
        raise Invalid(f"“{file_name}” has no complete card. Export the contacts again as vCard.")
    if broken:
        warnings.append(f"{broken} cards have no end; they are read as far as they go.")
    columns = tuple(sorted(present, key=_place)) or ("Full Name",)
    return Layout(
        kind="vcard", file_name=file_name, size=path.stat().st_size, columns=columns,
        sample=tuple(tuple(cells.get(column, "") for column in columns) for cells in sample),
        text=encoding, warnings=tuple(warnings),
    )  # fmt: skip


def rows(path: Path, layout: Layout) -> Iterator[Row]:
    """Yield one row a card, in the order of the file; at most _MAX_ALIKE values of a kind."""
    with _open(path, layout.text) as stream:
        for card in vcards.read(stream, is_bytes=layout.text.codec == "latin-1"):
            cells = flatten(card)
            yield Row(card.line, [cells.get(column, "") for column in layout.columns])


def flatten(card: vcards.Card) -> dict[str, str]:
    """Column name -> text; the preferred address, phone and e-mail come first, the rest is numbered from
    2.
    """
    cells: dict[str, str] = {}
    for found in sorted(card.properties, key=lambda item: "PREF" not in item.types):
        for column, text in _columns_of(found):
            _add(cells, column, text)
    _add_addresses(cells, [found for found in card.properties if found.name == "ADR"])
    return cells


def _columns_of(found: vcards.Property) -> Iterator[tuple[str, str]]:
    if found.name in _SIMPLE:
        yield _SIMPLE[found.name], found.text()
    elif found.name == "N":
        yield from zip(
            ("Last Name", "First Name", "Middle Name", "Salutation", "Suffix"), found.parts(), strict=False
        )
    elif found.name == "ORG":
        company, *units = found.parts()
        yield "Company", company
        yield "Department", ", ".join(filter(None, units))
    elif found.name == "EMAIL":
        yield "E-mail", re.sub(r"^mailto:", "", found.text(), flags=re.IGNORECASE)
    elif found.name == "TEL":
        yield _phone_column(found.types), re.sub(r"^tel:", "", found.text(), flags=re.IGNORECASE)
    elif found.name in ("URL", "X-SOCIALPROFILE"):
        yield _web_column(found), found.text()
    elif found.name == "BDAY":
        yield "Birthday", _COMPACT_DAY.sub(r"\1-\2-\3", found.text())
    elif found.name == "CATEGORIES":
        yield "Tags", ", ".join(filter(None, found.parts(",")))


def _phone_column(types: set[str]) -> str:
    words = {word for value in types for word in value.split(",")}
    for word, column in (("FAX", "Fax"), ("PAGER", "Pager"), ("CELL", "Mobile"), ("IPHONE", "Mobile")):
        if word in words:
            return column
    return "Phone"


def _web_column(found: vcards.Property) -> str:
    hints = found.text().lower() + " " + " ".join(found.types).lower()
    for word, column in _NETWORKS.items():
        if re.search(rf"(?:^|[\s/.]){re.escape(word)}", hints):
            return column
    return "Website" if found.name == "URL" else "Social Profile"


def _add(cells: dict[str, str], column: str, text: str) -> None:
    if not text:
        return
    for number in range(1, _MAX_ALIKE + 1):
        name = column if number == 1 else f"{column} {number}"
        if name not in cells:
            cells[name] = text
            return
        if cells[name] == text:
            return


def _add_addresses(cells: dict[str, str], found: list[vcards.Property]) -> None:
    found = [address for address in found if any(address.parts())]
    ranked = sorted(found, key=lambda item: ("PREF" not in item.types, "WORK" not in item.types))
    for number, address in enumerate(ranked[:_MAX_ALIKE], 1):
        box, extra, street, city, state, code, country, *_ = (*address.parts(), *[""] * 7)
        ending = f" {number}" if number > 1 else ""
        texts = ("\n".join(filter(None, (box, street, extra))), city, state, code, country)
        for column, text in zip(("Street", "City", "State", "Postal Code", "Country"), texts, strict=True):
            if text:
                cells[column + ending] = text


def _place(column: str) -> tuple[int, int, str]:
    base, _, number = column.rpartition(" ")
    if not number.isdigit():
        base, number = column, "1"
    return (_COLUMNS.index(base) if base in _COLUMNS else len(_COLUMNS), int(number), column)


def _find_encoding(path: Path, options: Options) -> tuple[TextEncoding, list[str]]:
    with path.open("rb") as file:
        wide = b"\0" in file.read(64)
    if options.encoding or wide:
        return text_encodings.detect(path, options.encoding)
    return TextEncoding("latin-1"), []  # A byte is a character until each value has told its own encoding.


def _open(path: Path, encoding: TextEncoding) -> TextIO:
    file = path.open("rb")
    file.seek(encoding.skip)
    return io.TextIOWrapper(file, encoding=encoding.codec, errors=encoding.errors, newline=None)
