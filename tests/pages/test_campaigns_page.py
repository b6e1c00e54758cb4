"""Campaigns on their page: begun, written in steps that can be left, looked at, and sent by whoever may."""

import pytest

from crm_core.kernel.access import Actor
from crm_core.marketing import campaigns, templates
from tests.marketing.campaigning import draft, person
from tests.pages.conftest import OpenApp, field, press, said


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail is set up; nothing is sent, since no worker runs."""
    monkeypatch.setenv("CRM_SMTP_URL", "smtp://localhost")
    monkeypatch.setenv("CRM_MAIL_FROM", "crm@alder.test")
    monkeypatch.setenv("CRM_PUBLIC_URL", "https://crm.alder.test")


def test_the_list_begins_empty_and_a_campaign_is_begun_from_it(
    open_app: OpenApp, mark: Actor, vera: Actor
) -> None:
    app = open_app(mark, "campaigns")
    assert "No campaigns yet" in said(app)
    assert "New campaign" not in said(open_app(vera, "campaigns"))

    draft(mark, "**Spring**")
    app = open_app(mark, "campaigns")

    assert not app.exception
    assert "No campaigns yet" not in said(app)


def test_a_draft_is_written_step_by_step(open_app: OpenApp, mark: Actor) -> None:
    person(mark, "Ada")
    key = campaigns.create(mark, {"name": "Spring"})
    app = open_app(mark, "campaigns", id=str(key))
    app.button_group(key=f"how-{key}").set_value("A rule").run()
    field(app, "Rule").set_value("name is_filled").run()
    press(app, "Save and count")
    assert "Get it 1" in said(app)

    app = open_app(mark, "campaigns", id=str(key), step="message")
    field(app, "Subject").set_value("Hello {{ first_name }}").run()
    field(app, "HTML").set_value("<p>Hi</p>").run()
    assert "is empty for some people" in said(app)
    press(app, "Save message")
    app = open_app(mark, "campaigns", id=str(key), step="delivery")
    press(app, "Save")

    assert not app.exception
    kept = campaigns.get(mark, key)
    assert kept.rule == "name is_filled"
    assert kept.variants[0].message.subject == "Hello {{ first_name }}"


@pytest.mark.usefixtures("mail")
def test_who_may_not_send_is_told_whom_to_ask_and_who_may_sees_what_goes(
    open_app: OpenApp, mark: Actor, olga: Actor
) -> None:
    person(mark, "Ada")
    key = draft(mark)

    assert "needs a manager" in said(open_app(mark, "campaigns", id=str(key), step="review"))
    app = open_app(olga, "campaigns", id=str(key), step="review")
    assert "Send to 1 person" in said(app)
    press(app, "Send to 1 person")
    press(app, "Send it", dialog="Send to 1 person")

    assert campaigns.get(mark, key).state == "sending"
    app = open_app(olga, "campaigns", id=str(key))
    assert "0 of 1 messages" in str([one.proto for one in app.get("progress")])
    assert "Opens and clicks are not counted" in said(app)
    press(app, "Pause")
    assert campaigns.get(mark, key).state == "paused"
    assert not open_app(olga, "campaigns", id=str(key), part="results").exception
    assert not open_app(olga, "campaigns", id=str(key), part="message").exception


def test_a_template_is_edited_beside_its_preview(open_app: OpenApp, mark: Actor) -> None:
    key = templates.create(mark, {"name": "News", "subject": "Hi", "body_html": "<p>x</p>"})
    assert "News" in said(open_app(mark, "campaigns", show="templates"))

    app = open_app(mark, "campaigns", template=str(key))
    field(app, "Subject").set_value("Hello").run()
    press(app, "Save template")

    assert not app.exception
    assert templates.get(mark, key).message.subject == "Hello"
