"""Random secrets that people and programs carry; we keep only their digests."""

import secrets
from hashlib import sha256


def new() -> str:
    """A secret of 256 random bits, safe in cookies and addresses."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret. It has too many bits for guessing, so a quick hash is enough."""
    return sha256(secret.encode()).hexdigest()
