"""Cleaning a cell, recognising an empty one, and folding text for search."""

import re
import unicodedata

_REMOVED = {code: None for code in (*range(0x20), 0x7F, *range(0x80, 0xA0)) if code not in (9, 10)}
_EDGES = (
    " \t\n\u00a0\u00ad\u1680\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
    + "".join(map(chr, range(0x2000, 0x200B)))
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_EXCEL_TEXT = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)
_FORMULA_GUARD = re.compile(r"'(?='*(?:[=+\-@|\uff1d\uff0b\uff0d\uff20]|\d[\dA-Z .,:/()-]*\Z))")

_NO_VALUE = frozenset(("", "-", "--", "---", "–", "—", "n/a", "#n/a", "\\n"))
_NO_VALUE_WORDS = _NO_VALUE | {
    "null",
    "none",
    "nil",
    "nan",
    "(null)",
    "(none)",
    "(blank)",
    "(empty)",
    "undefined",
}

_STROKES = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t",
        "ŋ": "n", "ĸ": "k", "ə": "a", "ƶ": "z", "ɨ": "i", "ʻ": "'", "ʼ": "'", "’": "'", "‘": "'", "ß": "ss",
        "–": "-", "—": "-", "‐": "-", "‑": "-",
    }
)  # fmt: skip
_ACCENTS = re.compile("[\u0300-\u036f]+")


def clean(text: str) -> str:
    """The cell as the person meant it.

    NFC; control characters out (tab and newline stay, CR becomes newline); blanks, no-break and zero-width
    characters off both ends. Two spreadsheet habits are undone: `="00123"`, and the apostrophe that guards
    a cell beginning with = + - @ | or a code made of digits and capitals (`'+31612345678`, `'1234AB`, not
    `'90s Diner`). A text that begins so after an apostrophe of its own is guarded by one more, of which
    one is taken away.
    """
    text = text.strip() if text.isascii() and text.isprintable() else _scrub(text)
    if text[:1] in ("'", "="):
        return _unwrap(text)
    return text


def one_line(text: str) -> str:
    """A cleaned text as it is kept in a field of one line."""
    return text if "\n" not in text else " ".join(text.split())


def _scrub(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        text = _SURROGATE.sub("", text.translate(_REMOVED))
    return unicodedata.normalize("NFC", text).strip(_EDGES)


def _unwrap(text: str) -> str:
    wrapped = _EXCEL_TEXT.fullmatch(text)
    if wrapped:
        return wrapped.group(1).replace('""', '"').strip(_EDGES)
    return text[1:] if _FORMULA_GUARD.match(text) else text


def is_blank(text: str, names: bool = False) -> bool:
    """Whether a cleaned cell says "nothing here".

    Words such as "null" and "none" count as nothing, except with `names`: people are called Null and None.
    """
    if not text:
        return True
    return len(text) < 12 and text.lower() in (_NO_VALUE if names else _NO_VALUE_WORDS)


def fold(text: str) -> str:
    """The text for searching and comparing: lower case, no accents, no strokes, single blanks.

    `Łukasz  Weiß` and `lukasz weiss` fold alike, on every database. Folding twice changes nothing.
    Only European diacritics go: vowel signs of other scripts carry meaning and stay.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    return _fold_once(_fold_once(text))


def _fold_once(text: str) -> str:
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = _ACCENTS.sub("", spread).translate(_STROKES)
    return " ".join(unicodedata.normalize("NFC", plain).split())
