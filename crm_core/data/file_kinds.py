"""What a dropped file is, by its bytes and not by its name, and a sentence for everything that holds no
customers.
"""

import re
import zipfile
from pathlib import Path

from crm_core.data.layouts import MAX_FILE_BYTES
from crm_core.kernel.errors import Invalid

_HEAD_BYTES = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"RIFF", "a picture or a sound"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"BZh", "a packed file"),
    (b"\xfd7zXZ", "a packed file"),
    (b"\x28\xb5\x2f\xfd", "a packed file"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "a text document"),
)
_PACKED = "a packed file"
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|table|svg)", re.IGNORECASE)
_JSON = re.compile(rb'\s*(\{\s*"[^"]*"\s*:|\[\s*[\[{])')
_BINARY_SHARE = 0.02
_CONTROL_SHARE = 0.1


def recognise(path: Path, file_name: str) -> str:
    """Return "text", "xlsx" or "vcard"; raise Invalid with the way out for anything else."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise Invalid(f"“{file_name}” is empty. Export it again and check that it has rows.")
    if size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024**3
        raise Invalid(
            f"“{file_name}” is larger than {limit} GB. Split it and import the parts one after the other."
        )
    if head.startswith(b"PK"):
        return _look_into_zip(path, file_name)
    if head.startswith(_OLE):
        _refuse_ole(path, file_name)
    _refuse_signatures(head, file_name)
    start = _first_letters(head)
    if start.startswith("BEGIN:VCARD"):
        return "vcard"
    if start.startswith("BEGIN:"):  # VCALENDAR, or a piece of one.
        raise Invalid(f"“{file_name}” is a calendar. Import it as meetings, or drop a list of contacts here.")
    _refuse_binary(head, file_name)
    return "text"


def _look_into_zip(path: Path, file_name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Invalid(
            f"“{file_name}” is damaged: it ends too early or was changed. Download or save it again."
        ) from None
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise Invalid(
            f"“{file_name}” is a spreadsheet in another format. Open it and save it as XLSX or CSV UTF-8."
        )
    raise Invalid(f"“{file_name}” is {_PACKED}. Unpack it and drop the table that is inside.")


def _refuse_ole(path: Path, file_name: str) -> None:
    with path.open("rb") as file:
        locked = "EncryptedPackage".encode("utf-16-le") in file.read(4 * 1024**2)
    if locked:
        raise Invalid(f"“{file_name}” is protected by a password. Save it as XLSX without a password.")
    raise Invalid(f"“{file_name}” is in the format of Excel before 2007. Open it and save it as XLSX.")


def _refuse_signatures(head: bytes, file_name: str) -> None:
    found = next((name for signature, name in _SIGNATURES if head.startswith(signature)), None)
    if found == "a picture" and head.startswith(b"BM") and b"\0" not in head[:64]:
        found = None  # A header such as "BMI,Name".
    if found == "a picture or a sound" and head[4:8].isalnum():
        found = None
    if found is None and _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        found = "a web page or XML"
    if found is None and _JSON.match(head.removeprefix(b"\xef\xbb\xbf")):
        found = "JSON"
    if found:
        raise Invalid(f"“{file_name}” is {found}, not a table. Drop a CSV, TSV, XLSX or vCard file.")


def _first_letters(head: bytes) -> str:
    """The beginning as capital ASCII, whatever the width of the characters."""
    return head[:200].translate(None, b"\0\xef\xbb\xbf\xff\xfe").decode("latin-1").lstrip().upper()


def _refuse_binary(head: bytes, file_name: str) -> None:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or _zeros_stand_in_columns(head):
        return
    control = sum(head.count(byte) for byte in range(32) if byte not in b"\t\n\r\x0b\x0c")
    # A few stray control characters are dirt in a text; programs and pictures are full of them, zeros above
    # all.
    allowed = _BINARY_SHARE if b"\0" in head else _CONTROL_SHARE
    if control > len(head) * allowed + 1 and (b"\0" in head or not _is_utf8(head)):
        raise Invalid(f"“{file_name}” is not text. Drop a CSV, TSV, XLSX or vCard file.")


def _is_utf8(head: bytes) -> bool:
    # The last character may be cut in two.
    return "\ufffd" not in head.decode("utf-8", "replace")[:-1]


def _zeros_stand_in_columns(head: bytes) -> bool:
    counts = [head[place::4].count(0) for place in range(4)]
    quarter = max(len(head) // 4, 1)
    return any(count > quarter * 0.8 for count in counts) and any(count < quarter * 0.2 for count in counts)
