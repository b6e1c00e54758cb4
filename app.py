"""The app: pages, routes and guards in one server. Started by ``python -m crm_core serve``."""

import gc
import importlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from crm_core import start
from crm_core.api.middleware import middleware
from crm_core.api.routes import routes
from crm_core.settings import Settings
from crm_core.team import sightings

settings = Settings.from_environment()
SCRIPT = Path(__file__).parent / "pages" / "ui" / "shell.py"
# What pages import: read now, so that the first visitor need not wait and the frozen memory holds all of it.
HEAVY = ("altair", "pandas", "pyarrow", "phonenumbers", "streamlit_authenticator.models.authentication_model")
# Reading the sign-in library outside a page makes Streamlit warn that there is no page.
QUIET = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Connect, and set aside what will never be garbage."""
    start.start(settings)
    sightings.in_background()
    QUIET.disabled = True
    for module in HEAVY:
        importlib.import_module(module)
    QUIET.disabled = False
    gc.collect()
    gc.freeze()
    yield {}
    sightings.stop()


app = st.App(SCRIPT, routes=routes(settings), middleware=middleware(settings), lifespan=lifespan)
