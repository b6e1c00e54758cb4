"""Users, teams and tokens: who is let in, who is let go, and that somebody stays in charge."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from crm_core.kernel.access import OPERATOR, RIGHTS, Permission, Reach, Role
from crm_core.kernel.errors import Conflict, CrmError, Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock
from crm_core.team import audit, company, passwords, sign_in, teams, tokens, users
from crm_core.team.types import NewUser, UserChanges
from db import session
from tests.conftest import at
from tests.people import GUEST, MONDAY, Cast, hire


def test_a_new_user_gets_a_one_time_password_and_the_usual_reach(cast: Cast) -> None:
    added = users.add(cast.olga, NewUser(" Zoe.Z ", "Zoe  Zander", Role.MANAGER))

    row = next(row for row in users.search(cast.olga) if row.id == added.id)
    assert (row.username, row.name, row.reach) == ("zoe.z", "Zoe Zander", Reach.TEAM)
    assert row.must_change_password
    assert sign_in.check_password("zoe.z", added.one_time_password).actor.id == added.id
    assert added.one_time_password not in repr(added)


def test_a_user_name_is_given_once_whatever_its_case(cast: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        users.add(cast.olga, NewUser("ANN", "", Role.SALES, email="x", password="short"))

    assert set(caught.value.fields) == {"username", "name", "email", "password"}


def test_two_users_without_an_address_are_fine_but_an_address_is_used_once(cast: Cast) -> None:
    users.add(cast.olga, NewUser("zoe", "Zoe", Role.SALES))
    users.add(cast.olga, NewUser("zac", "Zac", Role.SALES))

    with pytest.raises(Conflict, match="email"):
        users.change(cast.olga, cast.ann.id or 0, UserChanges(email="BOB@rapport.test"))


def test_a_change_touches_what_was_given_and_leaves_a_trace(cast: Cast) -> None:
    users.change(cast.olga, cast.ann.id or 0, UserChanges(role=Role.MANAGER, team_id=None))

    row = next(row for row in users.search(cast.olga) if row.id == cast.ann.id)
    assert (row.username, row.role, row.reach, row.team) == ("ann", "manager", "own", None)
    entry = audit.search(cast.olga, Paging()).items[0]
    assert (entry.name, entry.actor_name) == ("user.changed", "Olga Orlova")
    assert entry.facts["changes"]["role"] == ["sales", "manager"]


def test_no_trace_holds_a_password_or_its_hash(cast: Cast) -> None:
    one_time = users.reset_password(cast.olga, cast.ann.id or 0)
    sign_in.change_password(sign_in.check_password("ann", one_time).actor, one_time, "another fine password")
    token = tokens.create(cast.bob, "till", 5)

    kept = repr(audit.search(cast.olga, Paging(size=100)).items)

    assert not [secret for secret in (one_time, "another fine", "$2b$", token) if secret in kept]


LAST_ADMIN: dict[str, Callable[[Cast], object]] = {
    "disabled by the shell": lambda cast: users.disable(OPERATOR, cast.olga.id or 0),
    "made a manager": lambda cast: users.change(cast.olga, cast.olga.id or 0, UserChanges(role=Role.MANAGER)),
}


@pytest.mark.parametrize("how", LAST_ADMIN)
def test_the_last_administrator_stays(cast: Cast, how: str) -> None:
    with pytest.raises(Conflict, match="only administrator"):
        LAST_ADMIN[how](cast)

    users.change(cast.olga, cast.mia.id or 0, UserChanges(role=Role.ADMIN))
    LAST_ADMIN[how](cast)
    assert company.is_set_up()


def test_two_administrators_cannot_leave_at_the_same_moment(own_database: session.Database) -> None:
    cast = hire()
    users.change(cast.olga, cast.mia.id or 0, UserChanges(role=Role.ADMIN))

    def leave(user_id: int) -> bool:
        try:
            users.disable(OPERATOR, user_id)
        except CrmError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        left = list(threads.map(leave, (cast.olga.id or 0, cast.mia.id or 0)))

    assert left.count(True) == 1


def test_nobody_disables_himself(cast: Cast) -> None:
    users.change(cast.olga, cast.mia.id or 0, UserChanges(role=Role.ADMIN))

    with pytest.raises(Conflict, match="yourself"):
        users.disable(cast.olga, cast.olga.id or 0)


def test_who_was_let_in_again_signs_in_with_the_old_password(cast: Cast) -> None:
    users.disable(cast.olga, cast.ann.id or 0)
    users.enable(cast.olga, cast.ann.id or 0)

    assert sign_in.check_password("ann", "correct horse battery staple").actor == cast.ann


@pytest.mark.parametrize(
    ("who", "expected"),
    [("ann", ["Ann Archer"]), ("mia", ["Ann Archer", "Bob Brandt", "Mia Meyer"]), ("mark", 7), ("olga", 7)],
)
def test_records_are_given_to_people_one_sees(cast: Cast, who: str, expected: list[str] | int) -> None:
    names = [name for _, name in users.choices(cast.everybody[who])]

    assert names == expected or len(names) == expected


def test_the_shell_acts_as_a_user_with_the_rights_of_the_user(cast: Cast) -> None:
    assert users.acting_as(OPERATOR, "ANN") == cast.ann
    users.disable(cast.olga, cast.ann.id or 0)
    with pytest.raises(NotAllowed):
        users.acting_as(OPERATOR, "ann")
    with pytest.raises(Invalid, match="no user"):
        users.acting_as(OPERATOR, "nobody")


def test_a_team_is_made_named_and_dissolved_and_its_members_stay(cast: Cast) -> None:
    south = teams.add(cast.olga, "  South ")
    users.change(cast.olga, cast.sue.id or 0, UserChanges(team_id=south))
    teams.rename(cast.olga, south, "Far South")

    assert [(team.name, team.members) for team in teams.search(cast.olga)] == [("Far South", 1), ("North", 3)]

    teams.remove(cast.olga, south)

    assert [row.team_id for row in users.search(cast.olga) if row.id == cast.sue.id] == [None]
    with pytest.raises(NotFound):
        teams.rename(cast.olga, south, "x")
    with pytest.raises(NotFound):
        users.change(cast.olga, cast.sue.id or 0, UserChanges(team_id=south))


@pytest.mark.parametrize("name", ["", " ", "x" * 121])
def test_a_team_needs_a_name(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid):
        teams.add(cast.olga, name)


def test_team_names_are_given_once(cast: Cast) -> None:
    with pytest.raises(Conflict, match="name"):
        teams.add(cast.olga, "North")


def test_a_token_acts_with_its_owners_rights_of_this_moment(cast: Cast) -> None:
    token = tokens.create(cast.ann, "till", 30)

    assert tokens.identify(token) == cast.ann
    users.change(cast.olga, cast.ann.id or 0, UserChanges(role=Role.SUPPORT))
    found = tokens.identify(token)
    assert found is not None
    assert found.role == Role.SUPPORT
    users.change(cast.olga, cast.ann.id or 0, UserChanges(role=Role.VIEWER))
    assert tokens.identify(token) is None


def test_a_token_ends_when_it_is_revoked_its_time_is_over_or_its_owner_is_disabled(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked, short, long = (
        tokens.create(cast.ann, name, days) for name, days in (("a", 30), ("b", 1), ("c", None))
    )
    tokens.revoke(cast.ann, tokens.search(cast.ann)[-1].id)

    assert [tokens.identify(each) is not None for each in (revoked, short, long)] == [False, True, True]
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=1)))
    assert [tokens.identify(each) is not None for each in (revoked, short, long)] == [False, False, True]
    users.disable(cast.olga, cast.ann.id or 0)
    users.enable(cast.olga, cast.ann.id or 0)
    assert tokens.identify(long) is None


@pytest.mark.parametrize("token", ["", "rapport_", "rapport_guess", "x" * 5000])
def test_what_is_no_token_is_nobody(cast: Cast, token: str) -> None:
    assert tokens.identify(token) is None


def test_tokens_are_ones_own(cast: Cast) -> None:
    tokens.create(cast.bob, "till", 30)
    bobs = tokens.search(cast.bob)[0]

    assert tokens.search(cast.ann) == []
    with pytest.raises(NotFound):
        tokens.revoke(cast.ann, bobs.id)


PERMISSIONS: dict[Permission, tuple[Any, ...]] = {
    Permission.USERS_MANAGE: (
        users.search, users.add, users.change, users.disable, users.enable, users.reset_password, users.id_of,
        users.sign_out_user, users.sign_ins_of, teams.search, teams.add, teams.rename, teams.remove,
    ),
    Permission.SETTINGS_MANAGE: (company.change_company,),
    Permission.AUDIT_READ: (audit.search,),
    Permission.TOKENS_USE: (tokens.create, tokens.search),
    Permission.PROFILE_USE: (
        sign_in.sign_ins, sign_in.revoke, sign_in.sign_out_everywhere, sign_in.must_change_password,
        tokens.revoke,
    ),
    Permission.CONTACTS_READ: (users.choices,),
    Permission.SYSTEM_OPERATE: (users.acting_as,),
}  # fmt: skip


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_each_use_case_refuses_each_role_without_its_right(cast: Cast, permission: Permission) -> None:
    refused = [who for who in (*cast.everybody.values(), GUEST) if not who.may(permission)]

    for use_case in PERMISSIONS[permission]:
        assert use_case.permission == permission
        for who in refused:
            with pytest.raises(NotAllowed):
                use_case(who)


def test_managing_people_and_settings_is_for_administrators_alone() -> None:
    alone = {Permission.USERS_MANAGE, Permission.SETTINGS_MANAGE, Permission.AUDIT_READ}

    assert {role for role, rights in RIGHTS.items() if rights & alone} == {Role.ADMIN}


def test_the_audit_shows_one_person_one_kind_or_one_time(cast: Cast, clock: type[Clock]) -> None:
    teams.add(cast.olga, "South")
    users.disable(cast.olga, cast.ann.id or 0)
    sign_in.check_password("bob", "correct horse battery staple")

    def names(**narrowed: object) -> list[str]:
        return [entry.name for entry in audit.search(cast.olga, Paging(), **narrowed)]  # type: ignore[arg-type]

    assert names(who=cast.bob.id) == ["user.signed_in"]
    assert sorted(names(name="user.")) == ["user.disabled", "user.signed_in"]
    assert names(name="user_") == names(since=MONDAY + timedelta(seconds=1)) == []
    assert len(names(since=MONDAY)) == 3


def test_passwords_are_not_shown_by_accident(cast: Cast) -> None:
    wanted = NewUser("zoe", "Zoe", Role.SALES, password="another fine password")

    assert "another fine" not in repr(wanted)
    assert passwords.one_time() != passwords.one_time()
