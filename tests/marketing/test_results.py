"""Results of campaigns: every number is that of its people, money counts in the window, lift is honest."""

from datetime import date
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import attribution, results
from crm_core.marketing.attribution import Touch
from crm_core.marketing.lift import HOLDOUT
from crm_core.marketing.result_types import Arm, CampaignReport
from db.models import Recipient
from tests.conftest import at
from tests.marketing.campaigns_made import DAY, HOUR, bought, campaign, people, recipient, variant
from tests.people import MONDAY

LATER = MONDAY + 30 * DAY


@pytest.fixture
def sent(mark: Actor, monkeypatch: pytest.MonkeyPatch) -> int:
    """A campaign with two variants and a hold-out, of whom everybody did something else; a month ago."""
    monkeypatch.setattr(Clock, "now", at(LATER))
    key = campaign(cost=1000, cost_each=50)
    a, b, held = (variant(key, name) for name in ("A", "B", HOLDOUT))
    who = people(mark, ("ada", "ben", "cyd", "dan", "eve", "fay", "gus", "hal"))
    did: list[tuple[int, dict[str, Any]]] = [
        (a, {"opened_at": MONDAY + HOUR, "clicked_at": MONDAY + HOUR, "is_visited": True}),
        (a, {"scanned_at": MONDAY}),
        (a, {"bounced_at": MONDAY + HOUR}),
        (b, {"clicked_at": MONDAY + DAY, "replied_at": MONDAY + DAY, "unsubscribed_at": MONDAY + DAY}),
        (b, {"state": "failed"}),
        (b, {"state": "excluded", "reason": "no consent"}),
        (held, {"state": "held"}),
        (held, {"state": "held"}),
    ]
    for contact_id, (arm, values) in zip(who, did, strict=True):
        recipient(key, arm, contact_id, **values)
    bought(who[0], MONDAY + 2 * DAY, 5000, refunded=1000)
    bought(who[0], MONDAY + 3 * DAY, 700)
    bought(who[0], MONDAY - HOUR, 9900)  # before the message
    bought(who[1], MONDAY + 14 * DAY, 9900)  # the window is over
    bought(who[3], MONDAY + DAY, 9900, status="cancelled")
    bought(who[3], MONDAY + DAY, 400, currency="CHF")  # bought something, in another currency
    bought(who[6], MONDAY + 14 * DAY - HOUR, 300)  # held back, and bought all the same
    return key


def arm(found: CampaignReport, name: str) -> Arm:
    return next(one for one in found.arms if one.variant == name)


def test_counts_and_money_are_those_of_what_people_did_in_the_window(sent: int, mark: Actor) -> None:
    found = results.report(mark, sent)

    assert [one.variant for one in found.arms] == ["A", "B", HOLDOUT]
    assert (arm(found, "A").people, arm(found, "A").revenue, arm(found, "A").spenders) == (3, 4700, 1)
    assert (arm(found, "B").people, arm(found, "B").revenue) == (2, 0)
    assert (arm(found, HOLDOUT).people, arm(found, HOLDOUT).revenue) == (2, 300)
    assert arm(found, HOLDOUT).squares == 300**2
    assert {name: count for name, count in found.total.counts.items() if count} == {
        "people": 5, "sent": 4, "delivered": 3, "opened": 2, "clicked": 2, "replied": 1, "bounced": 1,
        "unsubscribed": 1, "visited": 1, "converted": 2, "scanned": 1, "failed": 1, "excluded": 1, "held": 2,
    }  # fmt: skip
    assert (found.cost, found.total.revenue) == (1200, 4700)
    assert found.roi == pytest.approx(3500 / 1200)
    assert found.is_final


def test_every_number_opens_as_many_people_as_it_says(sent: int, mark: Actor) -> None:
    found = results.report(mark, sent)

    for measure in results.MEASURES:
        assert results.people(mark, sent, measure).total == found.total.counts[measure], measure
        for one in found.arms:
            behind = results.people(mark, sent, measure, one.variant, Paging(size=5))
            assert behind.total == one.counts[measure], (measure, one.variant)
    spent = [person.revenue for person in results.people(mark, sent, "people", "A")]
    assert sum(spent) == arm(found, "A").revenue
    assert [person.name for person in results.people(mark, sent, "converted", "A")] == ["ada"]


