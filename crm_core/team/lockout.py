"""How often a password may be guessed; counted in the database, so no restart or second machine resets it.

An attempt is noted before the password is looked at, and committed before it is counted, so that many at
the same moment cannot slip through together. A refused attempt is taken back: guessing on does not keep the
door shut, and the wait is over a quarter of an hour after the wrong attempts. A place from which the person
signed in lately is counted apart, so that a stranger cannot keep somebody out of the own office.
"""

from datetime import timedelta
from hashlib import sha256

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import NotAllowed
from crm_core.kernel.work import Work, use_case
from db.models import SignInAttempt
from db.queries import sign_ins as sql

WINDOW = timedelta(minutes=15)
PER_NAME = 5
PER_ADDRESS = 20
PER_SETUP_CODE = 10
KNOWN_PLACE_FOR = timedelta(days=30)
SENTENCE = "Too many attempts. Try again in 15 minutes."


class TooManyAttempts(NotAllowed):
    """Somebody guessed too often; the same for names that exist and names that do not."""

    http_status = 429


def enter(username: str, address: str) -> tuple[int, ...]:
    """Count one attempt at a name from an address; returns what ``leave`` takes back after a right password.

    Raises:
        TooManyAttempts: the password must not be looked at now.
    """
    return _enter(_limits(SYSTEM, username, address))


def enter_setup() -> tuple[int, ...]:
    """Count one attempt at the set-up code.

    Raises:
        TooManyAttempts: the code must not be looked at now.
    """
    return _enter({"setup": PER_SETUP_CODE})


def leave(work: Work, username: str, attempt_ids: tuple[int, ...]) -> None:
    """The password was right: forget the wrong ones at this name, and this attempt at its address."""
    work.run(sql.forget_attempts(attempt_ids))
    work.run(sql.forget_key(_name_key(username)))
    work.run(sql.old_attempts(work.now - WINDOW))


def _enter(limits: dict[str, int]) -> tuple[int, ...]:
    attempt_ids = _note(SYSTEM, tuple(limits))
    if _is_within(SYSTEM, limits):
        return attempt_ids
    _take_back(SYSTEM, attempt_ids)
    raise TooManyAttempts(SENTENCE)


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _limits(work: Work, username: str, address: str) -> dict[str, int]:
    """What is counted for this attempt, and how far."""
    if not address:
        return {_name_key(username): PER_NAME}
    limits = {f"address:{address[:64]}": PER_ADDRESS}
    since = work.now - KNOWN_PLACE_FOR
    if work.scalar(sql.is_known_place(username, address, since)) is not None:
        return limits | {"place:" + _digest(f"{username} {address}"): PER_NAME}
    return limits | {_name_key(username): PER_NAME}


@use_case(Permission.SYSTEM_OPERATE)
def _note(work: Work, keys: tuple[str, ...]) -> tuple[int, ...]:
    """Write the attempts down."""
    rows = [work.add(SignInAttempt(key=key, attempted_at=work.now)) for key in keys]
    work.flush()
    return tuple(row.id for row in rows)


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _is_within(work: Work, limits: dict[str, int]) -> bool:
    """Is every count, this attempt included, within its limit?"""
    counted = work.tuples(sql.attempts(list(limits), work.now - WINDOW))
    return all(count <= limits[key] for key, count in counted)


@use_case(Permission.SYSTEM_OPERATE)
def _take_back(work: Work, attempt_ids: tuple[int, ...]) -> None:
    """Forget attempts that were refused."""
    work.run(sql.forget_attempts(attempt_ids))


def _name_key(username: str) -> str:
    # What is typed as a name is sometimes a password: it is not stored as it is.
    return f"name:{_digest(username)}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
