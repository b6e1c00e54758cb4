"""How campaigns leave over every channel, how quickly, and what comes after them."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from crm_core.activity import history
from crm_core.channels.types import Outcome, OutgoingMail
from crm_core.data import campaign_lists, exports
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import campaigns, follow_ups, schedules, segments
from crm_core.marketing.campaign_types import Variant
from crm_core.marketing.holdout import is_held
from crm_core.marketing.rendering import Message
from crm_core.people import consents, contacts
from crm_core.people.consents import Proof
from crm_core.settings import Settings
from db.models import Campaign, Recipient, Task
from tests.channels.test_mail_out import Post
from tests.conftest import at
from tests.marketing.campaigning import draft, person
from tests.marketing.test_campaigns import going_out, mails, post, rows, send_all
from tests.people import MONDAY, Cast

__all__ = ["going_out", "post"]

CALL = Message("Call {{ first_name }}", text="Ask about spring.")


def reached(who: Actor, name: str, channel: str, **values: str) -> int:
    """A contact who agreed to be reached over a channel."""
    key = contacts.create(who, {"first_name": name, **values}, even_if_duplicate=True)
    consents.opt_in(who, key, Proof("signed form", channel=channel))
    return key


def test_a_domain_gets_so_many_a_minute_over_all_campaigns_and_others_need_not_wait(
    olga: Actor, mark: Actor, post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    for number in range(5):
        person(mark, f"G{number}", f"g{number}@big.test")
    person(mark, "Zoe", "zoe@small.test")
    first, second = (draft(mark, name, per_domain=2, per_minute=0, cap=0) for name in ("One", "Two"))
    campaigns.send(olga, first)
    send_all(going_out)
    campaigns.send(olga, second)

    send_all(going_out)
    got = Counter(str(mail["To"]).partition("@")[2] for mail in mails(post))
    assert got == {"big.test": 2, "small.test": 2}
    for minute in range(1, 6):
        before = len(post.got)
        monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(minutes=minute, seconds=minute)))
        send_all(going_out)
        assert len(post.got) - before <= 2

    assert len(post.got) == len({(mail["To"], mail["Message-ID"]) for mail in mails(post)}) == 12
    assert {campaigns.get(mark, key).state for key in (first, second)} == {"done"}


def test_a_campaign_that_nobody_worked_on_for_long_asks_and_one_that_missed_its_time_gets_another(
    olga: Actor, mark: Actor, post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    person(mark, "Ada")
    running, planned = draft(mark, "Running"), draft(mark, "Planned")
    campaigns.send(olga, running)
    campaigns.send(olga, planned, MONDAY + timedelta(hours=1))
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=2)))

    send_all(going_out)

    assert not post.got
    for key in (running, planned):
        found = campaigns.get(mark, key)
        assert (found.state, found.is_overdue) == ("paused", True)
    with pytest.raises(Conflict, match="is paused"):
        schedules.reschedule(olga, running, MONDAY + timedelta(days=3))
    with pytest.raises(Invalid, match="time is over"):
        schedules.reschedule(olga, planned, MONDAY)
    schedules.reschedule(olga, planned, MONDAY + timedelta(days=3))
    campaigns.resume(olga, running)
    send_all(going_out)
    assert (len(post.got), campaigns.get(mark, planned).state) == (1, "scheduled")
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=3, minutes=1)))
    send_all(going_out)
    assert len(post.got) == 2


def test_a_second_message_goes_once_to_those_who_opened_nothing_and_still_want_it(
    olga: Actor, mark: Actor, post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {name: person(mark, name) for name in ("Ada", "Ben", "Cyd", "Dan", "Eve", "Fay", "Gus", "Hal")}
    key = draft(mark, holdout=3_000)
    campaigns.send(olga, key)
    with pytest.raises(Conflict, match="done"):
        follow_ups.send_again(olga, key, "Did you see?")
    send_all(going_out)
    got = [str(mail["To"]).partition("@")[0].title() for mail in mails(post)]
    reader, machine, left, *silent = got
    with begin(SYSTEM) as work:
        for name, column in ((reader, "opened_at"), (machine, "scanned_at")):
            mine = (Recipient.campaign_id == key, Recipient.contact_id == people[name])
            work.run(update(Recipient).where(*mine).values({column: work.now}))
    consents.opt_out(mark, people[left], Proof("said so"))
    assert follow_ups.count_again(mark, key, 3) == 0
    assert follow_ups.count_again(mark, key, 0) == len(silent) + 1
    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(days=4)))
    with pytest.raises(Invalid, match="another subject"):
        follow_ups.send_again(olga, key, " ")

    assert follow_ups.send_again(olga, key, "{{ first_name }}, did you see?", 3) == len(silent) + 1
    post.got.clear()
    send_all(going_out)

    again = {str(mail["To"]).partition("@")[0].title(): mail for mail in mails(post)}
    assert set(again) == {machine, *silent}
    assert again[machine]["Subject"] == f"{machine}, did you see?"
    salt = campaign_of(key).salt
    assert not any(is_held(salt, people[name], 3_000) for name in again)
    names = Counter(row.message_id for row in rows(key) if row.state == "sent")
    assert max(names.values()) == 1
    with pytest.raises(Conflict, match="second time"):
        follow_ups.send_again(olga, key, "A third")


def campaign_of(key: int) -> Campaign:
    with begin(SYSTEM, write=False) as work:
        return work.get(Campaign, key)


def test_a_number_of_a_campaign_becomes_a_list_of_those_whom_one_sees(
    cast: Cast, olga: Actor, mark: Actor, post: Post, going_out: Settings
) -> None:
    ada, ben, cyd = (person(mark, name) for name in ("Ada", "Ben", "Cyd"))
    key = draft(mark)
    campaigns.send(olga, key)
    send_all(going_out)
    with begin(SYSTEM) as work:
        mine = (Recipient.campaign_id == key, Recipient.contact_id == ada)
        work.run(update(Recipient).where(*mine).values(opened_at=work.now))

    opened = follow_ups.make_list(mark, key, "opened")
    silent = follow_ups.make_list(mark, key, follow_ups.NOT_OPENED, name="Asleep")

    assert segments.get(mark, opened).name == "Spring: opened"
    assert [segments.get(mark, one).size for one in (opened, silent)] == [1, 2]
    assert {row.id for row in segments.sample(mark, segments.rule_of(mark, silent))} == {ben, cyd}
    with pytest.raises(Invalid):
        follow_ups.make_list(mark, key, "luck", name="Luck")
    with pytest.raises(Conflict):
        follow_ups.make_list(mark, key, "sent", name="asleep")
    with begin(replace(cast.mark, scope=cast.bob.scope)) as work:
        theirs = follow_ups.make_list(work, key, "sent", name="Of Bob")
    assert segments.get(mark, theirs).size == 0
    assert post.got


def test_calls_become_tasks_of_the_owners_once_with_the_consent_of_the_channel(
    cast: Cast, going_out: Settings
) -> None:
    mine = reached(cast.ann, "Ada", "phone", phone="+49 1511 1")
    reached(cast.mark, "Ben", "phone", mobile="+49 1511 2")
    reached(cast.mark, "Cyd", "email", phone="+49 1511 3")
    reached(cast.mark, "Dan", "phone")
    key = draft(cast.mark, message=CALL, channel="call")

    reviewed = campaigns.send(cast.olga, key)
    send_all(going_out)

    assert reviewed.audience.excluded == {"no_consent": 1, "no_address": 1}
    with begin(SYSTEM, write=False) as work:
        found = {row.contact_id: row for row in work.scalars(select(Task))}
    assert len(found) == 2
    assert (found[mine].title, found[mine].owner_id, found[mine].kind) == ("Call Ada", cast.ann.id, "call")
    assert "Ask about spring." in found[mine].notes
    assert Counter(row.state for row in rows(key)) == {"sent": 2, "excluded": 2}
    page = history.of_contact(cast.ann, mine, Paging())
    assert "sent the campaign “Spring” as a call to make" in [entry.sentence for entry in page]


def test_letters_and_posts_become_a_file_that_no_spreadsheet_runs(
    cast: Cast, going_out: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path))
    mark, olga = cast.mark, cast.olga
    reached(mark, "=1+1", "post", street="Elm 1", city="Bern", postal_code="3000", country="CH")
    reached(mark, "Ben", "post", city="Bern")
    reached(mark, "Cyd", "social", linkedin_url="https://www.linkedin.com/in/cyd")
    letter = Message("Dear {{ first_name }}", text="Come and see us.")
    letters, posts, mail = (
        draft(mark, name, message=letter, channel=name) for name in ("post", "social", "email")
    )
    for key in (letters, posts):
        assert campaigns.send(olga, key).audience.count == 1
    send_all(going_out)

    made = {key: campaign_lists.create(olga, key) for key in (letters, posts)}

    text = exports.open_file(olga, made[letters].id).path.read_text("utf-8-sig")
    assert '"\'=1+1"' in text
    assert '"Elm 1","3000","Bern"' in text
    assert '"Come and see us."' in text
    assert "linkedin.com/in/cyd" in exports.open_file(olga, made[posts].id).path.read_text("utf-8-sig")
    with pytest.raises(Conflict, match="neither by letters"):
        campaign_lists.create(olga, mail)
    assert len(list((tmp_path / "exports").iterdir())) == 2


def test_sms_goes_to_those_who_agreed_to_it_and_needs_no_mail_server(
    olga: Actor, mark: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[OutgoingMail] = []

    class Fake:
        """A carrier that keeps what it is given."""

        def __enter__(self) -> "Fake":
            return self

        def __exit__(self, *_: object) -> None:
            """Nothing to close."""

        def send(self, message: OutgoingMail) -> Outcome:
            told.append(message)
            return Outcome("sent")

    monkeypatch.setattr("crm_core.marketing.campaign_channels.SmsCarrier", lambda _gateway: Fake())
    ada = reached(mark, "Ada", "sms", mobile="+491511234567")
    reached(mark, "Ben", "email", mobile="+491511234568")
    words = Message("", text="Hi {{ first_name }}, stop: {{ unsubscribe_url }}")
    key = draft(mark, message=words, channel="sms", cost_each=7)
    with pytest.raises(Invalid, match="no SMS gateway"):
        campaigns.send(olga, key)
    for name, value in (("URL", "https://gateway.test/sms"), ("SENDER", "Alder")):
        monkeypatch.setenv(f"CRM_SMS_{name}", value)

    assert campaigns.send(olga, key).cost == 7
    chosen = replace(Settings.from_environment(), data_dir=tmp_path, public_url="https://crm.alder.test")
    send_all(chosen)

    [text] = told
    assert (text.to_address, text.body_html) == ("+491511234567", "")
    assert text.body_text.startswith("Hi Ada, stop: https://crm.alder.test/")
    assert [row.contact_id for row in rows(key) if row.state == "sent"] == [ada]
    campaigns.put_variants(mark, draft(mark, "Next", channel="sms"), [Variant("A", message=words)])
