"""Tiers: reached at once, kept for a term, kept again when enough counts, and lost after the grace."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Clock, begin
from crm_core.loyalty import members, nights, programme, tiers
from crm_core.loyalty.tier_rules import Level, period, standing
from crm_core.loyalty.tiers import NewTier
from crm_core.loyalty.types import MemberCard, Programme, TierStanding
from tests.conftest import at
from tests.loyalty.members import earn, member
from tests.loyalty.test_earning import bought
from tests.people import MONDAY

LEVELS = [Level(1, 0, 0), Level(2, 1, 100), Level(3, 2, 500)]
DAY = date(2026, 3, 2)
ROLLING, CALENDAR = Programme(), Programme(period="calendar")
SILVER = TierStanding(2, date(2025, 3, 1), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("was", "counted", "settings", "tier", "until"),
    [
        (TierStanding(None, None, None), (99, 0), ROLLING, 1, date(2027, 3, 2)),
        (TierStanding(None, None, None), (100, 0), ROLLING, 2, date(2027, 3, 2)),
        (TierStanding(1, DAY, date(2026, 5, 1)), (500, 0), CALENDAR, 3, date(2027, 12, 31)),
        (TierStanding(2, DAY, DAY), (0, 0), ROLLING, 2, DAY),
        (SILVER, (0, 100), ROLLING, 2, date(2027, 3, 1)),
        (SILVER, (99, 99), ROLLING, 2, date(2026, 3, 1)),
        (SILVER, (99, 99), Programme(grace_days=0), 1, date(2027, 3, 2)),
        (SILVER, (99, 120), Programme(grace_days=0, period="calendar"), 2, date(2027, 12, 31)),
        (TierStanding(9, DAY, DAY), (0, 0), ROLLING, 1, date(2027, 3, 2)),
    ],
)
def test_a_member_stands_where_the_rules_say(
    was: TierStanding, counted: tuple[int, int], settings: Programme, tier: int, until: date
) -> None:
    found = standing(LEVELS, was, counted, DAY, settings)

    assert (found.tier_id, found.until, found.qualifying) == (tier, until, counted[0])


def test_what_counts_is_a_year_up_to_the_day_or_the_calendar_year() -> None:
    assert period(date(2024, 2, 29), ROLLING) == (date(2023, 3, 1), date(2024, 3, 1))
    assert period(date(2024, 2, 29), CALENDAR) == (date(2024, 1, 1), date(2025, 1, 1))


def test_without_the_lowest_tier_one_may_fall_to_none() -> None:
    found = standing(LEVELS[1:], SILVER, (5, 5), DAY, Programme(grace_days=0))

    assert found == TierStanding(None, None, None, 5)


@pytest.fixture
def levels(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    gold = tiers.add(olga, NewTier("Gold", 500, bonus_percent=10))
    return tiers.add(olga, NewTier("Silver", 100)), gold


def tier_of(who: Actor, card: MemberCard) -> str:
    found = members.of_contact(who, card.contact_id)
    assert found is not None
    return found.tier


def night() -> None:
    for _ in range(20):
        if not nights.advance_next("test", lambda: False):
            return
    raise AssertionError("the night has no end")


def on_day(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=days)))


def test_a_tier_is_reached_at_once_and_lost_after_term_and_grace(
    olga: Actor, levels: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(levels) == 2
    zoe = member(olga)
    earn(olga, zoe, 120, "a")
    assert tier_of(olga, zoe) == "Silver"
    earn(olga, zoe, 400, "b")
    assert tier_of(olga, zoe) == "Gold"

    for days, tier in ((365, "Gold"), (366 + 29, "Gold"), (366 + 31, "")):
        on_day(monkeypatch, days)
        night()
        assert tier_of(olga, zoe) == tier


def test_tiers_are_numbered_by_their_thresholds(olga: Actor, levels: tuple[int, int]) -> None:
    silver, gold = levels
    tiers.change(olga, gold, NewTier("Gold", 50), version=None)

    assert [row.name for row in tiers.search(olga)] == ["Gold", "Silver"]
    with pytest.raises(Conflict, match="Silver"):
        tiers.add(olga, NewTier(" silver ", 1))
    with pytest.raises(Invalid):
        tiers.add(olga, NewTier("", -1, bonus_percent=-1))
    tiers.remove(olga, silver)
    assert [row.rank for row in tiers.search(olga)] == [0]


def test_who_is_near_another_tier_is_named(
    olga: Actor, levels: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert levels
    zoe, tom, sam = (member(olga, name) for name in ("Zoe", "Tom", "Sam"))
    earn(olga, zoe, 90, "a")
    earn(olga, tom, 150, "b")
    earn(olga, sam, 10, "c")

    [rising] = tiers.near(olga)
    on_day(monkeypatch, 366)
    night()
    [falling] = tiers.near(olga)

    assert (rising.name, rising.other_tier, rising.missing, rising.way) == ("Zoe", "Silver", 10, "rise")
    assert (falling.name, falling.tier, falling.other_tier, falling.way) == ("Tom", "Silver", "", "fall")


def test_revenue_can_count_instead_of_points(olga: Actor, levels: tuple[int, int]) -> None:
    assert levels
    programme.change(olga, Programme(measure="revenue", period="calendar"))
    zoe = member(olga)

    bought(olga, zoe.contact_id, 3)

    found = members.of_contact(olga, zoe.contact_id)
    assert found is not None
    assert (found.tier, found.qualifying, found.tier_until) == ("Silver", 300, date(2027, 12, 31))


def test_a_night_is_done_once_and_goes_on_where_it_stopped(
    olga: Actor, levels: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert levels
    monkeypatch.setattr(tiers, "CHUNK", 2)
    cards = [member(olga, f"M{place}") for place in range(5)]
    for card in cards:
        earn(olga, card, 90, f"a {card.membership_id}", expires_at=datetime(2026, 3, 3, tzinfo=UTC))
    tiers.change(olga, levels[0], NewTier("Silver", 80), version=None)

    on_day(monkeypatch, 1)
    night()

    assert {tier_of(olga, card) for card in cards} == {"Silver"}
    assert nights.advance_next("test", lambda: False) is False
    with begin(SYSTEM, write=False) as work:
        assert tiers.count_some(work, datetime.combine(DAY, time(), UTC).date(), 10**6) is None
