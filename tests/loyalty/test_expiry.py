"""What nobody spends in time expires; a statement says what happened; open points are worth something."""

from datetime import timedelta

import pytest

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.loyalty import expiry, points, proofs, statements
from tests.conftest import at
from tests.loyalty.members import complaints, earn, member, redeem
from tests.people import MONDAY


def test_many_lots_expire_at_once(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    cards = [member(olga, f"M{place}") for place in range(4)]
    for card in cards:
        for day in (1, 2, 30):
            earn(olga, card, day * 10, f"{card.membership_id}/{day}", expires_at=MONDAY + timedelta(days=day))
    redeem(olga, cards[0], 15, "mug")
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=3)))

    done = [expiry.expire_some(SYSTEM, 5) for _ in range(3)]

    assert done == [5, 2, 0]
    found = [points.balance(olga, card.card_number) for card in cards]
    assert [(card.balance, card.expired) for card in found] == [(300, 15), (300, 30), (300, 30), (300, 30)]
    assert complaints() == []


def test_a_statement_adds_up(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    zoe = member(olga)
    earn(olga, zoe, 100, "a")
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=10)))
    redeem(olga, zoe, 30, "b")
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=20)))
    earn(olga, zoe, 5, "c")

    whole = statements.statement(olga, zoe.card_number)
    since, until = MONDAY + timedelta(days=1), MONDAY + timedelta(days=15)
    part = statements.statement(olga, zoe.card_number, since, until)

    assert [entry.points for entry in whole.entries] == [5, -30, 100]
    assert (whole.opening, whole.closing) == (0, 75)
    assert ([entry.cause for entry in part.entries], part.opening, part.closing) == (["b"], 100, 70)
    assert statements.entries(olga, zoe.membership_id, Paging(1, 2)).total == 3


def test_open_points_are_worth_something_by_the_month_in_which_they_expire(
    olga: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    for name in ("Zoe", "Tom"):
        card = member(olga, name)
        earn(olga, card, 1500, f"{name} 1", expires_at=MONDAY + timedelta(days=10))
        earn(olga, card, 500, f"{name} 2", expires_at=MONDAY + timedelta(days=100))
        redeem(olga, card, 100, f"{name} 3")

    found = statements.liability(olga)

    march, june = MONDAY.date().replace(day=1), MONDAY.date().replace(month=6, day=1)
    assert (found.points, found.cost) == (3800, 3800)
    assert found.months == ((march, 2800, 2800), (june, 1000, 1000))
    with begin(SYSTEM) as work:
        proofs.recount(work)
    assert statements.liability(olga) == found
    assert complaints() == []
