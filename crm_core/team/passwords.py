"""Passwords: what may be one, how they are kept, how they are compared.

The rule follows NIST SP 800-63B: length and a list of what everybody tries; no rules of composition, no
expiry.
"""

import secrets
import threading
import unicodedata
from collections.abc import Callable

import bcrypt

from crm_core.team.common_passwords import COMMON

Compare = Callable[[str, str], bool]

MIN_LENGTH = 10
MAX_BYTES = 72  # what bcrypt reads
COST = 12
# The hash of a random text that was thrown away: comparing with it takes as long and never succeeds.
NOBODYS_HASH = "$2b$12$2fn3KN00TyiTErhyI16c6OJOsXUW3uoYoBNM97.cx47vqSaOE21bK"
# Without letters and digits that are taken for one another when read aloud or typed off a screen.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

# One comparison keeps a processor busy for a quarter of a second; a flood of them must leave room for others.
_comparing = threading.BoundedSemaphore(2)


def normalised(password: str) -> str:
    """The form that is hashed: the same characters, however a keyboard composed them."""
    return unicodedata.normalize("NFKC", password)


def problem(password: str, *, names: tuple[str, ...] = ()) -> str | None:
    """Why this cannot be a password, as a sentence; None when it can.

    Args:
        password: what the person chose.
        names: words that others would try first: user name, own name, e-mail address, company.
    """
    chosen = normalised(password)
    if len(chosen) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters. A few words in a row are easy to remember."
    if len(chosen.encode()) > MAX_BYTES:
        return f"Use at most {MAX_BYTES} bytes; that is {MAX_BYTES} plain letters."
    if any(unicodedata.category(character) == "Cc" for character in chosen):
        return "Leave out characters that cannot be seen."
    if _is_easily_guessed(chosen.casefold(), names):
        return (
            "Others would try this early. Use words that are not your name, the company or a common password."
        )
    return None


def hashed(password: str) -> str:
    """The hash that is stored. The password must have passed ``problem``."""
    return bcrypt.hashpw(normalised(password).encode(), bcrypt.gensalt(COST)).decode()


def by_bcrypt(password: str, password_hash: str) -> bool:
    """Compare a password with a hash."""
    return bcrypt.checkpw(password.encode(), password_hash.encode())


def is_right(password: str, password_hash: str, compare: Compare = by_bcrypt) -> bool:
    """Does the password belong to the hash? What is too long for any password is compared all the same."""
    given = normalised(password)
    with _comparing:
        if len(given.encode()) > MAX_BYTES:
            compare(given[:MIN_LENGTH], NOBODYS_HASH)
            return False
        return compare(given, password_hash)


def one_time() -> str:
    """A password to hand over once: four groups of four, 79 bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _is_easily_guessed(chosen: str, names: tuple[str, ...]) -> bool:
    if chosen in COMMON or len(set(chosen)) <= 2:
        return True
    bare = chosen.strip("0123456789!?.,-_*#$ ")
    known = {part.casefold() for name in names for part in (name, name.partition("@")[0]) if len(part) > 2}
    return bare in COMMON or chosen in known or bare in known
