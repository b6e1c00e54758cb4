"""Admin: what each role may do, to read."""

import pandas as pd
import streamlit as st

from crm_core.kernel.access import RIGHTS, USUAL_REACH, Actor, Permission, Role
from pages.ui import words
from pages.ui.admin_user_dialogs import REACHES, ROLES

ACTS: dict[Permission, str] = {
    Permission.CONTACTS_READ: "See contacts and companies",
    Permission.CONTACTS_EDIT: "Add and change contacts and companies",
    Permission.CONTACTS_ASSIGN: "Give contacts to other owners",
    Permission.CONTACTS_DELETE: "Delete and restore contacts and companies",
    Permission.CONTACTS_EXPORT: "Export lists",
    Permission.INTERACTIONS_READ: "Read what was said and done",
    Permission.INTERACTIONS_EDIT: "Log notes, calls, meetings and e-mails",
    Permission.TASKS_READ: "See tasks, calls and meetings",
    Permission.TASKS_EDIT: "Plan and finish tasks, calls and meetings",
    Permission.DEALS_READ: "See deals and the forecast",
    Permission.DEALS_EDIT: "Add, change and move deals",
    Permission.DEALS_DELETE: "Delete and restore deals",
    Permission.PIPELINES_MANAGE: "Change pipelines and their stages",
    Permission.LEADS_MANAGE: "Decide who gets leads, and manage web forms",
    Permission.PRODUCTS_READ: "See products and prices",
    Permission.PRODUCTS_MANAGE: "Change products and prices",
    Permission.ORDERS_READ: "See orders",
    Permission.ORDERS_EDIT: "Enter orders, deliveries and returns",
    Permission.CASES_READ: "See cases of customers",
    Permission.CASES_EDIT: "Open, answer and solve cases",
    Permission.GOALS_READ: "See goals and how far they are reached",
    Permission.GOALS_MANAGE: "Set goals",
    Permission.SEGMENTS_READ: "See segments",
    Permission.SEGMENTS_EDIT: "Make and change segments",
    Permission.CAMPAIGNS_READ: "See campaigns and their results",
    Permission.CAMPAIGNS_WRITE: "Write campaigns and templates",
    Permission.CAMPAIGNS_SEND: "Send campaigns",
    Permission.AUTOMATION_READ: "See automation and its runs",
    Permission.AUTOMATION_WRITE: "Write journeys",
    Permission.AUTOMATION_MANAGE: "Publish, pause and put away journeys",
    Permission.LOYALTY_READ: "See points, tiers and rewards",
    Permission.LOYALTY_REDEEM: "Serve members at the till",
    Permission.LOYALTY_ADJUST: "Correct points by hand",
    Permission.LOYALTY_MANAGE: "Change earn rules, tiers, rewards and coupons",
    Permission.SERVICE_MANAGE: "Set up service: promises, hours, known answers and surveys",
    Permission.FEEDBACK_READ: "See what customers say about us",
    Permission.FEEDBACK_ASK: "Ask customers for their opinion, and note it",
    Permission.REPORTS_READ: "Read reports",
    Permission.REPORTS_SHARE: "Share reports and dashboards",
    Permission.ADOPTION_READ: "See who uses Rapport for what",
    Permission.VIEWS_USE: "Keep own views of lists",
    Permission.VIEWS_SHARE: "Share views with everyone",
    Permission.IMPORTS_RUN: "Import files, and undo imports",
    Permission.DUPLICATES_MERGE: "Merge duplicates, and undo merges",
    Permission.KPIS_READ: "See numbers and the start page",
    Permission.PROFILE_USE: "Manage the own account",
    Permission.TOKENS_USE: "Let programs act in the own name (API tokens)",
    Permission.USERS_MANAGE: "Manage users and teams",
    Permission.SETTINGS_READ: "Read the company settings",
    Permission.SETTINGS_MANAGE: "Change the company settings",
    Permission.FIELDS_MANAGE: "Add and change custom fields",
    Permission.AUDIT_READ: "Read the audit log",
    Permission.SAMPLE_MANAGE: "Load and remove the sample company",
    Permission.EVERYTHING_EXPORT: "Take everything out as files, and make backups",
}
YES = ":material/check: yes"


def draw(_: Actor) -> None:
    """The matrix of roles and rights, and whose records each role usually sees."""
    st.caption(
        "What one may not do is not shown, and is refused. Whose records one sees is set for each person."
    )
    st.table(matrix(), border="horizontal")
    st.markdown("\n".join(f"- **{words.sentence(role)}:** {what}" for role, what in ROLES.items()))


def matrix() -> pd.DataFrame:
    """One row an act, one column a role; the first row says whose records the role usually sees."""
    rows = {"Usually sees": [REACHES[USUAL_REACH[role]].lower() for role in Role]}
    for permission, act in ACTS.items():
        rows[act] = [YES if permission in RIGHTS[role] else "" for role in Role]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[words.sentence(role) for role in Role])
