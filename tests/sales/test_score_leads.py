"""The card adds up, history is learned from only where it helps, and nobody learns from the future."""

import random
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.activity import interactions
from crm_core.activity.types import NewInteraction
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Invalid, NotAllowed
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from crm_core.sales import lead_model, lead_rules, lead_scores, lead_work, leads
from crm_core.sales.lead_rules import Card, LeadFacts
from tests.conftest import at
from tests.people import MONDAY, Cast
from tests.sales.lead_cases import lead


def facts(**known: object) -> LeadFacts:
    """A lead of whom only this is known."""
    texts = ("job_title", "company", "country", "industry", "email", "phone", "mobile", "email_opt", "source")
    usual = dict.fromkeys(texts, "") | {"contact_id": 1, "lead_status": "new", "created_at": MONDAY}
    return LeadFacts(**(usual | known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "points"),
    [
        ({"email": "a@acme.test"}, 32),
        ({"email": "a@gmail.com"}, 15),
        ({}, 0),
        ({"email": "a@acme.test", "job_title": "Head of Sales"}, 47),
        ({"email": "a@acme.test", "job_title": "Overhead of costs"}, 32),
        ({"email": "a@acme.test", "job_title": "Geschäftsführerin"}, 47),
        ({"email": "a@acme.test", "email_opt": "out"}, 17),
        ({"phone": "+4930901820", "company": "A"}, 30),
        ({"email": "a@acme.test", "signals": {"form": MONDAY}}, 52),
        ({"email": "a@acme.test", "signals": {"form": MONDAY - timedelta(days=30)}}, 42),
        ({"email": "a@acme.test", "signals": {"form": MONDAY + timedelta(days=1)}}, 32),
        ({"email": "a@acme.test", "created_at": MONDAY - timedelta(days=46)}, 22),
    ],
)
def test_the_card_adds_up(known: dict[str, object], points: int) -> None:
    held = lead_rules.strengths(Card(), facts(**known), MONDAY)

    assert lead_rules.score(Card(), held) == points


@given(st.dictionaries(st.sampled_from(lead_rules.NAMES), st.floats(0, 1)))
def test_a_score_lies_between_0_and_100_and_in_one_band(held: dict[str, float]) -> None:
    points = lead_rules.score(Card(), held)

    assert 0 <= points <= 100
    assert lead_rules.band(points) in lead_rules.BANDS


def test_newton_finds_the_known_answer() -> None:
    # One yes-or-no feature: the odds ratio of the two-by-two table (30, 10; 10, 30) is 9.
    feature = np.array([[1.0]] * 40 + [[0.0]] * 40)
    outcome = np.array([1.0] * 30 + [0.0] * 10 + [1.0] * 10 + [0.0] * 30)

    fitted = lead_model.fit(("x",), feature, outcome, penalty=0.0)

    assert fitted.weights[0] / fitted.scales[0] == pytest.approx(np.log(9))
    assert fitted.chances(np.array([[1.0], [0.0]])) == pytest.approx([0.75, 0.25])


def test_measures_are_those_of_the_books() -> None:
    outcomes, chances = np.array([1.0, 0, 1, 0]), np.array([0.9, 0.8, 0.8, 0.1])

    assert lead_model.auc(outcomes, chances) == 0.875
    assert lead_model.brier(outcomes, chances) == pytest.approx((0.01 + 0.64 + 0.04 + 0.01) / 4)


def grow_old(cast: Cast, count: int, *, telling: bool) -> None:
    """Closed leads: where telling, those of hotels who sent e-mails convert; else a coin decides."""
    dice = random.Random(7)  # noqa: S311 - made-up leads, not secrets
    for number in range(count):
        Clock.now = at(MONDAY + timedelta(days=number))
        key = lead(
            SYSTEM, f"L{number}", email=f"a{number}@acme.test", phone="+4930901820" if number % 2 else ""
        )
        wrote = dice.random() < 0.5
        if wrote:
            interactions.log(SYSTEM, NewInteraction("email", key, subject="Hello", direction="in"))
        chance = (0.85 if number % 2 else 0.15) if telling else 0.5
        Clock.now = at(MONDAY + timedelta(days=number, hours=5))
        status = "converted" if dice.random() < chance else "unqualified"
        contacts.change(SYSTEM, key, {"lead_status": status}, version=None)


