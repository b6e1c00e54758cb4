"""What a person decides about the own account: name, address, and how pages look."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid, NotAllowed
from crm_core.kernel.work import Work, use_case
from crm_core.team import rules
from db.models import User


@dataclass(frozen=True)
class Preferences:
    """How somebody likes the pages.

    ``start_page`` is the name of the page shown after signing in, ``is_compact`` puts more rows on a page,
    ``hides_first_steps`` says that the card for newcomers was put away, ``contact_columns`` are the columns
    of the list of contacts in their order (none: the usual ones), ``mails_reminders`` sends reminders by mail
    too, ``home_dashboard`` is the number of the dashboard that the start page shows (0: none),
    ``home_blocks`` and ``home_tiles`` are the blocks and the key figures on it (none: the usual ones of the
    role).
    """

    start_page: str = "home"
    is_compact: bool = False
    hides_first_steps: bool = False
    contact_columns: tuple[str, ...] = ()
    mails_reminders: bool = False
    home_dashboard: int = 0
    home_blocks: tuple[str, ...] = ()
    home_tiles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile:
    """The own account."""

    username: str
    name: str
    email: str
    preferences: Preferences


@use_case(Permission.PROFILE_USE, read=True)
def get(work: Work) -> Profile:
    """The account of the person who asks."""
    user = _own(work)
    return Profile(user.username, user.name, user.email or "", _preferences(user))


@use_case(Permission.PROFILE_USE, read=True)
def preferences(work: Work) -> Preferences:
    """How the person who asks likes the pages."""
    return _preferences(_own(work))


@use_case(Permission.PROFILE_USE)
def change(work: Work, name: str, email: str) -> None:
    """Call oneself something else, or be reached elsewhere.

    Raises:
        Invalid: field by field, what cannot be.
        Conflict: somebody else has this address.
    """
    user = _own(work)
    tidy = rules.plain(name)
    address, email_problem = rules.email(email)
    hints = {"name": rules.name_problem(tidy), "email": email_problem}
    wrong = {field: hint for field, hint in hints.items() if hint}
    if wrong:
        raise Invalid("Your profile was not saved: something needs correcting.", fields=wrong)
    user.name, user.email = tidy, address
    changes = work.changes(user)
    if changes["changes"]:
        work.record("user.changed", user, **changes)


@use_case(Permission.PROFILE_USE)
def prefer(work: Work, /, **wanted: Any) -> None:
    """Change some preferences, named as in ``Preferences``; the others stay."""
    user = _own(work)
    user.preferences = {**user.preferences, **asdict(replace(_preferences(user), **wanted))}


def _preferences(user: User) -> Preferences:
    stored = user.preferences
    known = {each.name: stored[each.name] for each in fields(Preferences) if each.name in stored}
    lists = {name: tuple(known.get(name, ())) for name in ("contact_columns", "home_blocks", "home_tiles")}
    return Preferences(**known | lists)


def _own(work: Work) -> User:
    if work.actor.id is None:
        raise NotAllowed("The command line has no profile. Add --as NAME to act as a user.")
    return work.get(User, work.actor.id)
