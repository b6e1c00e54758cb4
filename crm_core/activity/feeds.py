"""The own appointments at a secret address, for calendar programs that subscribe to it."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.activity import ics
from crm_core.activity.task_days import today
from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import NotAllowed
from crm_core.kernel.work import Work, begin, use_case
from crm_core.team import secrets
from crm_core.team.actors import actor_of
from db.models import CalendarFeed, User
from db.queries import feeds as sql
from db.queries import tasks as task_sql

LOOKS_BACK = timedelta(days=90)
SHOWS_CALLED_OFF_FOR = timedelta(days=30)
NOTED_EVERY = timedelta(minutes=10)
LONGEST_SECRET = 100


@dataclass(frozen=True)
class FeedState:
    """Since when somebody has a feed, and when a program read it last."""

    created_at: datetime
    last_read_at: datetime | None


@use_case(Permission.TASKS_READ)
def renew(work: Work) -> str:
    """A new secret address for one's own appointments, in place of the old one; returned this once."""
    if work.actor.id is None:
        raise NotAllowed("The command line has no appointments. Add --as NAME to act as a user.")
    secret = secrets.new()
    row: CalendarFeed | None = work.scalar(sql.of_user(work.actor.id))
    if row is None:
        row = work.add(CalendarFeed(user_id=work.actor.id, token_digest="", created_at=work.now))
    row.token_digest, row.created_at, row.last_read_at = secrets.digest(secret), work.now, None
    work.record("calendar_feed.renewed", row)
    return secret


@use_case(Permission.TASKS_READ, read=True)
def state(work: Work) -> FeedState | None:
    """How the own feed stands; None when there is none."""
    row: CalendarFeed | None = work.scalar(sql.of_user(work.actor.id or 0))
    return None if row is None else FeedState(row.created_at, row.last_read_at)


@use_case(Permission.PROFILE_USE)
def revoke(work: Work) -> None:
    """End the own feed; programs that subscribed to it get nothing more."""
    row: CalendarFeed | None = work.scalar(sql.of_user(work.actor.id or 0))
    if row is not None:
        work.record("calendar_feed.revoked", row)
        work.delete(row)


def read(secret: str) -> str | None:
    """The calendar at a secret address; None when the address is worth nothing (any more).

    It holds what its owner has to do from three months ago on, with what was called off lately; names of
    customers only where the owner may see them at this moment.
    """
    if not secret or len(secret) > LONGEST_SECRET:
        return None
    digest = secrets.digest(secret)
    with begin(SYSTEM, write=False) as work:
        found = next(iter(work.tuples(sql.by_digest(digest))), None)
        # The index found it; equal or not is then told in a time that depends on nothing.
        if found is None or not hmac.compare_digest(found.token_digest, digest):
            return None
        user: User = found[0]
        actor = actor_of(work, user)
        is_noted = found.last_read_at is not None and work.now - found.last_read_at < NOTED_EVERY
    if user.id is None or not actor.may(Permission.TASKS_READ):
        return None
    if not is_noted:
        with begin(SYSTEM) as work:
            work.run(sql.note_read(user.id, work.now))
    with begin(actor, write=False) as work:
        since, changed = today() - LOOKS_BACK, work.now - SHOWS_CALLED_OFF_FOR
        events = work.rows(task_sql.of_feed(user.id, since, changed), ics.Event)
    return ics.write(f"Rapport: {actor.name}", events)
