"""Sign-ins as rows: how they begin, how long they last, how all of somebody's end."""

from datetime import timedelta

from crm_core.kernel.work import Work
from crm_core.team import secrets
from crm_core.team.actors import actor_of
from crm_core.team.types import SignedIn
from db.models import SignIn, User
from db.queries import sign_ins as sql

# A tool for the working day on one's own computer: signed in in the morning, still signed in after a long
# meeting, and by password once a week in any case. Who loses a laptop is signed out from elsewhere.
IDLE = timedelta(hours=12)
LIFETIME = timedelta(days=7)
TICKET_LIFETIME = timedelta(seconds=60)


def end_all(work: Work, user: User, *, keep: int | None = None) -> None:
    """End every sign-in of a user, but perhaps one; also those that a stolen cookie keeps alive."""
    user.session_version += 1
    work.flush()
    work.run(sql.revoke_all(user.id, work.now, but=keep))
    if keep is not None:
        work.run(sql.carry_over(keep, user.id, user.session_version))


def begin_for(work: Work, user: User, address: str = "", browser: str = "") -> SignedIn:
    """Start a sign-in for a user who has just proved who he is."""
    ticket = secrets.new()
    row = work.add(
        SignIn(
            user_id=user.id,
            session_version=user.session_version,
            ticket_digest=secrets.digest(ticket),
            ticket_expires_at=work.now + TICKET_LIFETIME,
            browser=browser[:255],
            address=address[:64],
            created_at=work.now,
            last_seen_at=work.now,
            expires_at=work.now + LIFETIME,
        )
    )
    actor = actor_of(work, user)
    user.last_seen_at = work.now
    Work(actor, work.session, work.now, work.happened).record("user.signed_in", user, address=address)
    return SignedIn(row.id, ticket, actor)
