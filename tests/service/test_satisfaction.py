"""What follows from answers: cases, journeys, segments, goals and numbers; and the mood of texts."""

from datetime import date, timedelta

import pytest

from crm_core.activity import interactions
from crm_core.activity.types import NewInteraction
from crm_core.automation import triggers
from crm_core.insights import metrics, satisfaction, sentiment_report
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.work import Clock
from crm_core.loyalty import referral_rules
from crm_core.loyalty.referral_types import Liking
from crm_core.people import contacts
from crm_core.sales import goals
from crm_core.sales.goal_types import NewGoal
from crm_core.service import feedback, sentiment, surveys
from crm_core.service.feedback_types import FeedbackPolicy, NewFeedback
from crm_core.service.stop_words import language_of
from db.models import Case, Notice
from tests.bench import bench_sentiment
from tests.conftest import at
from tests.people import MONDAY, Cast
from tests.people.records import rows_of
from tests.service.asked import matched

SPAN = Period(date(2026, 3, 1), date(2026, 3, 31))
ANSWERS = (("nps", 10, "I love it, great people!"), ("nps", 3, "Terrible, I am very angry."),
           ("nps", 9, ""), ("csat", 5, ""), ("csat", 1, "Leider war das sehr schlecht"),
           ("ces", 6, "It was easy."))  # fmt: skip


@pytest.fixture
def said(cast: Cast, clock: type[Clock]) -> tuple[int, int]:
    """Ann's Zoe and Bob's Max have answered; in this order, an hour apart."""
    assert clock
    zoe = contacts.create(cast.ann, {"first_name": "Zoe", "email": "zoe@x.test"})
    max_ = contacts.create(cast.bob, {"first_name": "Max", "email": "max@x.test"})
    for hour, (kind, score, comment) in enumerate(ANSWERS):
        when = MONDAY - timedelta(hours=12 - hour)
        who = max_ if score == 9 else zoe
        feedback.note(cast.sue, NewFeedback(who, kind, score, comment, answered_at=when))
    return zoe, max_


def test_numbers_are_their_rows_for_whom_they_may_be_seen(cast: Cast, said: tuple[int, int]) -> None:
    question = Question(SPAN, compare="none")
    names = ("nps", "csat", "ces", "feedback_count", "response_rate", "sentiment")
    told = {
        who: [one.value for one in metrics.figures(getattr(cast, who), question, names)]
        for who in ("mia", "bob")
    }

    # NPS of 10, 3 and 9: two promoters less one detractor of three; the German text has no mood.
    assert told["mia"][:5] == [pytest.approx(33.333333), 0.5, 6.0, 6, None]
    assert told["bob"] == [100.0, None, None, 1, None, None]
    for name in ("nps", "csat", "ces", "sentiment"):
        rows = metrics.rows(cast.mia, name, question)
        figure = metrics.figures(cast.mia, question, [name])[0]
        assert sum(row.value for row in rows) == figure.amounts[0].total
    shares = {part.name: part.amount.count for part in metrics.split(cast.mia, "nps", question, "kind")}
    assert sum(shares.values()) == 3


def test_reports_say_how_sure_a_score_is_and_begin_with_the_angry(cast: Cast, said: tuple[int, int]) -> None:
    question = Question(SPAN, compare="none")

    told = satisfaction.report(cast.mia, question)
    by_name = {one.figure.metric.name: one for one in told.scores}
    assert told.distribution["nps"][3] == told.distribution["nps"][9] == told.distribution["nps"][10] == 1
    assert sum(told.distribution["csat"].values()) == by_name["csat"].count == 2
    assert all(one.is_few for one in told.scores)
    csat = by_name["csat"]
    assert csat.low is not None
    assert csat.high is not None
    assert 0 < csat.low < 0.5 < csat.high < 1

    said_so = satisfaction.verbatims(cast.mia, question)
    assert said_so.items[0].text == "Terrible, I am very angry."
    assert said_so.total == len([text for *_, text in ANSWERS if text])
    assert satisfaction.verbatims(cast.bob, question).total == 0, "Bob's customer wrote nothing"

    moods = sentiment_report.report(cast.mia, question, "owner")
    assert moods.count == sum(part.amount.count for part in moods.parts) == moods.negative + moods.positive
    assert [one.text for one in sentiment_report.worst(cast.mia, question)] == ["Terrible, I am very angry."]


