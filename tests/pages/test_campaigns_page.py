"""Campaigns on their page: begun, written in steps that can be left, looked at, and sent by whoever may."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import ab_tests, campaigns, sending, templates, unclear
from crm_core.marketing.campaign_types import Variant
from crm_core.people import consents, contacts
from crm_core.people.consents import Proof
from db.models import Campaign, Recipient
from tests.marketing.campaigning import HELLO, draft, person
from tests.marketing.campaigns_made import campaign, recipient, variant
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
    assert "by e-mail" in said(app)
    press(app, "Pause")
    assert campaigns.get(mark, key).state == "paused"
    assert not open_app(olga, "campaigns", id=str(key), part="results").exception
    assert not open_app(olga, "campaigns", id=str(key), part="message").exception


@pytest.mark.usefixtures("mail")
def test_a_campaign_of_calls_is_written_and_handed_out_and_one_that_is_late_gets_another_time(
    open_app: OpenApp, mark: Actor, olga: Actor
) -> None:
    ada = contacts.create(mark, {"first_name": "Ada", "phone": "+49 1511 234567"})
    consents.opt_in(mark, ada, Proof("signed form", channel="phone"))
    key = campaigns.create(mark, {"name": "Calls", "channel": "call", "rule": "name is_filled"})
    app = open_app(mark, "campaigns", id=str(key), step="message")
    field(app, "What the task is called").set_value("Call {{ first_name }}").run()
    field(app, "What to say").set_value("Ask.").run()
    press(app, "Save message")
    campaigns.send(olga, key, Clock.now() + timedelta(days=1))
    with begin(SYSTEM) as work:
        row = work.get(Campaign, key)
        row.state, row.plan = "paused", {**row.plan, "is_overdue": True}

    app = open_app(olga, "campaigns", id=str(key))
    assert "missed its time" in said(app)
    press(app, "Reschedule")
    assert campaigns.get(mark, key).state == "scheduled"
    with begin(SYSTEM) as work:
        work.get(Campaign, key).scheduled_at = work.now
    while sending.advance_next("here", lambda: False):
        pass

    assert "Every call is a task" in said(open_app(olga, "campaigns", id=str(key)))


@pytest.mark.usefixtures("mail")
def test_what_was_not_opened_goes_a_second_time_from_the_page(
    open_app: OpenApp, mark: Actor, olga: Actor
) -> None:
    ada = person(mark, "Ada")
    key = campaign(state="done", goal="clicked")
    recipient(key, variant(key, "A"), ada)
    app = open_app(olga, "campaigns", id=str(key))
    field(app, "Another subject").set_value("Did you see?").run()
    press(app, "Send to 1 person")
    press(app, "Send it again", dialog="Send to 1 person")

    kept = campaigns.get(mark, key)
    assert (kept.state, kept.is_sent_again) == ("sending", True)


@pytest.mark.usefixtures("mail")
def test_the_winner_of_a_test_goes_out_and_unclear_messages_are_left_from_the_page(
    open_app: OpenApp, mark: Actor, olga: Actor
) -> None:
    for name in "abcdefghijkl":
        person(mark, name)
    key = draft(mark, goal="opened")
    campaigns.put_variants(mark, key, [Variant(name, message=HELLO) for name in "AB"])
    app = open_app(mark, "campaigns", id=str(key), step="delivery")
    next(one for one in app.toggle if one.label == "Try them on a part first").set_value(True).run()
    press(app, "Save")
    assert campaigns.get(mark, key).plan.test_share == 20
    assert "who wait for the winner" in said(open_app(olga, "campaigns", id=str(key), step="review"))
    campaigns.send(olga, key)
    with begin(SYSTEM) as work:
        waiting = [row.id for row in work.scalars(select(Recipient).where(Recipient.next_try_at.is_(None)))]
        broken = Recipient.id == waiting.pop()
        work.run(update(Recipient).where(broken).values(state="unclear", reason="The line broke."))

    app = open_app(olga, "campaigns", id=str(key))
    assert "wait for the winner" in said(app)
    press(app, "Leave all as they are")
    press(app, "Send B to the rest")
    press(app, "Send it", dialog="Send B to the rest")

    assert unclear.count(mark, key) == 0
    now = ab_tests.standing(mark, key)
    assert now is not None
    assert (now.winner, now.waiting) == ("B", 0)
    with begin(SYSTEM, write=False) as work:
        due = work.scalars(select(Recipient.id).where(Recipient.next_try_at.is_not(None)))
    assert set(waiting) <= set(due)


def test_a_template_is_edited_beside_its_preview(open_app: OpenApp, mark: Actor) -> None:
    key = templates.create(mark, {"name": "News", "subject": "Hi", "body_html": "<p>x</p>"})
    assert "News" in said(open_app(mark, "campaigns", show="templates"))

    app = open_app(mark, "campaigns", template=str(key))
    field(app, "Subject").set_value("Hello").run()
    press(app, "Save template")

    assert not app.exception
    assert templates.get(mark, key).message.subject == "Hello"
