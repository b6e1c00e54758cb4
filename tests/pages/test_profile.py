"""The own account."""

from streamlit.testing.v1 import AppTest

from crm_core.kernel.access import Actor
from crm_core.team import profile, sign_in, tokens
from tests.pages.conftest import OpenApp, field, press, said, signed_in
from tests.people import PASSWORD


def _open(open_app: OpenApp, person: Actor, part: str) -> AppTest:
    return open_app(person, "profile").button_group(key="part").set_value(part).run()


def test_name_and_address_are_changed(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "profile")
    field(app, "Name").set_value("Ann Alder")

    press(app, "Save")

    assert profile.get(ann).name == "Ann Alder"
    assert "Ann Alder" in said(app)


def test_a_new_password_ends_the_other_sign_ins_and_keeps_this_one(open_app: OpenApp, ann: Actor) -> None:
    other = signed_in(ann)
    app = _open(open_app, ann, "Password")
    field(app, "Password so far").set_value(PASSWORD)
    field(app, "New password").set_value("an entirely new sentence")
    field(app, "New password again").set_value("an entirely new sentence")

    press(app, "Change password")

    assert "Your password is changed" in said(app)
    assert sign_in.identify(other) is None
    assert "Sign out" in said(app.run())


def test_another_browser_is_signed_out_from_here(open_app: OpenApp, ann: Actor) -> None:
    other = signed_in(ann)
    app = _open(open_app, ann, "Sign-ins")

    next(each for each in app.button if each.key == f"end-{other}").click().run()

    assert sign_in.identify(other) is None
    assert "That sign-in is ended." in said(app).replace("\\", "")


def test_signing_out_everywhere_ends_this_page_too(open_app: OpenApp, ann: Actor) -> None:
    app = _open(open_app, ann, "Sign-ins")

    press(app, "Sign out everywhere")

    assert "Your sign-in has ended" in said(app)


def test_a_token_is_shown_once_and_revoked(open_app: OpenApp, ann: Actor) -> None:
    app = press(_open(open_app, ann, "API tokens"), "New token")
    field(app, "What it is for").set_value("Newsletter")
    press(app, "Make the token", dialog="New token")
    secret = app.code[0].value
    assert tokens.identify(secret) == ann

    asked = press(press(app, "I have copied it"), "Revoke")
    assert not asked.code
    next(each for each in asked.button if (each.key or "").startswith("revoke-")).click()
    next(each for each in asked.button if each.key == "confirm-dialog").click().run()

    assert tokens.identify(secret) is None


def test_who_only_looks_has_no_tokens(open_app: OpenApp, vera: Actor) -> None:
    app = open_app(vera, "profile")

    assert "API tokens" not in app.button_group(key="part").options


def test_preferences_are_kept(open_app: OpenApp, ann: Actor) -> None:
    app = _open(open_app, ann, "Preferences")
    field(app, "Compact lists").set_value(True)

    press(app, "Save")

    assert profile.preferences(ann).is_compact
