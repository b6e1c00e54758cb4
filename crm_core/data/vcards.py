"""vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350): cards and their properties, streamed.

Our own reader, because files mix versions, character sets and folding within one list, and a library that
stops at the first oddity would refuse whole address books.
"""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

# A picture or key may be megabytes; nothing a customer list needs is this long.
_MAX_VALUE_CHARS = 1024**2
_BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-OL-DESIGN", "X-MS-CARDPICTURE"})
_PARAMETER = re.compile(r';([^=:;"]+)(?:=((?:"[^"]*"|[^":;])*))?')
_NAME = re.compile(r"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)")
_TOKEN = re.compile(r"\\.|[^\\,;]+|.", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass
class Property:
    """One line of a card: name in capitals, parameter values in capitals, the text still with its escapes."""

    name: str
    value: str
    group: str = ""
    parameters: dict[str, list[str]] = field(default_factory=dict)
    version: str = "3.0"

    @property
    def types(self) -> set[str]:
        """TYPE values, however the version writes them; PREF=1 counts as the type PREF."""
        types = set(self.parameters.get("TYPE", []))
        return types | {"PREF"} if self.parameters.get("PREF", [""])[0] == "1" else types

    def text(self) -> str:
        """The whole value without escapes."""
        return _unescape(self.value, self.version).strip()

    def parts(self, separator: str = ";") -> list[str]:
        """Components of a structured value: N, ADR, ORG by semicolon, CATEGORIES by comma."""
        parts = [""]
        for token in _TOKEN.findall(self.value):
            if token == separator:
                parts.append("")
            else:
                parts[-1] += token
        return [_unescape(part, self.version).strip() for part in parts]


@dataclass
class Card:
    """One card: the line of its BEGIN and its properties in their order."""

    line: int
    properties: list[Property] = field(default_factory=list)
    is_closed: bool = False


def read(stream: TextIO, *, is_bytes: bool) -> Iterator[Card]:
    """Yield the outermost cards.

    With ``is_bytes`` the stream is open as Latin-1, one character a byte: each value is decoded by its own
    CHARSET, else as UTF-8, else as Windows-1252.
    """
    card: Card | None = None
    depth, version, agent = 0, "3.0", False
    for line, logical in _unfold(stream):
        if depth > 1 and logical[:4].upper() not in ("BEGI", "END:"):
            continue
        found = _parse(logical, version, is_bytes=is_bytes)
        if found is None:
            continue
        word = found.value.strip().upper()
        if found.name == "BEGIN" and word == "VCARD":
            if card is not None and not agent:
                yield card  # The card before was never closed.
                depth = 0
            if depth == 0:
                card, version = Card(line), "3.0"
            depth, agent = depth + 1, False
        elif found.name == "END" and word == "VCARD" and card is not None:
            depth -= 1
            if depth == 0:
                card.is_closed = True
                yield card
                card = None
        elif card is not None and depth == 1:
            agent = found.name == "AGENT"
            if found.name == "VERSION":
                version = word
            elif found.name not in _BINARY:
                card.properties.append(found)
    if card is not None:
        yield card


def _unfold(stream: TextIO) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first line: folds, soft breaks of quoted-printable and base64
    joined.
    """
    start, held = 0, ""
    for number, raw in enumerate(stream, 1):
        line = raw.rstrip("\r\n")
        if held and _is_soft_broken(held):
            held = held[:-1] + line.lstrip(" \t") if len(held) < _MAX_VALUE_CHARS else held[:-1]
        elif held and line[:1] in (" ", "\t"):
            held += line[1:] if len(held) < _MAX_VALUE_CHARS else ""
        else:
            if held:
                yield start, held
            start, held = number, line.lstrip("\ufeff") if number == 1 else line
            if number == 1:
                held = held.removeprefix("\xef\xbb\xbf")
    if held:
        yield start, held


def _is_soft_broken(line: str) -> bool:
    if not line.endswith("="):
        return False
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()


def _parse(line: str, version: str, *, is_bytes: bool) -> Property | None:
    name = _NAME.match(line)
    if not name:
        return None
    parameters: dict[str, list[str]] = {}
    at = name.end()
    while match := _PARAMETER.match(line, at):
        at = match.end()
        key, value = match.group(1).strip().upper(), match.group(2)
        if value is None:
            key, value = _bare_parameter(key)
        values = [part.strip().upper() for part in value.replace('"', "").split(",")]
        parameters.setdefault(key, []).extend(values)
    if line[at : at + 1] != ":":
        return None
    value = _decode(line[at + 1 :], parameters, is_bytes=is_bytes)
    return Property(name.group(2).upper(), value, (name.group(1) or "").lower(), parameters, version)


def _bare_parameter(key: str) -> tuple[str, str]:
    """Version 2.1 writes TEL;HOME;QUOTED-PRINTABLE: the value alone."""
    return ("ENCODING", key) if key in ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT") else ("TYPE", key)


def _decode(value: str, parameters: dict[str, list[str]], *, is_bytes: bool) -> str:
    quoted = "QUOTED-PRINTABLE" in parameters.get("ENCODING", [])
    if not quoted and not is_bytes:
        return value
    raw = value.encode("latin-1" if is_bytes else "utf-8", "replace")
    if quoted:
        raw = quopri.decodestring(raw)
    for charset in (*parameters.get("CHARSET", []), "utf-8", "cp1252"):
        try:
            text = raw.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
        return text.replace("\r\n", "\n") if quoted else text
    return raw.decode("latin-1")


def _unescape(text: str, version: str) -> str:
    if "\\" not in text:
        return text

    def replacement(match: re.Match[str]) -> str:
        mark = match.group(1)
        if mark in ";,:":
            return mark
        if version == "2.1":
            return match.group(0)  # There a backslash before anything else is a backslash: "C:\new".
        return "\n" if mark in "nN" else mark

    return _ESCAPED.sub(replacement, text)
