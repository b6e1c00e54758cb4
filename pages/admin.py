"""Admin: people, rights, the company, and what happened."""

from collections.abc import Callable

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import (
    admin_audit,
    admin_company,
    admin_fields,
    admin_roles,
    admin_sessions,
    admin_system,
    admin_teams,
    admin_users,
)
from pages.ui.session import require

Part = tuple[str, Permission, Callable[[Actor], None]]
PARTS: dict[str, Part] = {
    "Users": (":material/group:", Permission.USERS_MANAGE, admin_users.draw),
    "Teams": (":material/groups:", Permission.USERS_MANAGE, admin_teams.draw),
    "Roles": (":material/verified_user:", Permission.USERS_MANAGE, admin_roles.draw),
    "Company": (":material/domain:", Permission.SETTINGS_MANAGE, admin_company.draw),
    "Fields": (":material/list_alt_add:", Permission.FIELDS_MANAGE, admin_fields.draw),
    "Sign-ins": (":material/devices:", Permission.USERS_MANAGE, admin_sessions.draw),
    "Audit log": (":material/history:", Permission.AUDIT_READ, admin_audit.draw),
    "System": (":material/monitor_heart:", Permission.SETTINGS_MANAGE, admin_system.draw),
}

me = require(Permission.USERS_MANAGE)
st.header("Admin", anchor=False)
open_to_me = [name for name, (_, permission, _) in PARTS.items() if me.may(permission)]
chosen = st.segmented_control(
    "Part", open_to_me, default=open_to_me[0], required=True, key="part", bind="query-params",
    format_func=lambda name: f"{PARTS[name][0]} {name}", label_visibility="collapsed",
)  # fmt: skip
PARTS[chosen or open_to_me[0]][2](me)
