"""Open sign-ins, wrong attempts and tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Executable,
    Select,
    Update,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from db.models import ApiToken, SignIn, SignInAttempt, User


def valid(now: datetime, idle_since: datetime) -> ColumnElement[bool]:
    """A sign-in counts while nobody ended it, it is not over, and its user is as it was at its start."""
    return and_(
        SignIn.revoked_at.is_(None),
        SignIn.expires_at > now,
        SignIn.last_seen_at > idle_since,
        User.is_active,
        User.session_version == SignIn.session_version,
    )


def by_id(sign_in_id: int, now: datetime, idle_since: datetime) -> Executable:
    """What decides about the user of a valid sign-in, with its id and when it was last seen."""
    return _joined().where(SignIn.id == sign_in_id, valid(now, idle_since))


def by_token(digest: str, now: datetime, idle_since: datetime) -> Executable:
    """The same of the valid sign-in whose cookie has this digest."""
    return _joined().where(SignIn.token_digest == digest, valid(now, idle_since))


def of_user(user_id: int, now: datetime, idle_since: datetime) -> Executable:
    """The valid sign-ins of one user, the latest first."""
    return (
        select(
            SignIn.id,
            SignIn.browser,
            SignIn.address,
            SignIn.created_at,
            SignIn.last_seen_at,
            SignIn.expires_at,
        )
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.user_id == user_id, valid(now, idle_since))
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    )


def redeem(ticket_digest: str, token_digest: str, now: datetime) -> Update:
    """Swap an unused ticket for a cookie."""
    return (
        update(SignIn)
        .where(
            SignIn.ticket_digest == ticket_digest,
            SignIn.ticket_expires_at > now,
            SignIn.revoked_at.is_(None),
        )
        .values(ticket_digest=None, ticket_expires_at=None, token_digest=token_digest)
    )


def revoke(now: datetime, *, sign_in_id: int | None = None, token_digest: str | None = None) -> Update:
    """End one sign-in, named by its id or by its cookie."""
    which = SignIn.id == sign_in_id if token_digest is None else SignIn.token_digest == token_digest
    return update(SignIn).where(which, SignIn.revoked_at.is_(None)).values(revoked_at=now)


def revoke_all(user_id: int, now: datetime, *, but: int | None = None) -> Update:
    """End every sign-in of a user, but perhaps one."""
    statement = update(SignIn).where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None))
    return (statement if but is None else statement.where(SignIn.id != but)).values(revoked_at=now)


def carry_over(sign_in_id: int, user_id: int, version: int) -> Update:
    """Let one sign-in of a user go on under the new version of its user."""
    return (
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.user_id == user_id)
        .values(session_version=version)
    )


def seen(sign_in_id: int, now: datetime) -> Update:
    """Note that a sign-in was used."""
    return update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now)


def over_before(moment: datetime) -> Delete:
    """Forget sign-ins that ended long ago."""
    return delete(SignIn).where(or_(SignIn.expires_at < moment, SignIn.revoked_at < moment))


def is_known_place(username: str, address: str, since: datetime) -> Select[Any]:
    """Has this user signed in from this address lately?"""
    return (
        select(SignIn.id)
        .join(User, User.id == SignIn.user_id)
        .where(User.username == username, SignIn.address == address, SignIn.created_at > since)
        .limit(1)
    )


def attempts(keys: Sequence[str], since: datetime) -> Executable:
    """How often each of these keys was tried since then."""
    return (
        select(SignInAttempt.key, func.count())
        .where(SignInAttempt.key.in_(keys), SignInAttempt.attempted_at > since)
        .group_by(SignInAttempt.key)
    )


def forget_attempts(ids: Sequence[int]) -> Delete:
    """Take back these attempts."""
    return delete(SignInAttempt).where(SignInAttempt.id.in_(ids))


def forget_key(key: str) -> Delete:
    """Take back all attempts of a key."""
    return delete(SignInAttempt).where(SignInAttempt.key == key)


def old_attempts(before: datetime) -> Delete:
    """Forget attempts that no longer count."""
    return delete(SignInAttempt).where(SignInAttempt.attempted_at < before)


def token_owner(digest: str, now: datetime) -> Executable:
    """The user whose valid token has this digest, with the token's id and when it was last used."""
    return (
        select(User, ApiToken.id, ApiToken.last_used_at)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(
            ApiToken.token_digest == digest,
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
            User.is_active,
            User.must_change_password.is_(False),
        )
    )


def token_used(token_id: int, now: datetime) -> Update:
    """Note that a token was used."""
    return update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now)


def tokens_of(user_id: int) -> Executable:
    """The tokens of a user that were not revoked, the latest first."""
    return (
        select(ApiToken.id, ApiToken.name, ApiToken.created_at, ApiToken.expires_at, ApiToken.last_used_at)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.created_at.desc(), ApiToken.id.desc())
    )


def revoke_tokens(user_id: int, now: datetime) -> Update:
    """End every token of a user."""
    return (
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _joined() -> Select[Any]:
    # Asked at every click: only the columns that decide, and never the hash of the password.
    columns: tuple[Any, ...] = (
        User.id,
        User.name,
        User.role,
        User.reach,
        User.team_id,
        User.must_change_password,
    )
    return select(*columns, SignIn.id.label("sign_in_id"), SignIn.last_seen_at).join(
        SignIn, SignIn.user_id == User.id
    )
