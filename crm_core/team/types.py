"""What goes in and out of the team's use cases."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final

from crm_core.kernel.access import Actor, Reach, Role


class Unset(Enum):
    """The value of a field that a change leaves alone."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that has just begun. The ticket buys the cookie once, within a minute."""

    sign_in_id: int
    ticket: str = field(repr=False)
    actor: Actor


@dataclass(frozen=True)
class Candidate:
    """Somebody who claims a name: what the given password has to be compared with.

    ``user_id`` is None for names that may not sign in; the hash is then one that no password has, so
    that comparing takes the same time.
    """

    username: str
    user_id: int | None
    password_hash: str = field(repr=False)
    attempt_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class OpenSignIn:
    """A browser in which somebody is signed in right now."""

    id: int
    browser: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class CompanySettings:
    """What is true for the whole company.

    ``currency`` is an ISO 4217 code, ``time_zone`` a name of the IANA database, ``country`` an ISO 3166
    code of two letters or empty, ``language`` an ISO 639 code of two letters. ``address`` is the postal one
    that messages to many people must name, in lines.
    """

    name: str = ""
    currency: str = "EUR"
    time_zone: str = "UTC"
    country: str = ""
    language: str = "en"
    address: str = ""


@dataclass(frozen=True)
class NewAdmin:
    """The person who sets Rapport up."""

    name: str
    username: str
    email: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class NewUser:
    """A person who will be able to sign in.

    Without a password a one-time password is made. Without a reach it is the usual one of the role.
    ``must_change_password`` makes the person choose a new password at the first sign-in.
    """

    username: str
    name: str
    role: Role
    email: str = ""
    reach: Reach | None = None
    team_id: int | None = None
    password: str | None = field(default=None, repr=False)
    must_change_password: bool = True


@dataclass(frozen=True)
class AddedUser:
    """A new user; ``one_time_password`` is shown once, and empty when a password was given."""

    id: int
    one_time_password: str = field(repr=False)


@dataclass(frozen=True)
class UserChanges:
    """What changes about a user; what is left out stays as it is. ``team_id`` None means no team."""

    username: str | Unset = UNSET
    name: str | Unset = UNSET
    email: str | Unset = UNSET
    role: Role | Unset = UNSET
    reach: Reach | Unset = UNSET
    team_id: int | Unset | None = UNSET


@dataclass(frozen=True)
class UserRow:
    """A user in a list."""

    id: int
    username: str
    name: str
    email: str | None
    role: str
    reach: str
    team_id: int | None
    team: str | None
    is_active: bool
    is_sample: bool
    must_change_password: bool
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True)
class TeamRow:
    """A team in a list, with the number of its members who can sign in."""

    id: int
    name: str
    members: int


@dataclass(frozen=True)
class TokenRow:
    """A token of one's own; the secret itself is not kept."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to which row, and when. ``facts`` holds what was worth keeping, in JSON types."""

    id: int
    recorded_at: datetime
    happened_at: datetime
    actor_id: int | None
    actor_name: str
    name: str
    subject_type: str
    subject_id: int
    facts: dict[str, Any]
