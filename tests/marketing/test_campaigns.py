"""Campaigns reach whom they may reach, once, and nobody of the hold-out."""

import email
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm_core.channels.carriers import MailCarrier
from crm_core.channels.types import Outcome, OutgoingMail
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import audiences, campaigns, claiming, sending, unsubscribing
from crm_core.marketing.campaign_types import Variant
from crm_core.marketing.holdout import is_held
from crm_core.marketing.lift import HOLDOUT
from crm_core.marketing.rendering import Message
from crm_core.people import consents, contacts
from crm_core.people.consents import Proof
from crm_core.settings import Settings
from db.models import Campaign, Contact, Recipient, Suppression
from tests.channels.test_mail_out import FROM, Post, listening
from tests.conftest import at
from tests.marketing.campaigning import HELLO, draft, person
from tests.people import MONDAY, Cast

PUBLIC = "https://crm.alder.test"
WORKER = "here/1/a"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def going_out(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Mail is set up, for the checks before sending and for the worker."""
    with listening(post) as url:
        monkeypatch.setenv("CRM_SMTP_URL", url)
        monkeypatch.setenv("CRM_MAIL_FROM", FROM)
        monkeypatch.setenv("CRM_PUBLIC_URL", PUBLIC)
        yield Settings("sqlite://", tmp_path, smtp_url=url, mail_from=FROM, public_url=PUBLIC)


def send_all(chosen: Settings, worker: str = WORKER) -> None:
    """Work until nothing is left to do."""
    for _ in range(50):
        if not sending.advance_next(worker, lambda: False, chosen):
            return
    raise AssertionError("the worker never rests")


def rows(campaign_id: int) -> list[Recipient]:
    with begin(SYSTEM, write=False) as work:
        found: list[Recipient] = work.scalars(
            select(Recipient).where(Recipient.campaign_id == campaign_id).order_by(Recipient.id)
        )
        return found


def states(campaign_id: int) -> Counter[str]:
    return Counter(row.reason or row.state for row in rows(campaign_id))


def mails(post: Post) -> list[EmailMessage]:
    return [email.message_from_bytes(one, policy=policy.default) for one in post.got]


def token_in(mail: EmailMessage) -> str:
    return str(mail["List-Unsubscribe"]).strip("<>").rpartition("/")[2]


def test_a_campaign_goes_once_to_those_who_agreed(
    olga: Actor, mark: Actor, post: Post, going_out: Settings
) -> None:
    for name, opt in (("Ada", "in"), ("Ben", "out"), ("Cyd", "")):
        person(mark, name, opt=opt)
    person(mark, "Dan", "")
    person(mark, "Eve", "ada@x.test")
    key = draft(mark)

    reviewed = campaigns.send(olga, key)
    send_all(going_out)
    send_all(going_out)

    [mail] = mails(post)
    assert (mail["To"], mail["Subject"]) == ("ada@x.test", "Hello Ada")
    assert "Dear Ada," in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert reviewed.audience.count == 1
    assert reviewed.audience.excluded == {
        "opted_out": 1,
        "no_consent": 2,
        "duplicate_address": 1,
    } or reviewed.audience.excluded == {
        "opted_out": 1,
        "no_consent": 1,
        "no_address": 1,
        "duplicate_address": 1,
    }
    assert states(key) == Counter({"sent": 1, **reviewed.audience.excluded})
    assert campaigns.get(mark, key).state == "done"


def test_what_is_counted_is_what_is_written_down_with_variants_and_a_holdout(
    olga: Actor, mark: Actor, going_out: Settings
) -> None:
    for number in range(24):
        person(mark, f"P{number}")
    key = draft(mark, holdout=3_000)
    campaigns.put_variants(mark, key, [Variant("A", 2, message=HELLO), Variant("B", 1, message=HELLO)])

    counted = audiences.count(olga, key)
    campaigns.send(olga, key)

    written = campaigns.get(mark, key)
    names = {one.id: one.name for one in written.variants}
    found = Counter(names.get(row.variant_id, HOLDOUT) for row in rows(key))
    assert found == Counter({**counted.by_variant, HOLDOUT: counted.held})
    assert counted.count + counted.held == counted.people == 24
    salt = campaign_row(key).salt
    for row in rows(key):
        assert (row.state == "held") == is_held(salt, row.contact_id or 0, 3_000)


def campaign_row(key: int) -> Campaign:
    with begin(SYSTEM, write=False) as work:
        return work.get(Campaign, key)


@settings(
    max_examples=3, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(share=st.integers(1, 5_000), salt=st.text("abcdef0123456789", min_size=8, max_size=8))
def test_nobody_of_the_holdout_gets_a_campaign_in_any_way(
    database: object, mark: Actor, olga: Actor, post: Post, going_out: Settings, share: int, salt: str
) -> None:
    keys = [person(mark, f"{salt}{number}", f"{salt}{number}-{share}@x.test") for number in range(4)]
    post.got.clear()
    key = draft(mark, f"{salt} {share} {keys[0]}", holdout=share, cap=0, per_minute=0)
    with begin(SYSTEM) as work:
        work.get(Campaign, key).salt = salt
    if not audiences.count(mark, key).count:
        return

    campaigns.send(olga, key)
    sending.advance_next(WORKER, lambda: False, going_out)
    campaigns_paused(olga, key)
    send_all(going_out)

    with begin(SYSTEM, write=False) as work:
        addresses = {row.id: row.email for row in work.scalars(select(Contact))}
    held = {address for contact, address in addresses.items() if is_held(salt, contact, share)}
    got = {str(mail["To"]) for mail in mails(post)}
    assert not got & held
    assert got | held == set(addresses.values())
    assert database


def campaigns_paused(who: Actor, key: int) -> None:
    """Pause and go on, where it is not done already."""
    if campaigns.get(who, key).state == "sending":
        campaigns.pause(who, key)
        campaigns.resume(who, key)


def test_a_manager_reaches_only_the_contacts_of_the_team(cast: Cast, going_out: Settings) -> None:
    mine, foreign = person(cast.ann, "Ada"), person(cast.mark, "Ben")
    with begin(SYSTEM) as work:
        work.get(Contact, foreign).owner_id = cast.mark.id
    key = draft(cast.mark)

    assert campaigns.send(cast.mia, key).audience.count == 1

    assert [row.contact_id for row in rows(key)] == [mine]


def test_the_reader_can_leave_by_one_click_and_a_look_changes_nothing(
    olga: Actor, mark: Actor, post: Post, going_out: Settings
) -> None:
    ada = person(mark, "Ada")
    key = draft(mark)
    campaigns.send(olga, key)
    send_all(going_out)
    token = token_in(mails(post)[0])

    seen = unsubscribing.look(token)
    assert (seen.shown_address, seen.is_done) == ("a…@x.test", False)
    assert contacts.get(mark, ada).email_opt == "in"
    assert unsubscribing.leave(token).is_done
    assert unsubscribing.leave(token).is_done

    assert contacts.get(mark, ada).email_opt == "out"
    proof = consents.of_contact(mark, ada)[0]
    assert (proof.is_granted, proof.source) == (False, "Unsubscribe link in “Spring”")
    assert rows(key)[0].unsubscribed_at is not None
    follow = draft(mark, "Summer", needs_consent=False)
    assert audiences.count(mark, follow).excluded == {"opted_out": 1}


@pytest.mark.parametrize("change", ["", "x", "1-", "-", "0", "seal", "number", "é", "f" * 40])
def test_a_forged_link_unsubscribes_nobody(
    change: str, olga: Actor, mark: Actor, post: Post, going_out: Settings
) -> None:
    ada = person(mark, "Ada")
    campaigns.send(olga, draft(mark))
    send_all(going_out)
    number, _, seal = token_in(mails(post)[0]).partition("-")
    forged = {"seal": f"{number}-{seal[:-1]}{'0' if seal[-1] != '0' else '1'}", "number": f"{number}0-{seal}"}

    for act in (unsubscribing.look, unsubscribing.leave):
        with pytest.raises(NotFound, match="not complete"):
            act(forged.get(change, change))

    assert contacts.get(mark, ada).email_opt == "in"


def test_who_leaves_after_a_message_was_queued_does_not_get_it(
    olga: Actor, mark: Actor, post: Post, going_out: Settings
) -> None:
    ada, ben, cyd = person(mark, "Ada"), person(mark, "Ben"), person(mark, "Cyd")
    key = draft(mark)
    campaigns.send(olga, key)
    claimed = claiming.claim(WORKER, going_out)
    consents.opt_out(mark, ada, Proof("said so on the phone"))
    contacts.delete(olga, [ben])
    claiming.give_back(WORKER, claimed)
    send_all(going_out)

    assert [mail["To"] for mail in mails(post)] == ["cyd@x.test"]
    assert states(key) == {"sent": 1, "opted_out": 1, "deleted": 1}
    assert cyd


def test_a_blocked_address_stays_blocked_until_the_person_agrees_again(
    mark: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    again, other = person(mark, "Ada"), person(mark, "Ben")
    key = draft(mark)
    with begin(SYSTEM) as work:
        for name, reason in (("ada", "unsubscribed"), ("ben", "bounced")):
            work.add(
                Suppression(
                    channel="email", address_key=f"{name}@x.test", reason=reason, happened_at=work.now
                )
            )
    assert audiences.count(mark, key).excluded == {"suppressed": 2}

    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(days=1)))
    for contact in (again, other):
        consents.opt_in(mark, contact, Proof("wrote to us again"))

    found = audiences.count(mark, key)
    assert (found.count, found.excluded) == (1, {"suppressed": 1})


def test_nobody_gets_more_messages_than_the_cap_of_all_campaigns(
    olga: Actor, mark: Actor, post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(mark, "Ada")
    for number in range(2):
        campaigns.send(olga, draft(mark, f"Mail {number}", cap=2, cap_days=7))
    send_all(going_out)
    third = draft(mark, "Mail 3", cap=2, cap_days=7)

    assert audiences.count(mark, third).excluded == {"too_often": 1}
    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(days=8)))
    assert audiences.count(mark, third).count == 1
    assert len(post.got) == 2


def test_messages_leave_by_the_clock_of_the_reader_and_so_many_a_minute(
    olga: Actor, mark: Actor, post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))  # 9:00 in UTC, 4:00 in New York
    for name, zone in (
        ("Ada", "UTC"),
        ("Ben", "America/New_York"),
        ("Cyd", "UTC"),
        ("Dan", "Europe/Nowhere"),
    ):
        key = person(mark, name)
        with begin(SYSTEM) as work:
            work.get(Contact, key).time_zone = zone
    campaign_id = draft(mark, opens_at="08:00", closes_at="18:00", per_minute=2)
    campaigns.send(olga, campaign_id)

    send_all(going_out)
    assert [mail["To"] for mail in mails(post)] == ["ada@x.test", "cyd@x.test"]
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(minutes=2)))
    send_all(going_out)
    assert [mail["To"] for mail in mails(post)][2:] == ["dan@x.test"]
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(hours=4, minutes=1)))
    send_all(going_out)

    assert [mail["To"] for mail in mails(post)][3:] == ["ben@x.test"]
    assert campaigns.get(mark, campaign_id).state == "done"


def test_a_server_that_says_no_is_believed_and_one_that_says_later_is_asked_again(
    olga: Actor, mark: Actor, post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ada", "Ben", "Cyd"):
        person(mark, name)
    post.answers |= {"ada@x.test": "550 no such person", "ben@x.test": "451 later"}
    key = draft(mark)
    campaigns.send(olga, key)

    send_all(going_out)
    assert Counter(row.state for row in rows(key)) == {"failed": 1, "pending": 1, "sent": 1}
    names = {row.address: row.message_id for row in rows(key)}
    post.answers.clear()
    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(hours=1)))
    send_all(going_out)

    assert Counter(row.state for row in rows(key)) == {"failed": 1, "sent": 2}
    assert [mail["Message-ID"] for mail in mails(post)] == [names["cyd@x.test"], names["ben@x.test"]]


def test_a_worker_that_died_in_the_middle_leaves_it_unclear_and_nobody_sends_it_again(
    olga: Actor, mark: Actor, post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ada", "Ben"):
        person(mark, name)
    key = draft(mark)
    campaigns.send(olga, key)
    whole = MailCarrier.send

    def die_after(carrier: MailCarrier, mail: OutgoingMail) -> Outcome:
        whole(carrier, mail)
        raise KeyboardInterrupt

    monkeypatch.setattr(MailCarrier, "send", die_after)
    with pytest.raises(KeyboardInterrupt):
        sending.advance_next(WORKER, lambda: False, going_out)
    monkeypatch.setattr(MailCarrier, "send", whole)
    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(minutes=6)))

    send_all(going_out, "there/2/b")

    assert sorted(row.state for row in rows(key)) == ["sent", "unclear"]
    assert sorted(str(mail["To"]) for mail in mails(post)) == ["ada@x.test", "ben@x.test"]
    assert campaigns.get(mark, key).state == "done"


def test_a_paused_campaign_sends_nothing_and_a_cancelled_one_nothing_more(
    olga: Actor, mark: Actor, post: Post, going_out: Settings
) -> None:
    person(mark, "Ada")
    key = draft(mark)
    campaigns.send(olga, key)
    campaigns.pause(olga, key)
    send_all(going_out)
    assert not post.got

    with pytest.raises(Conflict, match="is paused"):
        campaigns.pause(olga, key)
    campaigns.resume(olga, key)
    campaigns.cancel(olga, key)
    send_all(going_out)

    assert not post.got
    assert states(key) == {"cancelled": 1}
    with pytest.raises(Conflict, match="cannot be changed"):
        campaigns.change(mark, key, {"name": "Other"})


def test_a_scheduled_campaign_begins_in_its_time_and_asks_when_it_is_far_too_late(
    olga: Actor, mark: Actor, post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(mark, "Ada")
    first, late = draft(mark), draft(mark, "Late")
    for key in (first, late):
        campaigns.send(olga, key, Clock.now() + timedelta(hours=2))
    send_all(going_out)
    assert not post.got
    campaigns.cancel(olga, late)
    assert campaigns.get(mark, late).state == "draft"

    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(hours=3)))
    send_all(going_out)
    assert len(post.got) == 1
    campaigns.send(olga, late, Clock.now() + timedelta(hours=1))
    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(days=2)))
    send_all(going_out)

    assert campaigns.get(mark, late).is_overdue
    assert len(post.got) == 1
    campaigns.resume(olga, late)
    send_all(going_out)
    assert len(post.got) == 2


def test_what_cannot_be_sent_says_why(olga: Actor, mark: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    person(mark, "Ada", opt="out")
    for name in ("CRM_SMTP_URL", "CRM_MAIL_FROM", "CRM_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    key = draft(mark, message=Message("", html="<p>{{ 7 * 7 }}</p>"), budget=100, cost=200)
    empty = campaigns.create(mark, {"name": "Empty"})

    found = campaigns.review(mark, key)
    assert len(found.hindrances) == 6
    with pytest.raises(Invalid, match="There is no mail server yet"):
        campaigns.send(olga, key)
    with pytest.raises(Invalid, match="Nobody is chosen yet"):
        campaigns.review(mark, empty)
    with pytest.raises(Conflict, match="time of this campaign is over"):
        campaigns.send(olga, key, Clock.now() - timedelta(days=1))
    with pytest.raises(NotAllowed):
        campaigns.send(mark, key)
    assert campaigns.get(mark, key).state == "draft"


def test_drafts_are_checked_found_and_deleted(mark: Actor, olga: Actor) -> None:
    key = draft(mark, "Ünder 50 % off")
    with pytest.raises(Invalid) as refusal:
        campaigns.change(mark, key, {"holdout": 9_999, "opens_at": "25:00", "goal": "luck", "salt": "x"})
    assert set(refusal.value.fields) == {"holdout", "opens_at", "goal", "salt"}
    with pytest.raises(Invalid):
        campaigns.put_variants(mark, key, [Variant(HOLDOUT, message=HELLO)])
    with pytest.raises(Conflict):
        campaigns.create(mark, {"name": "under 50 % OFF"})

    assert [row.name for row in campaigns.search(mark, "50 %")] == ["Ünder 50 % off"]
    assert not campaigns.search(mark, "nothing").items
    assert not campaigns.recipients(mark, key).items
    assert audiences.sample(mark, key) == []
    campaigns.change(mark, key, {"per_minute": 5}, version=campaigns.get(mark, key).version)
    assert campaigns.get(mark, key).plan == replace(campaigns.get(mark, key).plan, per_minute=5)
    campaigns.delete(mark, key)
    with pytest.raises(NotFound):
        campaigns.get(olga, key)
