"""The whole app as a person sees it, without a browser: the frame is run as Streamlit runs it."""

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.work import begin
from crm_core.team import open_sign_ins
from db.models import User
from db.session import Database

ROOT = Path(__file__).parents[2]
SHELL = ROOT / "pages" / "ui" / "shell.py"

OpenApp = Callable[..., AppTest]


@pytest.fixture(autouse=True, scope="session")
def components_found_once() -> None:
    """Look for installed components once a run: each page that is opened would read every package again."""
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(autouse=True)
def main_program_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is run takes the place of the main program: processes started later would run it again."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def open_app(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenApp:
    """Call it with a person (or nobody) to open the start page, or the named page with a query."""
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path))
    # What another test was shown must not be shown here: its rows had the same numbers.
    st.cache_data.clear()

    def start(person: Actor | None = None, page: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(str(SHELL), default_timeout=300)
        if person is not None:
            app.session_state["_sign_in"] = signed_in(person)
        for name, value in query.items():
            app.query_params[name] = value
        return app.switch_page(str(ROOT / "pages" / f"{page}.py")).run() if page else app.run()

    return start


def signed_in(person: Actor) -> int:
    """The id of a new sign-in of this person."""
    with begin(OPERATOR) as work:
        return open_sign_ins.begin_for(work, work.get(User, id_of(person))).sign_in_id


def id_of(person: Actor) -> int:
    """The id of a person who can sign in."""
    assert person.id is not None
    return person.id


def said(app: AppTest) -> str:
    """All words on the page, as they were written."""
    kinds = ("markdown", "caption", "header", "subheader", "info", "warning", "error", "toast")
    found = [str(each.value) for kind in kinds for each in getattr(app, kind)]
    found += [f"{each.label} {each.value}" for each in app.metric]
    links = [getattr(each, "label", "") for each in app.get("page_link")]
    return "\n".join([*found, *links, *(each.label for each in app.button)])


def field(app: AppTest, label: str) -> Any:
    """The text field, choice or switch with this label."""
    kinds = (*app.text_input, *app.selectbox, *app.toggle, *app.text_area)
    return next(each for each in kinds if each.label == label)


def press(app: AppTest, label: str, *, dialog: str = "") -> AppTest:
    """Press the button with these words, in a dialog if the words that open it are given.

    Here a dialog is drawn only in the run in which its opener was pressed, so both are pressed at once.
    """
    if dialog:
        _button(app, dialog).click()
    return _button(app, label).click().run()


def _button(app: AppTest, label: str) -> Button:
    return next(each for each in app.button if each.label == label)
