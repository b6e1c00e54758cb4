"""The company that works with this Rapport, and the one time it is set up."""

import hmac
import os
import secrets
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crm_core.kernel.access import SYSTEM, Permission, Reach, Role
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.work import Clock, Work, use_case
from crm_core.settings import Settings
from crm_core.team import lockout, open_sign_ins, passwords, rules
from crm_core.team.types import CompanySettings, NewAdmin, SignedIn
from db import session
from db.models import Setting, User
from db.queries import settings as sql
from db.queries import users

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
FRESH_FOR = timedelta(seconds=5)
LONGEST_ADDRESS = 300


class _Kept:
    """The company as read last: the database it came from, until when it is good, and what it is."""

    database: session.Database | None = None
    until: datetime | None = None
    company = CompanySettings()


def is_set_up() -> bool:
    """Is there an administrator (those of the sample company do not count)?"""
    return _is_set_up(SYSTEM)


def company() -> CompanySettings:
    """Name, currency, time zone, country and language of the company; a few seconds old at most."""
    now, database = Clock.now(), session.current()
    if _Kept.database is not database or _Kept.until is None or not now < _Kept.until <= now + FRESH_FOR:
        _Kept.company, _Kept.database, _Kept.until = _read(SYSTEM), database, now + FRESH_FOR
    return _Kept.company


@use_case(Permission.SETTINGS_MANAGE)
def change_company(work: Work, wanted: CompanySettings) -> None:
    """Change what is true for the whole company.

    Raises:
        Invalid: field by field, what cannot be.
    """
    checked = _checked(wanted)
    row = _store(work, checked)
    work.record("company.changed", row, company=asdict(checked))
    _Kept.database = None


def setup_code(settings: Settings) -> str | None:
    """The code that proves at the first visit that one can read the console; None once it was used."""
    if is_set_up():
        _code_file(settings).unlink(missing_ok=True)
        return None
    path = _code_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(2))
    with os.fdopen(handle, "w") as file:
        file.write(code)
    return code


def check_code(code: str, *, settings: Settings | None = None) -> None:
    """Is this the set-up code? Asked before a person fills in the rest; ``set_up`` asks again.

    Raises:
        NotAllowed: it is not (or there were too many wrong ones).
        Conflict: Rapport is set up already.
    """
    _proved(code, settings or Settings.from_environment())


def set_up(
    code: str,
    admin: NewAdmin,
    wanted: CompanySettings,
    *,
    settings: Settings | None = None,
    address: str = "",
    browser: str = "",
) -> SignedIn:
    """Make the first administrator and the company, and sign the administrator in: all of it, exactly once.

    Raises:
        NotAllowed: the code is wrong (or there were too many wrong ones).
        Invalid: field by field, what cannot be.
        Conflict: somebody was quicker.
    """
    chosen = settings or Settings.from_environment()
    attempt_ids = _proved(code, chosen)
    try:
        signed_in = _set_up(SYSTEM, admin, _checked(wanted), attempt_ids, (address, browser))
    except Conflict as error:
        if is_set_up():
            raise Conflict("Rapport is set up already. Sign in instead.") from error
        raise
    _code_file(chosen).unlink(missing_ok=True)
    _Kept.database = None
    return signed_in


def _proved(code: str, settings: Settings) -> tuple[int, ...]:
    if is_set_up():
        raise Conflict("Rapport is set up already. Sign in instead.")
    attempt_ids = lockout.enter_setup()
    if not hmac.compare_digest(_typed(code).encode(), _typed(setup_code(settings) or "").encode()):
        raise NotAllowed(
            "This is not the set-up code. It stands where Rapport was started, after “Set-up code:”."
        )
    return attempt_ids


@use_case(Permission.SYSTEM_OPERATE)
def _set_up(
    work: Work, admin: NewAdmin, chosen: CompanySettings, attempt_ids: tuple[int, ...], place: tuple[str, str]
) -> SignedIn:
    """Everything of the set-up in one transaction."""
    # Two set-ups at the same moment both find nothing; only one of them can add this row.
    mark = work.add(Setting(name="set_up_at", value=work.now.isoformat(), updated_at=work.now))
    work.flush()
    user = work.add(_first_user(work, admin, chosen))
    work.flush()
    _store(work, chosen)
    lockout.leave(work, user.username, attempt_ids)
    work.record("company.set_up", mark, company=asdict(chosen))
    work.record("user.added", user, username=user.username, role=user.role)
    return open_sign_ins.begin_for(work, user, *place)


def _first_user(work: Work, admin: NewAdmin, chosen: CompanySettings) -> User:
    username, name = rules.login_name(admin.username), rules.plain(admin.name)
    email, email_problem = rules.email(admin.email)
    words = (username, name, admin.email, chosen.name)
    problems = {
        "username": rules.login_name_problem(username),
        "name": rules.name_problem(name),
        "email": email_problem,
        "password": passwords.problem(admin.password, names=words),
    }
    hints = {field: hint for field, hint in problems.items() if hint}
    if hints:
        raise Invalid("Rapport is not set up yet: something needs correcting.", fields=hints)
    return User(
        username=username,
        name=name,
        email=email,
        password_hash=passwords.hashed(admin.password),
        role=Role.ADMIN,
        reach=Reach.ALL,
        created_at=work.now,
    )


def _checked(wanted: CompanySettings) -> CompanySettings:
    tidy = replace(
        wanted,
        name=rules.plain(wanted.name),
        currency=wanted.currency.upper(),
        country=wanted.country.upper(),
        language=wanted.language.lower(),
        address="\n".join(line for one in wanted.address.splitlines() if (line := rules.plain(one))),
    )
    problems = rules.company_problems(tidy)
    if len(tidy.address) > LONGEST_ADDRESS:
        problems["address"] = f"Use at most {LONGEST_ADDRESS} characters."
    if problems:
        raise Invalid("The settings of the company need correcting.", fields=problems)
    return tidy


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _is_set_up(work: Work) -> bool:
    """Is there an administrator?"""
    return bool(work.scalar(users.admins(Role.ADMIN)))


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _read(work: Work) -> CompanySettings:
    """The company as it is stored; what is not known takes its usual value."""
    row: Setting | None = work.scalar(sql.by_name("company"))
    stored: dict[str, Any] = row.value if row is not None else {}
    known = asdict(CompanySettings())
    return CompanySettings(**{field: stored.get(field, usual) for field, usual in known.items()})


def _store(work: Work, chosen: CompanySettings) -> Setting:
    row: Setting | None = work.scalar(sql.by_name("company"))
    if row is None:
        row = work.add(Setting(name="company", value={}, updated_at=work.now))
    row.value, row.updated_at = asdict(chosen), work.now
    work.flush()
    return row


def _typed(code: str) -> str:
    return "".join(character for character in code.upper() if character in ALPHABET)


def _code_file(settings: Settings) -> Path:
    return settings.data_dir / "secrets" / "setup_code"
