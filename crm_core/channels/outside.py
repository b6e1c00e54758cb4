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
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/32")
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
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
    port = parts.port or kind.default_port  # named, or the end of an IPv6 address is read as one
    return kind(host, port, timeout=seconds), quote(path, safe=_SAFE)


def _is_inside(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and (within := _carried(found)) is not None:
        found = within
    return not found.is_global or found.is_multicast


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a gateway would go on to: mapped, compatible, 6to4, or by NAT64 (RFC 6052)."""
    if address in _COMPATIBLE or address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _reached(host: str, port: int, seconds: float | None) -> socket.socket:
    found = [place for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    addresses = [str(place[0]) for place in found]
    if any(map(_is_inside, addresses)) and os.environ.get(INSIDE) != "1":
        raise LiesInside("This address lies inside the own network, which is not called.")
    return socket.create_connection((addresses[0], port), timeout=seconds)
