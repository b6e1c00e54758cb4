"""The words of a mail: what its writer says, without what is quoted or signed, however it is encoded."""

import re
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser
from typing import Final

LONGEST: Final = 100_000
_LONGEST_LINE: Final = 2_000

_COPY: Final = re.compile(
    r"copy of (the|your) (message|original)|original message (follows|header)|below this line|"
    r"message header follow|unsent message|returned message|transcript of session follows|"
    r"message text|^received: |^return-path: |^-{4,} ?original message|^your message\b.*follows",
    re.IGNORECASE,
)
_QUOTED_BELOW: Final = re.compile(
    r"^\s*(-{2,}\s*(original|forwarded|urspr\S*) ?\S*\s*(message|nachricht)?\s*-{2,}|_{10,})\s*$|"
    r"^\s*\*?(from|von|de)\*?:\*?\s.*|^\s*-{5,}\s*reply above this line.*",
    re.IGNORECASE,
)
_INTRODUCES: Final = re.compile(
    r"^\s*>*\s*(on|am|le|el|il|op|den)\b.{4,300}(wrote|schrieb|écrit|escribió|scritto|schreef|skrev)\s*"
    r"(<[^>]*>)?\s*:?\s*$",
    re.IGNORECASE,
)
_RULE_AT_END: Final = re.compile(r"\n[ \t]*[-_*=]{5,}\s*\Z")
_SIGNED: Final = re.compile(
    r"^\s*(--|__|—)\s*$|^-\w|^\s*(sent from my|get outlook for|von meinem|gesendet von|envoyé de) ?.*$",
    re.IGNORECASE,
)


def plain(part: Message) -> str:
    """The text of one part, decoded as well as it can be."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        inner = part.get_payload()
        return (
            "\n".join(str(one) for one in inner)[:LONGEST]
            if isinstance(inner, list)
            else str(inner)[:LONGEST]
        )
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "latin-1"):
        try:
            return payload[:LONGEST].decode(charset, "strict" if charset != "latin-1" else "replace")
        except (LookupError, UnicodeDecodeError):
            continue
    return ""


def body(mail: Message) -> str:
    """What a mail says: its plain text, else the words of its HTML."""
    texts: dict[str, str] = {}
    for part in mail.walk():
        kind = part.get_content_type()
        if part.is_multipart() or part.get_filename() or kind in texts:
            continue
        if kind in ("text/plain", "text/html"):
            texts[kind] = plain(part)
    if texts.get("text/plain", "").strip():
        return texts["text/plain"]
    if not texts and isinstance(mail.get_payload(), str):
        return plain(mail)  # its parts are not where it says they are
    return _words_of(texts.get("text/html", ""))


def explanation(mail: Message) -> str:
    """What a report says in words, up to where the message that came back begins."""
    said: list[str] = []
    for line in body(mail).splitlines():
        if said and _COPY.search(line[:_LONGEST_LINE]):
            break
        said.append(line)
    return re.sub(r"\s+", " ", " ".join(said)).strip()[:4_000]


def reply_of(text: str) -> str:
    """What is new in an answer: without the quoted message and the signature."""
    lines = [line[:_LONGEST_LINE] for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept: list[str] = []
    for place, line in enumerate(lines):
        # Programs break the line that introduces a quotation: look at it together with the next two.
        together = (" ".join(lines[place : place + n]) for n in (1, 2, 3))
        begins = line.lstrip("> ").lower().startswith(("on ", "am ", "le ", "el ", "il ", "op ", "den "))
        if begins and any(_INTRODUCES.match(one) for one in together):
            # What is answered between the quoted lines stands below them.
            if not any(later.strip() and not later.startswith(">") for later in lines[place + 1 :]):
                break
            if not any(later.startswith(">") for later in lines[place + 1 :]):
                break
            continue
        if _QUOTED_BELOW.match(line):
            break
        if _SIGNED.match(line):
            break
        if not line.startswith(">"):
            kept.append(line)
    return _RULE_AT_END.sub("", "\n".join(kept)).strip()


def header(mail: Message, name: str) -> str:
    """A header as people read it, on one line."""
    raw = str(mail.get(name, ""))
    try:
        text = str(make_header(decode_header(raw)))
    except (LookupError, UnicodeError, ValueError):
        text = raw
    return re.sub(r"\s+", " ", text).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("style", "script", "head"):
            self.hidden += 1
        elif tag in ("p", "div", "br", "tr", "li", "blockquote"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "head") and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def _words_of(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)
