"""Who may do what (permissions by role), and whose rows a person sees (reach)."""

from dataclasses import dataclass, field
from enum import StrEnum

from crm_core.kernel.errors import NotAllowed
from db.scope import EVERYONE, NOBODY, Scope


class Permission(StrEnum):
    """An act on a kind of object: ``objects:verb``."""

    CONTACTS_READ = "contacts:read"
    CONTACTS_EDIT = "contacts:edit"
    CONTACTS_ASSIGN = "contacts:assign"
    CONTACTS_DELETE = "contacts:delete"
    CONTACTS_EXPORT = "contacts:export"
    INTERACTIONS_READ = "interactions:read"
    INTERACTIONS_EDIT = "interactions:edit"
    TASKS_READ = "tasks:read"
    TASKS_EDIT = "tasks:edit"
    DEALS_READ = "deals:read"
    DEALS_EDIT = "deals:edit"
    DEALS_DELETE = "deals:delete"
    PIPELINES_MANAGE = "pipelines:manage"
    LEADS_MANAGE = "leads:manage"
    PRODUCTS_READ = "products:read"
    PRODUCTS_MANAGE = "products:manage"
    ORDERS_READ = "orders:read"
    ORDERS_EDIT = "orders:edit"
    CASES_READ = "cases:read"
    CASES_EDIT = "cases:edit"
    GOALS_READ = "goals:read"
    GOALS_MANAGE = "goals:manage"
    SEGMENTS_READ = "segments:read"
    SEGMENTS_EDIT = "segments:edit"
    CAMPAIGNS_READ = "campaigns:read"
    CAMPAIGNS_WRITE = "campaigns:write"
    CAMPAIGNS_SEND = "campaigns:send"
    AUTOMATION_READ = "automation:read"
    AUTOMATION_WRITE = "automation:write"
    AUTOMATION_MANAGE = "automation:manage"
    LOYALTY_READ = "loyalty:read"
    LOYALTY_REDEEM = "loyalty:redeem"
    LOYALTY_ADJUST = "loyalty:adjust"
    LOYALTY_MANAGE = "loyalty:manage"
    SERVICE_MANAGE = "service:manage"
    FEEDBACK_READ = "feedback:read"
    FEEDBACK_ASK = "feedback:ask"
    REPORTS_READ = "reports:read"
    REPORTS_SHARE = "reports:share"
    ADOPTION_READ = "adoption:read"
    VIEWS_USE = "views:use"
    VIEWS_SHARE = "views:share"
    IMPORTS_RUN = "imports:run"
    DUPLICATES_MERGE = "duplicates:merge"
    FIELDS_MANAGE = "fields:manage"
    KPIS_READ = "kpis:read"
    PROFILE_USE = "profile:use"
    TOKENS_USE = "tokens:use"
    USERS_MANAGE = "users:manage"
    SETTINGS_READ = "settings:read"
    SETTINGS_MANAGE = "settings:manage"
    AUDIT_READ = "audit:read"
    SAMPLE_MANAGE = "sample:manage"
    EVERYTHING_EXPORT = "everything:export"
    SYSTEM_OPERATE = "system:operate"


class Role(StrEnum):
    """The part a person plays in the team."""

    ADMIN = "admin"
    MANAGER = "manager"
    SALES = "sales"
    MARKETING = "marketing"
    SUPPORT = "support"
    VIEWER = "viewer"


class Reach(StrEnum):
    """How far a person sees: own records, those of the team (and nobody's), or all."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


_P = Permission
_LOOK = frozenset(
    {_P.CONTACTS_READ, _P.INTERACTIONS_READ, _P.VIEWS_USE, _P.KPIS_READ, _P.PROFILE_USE, _P.SETTINGS_READ}
) | {
    _P.TASKS_READ,
    _P.DEALS_READ,
    _P.PRODUCTS_READ,
    _P.ORDERS_READ,
    _P.CASES_READ,
    _P.GOALS_READ,
    _P.SEGMENTS_READ,
    _P.CAMPAIGNS_READ,
    _P.LOYALTY_READ,
    _P.REPORTS_READ,
    _P.FEEDBACK_READ,
}
_WORK = _LOOK | {_P.CONTACTS_EDIT, _P.INTERACTIONS_EDIT, _P.TASKS_EDIT, _P.TOKENS_USE}
_SERVE = {_P.ORDERS_EDIT, _P.CASES_EDIT, _P.LOYALTY_REDEEM}
_PROMOTE = {_P.SEGMENTS_EDIT, _P.CAMPAIGNS_WRITE, _P.AUTOMATION_READ, _P.AUTOMATION_WRITE, _P.LOYALTY_MANAGE}
_LEAD = {
    _P.DEALS_DELETE,
    _P.PIPELINES_MANAGE,
    _P.LEADS_MANAGE,
    _P.PRODUCTS_MANAGE,
    _P.GOALS_MANAGE,
    _P.CAMPAIGNS_SEND,
    _P.AUTOMATION_MANAGE,
    _P.LOYALTY_ADJUST,
    _P.REPORTS_SHARE,
    _P.ADOPTION_READ,
    _P.SERVICE_MANAGE,
}

RIGHTS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _LOOK,
    Role.SUPPORT: _WORK | _SERVE | {_P.FEEDBACK_ASK},
    Role.SALES: _WORK | _SERVE | {_P.CONTACTS_EXPORT, _P.DEALS_EDIT, _P.FEEDBACK_ASK},
    Role.MARKETING: _WORK
    | _PROMOTE
    | {_P.CONTACTS_EXPORT, _P.VIEWS_SHARE, _P.IMPORTS_RUN}
    | {_P.FEEDBACK_ASK},
    Role.MANAGER: _WORK
    | _SERVE
    | _PROMOTE
    | _LEAD
    | {_P.CONTACTS_ASSIGN, _P.CONTACTS_DELETE, _P.CONTACTS_EXPORT, _P.VIEWS_SHARE}
    | {_P.IMPORTS_RUN, _P.DUPLICATES_MERGE, _P.DEALS_EDIT, _P.FEEDBACK_ASK},
    Role.ADMIN: frozenset(Permission) - {_P.SYSTEM_OPERATE},
}

USUAL_REACH: dict[Role, Reach] = {
    Role.VIEWER: Reach.ALL,
    Role.SUPPORT: Reach.ALL,
    Role.SALES: Reach.OWN,
    Role.MARKETING: Reach.ALL,
    Role.MANAGER: Reach.TEAM,
    Role.ADMIN: Reach.ALL,
}


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: a signed-in person, a token's owner, the shell, or the system itself.

    ``id`` is the user's id, or None for the shell and the system.
    """

    id: int | None
    name: str
    role: Role = Role.VIEWER
    permissions: frozenset[Permission] = frozenset()
    scope: Scope = field(default=NOBODY)

    def may(self, permission: Permission) -> bool:
        """Is this act permitted to this person at all?"""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Refuse with a sentence unless the act is permitted.

        Raises:
            NotAllowed: the role lacks the permission.
        """
        if not self.may(permission):
            raise NotAllowed(
                f"Your role ({self.role}) does not include “{permission}”. Ask an administrator for it."
            )


SYSTEM = Actor(None, "Rapport", Role.ADMIN, frozenset(Permission), EVERYONE)
OPERATOR = Actor(None, "Command line", Role.ADMIN, frozenset(Permission), EVERYONE)
