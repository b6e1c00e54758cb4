"""How the bytes of a text file become characters.

Order: byte-order mark, wide characters by their zero bytes, strict UTF-8 over the whole file, then a guess.
Two code pages that differ in a few letters cannot be told apart by statistics of bytes in a short list of
customers, so Western and Central European texts are judged word by word (`european_words`), other scripts by
chardet.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

import chardet

from crm_core.data import european_words
from crm_core.data.layouts import MAX_LINE_BYTES, TextEncoding
from crm_core.kernel.errors import Invalid

_CHUNK_BYTES = 1024**2
_EVIDENCE_BYTES = 128 * 1024
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_REPAIR = "crm-windows-1252"
# Of a thousand characters beyond ASCII so many may be broken before UTF-8 is given up.
_BROKEN_PER_MILLE = 100


def _repair(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_REPAIR, _repair)


@dataclass
class _Survey:
    """What one pass over the file saw."""

    is_utf8: bool = True
    has_c1: bool = False
    has_nul: bool = False
    evidence: bytes = b""


def detect(path: Path, chosen: str | None = None) -> tuple[TextEncoding, list[str]]:
    """The encoding and, when it is not certain, a sentence that says so.

    ``chosen`` is taken if the whole file can be read with it. Raises Invalid for an unknown or impossible
    choice and for lines over MAX_LINE_BYTES.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if chosen:
        return _checked(path, chosen, head), []
    for mark, codec in _MARKS:
        if head.startswith(mark) and not (codec == "utf-16" and _zero_columns(head[2:]) > 2):
            return _verified(path, TextEncoding(codec)), []
    wide = _wide(head)
    if wide:
        return _verified(path, wide), []
    survey = _survey(path)
    if survey.is_utf8:
        return TextEncoding("utf-8", has_nul=survey.has_nul), []
    return _guess(path, survey)


def _wide(head: bytes) -> TextEncoding | None:
    """UTF-16 and UTF-32 without a mark, or with one that does not match (UTF-32 behind a two-byte mark)."""
    skip = 2 if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else 0
    body = head[skip:]
    zeros = [body[place::4].count(0) * 5 > len(body[place::4]) * 4 for place in range(4)]
    if len(body) < 4:
        return None
    if zeros == [True, True, True, False]:
        return TextEncoding("utf-32-be", skip)
    if zeros == [False, True, True, True]:
        return TextEncoding("utf-32-le", skip)
    if zeros == [True, False, True, False]:
        return TextEncoding("utf-16-be", skip)
    if zeros == [False, True, False, True]:
        return TextEncoding("utf-16-le", skip)
    return None


def _zero_columns(body: bytes) -> int:
    return sum(body[place::4].count(0) * 5 > len(body[place::4]) * 4 for place in range(4) if body[place::4])


def _survey(path: Path) -> _Survey:
    survey = _Survey()
    decoder = codecs.getincrementaldecoder("utf-8")()
    evidence = bytearray()
    line_bytes = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            line_bytes = len(chunk) - end - 1 if end >= 0 else line_bytes + len(chunk)
            _refuse_long(line_bytes)
            survey.has_nul = survey.has_nul or b"\0" in chunk
            if survey.is_utf8:
                survey.is_utf8 = _decodes(decoder, chunk)
            if not chunk.isascii():
                survey.has_c1 = survey.has_c1 or re.search(rb"[\x80-\x9f]", chunk) is not None
                if len(evidence) < _EVIDENCE_BYTES:
                    lines = re.findall(rb"[^\r\n]*[\x80-\xff][^\r\n]*", chunk)
                    evidence += b"\n".join(lines)[:_EVIDENCE_BYTES] + b"\n"
    if survey.is_utf8:
        survey.is_utf8 = _decodes(decoder, b"", final=True)
    survey.evidence = bytes(evidence)
    return survey


def _refuse_long(line_bytes: int) -> None:
    if line_bytes > MAX_LINE_BYTES:
        limit = MAX_LINE_BYTES // 1024**2
        raise Invalid(
            f"A line in this file is longer than {limit} MB, so it is no table. Check what was exported."
        )


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _readable(path: Path, encoding: TextEncoding) -> bool:
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    with path.open("rb") as file:
        file.seek(encoding.skip)
        while chunk := file.read(_CHUNK_BYTES):
            if not _decodes(decoder, chunk):
                return False
    return _decodes(decoder, b"", final=True)


def _verified(path: Path, encoding: TextEncoding) -> TextEncoding:
    if not _readable(path, encoding):
        raise Invalid(
            f"This file is marked as {encoding.codec.upper()}, but parts of it are not. "
            "Open it where it was made and save it as CSV UTF-8."
        )
    return encoding


def _checked(path: Path, chosen: str, head: bytes) -> TextEncoding:
    try:
        codec = codecs.lookup(chosen).name
        "".encode(codec)
    except LookupError:
        raise Invalid(f"“{chosen}” is no known encoding. Try utf-8 or cp1252.") from None
    if codec == "utf-8" and head.startswith(codecs.BOM_UTF8):
        codec = "utf-8-sig"
    survey = _survey(path)
    encoding = TextEncoding(codec, has_nul=survey.has_nul and not codec.startswith(("utf-16", "utf-32")))
    if not _readable(path, encoding):
        raise Invalid(
            f"This file cannot be read as {chosen}. Choose another encoding, or let it be detected."
        )
    return encoding


def _guess(path: Path, survey: _Survey) -> tuple[TextEncoding, list[str]]:
    nearly = _nearly_utf8(survey.evidence)
    if nearly:
        text = "A few characters in this file are broken: it is UTF-8 with parts in another encoding."
        return TextEncoding("utf-8", errors=_REPAIR, has_nul=survey.has_nul), [text]
    for codec in (european_words.detect(survey.evidence), *_statistical(survey.evidence), "cp1252"):
        if codec and _readable(path, TextEncoding(codec)):
            # Without the characters that only Windows has, the two are the same and the standard's name is
            # right.
            name = "latin-1" if codec == "cp1252" and not survey.has_c1 else codec
            text = f"The encoding is a guess: {name}. Look at letters with accents in the preview."
            return TextEncoding(name, has_nul=survey.has_nul), [text]
    text = (
        "No encoding fits the whole file, so letters with accents may be wrong. Better save it as CSV UTF-8."
    )
    return TextEncoding("cp1252", errors="replace", has_nul=survey.has_nul), [text]


def _nearly_utf8(evidence: bytes) -> bool:
    high = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]{1,3}", evidence))
    text = evidence.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(character > "\x7f" for character in text) - broken
    return high > 0 and broken * 1000 <= good * _BROKEN_PER_MILLE


def _statistical(evidence: bytes) -> list[str]:
    found = chardet.detect(evidence)["encoding"]
    if not found:
        return []
    try:
        codec = codecs.lookup(found).name
    except LookupError:
        return []
    # Windows code pages hold the same letters and more; files that say "8859" are Windows files nearly
    # always.
    wider = {"gb2312": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-8": "cp1255"}
    return [wider[codec], codec] if codec in wider else [codec]
