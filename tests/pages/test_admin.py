"""What an admin does on the Admin page."""

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.kernel.access import Actor, Permission
from crm_core.people import custom_fields
from crm_core.team import company, teams, users
from pages.ui import admin_roles
from pages.ui.admin_sessions import browser_name
from tests.channels.test_sms import listening
from tests.pages.conftest import OpenApp, field, id_of, press, said
from tests.people import Cast

PARTS = ("Users", "Teams", "Roles", "Company", "Channels", "Fields", "Sign-ins", "Audit log", "System")


def _open(open_app: OpenApp, person: Actor, part: str = "Users") -> AppTest:
    app = open_app(person, "admin")
    return app if part == "Users" else app.button_group(key="part").set_value(part).run()


def _choose(app: AppTest, menu: str, act: str, verb: str) -> str:
    """Choose an act, see that it is asked about first, and confirm it."""
    asked = app.menu_button(key=menu).click(act).run()
    said_before = said(asked)
    asked.menu_button(key=menu).click(act)
    next(each for each in asked.button if each.label == verb).click().run()
    return said_before


@pytest.mark.parametrize("part", PARTS)
def test_every_part_can_be_looked_at(open_app: OpenApp, olga: Actor, part: str) -> None:
    app = _open(open_app, olga, part)

    assert not app.exception
    assert not app.error


def test_a_test_message_says_what_the_gateway_answered(
    open_app: OpenApp, olga: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "CRM_SMS_URL" in said(_open(open_app, olga, "Channels"))
    with listening() as gateway:
        monkeypatch.setenv("CRM_SMS_URL", gateway.url)
        monkeypatch.setenv("CRM_SMS_SENDER", "Alder")
        app = _open(open_app, olga, "Channels")
        field(app, "Send a test SMS to").set_value("+49 1511 234567").run()
        taken = press(app, "Send").success[0].value
        gateway.status = 403
        refused = said(press(app, "Send"))

    assert "202 heard" in taken
    assert "403 heard" in refused
    assert [fields["to"] for _, _, fields in gateway.asked] == ["+491511234567"] * 2


def test_a_person_is_added_and_the_password_shown_once(open_app: OpenApp, olga: Actor) -> None:
    app = press(_open(open_app, olga), "Add a person")
    for label, value in (("Name", "Zoe Zander"), ("E-mail", "zoe@rapport.test"), ("User name", "zoe")):
        field(app, label).set_value(value)

    press(app, "Add", dialog="Add a person")

    assert "zoe" in [person.username for person in users.search(olga)]
    assert len(app.code[0].value) > 15
    assert not press(app, "I have copied it").code


def test_what_cannot_be_a_user_is_said_field_by_field(open_app: OpenApp, olga: Actor) -> None:
    app = press(_open(open_app, olga), "Add a person")
    field(app, "User name").set_value("ann")

    press(app, "Add", dialog="Add a person")

    assert "taken" in app.error[0].value
    assert "name is needed" in app.error[0].value


def test_disabling_asks_with_the_name_first(open_app: OpenApp, olga: Actor, ann: Actor) -> None:
    app = _open(open_app, olga)

    question = _choose(app, f"acts-{ann.id}", "Disable", "Disable")

    assert "Ann Archer is signed out everywhere at once" in question
    assert [person.is_active for person in users.search(olga) if person.id == ann.id] == [False]
    assert "Ann Archer is disabled." in said(app).replace("\\", "")


def test_nobody_is_offered_to_disable_oneself(open_app: OpenApp, olga: Actor) -> None:
    app = _open(open_app, olga)

    assert "Disable" not in app.menu_button(key=f"acts-{olga.id}").options


def test_a_team_is_added_and_removed(open_app: OpenApp, olga: Actor) -> None:
    app = _open(open_app, olga, "Teams")
    field(app, "New team").set_value("South")
    press(app, "Add")
    south = next(team for team in teams.search(olga) if team.name == "South")

    _choose(app, f"team-acts-{south.id}", "Remove", "Remove")

    assert [team.name for team in teams.search(olga)] == ["North"]


def test_company_settings_are_saved(open_app: OpenApp, olga: Actor) -> None:
    app = _open(open_app, olga, "Company")
    field(app, "Company name").set_value("Alder & Sons").run()
    field(app, "Country").set_value("CH").run()

    press(app, "Save")

    now = company.company()
    assert (now.name, now.currency, now.time_zone) == ("Alder & Sons", "CHF", "Europe/Zurich")


def test_a_field_is_added(open_app: OpenApp, olga: Actor) -> None:
    app = press(_open(open_app, olga, "Fields"), "Add a field")
    field(app, "Label").set_value("Contract ends")
    field(app, "Type").set_value("date")

    press(app, "Add", dialog="Add a field")

    assert [row.name for row in custom_fields.search(olga)] == ["contract_ends"]


def test_everybody_with_an_open_browser_is_listed(open_app: OpenApp, cast: Cast) -> None:
    open_app(cast.ann)

    app = _open(open_app, cast.olga, "Sign-ins")

    assert "Ann Archer" in said(app)
    assert "Bob Brandt" not in said(app)


def test_the_audit_log_tells_who_did_what(open_app: OpenApp, olga: Actor, ann: Actor) -> None:
    users.disable(olga, id_of(ann))

    app = _open(open_app, olga, "Audit log")

    rows = app.dataframe[0].value[["Who", "What", "Record"]].to_numpy().tolist()
    assert ["Olga Orlova", "User disabled", f"User {ann.id}"] in rows


def test_the_matrix_names_every_right_of_people() -> None:
    assert set(admin_roles.ACTS) == set(Permission) - {Permission.SYSTEM_OPERATE}


@pytest.mark.parametrize(("agent", "name"), [
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
    ("Mozilla/5.0 (iPhone; like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux"),
    ("", "A browser"),
])  # fmt: skip
def test_a_browser_is_called_by_its_name(agent: str, name: str) -> None:
    assert browser_name(agent) == name
