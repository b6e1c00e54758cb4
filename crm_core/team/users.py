"""The people who can sign in: added, changed and let go by an administrator."""

from collections.abc import Sequence

from crm_core.kernel.access import USUAL_REACH, Actor, Permission, Reach, Role
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.work import Work, use_case
from crm_core.team import open_sign_ins, passwords, rules
from crm_core.team.actors import actor_of
from crm_core.team.types import UNSET, AddedUser, NewUser, OpenSignIn, UserChanges, UserRow
from db.models import Team, User
from db.queries import sign_ins
from db.queries import users as sql


@use_case(Permission.USERS_MANAGE, read=True)
def search(work: Work) -> list[UserRow]:
    """All users, by name."""
    return work.rows(sql.everybody(), UserRow)


@use_case(Permission.CONTACTS_READ, read=True)
def choices(work: Work) -> list[tuple[int, str]]:
    """Ids and names of the people to whom the one who asks may give records, by name."""
    owner_ids: Sequence[int] | None = work.actor.scope.owner_ids
    return [(row[0], row[1]) for row in work.tuples(sql.assignable(owner_ids))]


@use_case(Permission.USERS_MANAGE)
def add(work: Work, wanted: NewUser) -> AddedUser:
    """Let one more person in; without a password, one is made that works until it is changed.

    Raises:
        Invalid: field by field, what cannot be.
        Conflict: the name or the address is taken.
    """
    username, name = rules.login_name(wanted.username), rules.plain(wanted.name)
    email, email_problem = rules.email(wanted.email)
    one_time = "" if wanted.password is not None else passwords.one_time()
    problems = {
        "username": rules.login_name_problem(username) or _taken(work, username),
        "name": rules.name_problem(name),
        "email": email_problem,
        "team": _no_team(work, wanted.team_id),
    }
    if wanted.password is not None:
        problems["password"] = passwords.problem(wanted.password, names=(username, name, wanted.email))
    _refuse(problems)
    user = work.add(
        User(
            username=username,
            name=name,
            email=email,
            password_hash=passwords.hashed(wanted.password or one_time),
            role=Role(wanted.role),
            reach=Reach(wanted.reach or USUAL_REACH[Role(wanted.role)]),
            team_id=wanted.team_id,
            must_change_password=wanted.must_change_password or bool(one_time),
            created_at=work.now,
        )
    )
    work.record("user.added", user, username=username, role=str(user.role))
    return AddedUser(user.id, one_time)


@use_case(Permission.USERS_MANAGE)
def change(work: Work, user_id: int, wanted: UserChanges) -> None:
    """Change what a person is called, may do and sees; rights change at the person's next click.

    Raises:
        NotFound: there is no such user.
        Invalid: field by field, what cannot be.
        Conflict: nobody would be left in charge, or a name or an address is taken.
    """
    user = work.get(User, user_id)
    problems: dict[str, str | None] = {}
    if wanted.role is not UNSET and wanted.role != Role.ADMIN:
        _keep_an_admin(work, user)
    if wanted.username is not UNSET:
        name = rules.login_name(wanted.username)
        problems["username"] = rules.login_name_problem(name) or (
            None if name == user.username else _taken(work, name)
        )
        user.username = name
    if wanted.name is not UNSET:
        user.name = rules.plain(wanted.name)
        problems["name"] = rules.name_problem(user.name)
    if wanted.email is not UNSET:
        user.email, problems["email"] = rules.email(wanted.email)
    if wanted.team_id is not UNSET:
        problems["team"] = _no_team(work, wanted.team_id)
        user.team_id = wanted.team_id
    user.role = user.role if wanted.role is UNSET else Role(wanted.role)
    user.reach = user.reach if wanted.reach is UNSET else Reach(wanted.reach)
    _refuse(problems)
    changes = work.changes(user)
    if changes["changes"]:
        work.record("user.changed", user, **changes)


@use_case(Permission.USERS_MANAGE)
def disable(work: Work, user_id: int) -> None:
    """Keep a person out from this moment on, in every browser and by every token; the records stay.

    Raises:
        NotFound: there is no such user.
        Conflict: it is oneself, or nobody would be left in charge.
    """
    user = work.get(User, user_id)
    if user.id == work.actor.id:
        raise Conflict("You cannot disable yourself. Ask another administrator.")
    if not user.is_active:
        return
    _keep_an_admin(work, user)
    user.is_active = False
    open_sign_ins.end_all(work, user)
    work.run(sign_ins.revoke_tokens(user.id, work.now))
    work.record("user.disabled", user)


@use_case(Permission.USERS_MANAGE)
def enable(work: Work, user_id: int) -> None:
    """Let a disabled person sign in again, with the password so far."""
    user = work.get(User, user_id)
    if user.is_active:
        return
    user.is_active = True
    work.record("user.enabled", user)


@use_case(Permission.USERS_MANAGE)
def reset_password(work: Work, user_id: int) -> str:
    """Give a person a one-time password, which is returned this once; all sign-ins of the person end."""
    user = work.get(User, user_id)
    one_time = passwords.one_time()
    user.password_hash = passwords.hashed(one_time)
    user.must_change_password = True
    open_sign_ins.end_all(work, user)
    work.record("user.password_reset", user)
    return one_time


@use_case(Permission.USERS_MANAGE)
def sign_out_user(work: Work, user_id: int) -> None:
    """End all sign-ins of a person."""
    user = work.get(User, user_id)
    open_sign_ins.end_all(work, user)
    work.record("user.signed_out_everywhere", user)


@use_case(Permission.USERS_MANAGE, read=True)
def sign_ins_of(work: Work, user_id: int) -> list[OpenSignIn]:
    """Where a person is signed in, the latest first."""
    return work.rows(sign_ins.of_user(user_id, work.now, work.now - open_sign_ins.IDLE), OpenSignIn)


@use_case(Permission.USERS_MANAGE, read=True)
def id_of(work: Work, username: str) -> int:
    """The id of a user by sign-in name.

    Raises:
        Invalid: nobody has this name.
    """
    user: User | None = work.scalar(sql.by_username(rules.login_name(username)))
    if user is None:
        raise Invalid(f"There is no user “{username}”. `python -m crm_core user list` shows all.")
    return user.id


@use_case(Permission.SYSTEM_OPERATE, read=True)
def acting_as(work: Work, username: str) -> Actor:
    """A user as somebody who acts, for the operator of this machine.

    Raises:
        Invalid: nobody has this name.
        NotAllowed: the user is disabled.
    """
    user: User = work.get(User, id_of(work, username))
    if not user.is_active:
        raise NotAllowed(f"“{username}” is disabled and cannot act.")
    return actor_of(work, user)


def _keep_an_admin(work: Work, user: User) -> None:
    if user.role == Role.ADMIN and user.is_active and not user.is_sample:
        left = set(work.scalars(sql.active_admins(Role.ADMIN))) - {user.id}
        if not left:
            raise Conflict(f"{user.name} is the only administrator. Make somebody else administrator first.")


def _taken(work: Work, username: str) -> str | None:
    taken = work.scalar(sql.by_username(username)) is not None
    return f"The user name “{username}” is taken." if taken else None


def _no_team(work: Work, team_id: int | None) -> str | None:
    if team_id is not None:
        work.get(Team, team_id)
    return None


def _refuse(problems: dict[str, str | None]) -> None:
    hints = {field: hint for field, hint in problems.items() if hint}
    if hints:
        raise Invalid("The user was not saved: something needs correcting.", fields=hints)
