"""Signing in and out. The user's row decides at every step: who is disabled or changed is out at once."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn

from crm_core.kernel.access import SYSTEM, Actor, Permission
from crm_core.kernel.errors import Invalid, NotAllowed, NotFound
from crm_core.kernel.work import Clock, Work, use_case
from crm_core.settings import Settings
from crm_core.team import lockout, passwords, secrets, sightings
from crm_core.team.actors import actor_of
from crm_core.team.open_sign_ins import IDLE, begin_for, end_all
from crm_core.team.rules import login_name
from crm_core.team.types import Candidate, OpenSignIn, SignedIn
from db.models import SignIn, User
from db.queries import sign_ins as sql
from db.queries import users

FORGET_AFTER = timedelta(days=30)


def cookie_name(settings: Settings) -> str:
    """What the cookie is called; the prefix makes browsers refuse it from other hosts and without TLS."""
    return "__Host-rapport" if settings.https else "rapport"


COOKIE = cookie_name(Settings.from_environment())
WRONG = "The user name or the password is not correct."
_log = logging.getLogger(__name__)


def check_password(
    username: str,
    password: str,
    *,
    address: str = "",
    browser: str = "",
    compare: passwords.Compare = passwords.by_bcrypt,
) -> SignedIn:
    """Sign in by name and password.

    A wrong name, a wrong password and a disabled user get the same sentence after the same time.

    Args:
        username: the sign-in name, in any case.
        password: as typed.
        address: of the person's computer, if known.
        browser: what the browser calls itself.
        compare: how a password is compared with a hash.

    Raises:
        NotAllowed: the name or the password is wrong, or the user is disabled.
        TooManyAttempts: too many were wrong lately; this one was not looked at.
    """
    claimed = _candidate(username, address)
    if not passwords.is_right(password, claimed.password_hash, compare) or claimed.user_id is None:
        _refuse(claimed, address)
    return _begin(SYSTEM, claimed, address, browser)


def identify(sign_in_id: int) -> Actor | None:
    """Who is signed in here, with the rights of this moment; None when it is over, for whatever reason."""
    found = _by_id(SYSTEM, sign_in_id)
    return _noted(found)[1] if found else None


def identify_token(token: str) -> tuple[int, Actor] | None:
    """The sign-in of a cookie, and who it is; None when the cookie is worth nothing (any more)."""
    found = _by_token(SYSTEM, token) if token else None
    return _noted(found) if found else None


def redeem(ticket: str) -> str | None:
    """Swap the ticket of a new sign-in for the secret of its cookie: once, within a minute; else None."""
    token = secrets.new()
    return token if ticket and _redeem(SYSTEM, secrets.digest(ticket), secrets.digest(token)) else None


def sign_out(sign_in_id: int) -> None:
    """End a sign-in, in all tabs and for all copies of its cookie."""
    _revoke(SYSTEM, sign_in_id, None)


def sign_out_token(token: str) -> None:
    """End the sign-in of a cookie."""
    _revoke(SYSTEM, None, secrets.digest(token))


@use_case(Permission.PROFILE_USE)
def sign_out_everywhere(work: Work) -> None:
    """End all sign-ins of the person who asks, this one included."""
    user = work.get(User, _own_id(work))
    end_all(work, user)
    work.record("user.signed_out_everywhere", user)


@use_case(Permission.PROFILE_USE, read=True)
def sign_ins(work: Work) -> list[OpenSignIn]:
    """Where the person who asks is signed in, the latest first."""
    return work.rows(sql.of_user(_own_id(work), work.now, work.now - IDLE), OpenSignIn)


@use_case(Permission.PROFILE_USE)
def revoke(work: Work, sign_in_id: int) -> None:
    """End one of one's own sign-ins.

    Raises:
        NotFound: it is not one's own, or there is none.
    """
    row = work.get(SignIn, sign_in_id)
    if row.user_id != _own_id(work):
        raise NotFound("This sign-in does not exist, or it is not yours to see.")
    work.run(sql.revoke(work.now, sign_in_id=sign_in_id))
    work.record("user.signed_out", work.get(User, row.user_id))


@use_case(Permission.PROFILE_USE, read=True)
def must_change_password(work: Work) -> bool:
    """Has this person a password that somebody else knows? Until it is changed nothing else is permitted."""
    return work.actor.id is not None and work.get(User, work.actor.id).must_change_password


def change_password(me: Actor, old: str, new: str, *, keep: int | None = None) -> None:
    """Choose a new password; all other sign-ins end.

    Args:
        me: the person.
        old: the password so far; wrong ones count as attempts to sign in.
        new: the password from now on.
        keep: the sign-in that goes on, usually the one in which this happens.

    Raises:
        Invalid: the old password is wrong, or the new one cannot be a password.
        TooManyAttempts: the old one was wrong too often.
    """
    words, password_hash = _own_hash(me)
    attempt_ids = lockout.enter(words[0], "")
    if not passwords.is_right(old, password_hash):
        raise Invalid("The password was not changed.", fields={"old": "This is not your password so far."})
    hint = passwords.problem(new, names=words)
    if hint is None and passwords.normalised(new) == passwords.normalised(old):
        hint = "This is the password you have already."
    if hint is not None:
        raise Invalid("The password was not changed.", fields={"new": hint})
    _change_password(me, passwords.hashed(new), keep, attempt_ids)


def _candidate(username: str, address: str) -> Candidate:
    name = login_name(username)
    attempt_ids = lockout.enter(name, address)
    found = _hash_of(SYSTEM, name)
    user_id, password_hash = found or (None, passwords.NOBODYS_HASH)
    return Candidate(name, user_id, password_hash, attempt_ids)


def _refuse(claimed: Candidate, address: str) -> NoReturn:
    # A name that nobody has may be a password typed into the wrong field: it does not go to the log.
    _log.warning("sign-in refused: user %s, address %s", claimed.user_id or "unknown", address or "unknown")
    raise NotAllowed(WRONG)


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _hash_of(work: Work, username: str) -> tuple[int, str] | None:
    """The id and the hash of a user who may sign in."""
    user: User | None = work.scalar(users.by_username(username))
    return (user.id, user.password_hash) if user is not None and user.is_active else None


@use_case(Permission.SYSTEM_OPERATE)
def _begin(work: Work, claimed: Candidate, address: str, browser: str) -> SignedIn:
    """Start the sign-in of somebody whose password was right."""
    user: User | None = work.scalar(users.by_username(claimed.username))
    if user is None or not user.is_active or user.password_hash != claimed.password_hash:
        raise NotAllowed(WRONG)  # changed while the password was being compared
    lockout.leave(work, claimed.username, claimed.attempt_ids)
    work.run(sql.over_before(work.now - FORGET_AFTER))
    return begin_for(work, user, address, browser)


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _by_id(work: Work, sign_in_id: int) -> tuple[int, Actor, datetime] | None:
    """A valid sign-in with its person."""
    return _found(work, work.tuples(sql.by_id(sign_in_id, work.now, work.now - IDLE)))


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _by_token(work: Work, token: str) -> tuple[int, Actor, datetime] | None:
    """The valid sign-in of a cookie with its person."""
    return _found(work, work.tuples(sql.by_token(secrets.digest(token), work.now, work.now - IDLE)))


def _found(work: Work, rows: Sequence[Any]) -> tuple[int, Actor, datetime] | None:
    for row in rows:
        return row.sign_in_id, actor_of(work, row), row.last_seen_at
    return None


def _noted(found: tuple[int, Actor, datetime]) -> tuple[int, Actor]:
    sign_in_id, actor, last_seen_at = found
    if actor.id is not None:
        sightings.note(sign_in_id, actor.id, last_seen_at, Clock.now())
    return sign_in_id, actor


@use_case(Permission.SYSTEM_OPERATE)
def _redeem(work: Work, ticket_digest: str, token_digest: str) -> bool:
    """Swap the digests; True for the one who came first."""
    return work.run(sql.redeem(ticket_digest, token_digest, work.now)) == 1


@use_case(Permission.SYSTEM_OPERATE)
def _revoke(work: Work, sign_in_id: int | None, token_digest: str | None) -> None:
    """End one sign-in."""
    work.run(sql.revoke(work.now, sign_in_id=sign_in_id, token_digest=token_digest))


@use_case(Permission.PROFILE_USE, read=True)
def _own_hash(work: Work) -> tuple[tuple[str, ...], str]:
    """The names and the hash of the person who asks; the sign-in name comes first."""
    user = work.get(User, _own_id(work))
    return (user.username, user.name, user.email or ""), user.password_hash


@use_case(Permission.PROFILE_USE)
def _change_password(work: Work, password_hash: str, keep: int | None, attempt_ids: tuple[int, ...]) -> None:
    """Store a new password of one's own."""
    user = work.get(User, _own_id(work))
    user.password_hash = password_hash
    user.must_change_password = False
    lockout.leave(work, user.username, attempt_ids)
    end_all(work, user, keep=keep)
    work.record("user.password_changed", user)


def _own_id(work: Work) -> int:
    if work.actor.id is None:
        raise NotAllowed("The command line has no password and no sign-ins. Add --as NAME to act as a user.")
    return work.actor.id
