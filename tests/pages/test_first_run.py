"""The first minutes of a new house."""

from streamlit.testing.v1 import AppTest

from crm_core.data import sample
from crm_core.settings import Settings
from crm_core.team import company, users
from crm_core.team.types import CompanySettings
from tests.pages.conftest import OpenApp, field, press, said
from tests.people import PASSWORD, Cast


def _until_company(app: AppTest) -> AppTest:
    field(app, "Set-up code").set_value(company.setup_code(Settings.from_environment()))
    press(app, "Continue")
    for label, value in (
        ("Your name", "Olga Orlova"), ("E-mail", "olga@rapport.example.com"), ("User name", "olga"),
        ("Password", PASSWORD), ("Password again", PASSWORD),
    ):  # fmt: skip
        field(app, label).set_value(value)
    return press(app, "Continue")


def test_a_wrong_code_leads_nowhere(open_app: OpenApp) -> None:
    app = open_app()
    field(app, "Set-up code").set_value("ABCD-EFGH")

    press(app, "Continue")

    assert "not the set-up code" in app.error[0].value.replace("\\", "")
    assert [each.label for each in app.text_input] == ["Set-up code"]


def test_two_different_passwords_are_noticed(open_app: OpenApp) -> None:
    app = open_app()
    field(app, "Set-up code").set_value(company.setup_code(Settings.from_environment()))
    press(app, "Continue")
    for label in ("Your name", "E-mail", "User name", "Password"):
        field(app, label).set_value("olga@rapport.example.com")

    press(app, "Continue")

    assert "not the same" in app.error[0].value


def test_the_set_up_makes_an_admin_and_a_company_and_ends_on_the_start_page(open_app: OpenApp) -> None:
    app = _until_company(open_app())
    field(app, "Company name").set_value("Alder & Sons")
    field(app, "Country").set_value("JP").run()
    press(app, "Finish set-up")

    press(app, "Start empty")

    assert "Olga" in app.header[0].value
    assert company.company() == CompanySettings("Alder & Sons", "JPY", "Asia/Tokyo", "JP", "ja")
    assert "First steps" in said(app)
    assert "sample data" not in said(app)


def test_the_sample_company_can_be_looked_at_and_removed(open_app: OpenApp) -> None:
    app = _until_company(open_app())
    field(app, "Company name").set_value("Alder & Sons")
    press(app, "Finish set-up")
    press(app, "Load the sample company")
    assert "Contacts 300" in said(app)

    press(app, "Remove sample data")
    next(each for each in app.button if each.key == "remove-sample").click()
    next(each for each in app.button if each.key == "confirm-dialog").click().run()

    assert "Contacts 0" in said(app)
    assert not app.exception


def test_after_the_set_up_nobody_is_asked_for_a_code(open_app: OpenApp, cast: Cast) -> None:
    assert "Set-up code" not in [each.label for each in open_app().text_input]
    assert company.is_set_up()
    assert len(users.search(cast.olga)) == len(cast.everybody)
    assert not sample.is_loaded(cast.olga)
