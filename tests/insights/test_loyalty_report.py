"""The programme report: each number is what its rows add up to, and what was done by hand in between."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crm_core.insights import loyalty, loyalty_lift
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock
from crm_core.loyalty import (
    coupon_codes,
    coupon_setup,
    coupons,
    expiry,
    members,
    points,
    programme,
    reward_catalogue,
    rewards,
    statements,
    surprises,
    tiers,
)
from crm_core.loyalty.coupon_types import Basket, BasketLine, NewCoupon
from crm_core.loyalty.points import Why
from crm_core.loyalty.reward_types import NewReward, SurpriseLimits
from crm_core.loyalty.tiers import NewTier
from crm_core.loyalty.types import Programme
from crm_core.marketing import segments
from crm_core.marketing.segment_types import NewSegment
from crm_core.team import company
from tests.commerce.selling import customer
from tests.conftest import at
from tests.loyalty.members import complaints, member, redeem
from tests.loyalty.test_earning import bought, live
from tests.people import MONDAY, Cast

ALL = Paging(1, 200)


@pytest.fixture
def busy(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A programme with two members who earned, spent, let expire, rose, and were given things."""
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    olga = cast.olga
    programme.change(olga, Programme(point_value=500, expires_after_days=40))
    live(olga)
    for name, threshold in (("Silver", 50), ("Gold", 150)):
        tiers.add(olga, NewTier(name, threshold))
    zoe, tom = (member(olga, name) for name in ("Zoe", "Tom"))
    member(olga, "Sam")
    bought(olga, zoe.contact_id, 100)
    _given(olga, zoe.card_number)
    points.adjust(olga, tom.card_number, 30, Why("counted", "counted"))
    points.adjust(olga, tom.card_number, -10, Why("counted too", "counted"))
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=20)))
    bought(olga, zoe.contact_id, 100)
    points.reverse(olga, redeem(olga, zoe, 40, "by mistake").entry.id)
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=45)))
    expiry.expire_some(SYSTEM)
    return cast


def _given(olga: Actor, card: str) -> None:
    """A mug for 20 points, one for nothing, and a coupon of 5 euros."""
    mug = reward_catalogue.add(olga, NewReward("Mug", 20, value=400))
    rewards.redeem(olga, card, mug, "mug")
    rewards.cancel(olga, rewards.redeem(olga, card, mug, "broken").redemption.id, reason="broken")
    surprises.set_limits(olga, SurpriseLimits(50_000, 50_000))
    surprises.give(olga, card, mug, "sorry", reason="It was late")
    coupon = coupon_setup.create(olga, NewCoupon("Five", "fixed", "shared", code="FIVE", amount=500))
    coupon_setup.set_state(olga, coupon, "active")
    basket = Basket("EUR", (BasketLine(5_000),))
    coupons.redeem(olga, "FIVE", basket, "receipt 1")
    coupons.cancel_use(olga, coupons.redeem(olga, "FIVE", basket, "receipt 2").id, reason="mistake")


def test_every_number_is_the_sum_of_its_rows(busy: Cast) -> None:
    found = loyalty.report(busy.olga)

    assert {figure.name: figure.value for figure in found.figures} == {
        "members": 3, "joined": 3, "active": 1, "given": 220, "spent": 20, "expired": 100, "open": 100,
        "rewards": 400, "surprises": 400, "coupons": 500, "referrals": 0,
    }  # fmt: skip
    for figure in found.figures:
        behind = loyalty.rows(busy.olga, figure.name, paging=ALL)
        assert (behind.total, sum(row.value for row in behind)) == (figure.rows, figure.value), figure.name
    assert (found.active_share, found.redemption_rate) == (1 / 3, 20 / 220)
    held = found.open_points
    assert (held.points, held.cost, held.expected, held.expected_cost) == (100, 50, 20 / 120, 8)
    assert (held.breakage, held.has_expired) == (1 - 20 / 120, True)
    assert held.months == statements.liability(busy.olga).months
    assert [(one.source, one.target, one.members) for one in found.flow] == [("", "Gold", 1)]
    assert [row.name for row in loyalty.movers(busy.olga, ("", "Gold"))] == ["Zoe"]
    assert [(one.is_member, one.customers, one.share) for one in found.cohorts] == [(True, 1, 1.0)]
    assert (found.since, found.until) == (date(2025, 4, 17), date(2026, 4, 16))


