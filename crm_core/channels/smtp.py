"""The mail server: one connection for many mails, and what its answers mean."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from crm_core.channels.types import Outcome
from crm_core.kernel.errors import Invalid, Unavailable

PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT = 30.0  # seconds that the server may take for one answer
LONGEST_ANSWER = 400
HOME = ("localhost", "127.0.0.1", "::1")
_GOOD = range(200, 300)
_LATER = range(400, 500)
_GO_ON = 354
_LINE_END = re.compile(rb"\r\n|\n|\r(?!\n)")
_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True)
class Server:
    """Where mail is handed over; from ``smtp[s]://user:password@host:port``."""

    host: str
    port: int
    is_tls: bool
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read an address of a mail server; special letters of user and password are percent-encoded.

        Raises:
            Invalid: it is none.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in PORTS or not parts.hostname:
            raise Invalid("CRM_SMTP_URL is no address of a mail server. Write smtp://user:password@host:587")
        return cls(
            host=parts.hostname,
            port=port or PORTS[parts.scheme],
            is_tls=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


class Connection:
    """An open connection; use it in a ``with`` block.

    Raises:
        Unavailable: the server cannot be reached, refuses us, or would read the password without TLS.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Connection":
        try:
            self.smtp = _connected(self.server)
        except smtplib.SMTPAuthenticationError as error:
            raise Unavailable(f"The mail server refuses user and password: {_words(error)}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(
                f"The mail server {self.server.host} does not answer: {_words(error)}"
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self.smtp is not None:
            try:
                self.smtp.quit()
            except (OSError, smtplib.SMTPException):
                self.smtp.close()

    def send(self, mail: EmailMessage) -> Outcome:
        """Hand one mail over; as ``hand_over``."""
        return self.hand_over(mail.as_bytes(), *_envelope(mail))

    def hand_over(self, wire: bytes, from_address: str, to_address: str) -> Outcome:
        """Hand over the bytes of one mail. Until all of its text left, trying again is safe; after that not.

        Args:
            from_address, to_address: those of the envelope, with or without a name.
        """
        if self.smtp is None:
            return Outcome("later", "The connection is closed.", is_servers=True)
        sender, receiver = _bare(from_address), _bare(to_address)
        try:
            refusal = self._announce(sender, receiver) or self._text(wire)
        except (OSError, smtplib.SMTPException) as error:
            return self._lost(Outcome("later", _words(error), is_servers=True))
        if refusal is not None:
            return refusal
        try:
            code, answer = self.smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return self._lost(Outcome("unclear", _words(error), is_servers=True))
        return self._judged(code, answer)

    def _announce(self, from_address: str, to_address: str) -> Outcome | None:
        """Sender and receiver; what the server says against them."""
        assert self.smtp is not None  # noqa: S101 - for the type checker
        options = [] if from_address.isascii() and to_address.isascii() else ["SMTPUTF8"]
        if options and not self.smtp.has_extn("smtputf8"):
            return Outcome("failed", "The mail server takes only addresses in plain letters (no SMTPUTF8).")
        self.smtp.command_encoding = "utf-8" if options else "ascii"
        code, answer = self.smtp.mail(from_address, options)
        if code in _GOOD:
            code, answer = self.smtp.rcpt(to_address)
        return None if code in _GOOD else self._judged(code, answer)

    def _text(self, wire: bytes) -> Outcome | None:
        """The text up to the dot behind it; what the server says against taking it."""
        assert self.smtp is not None  # noqa: S101 - for the type checker
        self.smtp.putcmd("data")
        code, answer = self.smtp.getreply()
        if code != _GO_ON:
            return self._judged(code, answer)
        ended = _LINE_END.sub(b"\r\n", wire)
        ended = ended if ended.endswith(b"\r\n") else ended + b"\r\n"
        self.smtp.send(_DOT.sub(b"..", ended) + b".\r\n")
        return None

    def _judged(self, code: int, answer: bytes | str) -> Outcome:
        words = _text(answer)
        if code in _GOOD:
            return Outcome("sent", f"{code} {words}"[:LONGEST_ANSWER])
        said = f"{code} {words}"[:LONGEST_ANSWER]
        if code == 421:  # it closes the connection
            return self._lost(Outcome("later", said, is_servers=True))
        if self.smtp is not None:
            try:
                self.smtp.rset()
            except (OSError, smtplib.SMTPException):
                self._lost(Outcome("later"))
        return Outcome("later" if code in _LATER else "failed", said)

    def _lost(self, outcome: Outcome) -> Outcome:
        if self.smtp is not None:
            self.smtp.close()
            self.smtp = None
        return outcome


def _connected(server: Server) -> smtplib.SMTP:
    smtp: smtplib.SMTP
    if server.is_tls:
        smtp = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        smtp.ehlo_or_helo_if_needed()
        if not server.is_tls and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        elif server.user and not server.is_tls and server.host not in HOME:
            raise smtplib.SMTPException("it offers no TLS, so the password is not sent. Use smtps://")
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _envelope(mail: EmailMessage) -> tuple[str, str]:
    return str(mail["From"]), str(mail["To"])


@lru_cache(maxsize=64)
def _bare(address: str) -> str:
    """The address without a name."""
    if "<" not in address and "(" not in address and " " not in address:
        return address  # to read it takes as long as to send it
    [(_, bare)] = getaddresses([address])
    return bare


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:LONGEST_ANSWER]
    return (str(error) or type(error).__name__)[:LONGEST_ANSWER]


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())
