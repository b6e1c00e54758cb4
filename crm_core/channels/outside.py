"""Connections to addresses that people typed: never into the own network, unless that was allowed.

Whoever may write a journey or a message must not reach what only the server reaches.
"""

import ipaddress
import os
import socket
import ssl
from http.client import HTTPConnection, HTTPSConnection
from typing import Final
from urllib.parse import quote, urlsplit

INSIDE: Final = "CRM_WEBHOOKS_INSIDE"
"""Environment variable: ``1`` allows addresses of the own network."""
_SAFE: Final = "/:?#[]@!$&'()*+,;=%-._~"


class LiesInside(ValueError):
    """The address belongs to the own network."""


class _Plain(HTTPConnection):
    """Connects to the very address that was looked at: a name could mean another one a moment later."""

    def connect(self) -> None:
        """Look the name up once, refuse what lies inside, connect."""
        self.sock = _reached(self.host, self.port, self.timeout)


class _Secure(HTTPSConnection):
    """The same over TLS, where the certificate must be that of the name."""

    def connect(self) -> None:
        """As above."""
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(
            _reached(self.host, self.port, self.timeout), server_hostname=self.host
        )


def connection(url: str, seconds: float) -> tuple[HTTPConnection, str]:
    """A connection that opens with its first request, and the path to ask for.

    Args:
        seconds: how long to wait for each answer.

    Raises:
        ValueError: it is no address of the web. When it opens: LiesInside, OSError.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("Only http and https addresses are called.")
    kind = _Secure if parts.scheme == "https" else _Plain
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
    return kind(host, parts.port, timeout=seconds), quote(path, safe=_SAFE)


def _reached(host: str, port: int, seconds: float | None) -> socket.socket:
    found = [place for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    addresses = [str(place[0]) for place in found]
    is_inside = any(not ipaddress.ip_address(one.partition("%")[0]).is_global for one in addresses)
    if is_inside and os.environ.get(INSIDE) != "1":
        raise LiesInside("This address lies inside the own network, which is not called.")
    return socket.create_connection((addresses[0], port), timeout=seconds)