def test_what_history_says_is_used_where_it_beats_the_card(cast: Cast, clock: type[Clock]) -> None:
    # The card says the opposite of the truth: a phone number costs points.
    points = {**Card().points, "phone": -5}
    lead_scores.change_card(cast.mia, Card(points=points))
    grow_old(cast, 80, telling=True)

    assert lead_scores.learn(cast.mia) is True

    state = lead_scores.state(cast.mia)
    assert (state.in_use, state.outcomes) == ("learned", 80)
    assert state.quality["learned"]["auc"] > state.quality["rules"]["auc"]
    assert state.quality["learned"]["brier"] < state.quality["rules"]["brier"]
    assert (state.quality["trained_on"], state.quality["tested_on"]) == (56, 24)
    with_phone = lead(cast.ann, "New", email="n@acme.test", phone="+4930901820")
    without = lead(cast.ann, "Other", email="o@acme.test")
    rows = [leads.get(cast.ann, key).row for key in (with_phone, without)]
    assert rows[0].score > 60 > 40 > rows[1].score
    assert (rows[0].model, rows[0].reasons[0].name) == ("learned", "phone")
    lead_scores.change_card(cast.mia, Card())
    assert lead_scores.state(cast.mia).in_use == "rules", "it was learned with the old card in it"


def test_noise_is_not_used(cast: Cast, clock: type[Clock]) -> None:
    grow_old(cast, 60, telling=False)

    lead_scores.learn(cast.mia)

    quality = lead_scores.state(cast.mia).quality
    is_better = lead_model.is_better(quality)
    assert (lead_scores.state(cast.mia).in_use == "learned") is is_better


def test_few_outcomes_teach_nothing_and_the_worker_does_not_try_again_at_once(
    cast: Cast, clock: type[Clock]
) -> None:
    grow_old(cast, 12, telling=True)

    assert lead_scores.learn(cast.mia) is False

    while lead_work.advance():
        pass
    assert (lead_scores.state(cast.mia).in_use, lead_scores.state(cast.mia).outcomes) == ("rules", 12)


def test_what_is_too_good_to_be_true_is_not_used() -> None:
    leak = {"rules": {"auc": 0.6, "brier": 0.2}, "learned": {"auc": 0.999, "brier": 0.01}}

    assert not lead_model.is_better(leak)


def test_what_sellers_wrote_down_later_is_not_learned_from(cast: Cast, clock: type[Clock]) -> None:
    key = lead(cast.ann, "Berg", email="b@acme.test")
    clock.now = at(MONDAY + timedelta(days=10))
    contacts.change(cast.ann, key, {"phone": "+4930901820", "job_title": "CEO"}, version=None)
    interactions.log(cast.ann, NewInteraction("email", key, subject="Yes", direction="in"))
    contacts.change(cast.ann, key, {"lead_status": "converted"}, version=None)

    with begin(SYSTEM) as work:
        [(known, moment)] = lead_scores._history(work)

    assert (known.phone, known.job_title, known.signals) == ("", "", {})
    assert moment == MONDAY + lead_scores.FRESH_FOR


@pytest.mark.parametrize(
    "card", [Card(points={"form": 51}), Card(points={"luck": 1}), Card(half_life_days=0)]
)
def test_a_card_that_cannot_be_is_refused(mia: Actor, card: Card) -> None:
    with pytest.raises(Invalid):
        lead_scores.change_card(mia, card)


def test_only_managers_change_how_leads_are_scored(cast: Cast) -> None:
    for who in (cast.ann, cast.sue, cast.mark, cast.vera):
        assert lead_scores.card(who).half_life_days == 30
        with pytest.raises(NotAllowed):
            lead_scores.change_card(who, Card())
        with pytest.raises(NotAllowed):
            lead_scores.learn(who)


def test_another_card_reaches_all_open_leads(cast: Cast) -> None:
    key = lead(cast.ann, "Berg", email="b@acme.test", industry="Hotels")
    lead_scores.change_card(cast.mia, Card(industries=("hotel",)))

    while lead_work.advance():
        pass

    assert leads.get(cast.ann, key).row.score == 20 + 12 + 10
