"""The return mailbox, by IMAP: what is unread is read, and marked only after it was taken in."""

import imaplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from crm_core.channels.smtp import HOME, TIMEOUT
from crm_core.kernel.errors import Invalid, Unavailable

PORTS: Final = {"imap": 143, "imaps": 993}
BATCH: Final = 50


@dataclass(frozen=True)
class Place:
    """Where a mailbox is; from ``imap[s]://user:password@host:port/folder``."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str
    folder: str

    @classmethod
    def of(cls, url: str) -> "Place":
        """Read an address of a mailbox; special letters of user and password are percent-encoded.

        Raises:
            Invalid: it is none.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in PORTS or not parts.hostname or not parts.username:
            raise Invalid("CRM_IMAP_URL is no address of a mailbox. Write imaps://user:password@host/INBOX")
        return cls(
            host=parts.hostname, port=port or PORTS[parts.scheme], is_tls=parts.scheme == "imaps",
            user=unquote(parts.username), password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )  # fmt: skip


class Mailbox:
    """An open mailbox; use it in a ``with`` block.

    Raises:
        Unavailable: the server cannot be reached, refuses us, or would read the password without TLS.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.imap: imaplib.IMAP4 | None = None

    def __enter__(self) -> "Mailbox":
        try:
            self.imap = _connected(self.place)
        except (OSError, imaplib.IMAP4.error) as error:
            said = " ".join(str(error).split())[:200]
            raise Unavailable(f"The mailbox on {self.place.host} cannot be read: {said}") from error
        return self

    def __exit__(self, *_: object) -> None:
        if self.imap is not None:
            try:
                self.imap.logout()
            except (OSError, imaplib.IMAP4.error):
                self.imap.shutdown()

    def unread(self, limit: int = BATCH) -> Iterator[tuple[str, bytes]]:
        """Unread mails, the oldest first: their numbers and their bytes. Looking leaves them unread.

        Raises:
            Unavailable: the line broke.
        """
        for number in self._ask("SEARCH", "UNSEEN")[:limit]:
            for part in self._parts(number):
                yield number, part

    def mark_read(self, number: str) -> None:
        """Note that a mail was taken in.

        Raises:
            Unavailable: the line broke.
        """
        self._ask("STORE", number, "+FLAGS", "(\\Seen)")

    def _parts(self, number: str) -> Iterator[bytes]:
        assert self.imap is not None  # noqa: S101 - for the type checker
        try:
            _, found = self.imap.uid("FETCH", number, "(BODY.PEEK[])")
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unavailable(f"The mailbox on {self.place.host} broke off.") from error
        for one in found:
            if isinstance(one, tuple):
                yield bytes(one[1])

    def _ask(self, *words: str) -> list[str]:
        assert self.imap is not None  # noqa: S101 - for the type checker
        try:
            _, found = self.imap.uid(words[0], *words[1:])
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unavailable(f"The mailbox on {self.place.host} broke off.") from error
        return [
            one
            for part in found
            if isinstance(part, bytes)
            for one in part.decode("ascii", "replace").split()
        ]


def _connected(place: Place) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    imap: imaplib.IMAP4
    if place.is_tls:
        imap = imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=TIMEOUT)
    else:
        imap = imaplib.IMAP4(place.host, place.port, timeout=TIMEOUT)
    try:
        if not place.is_tls and "STARTTLS" in imap.capabilities:
            imap.starttls(ssl_context=context)
        elif not place.is_tls and place.host not in HOME:
            raise imaplib.IMAP4.error("it offers no TLS, so the password is not sent. Use imaps://")
        imap.login(place.user, place.password)
        answer, said = imap.select(f'"{place.folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(f"there is no folder {place.folder}: {said!r}")
    except BaseException:
        imap.shutdown()
        raise
    return imap
