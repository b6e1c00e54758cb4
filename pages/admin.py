"""Admin: people, rights, the company, and what happened."""

from collections.abc import Callable

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import (
    admin_audit,
    admin_channels,
    admin_company,
    admin_fields,
    admin_roles,
    admin_sessions,
    admin_status,
    admin_system,
    admin_teams,
    admin_users,
)
from pages.ui.session import require

Part = tuple[Permission, Callable[[Actor], None]]
PARTS: dict[str, Part] = {
    "Users": (Permission.USERS_MANAGE, admin_users.draw),
    "Teams": (Permission.USERS_MANAGE, admin_teams.draw),
    "Roles": (Permission.USERS_MANAGE, admin_roles.draw),
    "Company": (Permission.SETTINGS_MANAGE, admin_company.draw),
    "Channels": (Permission.SETTINGS_MANAGE, admin_channels.draw),
    "Fields": (Permission.FIELDS_MANAGE, admin_fields.draw),
    "Sign-ins": (Permission.USERS_MANAGE, admin_sessions.draw),
    "Audit log": (Permission.AUDIT_READ, admin_audit.draw),
    "Status": (Permission.SETTINGS_MANAGE, admin_status.draw),
    "System": (Permission.SETTINGS_MANAGE, admin_system.draw),
}

me = require(Permission.USERS_MANAGE)
st.header("Admin", anchor=False)
open_to_me = [name for name, (permission, _) in PARTS.items() if me.may(permission)]
chosen = st.segmented_control(
    "Part", open_to_me, default="Users", required=True, key="part", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
PARTS[chosen or "Users"][1](me)
