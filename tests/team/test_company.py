"""The set-up happens once, by somebody who can read the console."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crm_core.kernel.access import Actor, Role
from crm_core.kernel.errors import Conflict, CrmError, Invalid, NotAllowed
from crm_core.kernel.paging import Paging
from crm_core.settings import Settings
from crm_core.team import audit, company, lockout, sign_in, users
from crm_core.team.types import CompanySettings, NewAdmin, SignedIn
from db import session
from tests.people import Cast

OLGA = NewAdmin("Olga Orlova", "Olga", "Olga@Rapport.test", "correct horse battery staple")
ACME = CompanySettings("Acme Bicycles", "eur", "Europe/Berlin", "de", "DE")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings("sqlite://", tmp_path / "data")


def set_up(settings: Settings, code: str | None = None, admin: NewAdmin = OLGA) -> SignedIn:
    chosen = code if code is not None else company.setup_code(settings) or ""
    return company.set_up(chosen, admin, ACME, settings=settings)


def test_the_set_up_makes_the_administrator_and_the_company_and_signs_in(
    database: session.Database, settings: Settings
) -> None:
    assert not company.is_set_up()

    signed_in = set_up(settings)

    assert company.is_set_up()
    assert company.company() == CompanySettings("Acme Bicycles", "EUR", "Europe/Berlin", "DE", "de")
    assert signed_in.actor.role == Role.ADMIN
    assert sign_in.identify(signed_in.sign_in_id) == signed_in.actor
    assert sign_in.check_password("olga", OLGA.password).actor == signed_in.actor
    assert [row.email for row in users.search(signed_in.actor)] == ["olga@rapport.test"]
    assert "company.set_up" in [entry.name for entry in audit.search(signed_in.actor, Paging())]


def test_the_code_is_kept_for_us_alone_and_goes_when_it_was_used(
    database: session.Database, settings: Settings
) -> None:
    code = company.setup_code(settings)
    path = settings.data_dir / "secrets" / "setup_code"

    assert code == company.setup_code(settings) == path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    set_up(settings, f" {code} ".lower().replace("-", " "))

    assert not path.exists()
    assert company.setup_code(settings) is None


@pytest.mark.parametrize("code", ["", "0000-0000", "----", "AAAA-AAAA-AAAA"])
def test_without_the_code_nobody_gets_in(database: session.Database, settings: Settings, code: str) -> None:
    company.setup_code(settings)

    with pytest.raises(NotAllowed, match="not the set-up code"):
        set_up(settings, code)
    assert not company.is_set_up()


def test_the_code_cannot_be_guessed_for_long(database: session.Database, settings: Settings) -> None:
    code = company.setup_code(settings)
    for _ in range(lockout.PER_SETUP_CODE):
        with pytest.raises(NotAllowed):
            set_up(settings, "AAAA-AAAA")

    with pytest.raises(lockout.TooManyAttempts):
        set_up(settings, code)


def test_all_that_needs_correcting_is_said_at_once_and_nothing_is_stored(
    database: session.Database, settings: Settings
) -> None:
    with pytest.raises(Invalid) as caught:
        set_up(settings, admin=NewAdmin("", "ö", "no address", "acme bicycles"))

    assert set(caught.value.fields) == {"name", "username", "email", "password"}
    assert not company.is_set_up()
    assert set_up(settings).actor.name == "Olga Orlova"


def test_a_second_set_up_is_refused(database: session.Database, settings: Settings) -> None:
    code = company.setup_code(settings)
    set_up(settings, code)

    with pytest.raises(Conflict, match="set up already"):
        set_up(settings, code)


def test_of_two_set_ups_at_the_same_moment_one_happens(
    own_database: session.Database, settings: Settings
) -> None:
    code = company.setup_code(settings)

    def attempt(number: int) -> object:
        admin = NewAdmin(f"Admin {number}", f"admin{number}", "", "correct horse battery staple")
        try:
            return company.set_up(code or "", admin, ACME, settings=settings)
        except CrmError as error:
            return error

    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(attempt, range(6)))

    winners = [result for result in results if isinstance(result, SignedIn)]
    assert len(winners) == 1
    assert len(users.search(winners[0].actor)) == 1
    assert all(isinstance(result, SignedIn | Conflict | NotAllowed) for result in results)


def test_the_company_is_changed_by_administrators_and_everybody_reads_the_new_one(cast: Cast) -> None:
    assert company.company() == CompanySettings()

    company.change_company(cast.olga, ACME)

    assert company.company().name == "Acme Bicycles"
    with pytest.raises(NotAllowed):
        company.change_company(cast.mia, ACME)


def test_settings_that_nobody_knows_are_refused_field_by_field(olga: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        company.change_company(olga, CompanySettings("", "XYZ1", "Mars/Base", "QQ", "xx"))

    assert set(caught.value.fields) == {"name", "currency", "time_zone", "country", "language"}
    assert company.company() == CompanySettings()