def test_a_second_message_to_the_same_person_counts_no_order_twice(sent: int, mark: Actor) -> None:
    before = results.report(mark, sent)
    ada = next(iter(results.people(mark, sent, "clicked", "A")))
    with begin(SYSTEM, write=False) as work:
        variant_id = work.get(Recipient, ada.id).variant_id

    recipient(sent, variant_id, ada.contact_id, wave=1, sent_at=MONDAY + DAY)

    after = results.report(mark, sent)
    counts = arm(after, "A").counts
    assert (counts["sent"], counts["sent_again"]) == (arm(before, "A").counts["sent"], 1)
    assert (arm(after, "A").people, arm(after, "A").revenue) == (3, 4700)
    assert arm(after, "A").counts["converted"] == 1


def test_a_seller_sees_the_results_of_the_own_contacts_only(sent: int, ann: Actor, mark: Actor) -> None:
    found = results.report(ann, sent)

    assert found.total.people == results.people(ann, sent, "people").total == 0
    assert results.report(mark, sent).total.people == 5


def test_lift_says_what_was_added_and_when_it_cannot_be_said(sent: int, mark: Actor) -> None:
    rows = {(row.variant, row.measure): row for row in results.report(mark, sent).lift}

    assert set(rows) == {(name, measure) for name in "AB" for measure in ("converted", "revenue")}
    money = rows["A", "revenue"]
    assert money.usual == pytest.approx(1.5)
    assert money.found.difference == pytest.approx(47 / 3 - 1.5)
    assert not any(row.enough or row.is_claimed for row in rows.values())


def test_incremental_revenue_is_the_lift_over_all_who_got_it(mark: Actor) -> None:
    key = campaign(state="imported", cost=10_000)
    a, held = variant(key, "A"), variant(key, HOLDOUT)
    for place in range(40):
        recipient(key, a, revenue=500 if place % 2 else 0, is_converted=bool(place % 2), is_visited=True)
        recipient(key, held, state="held", revenue=300 if place % 4 == 0 else 0, is_converted=place % 4 == 0)

    found = results.report(mark, key)

    assert {row.measure for row in found.lift} == {"visited", "converted", "revenue"}
    assert found.incremental is not None
    assert found.incremental.difference == pytest.approx(40 * (250 - 75))
    assert found.incremental.low < found.incremental.difference < found.incremental.high
    assert found.incremental_roi == pytest.approx((7000 - 10_000) / 10_000)


