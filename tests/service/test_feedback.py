"""Customers are asked once for a cause, answer with one number, and nothing is stored by looking."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.activity import history
from crm_core.commerce import products
from crm_core.data import merging
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock
from crm_core.people import consents, contacts
from crm_core.people.consents import Proof
from crm_core.service import answering, asking, case_lists, cases, feedback, reviews, surveys
from crm_core.service.feedback_types import About, Asked, FeedbackPolicy, NewFeedback, NewSurvey
from crm_core.service.survey_rules import SCALES, group, net_promoters
from db.models import Feedback, FeedbackRequest, Mail
from tests.conftest import at
from tests.people import MONDAY, Cast
from tests.people.records import activities, rows_of

PUBLIC = "https://crm.alder.test"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_PUBLIC_URL", PUBLIC)


@pytest.fixture
def zoe(ann: Actor) -> int:
    return contacts.create(ann, {"first_name": "Zoe", "last_name": "Zander", "email": "zoe@x.test"})


def _token(asked: Asked) -> str:
    return asked.url.removeprefix(f"{PUBLIC}{answering.PATH}/")


def test_a_mail_asks_once_for_a_cause_and_once_a_month(
    ann: Actor, zoe: int, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asking.ask(ann, zoe, "nps", cause="order 7 delivered")
    again = asking.ask(ann, zoe, "nps", cause="order 7 delivered")

    assert (first.is_new, again.is_new, again.url) == (True, False, first.url)
    [mail] = rows_of(Mail)
    assert (mail["to_address"], mail["purpose"], mail["contact_id"]) == ("zoe@x.test", "feedback", zoe)
    assert f"{first.url}?score=10" in mail["body_html"]
    assert mail["headers"]["List-Unsubscribe"] == f"<{first.url}/stop>"
    with pytest.raises(Conflict, match="once in 30 days"):
        asking.ask(ann, zoe, "csat", cause="case 12 solved")
    assert asking.ask(ann, zoe, "csat", channel="link", cause="case 12 solved").is_new

    monkeypatch.setattr(clock, "now", at(MONDAY + 31 * DAY))
    assert asking.ask(ann, zoe, "csat", cause="case 13 solved").is_new


def test_who_may_not_be_written_to_is_not_asked_by_mail(cast: Cast, zoe: int) -> None:
    nobody = contacts.create(cast.ann, {"first_name": "Nobody"})
    consents.opt_out(cast.ann, zoe, Proof("on the phone"))

    with pytest.raises(Conflict, match="opted out"):
        asking.ask(cast.ann, zoe, "nps")
    with pytest.raises(Conflict, match="no address"):
        asking.ask(cast.ann, nobody, "nps")
    with pytest.raises(NotFound):
        asking.ask(cast.bob, zoe, "nps")
    with pytest.raises(Invalid):
        asking.ask(cast.ann, zoe, "nps", channel="pigeon")
    assert rows_of(FeedbackRequest) == []


def test_without_a_public_address_nobody_is_asked(
    ann: Actor, zoe: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CRM_PUBLIC_URL")

    with pytest.raises(Unavailable, match="CRM_PUBLIC_URL"):
        asking.ask(ann, zoe, "nps")
    assert rows_of(FeedbackRequest) == []


def test_an_answer_is_kept_changed_for_a_month_and_never_by_looking(
    ann: Actor, zoe: int, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = _token(asking.ask(ann, zoe, "nps", channel="link"))
    assert (answering.look(token).score, rows_of(Feedback)) == (None, [])

    answering.answer(token, 9)
    answering.answer(token, 9, "I love it, great help!")
    monkeypatch.setattr(clock, "now", at(MONDAY + 3 * DAY))
    page = answering.answer(token, 4)

    [row] = feedback.of_contact(ann, zoe)
    assert (row.score, row.comment, row.source, row.sentiment) == (4, "I love it, great help!", "link", 91)
    assert (page.score, page.comment) == (4, row.comment)
    changes = [one["changes"] for one in activities("feedback.changed")]
    assert changes[-1]["score"] == [9, 4]
    assert "received an opinion: 9 of 10 (NPS)" in [
        one.sentence for one in history.of_contact(ann, zoe, Paging())
    ]
    with pytest.raises(Invalid):
        answering.answer(token, 11)
    monkeypatch.setattr(clock, "now", at(MONDAY + 31 * DAY))
    with pytest.raises(NotFound, match="time to answer is over"):
        answering.answer(token, 10)
    for forged in (token[:-1] + ("0" if token[-1] != "0" else "1"), "", "1-é", "f" * 40, token + "x"):
        with pytest.raises(NotFound, match="not complete"):
            answering.look(forged)


def test_an_answer_is_kept_also_after_its_case_was_put_away(cast: Cast, zoe: int) -> None:
    token = _token(asking.ask(cast.ann, zoe, "nps", channel="link"))
    answering.answer(token, 2)
    [low] = case_lists.search(cast.sue)
    cases.delete(cast.sue, low.id)

    assert answering.answer(token, 1, "Still bad").score == 1
    assert case_lists.search(cast.sue).total == 0


def test_a_request_runs_out_and_may_be_refused_for_good(
    ann: Actor, zoe: int, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = _token(asking.ask(ann, zoe, "ces", cause="a"))
    answering.stop(token)
    answering.stop(token)

    monkeypatch.setattr(clock, "now", at(MONDAY + 61 * DAY))
    with pytest.raises(NotFound, match="write to us"):
        answering.look(token)
    answering.look_to_stop(token)
    with pytest.raises(Conflict, match="opted out"):
        asking.ask(ann, zoe, "ces", cause="b")


def test_what_was_said_on_the_phone_is_written_down_corrected_and_hidden(cast: Cast, zoe: int) -> None:
    key = feedback.note(cast.sue, NewFeedback(zoe, "csat", 2, "  Slow "))
    feedback.change(cast.sue, key, 3, "Slow, but friendly", version=1)

    with pytest.raises(Conflict):
        feedback.change(cast.sue, key, 4, "", version=1)
    with pytest.raises(Invalid):
        feedback.note(cast.sue, NewFeedback(zoe, "csat", 0))
    with pytest.raises(Invalid):
        feedback.note(cast.sue, NewFeedback(zoe, "csat", 1, source="rumour"))
    found = feedback.summary(cast.ann, zoe)
    assert (found.count, found.csat, found.nps) == (1, 3, None)
    assert [one.id for one in feedback.search(cast.vera, kinds=["csat"], groups=["middle"])] == [key]
    assert list(feedback.search(cast.vera, groups=["bad"])) == list(feedback.search(cast.bob)) == []
    with pytest.raises(NotFound):
        feedback.summary(cast.bob, zoe)

    assert found.sentiment is not None
    feedback.delete(cast.sue, key)
    hidden = feedback.summary(cast.ann, zoe)
    assert (hidden.count, hidden.sentiment) == (0, None)
    feedback.restore(cast.sue, key)
    with pytest.raises(Conflict):
        feedback.restore(cast.sue, key)
    assert feedback.summary(cast.ann, zoe).count == 1


def test_a_merge_takes_answers_and_requests_along_and_parting_gives_them_back(cast: Cast, zoe: int) -> None:
    other = contacts.create(cast.ann, {"first_name": "Zoë", "email": "zoe@y.test"}, even_if_duplicate=True)
    token = _token(asking.ask(cast.ann, other, "nps", channel="link"))
    answering.answer(token, 8, "It is good.")

    merge_id = merging.merge(cast.olga, "contacts", zoe, other)
    answering.answer(token, 9)
    assert feedback.summary(cast.ann, zoe).nps == 9
    merging.unmerge(cast.olga, merge_id)

    assert (feedback.summary(cast.ann, zoe).count, feedback.summary(cast.ann, other).nps) == (0, 9)


def test_surveys_have_usual_words_and_names_of_their_own(cast: Cast) -> None:
    key = surveys.create(cast.mia, NewSurvey("Visit", "csat", "How was your visit?"))
    with pytest.raises(Conflict):
        surveys.create(cast.mia, NewSurvey(" visit ", "nps"))
    surveys.change(cast.mia, key, NewSurvey("Visit", "nps", "How was it?", is_active=False), version=1)
    with pytest.raises(Invalid):
        surveys.create(cast.mia, NewSurvey("", "mood"))

    stored, *ready = surveys.search(cast.vera)
    assert (stored.kind, stored.question, stored.thanks) == ("csat", "How was it?", SCALES["csat"].thanks)
    assert [(one.id, one.kind) for one in ready] == [(None, kind) for kind in SCALES]
    someone = contacts.create(cast.mia, {"first_name": "Y"})
    with pytest.raises(Conflict, match="not asked any more"):
        asking.ask(cast.mia, someone, "Visit", channel="link")
    with pytest.raises(NotFound):
        asking.ask(cast.mia, someone, "Weather", channel="link")


def test_the_policy_is_checked_and_kept(cast: Cast) -> None:
    assert surveys.policy(cast.vera) == FeedbackPolicy()
    with pytest.raises(Invalid) as refused:
        surveys.change_policy(cast.mia, FeedbackPolicy(every_days=0, low_nps=9, after_case="smile"))
    assert set(refused.value.fields) == {"every_days", "low_nps", "after_case"}
    surveys.change_policy(cast.mia, FeedbackPolicy(low_csat=1))
    assert surveys.policy(cast.vera).low_csat == 1


@given(st.lists(st.integers(0, 10), max_size=200))
def test_the_net_promoter_score_adds_up(scores: list[int]) -> None:
    groups = [group("nps", score) for score in scores]
    found = net_promoters(*(groups.count(name) for name in ("good", "middle", "bad")))

    assert found.count == len(scores)
    if scores:
        worth = [(score >= 9) - (score <= 6) for score in scores]
        assert found.score == pytest.approx(100 * sum(worth) / len(worth))
        low, score, high = (-1000.0 if one is None else one for one in (found.low, found.score, found.high))
        assert -100 <= low <= score <= high <= 100


def test_the_interval_is_the_one_of_the_paper() -> None:
    found = net_promoters(60, 20, 20)

    # By hand: (60.75 - 20.75) / 103 = .3883; sqrt((.7913 - .1508) / 103) * 1.96 = .1546
    assert (found.score, found.is_few) == (40.0, False)
    assert found.low == pytest.approx(23.4, abs=0.05)
    assert found.high == pytest.approx(54.3, abs=0.05)


def test_reviews_show_the_stars_of_a_product(cast: Cast, zoe: int) -> None:
    lamp = products.create(cast.mia, {"product": "Lamp", "sku": "L1"})
    for score in (5, 4, 4):
        feedback.note(cast.ann, NewFeedback(zoe, "review", score, "Bright.", about=About(product_id=lamp)))
    feedback.note(cast.ann, NewFeedback(zoe, "csat", 1, about=About(product_id=lamp)))

    found = reviews.stars(cast.vera, lamp)
    assert (found.count, found.counts[4]) == (3, 2)
    assert found.mean == pytest.approx(4.333, abs=0.001)
    assert [one.product for one in reviews.of_product(cast.ann, lamp)] == ["Lamp"] * 3
    assert list(reviews.of_product(cast.bob, lamp)) == []
    with pytest.raises(NotFound):
        reviews.stars(cast.vera, lamp + 1)
