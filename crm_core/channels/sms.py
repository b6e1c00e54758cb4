"""Short messages by an HTTP gateway: one POST for each, as JSON.

The request names ``to``, ``from``, ``text`` and ``reference``; the reference is the same at every attempt and
also goes as ``Idempotency-Key``. The key of the gateway goes as ``Authorization: Bearer …``.
"""

import http.client
import json
import re
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from crm_core.channels.types import Outcome, OutgoingMail
from crm_core.kernel.errors import Invalid, Unavailable
from crm_core.settings import Settings

TIMEOUT: Final = 20.0  # seconds that the gateway may take for one answer
LONGEST_ANSWER: Final = 400
LONGEST_TEXT: Final = 1_530
"""Characters: ten parts of a text in the common alphabet, which gateways join."""
_NUMBER: Final = re.compile(r"\+?[0-9]{5,15}")
_HOME: Final = ("localhost", "127.0.0.1", "::1")
_REFUSED: Final = (401, 403)
_BUSY: Final = (408, 425, 429)


@dataclass(frozen=True)
class Gateway:
    """Where short messages are handed over, from the settings."""

    host: str
    port: int | None
    path: str
    is_tls: bool
    sender: str
    key: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Gateway":
        """Read the settings.

        Raises:
            Invalid: the address is none, would send the key in the clear, or there is no sender.
        """
        try:
            parts = urlsplit(settings.sms_url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HOME)
        if not parts.hostname or not is_safe or parts.username:
            raise Invalid(
                "CRM_SMS_URL is no address of a gateway. Write https://gateway.example.com/messages"
            )
        if not settings.sms_sender:
            raise Invalid("Say who short messages come from: set CRM_SMS_SENDER.")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.hostname, port, path, parts.scheme == "https", settings.sms_sender, settings.sms_key)


class SmsCarrier:
    """Messages to a gateway, all over one connection where it stays open."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.connection = _connection(gateway)

    def __enter__(self) -> "SmsCarrier":
        """Open the connection.

        Raises:
            Unavailable: the gateway does not answer.
        """
        try:
            self.connection.connect()
        except OSError as error:
            raise Unavailable(f"The SMS gateway {self.gateway.host} does not answer: {error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.connection.close()

    def send(self, message: OutgoingMail) -> Outcome:
        """Hand one short message over. Before the request is out, trying again is safe; after that not."""
        number = message.to_address.replace(" ", "")
        if not _NUMBER.fullmatch(number):
            return Outcome("failed", f"“{message.to_address[:40]}” is no telephone number.")
        if len(message.body_text) > LONGEST_TEXT:
            return Outcome("failed", f"The text has more than {LONGEST_TEXT:,} characters.")
        try:
            self._ask(number, message)
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            return Outcome("later", _words(error), is_servers=True)
        try:
            answer = self.connection.getresponse()
            words = answer.read(LONGEST_ANSWER * 4).decode("utf-8", "replace")
            is_over = answer.read(1) != b""
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            return Outcome("unclear", _words(error), is_servers=True)
        if is_over:
            self.connection.close()
        return _judged(answer.status, words)

    def _ask(self, number: str, message: OutgoingMail) -> None:
        fields = {
            "to": number,
            "from": self.gateway.sender,
            "text": message.body_text,
            "reference": message.message_id,
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.message_id.strip("<>")}
        if self.gateway.key:
            headers["Authorization"] = f"Bearer {self.gateway.key}"
        self.connection.request("POST", self.gateway.path, json.dumps(fields).encode(), headers)


def is_set_up(settings: Settings) -> bool:
    """Is there a gateway, and a sender?"""
    return bool(settings.sms_url and settings.sms_sender)


def _connection(gateway: Gateway) -> http.client.HTTPConnection:
    if gateway.is_tls:
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(gateway.host, gateway.port, timeout=TIMEOUT, context=context)
    return http.client.HTTPConnection(gateway.host, gateway.port, timeout=TIMEOUT)


def _judged(status: int, words: str) -> Outcome:
    said = f"{status} {' '.join(words.split())}"[:LONGEST_ANSWER]
    if 200 <= status < 300:
        return Outcome("sent", said)
    if status in _REFUSED:  # our key, not this message
        return Outcome("later", said, is_servers=True)
    if status in _BUSY or status >= 500:
        return Outcome("later", said)
    return Outcome("failed", said)


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:LONGEST_ANSWER]