def test_the_kept_days_tell_what_the_entries_do_wherever_a_time_is_cut(
    busy: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga, lea = busy.olga, member(busy.olga, "Lea")
    for place, hours in enumerate((5, 18, 23, 29, 47)):
        monkeypatch.setattr(Clock, "now", at(MONDAY.replace(hour=0) + timedelta(days=50, hours=hours)))
        points.earn(olga, lea.card_number, 10 + place, Why(f"at {hours}"))
        points.reverse(olga, redeem(olga, lea, 3, f"spent at {hours}").entry.id)
    begun = MONDAY.date() + timedelta(days=48)
    days = [begun + timedelta(days=place) for place in range(6)]
    for zone in ("Asia/Kolkata", "UTC"):
        company.change_company(olga, replace(company.company(), name="Acme", time_zone=zone))
        for since, until in ((days[0], days[-1]), (days[2], days[2]), (days[2], days[3])):
            figures = {one.name: one for one in loyalty.report(olga, since, until).figures}
            for name in ("active", "given", "spent"):
                behind = loyalty.rows(olga, name, since, until, ALL)
                told = (behind.total, sum(row.value for row in behind))
                assert told == (figures[name].rows, figures[name].value), (zone, since, name)
    first = loyalty.report(olga, days[2], days[2])
    assert [first.value(name) for name in ("active", "given", "spent", "expired")] == [1, 33, 0, 0]
    assert complaints() == []


def test_a_time_before_everything_has_nothing_but_what_stands_now(busy: Cast) -> None:
    found = loyalty.report(busy.olga, date(2020, 1, 1), date(2020, 12, 31))

    assert {figure.name for figure in found.figures if figure.value} == {"members", "open"}
    assert (found.flow, found.redemption_rate, found.active_share) == ((), None, 0.0)
    with pytest.raises(Invalid):
        loyalty.report(busy.olga, date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(NotFound, match="Choose one of"):
        loyalty.rows(busy.olga, "luck")
    with pytest.raises(NotAllowed):
        loyalty.report(Actor(None, "Somebody"))


def test_members_are_compared_with_customers_who_bought_like_them(
    olga: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime(2025, 3, 10, 12, tzinfo=UTC)
    people = [customer(olga, name) for name in ("Zoe", "Tom", "Ben", "Lea", "Kim")]

    def buy(month: int, *places: int) -> None:
        monkeypatch.setattr(Clock, "now", at(start + timedelta(days=30 * month)))
        for place in places:
            bought(olga, people[place], 10)

    buy(0, 0, 1, 2, 3)
    monkeypatch.setattr(Clock, "now", at(start + timedelta(days=60)))
    members.enrol(olga, people[0])
    buy(3, 0, 2)
    buy(8, 4)
    members.enrol(olga, people[4])
    buy(10, 1)

    found = loyalty_lift.report(olga)

    assert (found.months, found.unmatched, found.every) == (6, 0, 1)
    told = [(row.source, row.measure, row.people, row.compared, row.enough) for row in found.rows]
    assert told == [("matched", "converted", 1, 3, False), ("matched", "revenue", 1, 3, False)]
    assert [round(row.difference, 6) for row in found.rows] == [round(2 / 3, 6), round(20 / 3, 6)]
    assert not any(row.is_clear for row in found.rows)


def test_a_coupon_that_was_held_back_is_the_better_comparison(olga: Actor) -> None:
    for place in range(40):
        customer(olga, f"Customer {place}")
    everybody = segments.create(olga, NewSegment("Everybody", "name is_filled"))
    coupon = coupon_setup.create(
        olga, NewCoupon("Spring", "fixed", amount=500, segment_id=everybody, holdout_percent=50)
    )
    coupon_setup.set_state(olga, coupon, "active")
    coupon_codes.draw_targets(olga, coupon)

    rows = loyalty_lift.report(olga).rows

    assert {(row.source, row.measure, row.enough) for row in rows} == {
        ("Spring", "converted", False),
        ("Spring", "revenue", False),
    }
    assert all(row.people + row.compared == 40 for row in rows)
