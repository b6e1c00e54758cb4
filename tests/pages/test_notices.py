"""Notices beside every page, tasks on the other pages, and the own calendar feed."""

import pytest
from sqlalchemy import func, select

from crm_core.activity import feeds, tasks
from crm_core.activity.task_days import today
from crm_core.activity.task_types import NewTask
from crm_core.channels import mail_out
from crm_core.channels.types import NewMail
from crm_core.data import sample
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from crm_core.people import accounts, contacts
from crm_core.team import profile
from db.models import Mail, Task
from tests.pages.conftest import OpenApp, field, press, said
from tests.pages.test_tasks_page import click, titles


def test_the_bell_counts_what_is_unread(open_app: OpenApp, ann: Actor, mia: Actor) -> None:
    assert "Notices" in labels(open_app, ann)

    tasks.add(mia, NewTask("Call Zoe", owner_id=ann.id))

    assert "Notices 1" in labels(open_app, ann)
    assert "Notices" in labels(open_app, mia)


def labels(open_app: OpenApp, who: Actor) -> set[str]:
    """What stands on the popovers of the start page."""
    found = open_app(who).get("popover")
    return {str(one.proto.popover.label) for one in found}


def test_the_page_of_a_contact_and_of_a_company_show_what_is_planned(open_app: OpenApp, ann: Actor) -> None:
    zoe = contacts.create(ann, {"full_name": "Zoe Zander", "company": "Alder & Sons"})
    company = contacts.get(ann, zoe).account_id
    assert "No next step" in said(open_app(ann, "customer", id=str(zoe)))
    key = tasks.add(ann, NewTask("Send the offer", due_on=today(), contact_id=zoe))

    assert "Send the offer" in said(open_app(ann, "customer", account=str(company)))
    assert accounts.get(ann, company or 0).name == "Alder & Sons"
    app = open_app(ann, "customer", id=str(zoe))
    assert "Send the offer" in said(app)
    click(app, f"done-task-customer-{key}")
    assert tasks.get(ann, key).status == "done"


def test_a_call_is_planned_from_the_page_of_a_contact(open_app: OpenApp, ann: Actor) -> None:
    zoe = contacts.create(ann, {"full_name": "Zoe Zander"})
    app = click(open_app(ann, "customer", id=str(zoe)), "plan-call")
    field(app, "What is to be done").set_value("Ask about May")

    app = click(app, "save-new-task")

    assert not app.exception
    assert titles(ann, contact_id=zoe, kinds=("call",)) == ["Ask about May"]


def test_the_start_page_shows_what_today_brings(open_app: OpenApp, ann: Actor) -> None:
    tasks.add(ann, NewTask("Send the offer", due_on=today()))

    assert "Send the offer" in said(open_app(ann))


def test_the_calendar_feed_is_made_renewed_and_ended(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "profile").button_group(key="part").set_value("Calendar").run()
    app = press(app, "Make a secret address")

    address = app.code[0].value
    secret = address.rpartition("/")[2].removesuffix(".ics")
    assert feeds.read(secret)
    app = press(app, "I have copied it")
    app = click(app, "end-feed")
    next(one for one in app.button if one.key == "end-feed").click()
    click(app, "confirm-dialog")

    assert feeds.state(ann) is None
    assert feeds.read(secret) is None


def test_reminders_by_mail_are_a_preference(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "profile").button_group(key="part").set_value("Preferences").run()
    field(app, "Reminders by mail, too").set_value(True)

    press(app, "Save")

    assert profile.preferences(ann).mails_reminders


@pytest.mark.parametrize("state", ["failed", "unclear"])
def test_an_administrator_sees_how_mail_goes_and_sends_again(
    open_app: OpenApp, olga: Actor, state: str
) -> None:
    with begin(SYSTEM) as work:
        key = mail_out.write(work, NewMail("test:1", "zoe@x.test", "Hello", "Hi")) or 0
        work.get(Mail, key).state = state
    app = open_app(olga, "admin", part="Channels")
    assert "Not set up" in said(app)
    assert "zoe" in said(app)

    click(app, f"resend-{key}")

    assert mail_out.status(olga).waiting == 1


def test_the_sample_company_has_something_to_do_and_takes_it_along(olga: Actor) -> None:
    def planned() -> int:
        with begin(SYSTEM, write=False) as work:
            return int(work.scalar(select(func.count(Task.id))))

    sample.load(olga, contacts=60)
    assert planned() >= 12
    sample.remove(olga)
    assert planned() == 0
