"""The whole app as a person sees it, without a browser: the frame is run as Streamlit runs it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.work import begin
from crm_core.team import sign_in
from db.models import User
from tests.people import Cast

ROOT = Path(__file__).parents[2]
SHELL = ROOT / "pages" / "ui" / "shell.py"

OpenApp = Callable[..., AppTest]


@pytest.fixture
def open_app(cast: Cast) -> OpenApp:
    """Call it with a person (or nobody) to open the start page or another one."""

    def start(person: Actor | None = None, page: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(str(SHELL), default_timeout=20)
        if person is not None:
            app.session_state["_sign_in"] = signed_in(person)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        return app.switch_page(str(ROOT / "pages" / f"{page}.py")).run() if page else app

    return start


def signed_in(person: Actor) -> int:
    """The id of a new sign-in of this person."""
    with begin(OPERATOR) as work:
        return sign_in.begin_for(work, work.get(User, person.id or 0)).sign_in_id


def said(app: AppTest) -> str:
    """All words on the page, for looking something up."""
    kinds = (app.markdown, app.caption, app.header, app.subheader, app.title, app.info, app.warning, app.error)
    return "\n".join(str(each.value) for kind in kinds for each in kind)
