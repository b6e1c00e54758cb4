"""E-mail addresses, judged by the email-validator library (no look-up in the network)."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from crm_core.kernel.values.problem import Problem, shorten

_PLAIN_LOCAL = re.compile(r"[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]+(?:\.[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]+)*")
_SEPARATORS = re.compile(r"\s*(?::::|[;,|\n\t])\s*")
_NAMED = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>")
_MAX_LENGTH = 254


def parse(text: str) -> str | Problem:
    """One address, normalised and in lower case: the form that is stored, compared and unique.

    The local part may be international, the domain is shown in Unicode. Addresses below `.test` are accepted:
    they are reserved for samples (RFC 2606) and reach nobody. Expects a cleaned text; blanks are not
    forgiven.
    """
    local, _, domain = text.partition("@")
    if text.isascii() and _PLAIN_LOCAL.fullmatch(local) and len(text) <= _MAX_LENGTH:
        verdict = _domain(domain)
        if verdict is not None:
            return f"{local}@{verdict}".lower()
    return _by_library(text)


def parse_all(cell: str) -> tuple[list[str], list[Problem]]:
    """All addresses of a cell, none twice: `a@x.com, b@y.com`, `Ann <a@x.com>; ...`, `mailto:a@x.com`."""
    found = parse(cell)
    if type(found) is str:
        return [found], []
    addresses: list[str] = []
    problems: list[Problem] = []
    for part in _split(cell):
        found = parse(part)
        if isinstance(found, Problem):
            problems.append(found)
        elif found not in addresses:
            addresses.append(found)
    return addresses, problems


def domain_of(address: str) -> str:
    """The part behind the @ of a stored address."""
    return address.rpartition("@")[2]


def _split(cell: str) -> list[str]:
    if "<" in cell:
        named = _NAMED.findall(cell)
        if named:
            return [_without_scheme(address) for address in named]
    parts = [part for part in _SEPARATORS.split(cell) if part]
    if len(parts) == 1 and cell.count("@") > 1:
        parts = cell.split()
    return [_without_scheme(part) for part in parts]


def _without_scheme(part: str) -> str:
    part = part.strip().strip("<>").strip()
    return part[7:].partition("?")[0] if part[:7].lower() == "mailto:" else part


@lru_cache(maxsize=65_536)
def _domain(domain: str) -> str | None:
    """The library's normal form of a domain, or None. Domains repeat: most addresses need no library call."""
    verdict = _by_library(f"a@{domain}")
    return None if isinstance(verdict, Problem) else verdict[2:]


def _by_library(text: str) -> str | Problem:
    try:
        checked = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        return Problem(f"“{shorten(text)}” is not an e-mail address. {error}", text)
    return checked.normalized.lower()