def test_a_running_campaign_is_judged_by_the_interval_for_many_looks(
    mark: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = campaign(state="done")
    arms = [
        Arm(name, dict.fromkeys(results.MEASURES, 0) | {"people": 2_000, "converted": done}, 0, 0.0, 0)
        for name, done in (("A", 126), (HOLDOUT, 96))
    ]

    for is_final in (True, False):
        [row] = results.lift_of(arms, "EUR", measures={"converted"}, is_final=is_final)
        assert row.enough is is_final

    monkeypatch.setattr(Clock, "now", at(MONDAY + 13 * DAY))
    assert not results.report(mark, key).is_final
    monkeypatch.setattr(Clock, "now", at(MONDAY + 14 * DAY))
    assert results.report(mark, key).is_final


def test_variants_are_judged_by_the_goal_of_the_campaign(mark: Actor) -> None:
    key = campaign(goal="clicked")
    a, b = variant(key, "A"), variant(key, "B")
    for place in range(110):
        recipient(key, a, clicked_at=MONDAY if place < 60 else None)
        recipient(key, b, clicked_at=MONDAY if place < 20 else None)

    found = results.report(mark, key)

    assert (found.verdict.winner, found.lift, found.incremental) == ("A", (), None)


def test_campaigns_stand_beside_each_other_the_latest_first(sent: int, mark: Actor) -> None:
    newer = campaign("Summer", started_at=MONDAY + DAY)
    campaign("Not yet", state="draft", started_at=None)

    found = results.compare(mark)

    assert [one.id for one in found] == [newer, sent]
    assert found[1] == results.report(mark, sent)
    assert found[0].total.people == 0
    assert found[0].roi is None


def test_a_campaign_is_found_by_its_name_or_its_number(sent: int, mark: Actor) -> None:
    assert results.find(mark, " SPRING ") == results.find(mark, str(sent)) == sent
    for name in ("Autumn", "999999"):
        with pytest.raises(NotFound):
            results.find(mark, name)


def test_wrong_questions_are_refused_with_the_choices(sent: int, mark: Actor) -> None:
    with pytest.raises(Invalid, match="no such number"):
        results.people(mark, sent, "guessed")
    with pytest.raises(Invalid):
        results.credit(mark, touch="seen", window_days=0)
    with pytest.raises(NotFound):
        results.report(mark, sent + 100)
    nobody = Actor(None, "Guest")
    with pytest.raises(NotAllowed):
        results.report(nobody, sent)


def test_orders_are_credited_to_the_messages_before_them(sent: int, mark: Actor) -> None:
    ada = next(iter(results.people(mark, sent, "clicked", "A")))
    second = campaign("Summer", started_at=MONDAY + 2 * DAY)
    recipient(
        second,
        variant(second, "A"),
        ada.contact_id,
        sent_at=MONDAY + 2 * DAY,
        clicked_at=MONDAY + 2 * DAY + HOUR,
    )

    found = {row.campaign: row for row in results.credit(mark) if row.currency == "EUR"}

    assert (found["Spring"].first, found["Spring"].last, found["Spring"].linear) == (4700, 4000, 4350)
    assert (found["Summer"].first, found["Summer"].last, found["Summer"].linear) == (0, 700, 350)
    assert results.credit(mark, until=date(2026, 3, 1)) == []
    short = results.credit(mark, window_days=1)
    assert [(row.campaign, row.currency) for row in short] == [("Spring", "CHF"), ("Summer", "EUR")]
    assert len(results.credit(mark, touch="sent")) >= len(found)


TOUCHES = st.lists(st.tuples(st.integers(1, 6), st.integers(-500, 100_000), st.integers(1, 4)), max_size=40)


@given(TOUCHES)
def test_every_model_gives_away_exactly_what_the_orders_are_worth(rows: list[tuple[int, int, int]]) -> None:
    worth = {order: value for order, value, _ in rows}
    touches = [
        Touch(order, "EUR", worth[order], key) for order, _, key in sorted(rows, key=lambda row: row[0])
    ]

    found = attribution.credits(touches)

    for model in attribution.MODELS:
        assert sum(getattr(one, model) for one in found) == sum(worth.values())


NUMBERS = count(1)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(("A", "B", HOLDOUT)),
        st.sampled_from(("sent", "failed", "unclear", "pending", "excluded")),
        st.booleans(), st.booleans(), st.booleans(), st.integers(0, 9_999),
    ),
    max_size=12,
)  # fmt: skip


@settings(
    max_examples=8, phases=[Phase.generate], deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(ROWS)
def test_whatever_happened_numbers_and_people_agree(mark: Actor, rows: list[Any]) -> None:
    key = campaign(f"Campaign {next(NUMBERS)}", state="imported")
    arms = {name: variant(key, name) for name in ("A", "B", HOLDOUT)}
    for name, state, is_opened, is_bounced, is_converted, revenue in rows:
        held = name == HOLDOUT
        recipient(
            key, arms[name], state="held" if held else state, is_converted=is_converted, revenue=revenue,
            opened_at=MONDAY if is_opened and not held else None, bounced_at=MONDAY if is_bounced else None,
        )  # fmt: skip

    found = results.report(mark, key)

    for measure in results.MEASURES:
        shown = results.people(mark, key, measure)
        assert shown.total == found.total.counts[measure]
    assert sum(one.revenue for one in results.people(mark, key, "people")) == found.total.revenue
    assert sum(one.people for one in found.arms) == sum(
        row[1] in ("sent", "failed", "unclear") or row[0] == HOLDOUT for row in rows
    )
