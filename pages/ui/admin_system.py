"""Admin: the machine below, and how it does."""

import platform

import streamlit as st

from crm_core import start
from crm_core.kernel.access import Actor


def draw(_: Actor) -> None:
    """Where things are."""
    settings = start.settings()
    engine = "PostgreSQL" if settings.database_url.startswith("postgresql") else "SQLite"
    with st.container(border=True, width=620):
        st.table(
            {
                "Database": engine,
                "Data folder": f"`{settings.data_dir}`",
                "Port": str(settings.port),
                "Encrypted connection (TLS)": "yes" if settings.https else "no",
                "Python": platform.python_version(),
                "Streamlit": st.__version__,
            },
            border="horizontal",
            hide_header=True,
        )
