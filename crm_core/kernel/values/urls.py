"""Web addresses: only http and https, never a script."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

import idna

from crm_core.kernel.values.problem import Problem, shorten

_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):(?!\d)", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9\-_]{1,63}(?<!-)", re.IGNORECASE)
_HANDLE = re.compile(r"@?([\w.\-]{1,100})/?")
_MAX_LENGTH = 2000
_HOMES = {
    "linkedin_url": ("linkedin.com", "https://www.linkedin.com/in/"),
    "x_url": ("x.com", "https://x.com/"),
    "facebook_url": ("facebook.com", "https://www.facebook.com/"),
    "instagram_url": ("instagram.com", "https://www.instagram.com/"),
}


@lru_cache(maxsize=8192)
def parse(text: str) -> str | Problem:
    """An http(s) address; a bare domain gets https://. Scheme and host in lower case, the path as written.

    `javascript:`, `data:` and every other scheme are refused, and so are names and passwords in the address.
    """
    if len(text) > _MAX_LENGTH or any(sign.isspace() or sign in '<>"\\^`{}' for sign in text):
        return _refused(text)
    if text.startswith("//"):
        text = "https:" + text
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return _refused(text)
    try:
        parts = urlsplit(text if scheme else f"https://{text}")
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return _refused(text)
    if host is None or parts.username is not None or parts.password is not None:
        return _refused(text)
    place = f"{host}:{port}" if port else host
    tail = (
        parts.path
        + (f"?{parts.query}" if parts.query else "")
        + (f"#{parts.fragment}" if parts.fragment else "")
    )
    return f"{parts.scheme.lower()}://{place}{'' if tail == '/' else tail}"


def domain_of(url: str) -> str:
    """The host of a stored address without `www.`: what two addresses of one company share."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def parse_profile(text: str, field: str) -> str | Problem:
    """A profile address from an address or a bare handle (`@ann` for `x_url`)."""
    home = _HOMES.get(field)
    handle = _HANDLE.fullmatch(text)
    if home and handle and (text.startswith("@") or "." not in text):
        return home[1] + handle[1]
    return parse(text)


def _host(host: str) -> str | None:
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    host = host.lower().rstrip(".")
    labels = host.split(".")
    is_name = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and len(host) <= 253
    return host if is_name else None


def _refused(text: str) -> Problem:
    return Problem(f"“{shorten(text)}” is not a web address. Write it as https://example.com.", text)
