"""Admin: where things are, whether this installation is well, its backups, and everything out."""

import platform

import streamlit as st

from crm_core import start
from crm_core.insights import installation
from crm_core.insights.installation import Finding
from crm_core.kernel.access import Actor
from pages.ui import admin_copies, words
from pages.ui.guard import guard

SIGNS = {
    "ok": ":green[:material/check_circle:]",
    "warn": ":orange[:material/warning:]",
    "fail": ":red[:material/error:]",
}


def draw(actor: Actor) -> None:
    """Facts about the installation, and the way to have it looked at."""
    settings = start.settings()
    engine = "PostgreSQL" if settings.database_url.startswith("postgresql") else "SQLite"
    with st.container(border=True, width=720):
        facts = {
            "Database": engine,
            "Data folder": f"`{settings.data_dir}`",
            "Encrypted connection (TLS)": "yes" if settings.https else "no",
            "Python": platform.python_version(),
        }
        st.table(facts, border="horizontal", hide_header=True)
        if st.button("Check this installation", key="run-doctor", icon=":material/monitor_heart:"):
            with st.spinner("Looking at everything that can be wrong …"), guard():
                _show(installation.examine(actor))
    admin_copies.draw(actor, settings)


def _show(found: list[Finding]) -> None:
    for each in found:
        check = words.md(words.sentence(each.check))
        st.markdown(f"{SIGNS.get(each.state, '')} **{check}:** {words.md(each.sentence)}")
