"""The frame: who gets in, what the menu shows, and that a change of rights is felt at the next click."""

import pytest
import streamlit

from crm_core.kernel.access import Actor, Permission, Role
from crm_core.team import sign_in, users
from crm_core.team.types import UserChanges
from db.session import Database
from pages.ui import fragments, navigation, session
from pages.ui.navigation import Place
from tests.pages.conftest import OpenApp, field, id_of, press, said
from tests.people import PASSWORD, Cast

EVERYBODY = {
    *("Home", "Contacts", "Tasks", "Leads", "Pipeline", "Forecast", "Goals", "Orders"),
    *("Segments", "Campaigns", "Loyalty", "Reports", "Service"),
}
MENUS = {
    "olga": EVERYBODY | {"Automation", "Till", "Imports", "Data quality", "Admin"},
    "mia": EVERYBODY | {"Automation", "Till", "Imports", "Data quality"},
    "mark": EVERYBODY | {"Automation", "Imports", "Data quality"},
    "ann": EVERYBODY | {"Till", "Data quality"},
    "sue": EVERYBODY | {"Till", "Data quality"},
    "vera": EVERYBODY,
}


def test_every_page_in_the_table_exists() -> None:
    assert [place.name for place in navigation.PAGES if not place.file.exists()] == []


@pytest.mark.parametrize("name", MENUS)
def test_the_menu_shows_what_the_role_may_open(cast: Cast, name: str) -> None:
    assert set(navigation.titles(cast.everybody[name]).values()) == MENUS[name]


@pytest.mark.parametrize("name", ["mia", "mark", "ann", "sue", "vera"])
def test_a_forbidden_address_gives_a_page_that_says_so(open_app: OpenApp, cast: Cast, name: str) -> None:
    app = open_app(cast.everybody[name], "admin")

    assert "This page is not open to you" in said(app)
    assert "Add a person" not in said(app)
    assert not app.exception


@pytest.mark.parametrize("place", navigation.PAGES, ids=lambda p: p.name)
def test_nobody_sees_a_page_without_signing_in(open_app: OpenApp, cast: Cast, place: Place) -> None:
    app = open_app(None, place.name)

    assert "Sign in" in said(app)
    assert app.sidebar.children == {} or "Sign out" not in said(app)
    assert [each.label for each in app.text_input] == ["User name", "Password"]


@pytest.mark.parametrize("place", navigation.PAGES, ids=lambda p: p.name)
def test_a_page_run_without_the_frame_asks_to_sign_in(database: Database, place: Place) -> None:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(place.file), default_timeout=300).run()

    assert [each.value for each in app.warning] == ["Please sign in."]
    assert not app.metric
    assert not app.button


def test_the_right_password_opens_the_start_page(open_app: OpenApp, cast: Cast) -> None:
    app = open_app()
    field(app, "User name").set_value("ann")
    field(app, "Password").set_value(PASSWORD)

    press(app, "Sign in")

    assert "Ann" in app.header[0].value
    assert "Sign out" in said(app)


def test_a_wrong_password_is_refused_in_one_sentence(open_app: OpenApp, cast: Cast) -> None:
    app = open_app()
    field(app, "User name").set_value("ann")
    field(app, "Password").set_value("guessed")

    press(app, "Sign in")

    assert len(app.error) == 1
    assert "not correct" in app.error[0].value


def test_who_signs_out_is_asked_to_sign_in_again(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann)
    known = app.session_state["_sign_in"]

    press(app, "Sign out")

    assert "Sign out" not in said(app)
    assert sign_in.identify(known) is None
    assert "_sign_in" not in app.session_state
    assert "_ticket" not in app.session_state


def test_who_is_disabled_is_out_at_the_next_click(open_app: OpenApp, ann: Actor, olga: Actor) -> None:
    app = open_app(ann)
    users.disable(olga, id_of(ann))

    app.run()

    assert "Your sign-in has ended" in said(app)
    assert not app.metric


def test_a_changed_role_is_felt_at_the_next_click(open_app: OpenApp, olga: Actor, mia: Actor) -> None:
    app = open_app(mia, "admin")
    users.change(olga, id_of(mia), UserChanges(role=Role.ADMIN))

    app.run()

    assert "Add a person" in said(app)


def test_a_one_time_password_must_be_changed_before_anything_else(
    open_app: OpenApp, ann: Actor, olga: Actor
) -> None:
    users.reset_password(olga, id_of(ann))
    app = open_app(ann, "contacts" if "contacts" in navigation.titles(ann) else "profile")

    assert "Choose your password" in said(app)
    assert "API tokens" not in said(app)


def test_a_part_of_a_page_stops_when_the_sign_in_has_ended(
    monkeypatch: pytest.MonkeyPatch, ann: Actor
) -> None:
    class Redrawn(Exception):
        pass

    def redraw(scope: str) -> None:
        raise Redrawn(scope)

    monkeypatch.setattr(streamlit, "fragment", lambda **_: lambda function: function)
    monkeypatch.setattr(streamlit, "rerun", redraw)
    shown: list[str] = []
    part = fragments.secured(Permission.USERS_MANAGE)(lambda: shown.append("rows"))

    for somebody in (None, ann):
        monkeypatch.setattr(session, "current", lambda who=somebody: who)
        with pytest.raises(Redrawn, match="app"):
            part()

    assert shown == []