def test_what_was_known_then_leaves_later_changes_out(
    cast: Cast, said: tuple[int, int], clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    zoe, _ = said
    low = next(one for one in feedback.of_contact(cast.ann, zoe) if (one.kind, one.score) == ("nps", 3))
    monkeypatch.setattr(clock, "now", at(MONDAY + timedelta(days=2)))
    feedback.change(cast.ann, low.id, 10, "Mended.", version=low.version)

    def nps(day: date | None) -> float | int | None:
        return metrics.figures(cast.mia, Question(SPAN, compare="none", as_of=day), ["nps"])[0].value

    assert nps(None) == 100.0
    assert nps(MONDAY.date()) == pytest.approx(33.333333)


def test_a_low_score_opens_one_case_and_tells_the_owner(cast: Cast, said: tuple[int, int]) -> None:
    opened = {row["subject"]: row for row in rows_of(Case)}

    assert set(opened) == {"Low score: NPS 3 of 10", "Low score: CSAT 1 of 5"}
    assert {row["owner_id"] for row in opened.values()} == {cast.ann.id}
    assert len([row for row in rows_of(Notice) if row["user_id"] == cast.ann.id]) == 2
    [low] = feedback.search(cast.ann, kinds=["csat"], groups=["bad"])
    feedback.change(cast.ann, low.id, 2, "Still bad", version=low.version)
    assert len(rows_of(Case)) == 2

    surveys.change_policy(cast.mia, FeedbackPolicy(opens_case=False))
    feedback.note(cast.ann, NewFeedback(said[0], "nps", 0))
    surveys.change_policy(cast.mia, FeedbackPolicy())
    feedback.note(cast.ann, NewFeedback(said[0], "nps", 0, answered_at=MONDAY - timedelta(days=31)))
    assert len(rows_of(Case)) == 2


def test_a_journey_begins_with_a_low_score_of_its_kind() -> None:
    wanted = {"kind": "nps", "at_most": 6}
    told = [triggers.fits("feedback.received", wanted, {"kind": kind, "score": score})
            for kind, score in (("nps", 6), ("nps", 7), ("ces", 1))]  # fmt: skip
    assert told == [True, False, False]
    assert triggers.fits("feedback.received", {}, {"kind": "ces", "score": 7})


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("feedback.nps at_most 6", {"Zoe"}),
        ("feedback.nps at_least 9", {"Max"}),
        ("feedback.csat is_filled", {"Zoe"}),
        ("feedback.last more_than_days_ago 30", set()),
        ("has feedback (kind is nps and score at_least 9) count at_least 1", {"Zoe", "Max"}),
        ("has texts (mood less_than 0)", {"Zoe"}),
        ("not has feedback", {"Nobody"}),
    ],
)
def test_segments_know_what_people_said(
    cast: Cast, said: tuple[int, int], rule: str, names: set[str]
) -> None:
    contacts.create(cast.ann, {"first_name": "Nobody"})
    assert said
    assert matched(rule) == names


def test_goals_count_satisfied_answers(cast: Cast, said: tuple[int, int]) -> None:
    assert said
    key = goals.add(cast.olga, NewGoal("satisfaction", 10, date(2026, 3, 1), date(2026, 3, 31)))

    assert goals.get(cast.olga, key).value == 4
    assert len(goals.entries(cast.olga, key).items) == 4


def test_moods_are_read_corrected_and_listed_the_worst_first(cast: Cast, said: tuple[int, int]) -> None:
    zoe, _ = said
    texts = (("email", "in", "Broken again", "I hate this. It is awful and I want my money back."),
             ("email", "out", "Sorry", "We are terribly sorry."), ("note", "", "", "Bad mood today."),
             ("chat", "in", "", "Merci beaucoup, c'est très bien"))  # fmt: skip
    for kind, direction, subject, body in texts:
        interactions.log(cast.ann, NewInteraction(kind, zoe, subject=subject, body=body, direction=direction))

    while sentiment.advance_next("w", lambda: False):
        pass
    sentiment.advance_next("w", lambda: False)

    worst, *_ = sentiment.search(cast.ann, "negative")
    assert worst.text == texts[0][3]
    found = sentiment.counts(cast.ann)
    assert (found.negative, found.positive, found.unscored) == (2, 2, 2)
    assert list(sentiment.search(cast.bob)) == []
    sentiment.correct(cast.ann, worst.record, worst.record_id, 0)
    assert worst.id in [one.id for one in sentiment.search(cast.ann, "neutral")]
    for record, key, score, error in (("interactions", 10**6, 0, NotFound), ("contacts", zoe, 0, NotFound),
                                      (worst.record, worst.record_id, 101, Invalid)):  # fmt: skip
        with pytest.raises(error):
            sentiment.correct(cast.ann, record, key, score)
    with pytest.raises(NotFound):
        sentiment.correct(cast.bob, worst.record, worst.record_id, 1)
    with pytest.raises(Invalid):
        sentiment.search(cast.ann, "furious")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The delivery was late and I am not happy", "en"),
        ("Die Lieferung war leider zu spät", "de"),
        ("La livraison est en retard, je ne suis pas content", "fr"),
        ("El pedido no llegó y estoy muy enfadado", "es"),
        ("12345", ""),
    ],
)
def test_the_language_is_told_by_small_words(text: str, language: str) -> None:
    assert language_of(text) == language
    assert (sentiment.read(text).score is not None) == (language == "en")


def test_what_is_quoted_is_not_the_customers_mood() -> None:
    text = "Thank you, that is great!\n\nOn Monday Ann wrote:\n> this is terrible, awful, horrible"
    assert (sentiment.read(text).score or 0) > 50
    assert sentiment.read("Excellent!").score == 61
    assert sentiment.read("Schnelle Lieferung").score is None


def test_moods_agree_with_people_as_well_as_is_published() -> None:
    assert bench_sentiment.correlation(bench_sentiment.rated()) == pytest.approx(0.589, abs=0.005)


def test_who_would_recommend_us_is_an_advocate_sooner() -> None:
    likings = [Liking(3, 10, 0, "", nps=nps) for nps in (10, None, 3)]
    assert [referral_rules.score(one)[0] for one in likings] == [52, 27, 0]
