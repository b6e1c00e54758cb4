"""A share of the audience tries the variants, the rest waits for the winner; budgets and unclear messages."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import update

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import ab_tests, campaigns, results, unclear
from crm_core.marketing.campaign_types import Variant
from crm_core.marketing.rendering import Message
from crm_core.people import consents
from crm_core.people.consents import Proof
from crm_core.settings import Settings
from crm_core.team import notices
from db.models import Campaign, Recipient
from tests.channels.test_mail_out import Post
from tests.conftest import at
from tests.marketing.campaigning import draft, person
from tests.marketing.test_campaigns import going_out, mails, post, rows, send_all

__all__ = ["going_out", "post"]

VARIANTS = [Variant(name, message=Message(f"{name}: spring", html="<p>It is on.</p>")) for name in "AB"]


def subjects(post: Post) -> Counter[str]:
    return Counter(str(mail["Subject"])[0] for mail in mails(post))


def test_the_rest_waits_for_the_winner_and_gets_it_by_a_click_or_by_itself_after_some_hours(
    olga: Actor, mark: Actor, post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {name: person(mark, name) for name in "abcdefghijklmnopqrst"}
    key = draft(mark, cap=0, goal="opened", test_share=50, holdout=1_000)
    campaigns.put_variants(mark, key, VARIANTS)
    review = campaigns.send(olga, key)
    send_all(going_out)

    now = ab_tests.standing(mark, key)
    assert now is not None
    assert review.audience.by_variant["rest"] == now.waiting > 0
    assert now.tested == len(post.got) == sum(review.audience.by_variant[name] for name in "AB")
    assert campaigns.get(mark, key).state == "sending"
    campaigns.pause(olga, key)
    campaigns.resume(olga, key)
    send_all(going_out)
    assert len(post.got) == now.tested
    with pytest.raises(Invalid, match="no such variant"):
        ab_tests.send_winner(olga, key, "rest")
    left = next(row.contact_id for row in rows(key) if row.state == "pending" and row.contact_id)
    consents.opt_out(mark, left, Proof("said so"))
    post.got.clear()

    assert ab_tests.send_winner(olga, key, "B") == now.waiting
    send_all(going_out)

    assert subjects(post) == {"B": now.waiting - 1}
    assert campaigns.get(mark, key).state == "done"
    report = results.report(mark, key)
    assert {arm.variant: arm.counts["sent"] for arm in report.arms if arm.is_rest} == {
        "rest": now.waiting - 1
    }
    assert "“rest”" not in report.verdict.sentence
    with pytest.raises(Conflict, match="Nobody waits"):
        ab_tests.send_winner(olga, key, "A")

    by_itself = draft(mark, "By itself", cap=0, goal="opened", test_share=50, decide_after=4)
    campaigns.put_variants(mark, by_itself, VARIANTS)
    campaigns.send(olga, by_itself)
    send_all(going_out)
    reader = next(row for row in rows(by_itself) if row.sent_at)
    with begin(SYSTEM) as work:
        work.run(update(Recipient).where(Recipient.id == reader.id).values(opened_at=work.now))
    assert not ab_tests.decide_due()
    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(hours=5)))
    send_all(going_out)
    decided = ab_tests.standing(mark, by_itself)
    assert decided is not None
    leader = next(one.name for one in campaigns.get(mark, by_itself).variants if one.id == reader.variant_id)
    assert (decided.winner, decided.waiting) == (leader, 0)
    assert campaigns.get(mark, by_itself).state == "done"
    assert len(rows(by_itself)) == len(people)
    assert ab_tests.standing(mark, draft(mark, "Plain")) is None


def test_a_budget_warns_in_time_and_what_goes_beyond_it_is_asked_first(
    olga: Actor, mark: Actor, post: Post, going_out: Settings
) -> None:
    for name in ("Ada", "Ben", "Cyd", "Dan", "Eve"):
        person(mark, name)
    key = draft(mark, cost_each=10, budget=50)
    campaigns.send(olga, key)
    with begin(SYSTEM) as work:
        work.get(Campaign, key).budget = 40

    send_all(going_out)

    now = campaigns.get(mark, key)
    assert (now.state, now.is_over_budget, len(post.got)) == ("paused", True, 4)
    told = [one.text for one in notices.mine(olga) if one.kind == "campaign.budget"]
    assert sorted("waits" in text for text in told) == [False, True]
    campaigns.resume(olga, key)
    send_all(going_out)
    assert (campaigns.get(mark, key).state, len(post.got)) == ("done", 5)


def test_an_unclear_message_goes_again_or_stays_by_the_word_of_a_person(
    olga: Actor, mark: Actor, post: Post, going_out: Settings
) -> None:
    for name in ("Ada", "Ben", "Cyd"):
        person(mark, name)
    key = draft(mark)
    campaigns.send(olga, key)
    send_all(going_out)
    first, second, third = rows(key)
    with begin(SYSTEM) as work:
        broken = Recipient.id.in_((first.id, second.id))
        work.run(update(Recipient).where(broken).values(state="unclear", reason="The line broke."))
    post.got.clear()
    assert unclear.count(mark, key) == 2

    assert unclear.leave(olga, key, [second.id]) == 1
    assert unclear.send_again(olga, key) == 1
    send_all(going_out)

    assert [mail["Message-ID"] for mail in mails(post)] == [first.message_id]
    assert [row.state for row in rows(key)] == ["sent", "unclear", "sent"]
    assert unclear.count(mark, key) == 0
    assert campaigns.get(mark, key).state == "done"
    for act in (unclear.leave, unclear.send_again):
        with pytest.raises(Conflict, match="No message"):
            act(olga, key, [third.id])
