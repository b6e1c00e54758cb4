"""Contacts as vCard 3.0 (RFC 2426, what telephones read) or 4.0 (RFC 6350): escaped and folded."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

VERSIONS = ("3.0", "4.0")

_LONGEST_LINE = 75
_NETWORKS = {
    "linkedin_url": "linkedin", "x_url": "twitter", "facebook_url": "facebook", "instagram_url": "instagram",
}  # fmt: skip
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def write_vcards(path: Path, records: Iterable[Mapping[str, Any]], version: str = "3.0") -> int:
    """Write one card a contact in UTF-8; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for record in records:
            file.write(card(record, version))
            count += 1
    return count


def card(record: Mapping[str, Any], version: str = "3.0") -> str:
    """One contact, its values by import field name, as a card that ends with a line break."""
    lines = ["BEGIN:VCARD", f"VERSION:{version}", *_lines(record, version), "END:VCARD"]
    return "".join(_fold(line) + "\r\n" for line in lines)


def _lines(record: Mapping[str, Any], version: str) -> Iterator[str]:
    def text(name: str) -> str:
        return _escape(record.get(name) or "")

    yield f"FN:{_escape(_full_name(record))}"
    yield f"N:{text('last_name')};{text('first_name')};{text('middle_name')};{text('salutation')};"
    if record.get("company") or record.get("department"):
        yield f"ORG:{text('company')}" + (f";{text('department')}" if record.get("department") else "")
    yield from _simple(record, (("TITLE", "job_title"), ("NOTE", "notes"), ("UID", "external_id")))
    yield from _mail(record, version)
    yield from _telephones(record)
    address = ("street", "city", "state", "postal_code", "country")
    if any(record.get(name) for name in address):
        yield "ADR;TYPE=work:;;" + ";".join(map(text, address))
    yield from _simple(record, (("URL", "website"),))
    for name, network in _NETWORKS.items():
        if record.get(name):
            yield f"X-SOCIALPROFILE;TYPE={network}:{text(name)}"
    if record.get("birthday"):
        yield f"BDAY:{_birthday(str(record['birthday']), version)}"
    if record.get("tags"):
        yield "CATEGORIES:" + ",".join(map(_escape, record["tags"]))


def _simple(record: Mapping[str, Any], names: Iterable[tuple[str, str]]) -> Iterator[str]:
    for prop, name in names:
        if record.get(name):
            yield f"{prop}:{_escape(record[name])}"


def _mail(record: Mapping[str, Any], version: str) -> Iterator[str]:
    preferred = "PREF=1" if version == "4.0" else "TYPE=internet,pref"
    further = "" if version == "4.0" else ";TYPE=internet"
    if record.get("email"):
        yield f"EMAIL;{preferred}:{_escape(record['email'])}"
    yield from (f"EMAIL{further}:{_escape(one)}" for one in record.get("email_secondary") or ())


def _telephones(record: Mapping[str, Any]) -> Iterator[str]:
    if record.get("phone"):
        yield f"TEL;TYPE=work,voice:{_number(record['phone'])}"
    if record.get("mobile"):
        yield f"TEL;TYPE=cell:{_number(record['mobile'])}"
    yield from (f"TEL;TYPE=voice:{_number(one)}" for one in record.get("phone_secondary") or ())


def _number(stored: str) -> str:
    return _escape(stored.replace(";ext=", " ext. "))


def _birthday(stored: str, version: str) -> str:
    """Version 4.0 writes days without separators, and without the year as --0401."""
    if version != "4.0":
        return stored
    start = "--" if stored.startswith("--") else ""
    return start + stored.replace("-", "")


def _full_name(record: Mapping[str, Any]) -> str:
    parts = (record.get(name) for name in ("first_name", "middle_name", "last_name"))
    name = " ".join(part for part in parts if part)
    return str(name or record.get("company") or record.get("email") or record.get("phone") or "?")


def _escape(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return _CONTROLS.sub("", text.replace(",", "\\,").replace(";", "\\;"))


def _fold(line: str) -> str:
    """The line in pieces of at most 75 bytes, never through a letter; what follows begins with a blank."""
    if len(line) <= _LONGEST_LINE and line.isascii():
        return line
    pieces, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LONGEST_LINE:
            pieces.append("")
            size = 1
        pieces[-1] += letter
        size += width
    return "\r\n ".join(pieces)
