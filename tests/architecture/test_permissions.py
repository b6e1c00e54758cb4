"""Every use case is closed to every role that lacks its permission, before it looks at anything."""

from collections.abc import Callable
from typing import Any

import pytest

from crm_core.kernel.access import OPERATOR, RIGHTS, USUAL_REACH, Permission, Reach, Role
from crm_core.kernel.errors import NotAllowed
from tests.architecture.test_use_cases import use_cases
from tests.people import GUEST, PARTS, Cast

P = Permission
SEES = {
    *(P.CONTACTS_READ, P.INTERACTIONS_READ, P.TASKS_READ, P.DEALS_READ, P.PRODUCTS_READ, P.ORDERS_READ),
    *(P.GOALS_READ, P.SEGMENTS_READ, P.CAMPAIGNS_READ, P.LOYALTY_READ, P.REPORTS_READ, P.KPIS_READ),
    *(P.VIEWS_USE, P.PROFILE_USE, P.SETTINGS_READ, P.FEEDBACK_READ),
    P.CASES_READ,
}
WORKS = SEES | {P.CONTACTS_EDIT, P.INTERACTIONS_EDIT, P.TASKS_EDIT, P.TOKENS_USE}
# What each role may do, written down a second time on purpose: a slip in the table is seen here.
MAY: dict[Role, set[Permission]] = {
    Role.VIEWER: SEES,
    Role.SUPPORT: WORKS | {P.ORDERS_EDIT, P.LOYALTY_REDEEM, P.FEEDBACK_ASK, P.CASES_EDIT},
    Role.SALES: WORKS
    | {P.CONTACTS_EXPORT, P.ORDERS_EDIT, P.LOYALTY_REDEEM, P.DEALS_EDIT, P.FEEDBACK_ASK, P.CASES_EDIT},
    Role.MARKETING: WORKS
    | {P.CONTACTS_EXPORT, P.VIEWS_SHARE, P.IMPORTS_RUN, P.SEGMENTS_EDIT, P.CAMPAIGNS_WRITE}
    | {P.AUTOMATION_READ, P.AUTOMATION_WRITE, P.LOYALTY_MANAGE, P.FEEDBACK_ASK},
    Role.MANAGER: WORKS
    | {P.CONTACTS_ASSIGN, P.CONTACTS_DELETE, P.CONTACTS_EXPORT, P.VIEWS_SHARE, P.IMPORTS_RUN}
    | {P.DUPLICATES_MERGE, P.DEALS_EDIT, P.DEALS_DELETE, P.PIPELINES_MANAGE, P.LEADS_MANAGE}
    | {P.PRODUCTS_MANAGE, P.ORDERS_EDIT, P.GOALS_MANAGE, P.SEGMENTS_EDIT, P.CAMPAIGNS_WRITE}
    | {P.CAMPAIGNS_SEND, P.AUTOMATION_READ, P.AUTOMATION_MANAGE, P.LOYALTY_REDEEM, P.LOYALTY_ADJUST}
    | {P.LOYALTY_MANAGE, P.REPORTS_SHARE, P.ADOPTION_READ, P.AUTOMATION_WRITE}
    | {P.FEEDBACK_ASK, P.SERVICE_MANAGE, P.CASES_EDIT},
    Role.ADMIN: set(Permission) - {P.SYSTEM_OPERATE},
}
REACHES = {
    Role.VIEWER: Reach.ALL,
    Role.SUPPORT: Reach.ALL,
    Role.SALES: Reach.OWN,
    Role.MARKETING: Reach.ALL,
    Role.MANAGER: Reach.TEAM,
    Role.ADMIN: Reach.ALL,
}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_is_written_and_nothing_else(role: Role) -> None:
    assert set(RIGHTS[role]) == MAY[role]
    assert USUAL_REACH[role] == REACHES[role]


def test_nobody_who_signs_in_operates_the_system() -> None:
    assert all(P.SYSTEM_OPERATE not in rights for rights in RIGHTS.values())
    assert OPERATOR.may(P.SYSTEM_OPERATE)


@pytest.mark.parametrize("name", sorted(use_cases()))
def test_a_use_case_refuses_everyone_who_lacks_its_permission(name: str, cast: Cast) -> None:
    use_case: Callable[..., Any] = use_cases()[name]
    needed: Permission = use_case.permission  # type: ignore[attr-defined]

    strangers = [GUEST, *(who for who in cast.everybody.values() if needed not in MAY[who.role])]
    for who in strangers:
        # Without arguments: whoever gets past the door would fail in another way.
        with pytest.raises(NotAllowed, match="does not include"):
            use_case(who)


@pytest.mark.parametrize("name", PARTS)
def test_everybody_has_the_reach_of_the_role(name: str, cast: Cast) -> None:
    who = cast.everybody[name]
    everyone = {one.id for one in cast.everybody.values()}
    seen = {owner for owner in everyone if who.scope.covers(owner)}

    if REACHES[who.role] == Reach.ALL:
        assert seen == everyone
    elif REACHES[who.role] == Reach.TEAM:
        assert seen == {cast.mia.id, cast.ann.id, cast.bob.id}
    else:
        assert seen == {who.id}
    assert who.scope.covers(None) == (REACHES[who.role] != Reach.OWN)
