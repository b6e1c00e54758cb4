"""The status tells how background work stands, and what failed is tried again or given up from there."""

from datetime import timedelta

import pytest

from crm_core.channels import mail_out, webhook_calls, webhooks
from crm_core.channels.types import NewMail
from crm_core.insights import status
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from db.models import Campaign, CampaignVariant, Mail, Recipient, WebhookCall
from tests.conftest import at
from tests.people import MONDAY


def call(who: int, cause: str, state: str, attempts: int) -> int:
    """A call to another system in a state."""
    with begin(SYSTEM) as work:
        webhooks.enqueue(work, "https://shop.example.com/hook", who, {}, cause)
        row = next(row for row in work.session.query(WebhookCall) if row.cause == cause)
        row.state, row.attempts, row.answer = state, attempts, "503 Service Unavailable"
        return row.id


def sent(who: Actor, people: int, bounced: int) -> None:
    """A campaign that went out, and of which some messages came back."""
    with begin(SYSTEM) as work:
        campaign = work.add(Campaign(
            name="News", name_key="news", channel="email", state="done", salt="x", started_at=work.now,
            created_at=work.now, updated_at=work.now,
        ))  # fmt: skip
        work.flush()
        variant = work.add(CampaignVariant(campaign_id=campaign.id, name="A", share=1))
        work.flush()
        for number in range(people):
            work.add(Recipient(
                campaign_id=campaign.id, variant_id=variant.id, state="sent", sent_at=work.now,
                bounced_at=work.now if number < bounced else None,
            ))  # fmt: skip


def test_the_status_counts_what_waits_and_failed_and_warns_of_bounces(
    olga: Actor, ann: Actor, clock: type[Clock]
) -> None:
    person = contacts.create(ann, {"first_name": "Cara", "last_name": "Cole"})
    call(person, "a", "failed", 8)
    call(person, "b", "pending", 0)
    with begin(SYSTEM) as work:
        number = mail_out.write(work, NewMail("m", "cara@example.com", "Hello", "Hello"))
        row = work.get(Mail, int(number or 0))
        row.state, row.answer = "failed", "550 no such user"
    sent(ann, 50, 3)

    found = status.get(olga)

    queues = {row.name: row for row in found.queues}
    assert (queues["webhooks"].waiting, queues["webhooks"].failed) == (1, 1)
    assert queues["webhooks"].oldest_at is not None
    assert (queues["mail"].failed, queues["campaigns"].done_at) == (1, Clock.now())
    assert found.mail.month.bounce_rate == 0.06
    assert "6.0% of the messages" in found.mail.warning
    assert (found.mail.day.sent, found.mail.day.failed, found.mail.day.bounced) == (50, 1, 3)
    assert {(row.queue, row.reason, row.acts) for row in found.failures} == {
        ("webhooks", "503 Service Unavailable", ("retry",)), ("mail", "550 no such user", ("retry",)),
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        status.get(ann)


def test_what_failed_is_tried_again_or_given_up_once(
    olga: Actor, ann: Actor, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = contacts.create(ann, {"first_name": "Cara", "last_name": "Cole"})
    failed, refused = call(person, "a", "failed", 8), call(person, "b", "pending", 2)

    status.retry(olga, "webhooks", failed)
    status.give_up(olga, "webhooks", refused)

    for again, number in ((status.retry, failed), (status.give_up, refused)):
        with pytest.raises(Conflict):
            again(olga, "webhooks", number)
        with pytest.raises(NotAllowed):
            again(ann, "webhooks", number)
    with pytest.raises(Invalid, match="mail, journeys, webhooks"):
        status.retry(olga, "segment sizes", 1)
    with pytest.raises(Conflict):
        webhook_calls.retry(olga, failed)
    with pytest.raises(Conflict):
        webhook_calls.give_up(olga, refused)
    with begin(SYSTEM) as work:
        assert work.get(WebhookCall, failed).attempts == 0
        assert work.get(WebhookCall, refused).next_try_at is None
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=31)))
    assert [row.queue for row in status.get(olga).failures] == []
