"""Tokens: secrets that let a program act with the rights its owner has at that moment."""

from datetime import timedelta

from crm_core.kernel.access import SYSTEM, Actor, Permission
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.work import Work, use_case
from crm_core.team import rules, secrets
from crm_core.team.actors import actor_of
from crm_core.team.types import TokenRow
from db.models import ApiToken, User
from db.queries import sign_ins as sql

PREFIX = "rapport_"  # tells people and programs that search for leaked secrets what this is
LONGEST_DAYS = 366
USED_EVERY = timedelta(minutes=1)


@use_case(Permission.TOKENS_USE)
def create(work: Work, name: str, days: int | None = 90) -> str:
    """A new token, which is returned this once.

    Args:
        work: whose token it will be.
        name: what it is for.
        days: how long it is good; None means until it is revoked.

    Raises:
        Invalid: the name is missing or too long, or the days are out of range.
    """
    tidy = rules.plain(name)
    hints = {"name": rules.name_problem(tidy, 120)}
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        hints["days"] = f"Choose between 1 and {LONGEST_DAYS} days."
    if any(hints.values()) or work.actor.id is None:
        raise Invalid(
            "The token was not made.", fields={field: hint for field, hint in hints.items() if hint}
        )
    secret = PREFIX + secrets.new()
    token = work.add(
        ApiToken(
            user_id=work.actor.id,
            name=tidy,
            token_digest=secrets.digest(secret),
            created_at=work.now,
            expires_at=None if days is None else work.now + timedelta(days=days),
        )
    )
    work.record("token.created", token, token=tidy, days=days)
    return secret


@use_case(Permission.TOKENS_USE, read=True)
def search(work: Work) -> list[TokenRow]:
    """The tokens of the person who asks, the latest first."""
    return [] if work.actor.id is None else work.rows(sql.tokens_of(work.actor.id), TokenRow)


@use_case(Permission.PROFILE_USE)
def revoke(work: Work, token_id: int) -> None:
    """End one of one's own tokens.

    Raises:
        NotFound: it is not one's own, or there is none.
    """
    token = work.get(ApiToken, token_id)
    if token.user_id != work.actor.id or token.revoked_at is not None:
        raise NotFound("This token does not exist, or it is not yours to see.")
    token.revoked_at = work.now
    work.record("token.revoked", token, token=token.name)


def identify(token: str) -> Actor | None:
    """Whose token this is, with the rights of this moment; None when it is worth nothing (any more).

    A role that may not use tokens has none that work.
    """
    if not token.startswith(PREFIX):
        return None
    found = _owner(SYSTEM, token)
    if found is None:
        return None
    actor, token_id, is_noted = found
    if not is_noted:
        _note_use(SYSTEM, token_id)
    return actor if actor.may(Permission.TOKENS_USE) else None


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _owner(work: Work, token: str) -> tuple[Actor, int, bool] | None:
    """The owner of a valid token, its id, and whether its use was noted within the minute."""
    for row in work.tuples(sql.token_owner(secrets.digest(token), work.now)):
        user: User = row[0]
        is_noted = row[2] is not None and work.now - row[2] < USED_EVERY
        return actor_of(work, user), row[1], is_noted
    return None


@use_case(Permission.SYSTEM_OPERATE)
def _note_use(work: Work, token_id: int) -> None:
    """Write down that a token was used."""
    work.run(sql.token_used(token_id, work.now))
