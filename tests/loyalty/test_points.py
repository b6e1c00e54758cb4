"""Points: what is earned, spent, corrected and taken back, once for each cause."""

from datetime import timedelta

import pytest

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.work import Clock
from crm_core.loyalty import members, points
from crm_core.loyalty.points import NotEnoughPoints, Why
from tests.conftest import at
from tests.loyalty.members import complaints, earn, member, redeem
from tests.people import MONDAY, Cast


def test_a_balance_is_what_was_earned_less_what_was_spent(olga: Actor) -> None:
    zoe = member(olga)

    earn(olga, zoe, 100, "receipt 1")
    after = redeem(olga, zoe, 30, "mug").member

    assert (after.balance, after.usable, after.earned, after.redeemed) == (70, 70, 100, 30)
    assert points.balance(olga, zoe.card_number) == after
    assert complaints() == []


def test_posting_twice_changes_nothing_and_returns_the_first(olga: Actor) -> None:
    zoe = member(olga)

    first = earn(olga, zoe, 100, "receipt 1")
    again = earn(olga, zoe, 100, "receipt 1")

    assert (first.is_new, again.is_new) == (True, False)
    assert again.entry == first.entry
    assert again.member.balance == 100


@pytest.mark.parametrize("amount", [50, 100])
def test_a_cause_that_posted_something_else_is_refused(olga: Actor, amount: int) -> None:
    zoe = member(olga)
    earn(olga, zoe, 100, "receipt 1")

    with pytest.raises(Conflict, match="“receipt 1” posted"):
        redeem(olga, zoe, amount, "receipt 1")
    assert complaints() == []


def test_nobody_spends_more_than_there_is(olga: Actor) -> None:
    zoe = member(olga, "Zoe")
    earn(olga, zoe, 40, "receipt 1")

    with pytest.raises(NotEnoughPoints, match="Zoe has 40 points to spend, not 100"):
        redeem(olga, zoe, 100, "bike")
    assert points.balance(olga, zoe.card_number).balance == 40


def test_what_expires_first_is_spent_first(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    zoe = member(olga)
    earn(olga, zoe, 50, "late", expires_at=MONDAY + timedelta(days=300))
    earn(olga, zoe, 50, "soon", expires_at=MONDAY + timedelta(days=10))

    redeem(olga, zoe, 60, "mug")
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=11)))

    assert points.balance(olga, zoe.card_number).usable == 40
    earn(olga, zoe, 1, "later")
    assert points.balance(olga, zoe.card_number).balance == 41
    assert complaints() == []


def test_expired_points_are_neither_spent_nor_kept(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    zoe = member(olga)
    earn(olga, zoe, 50, "soon", expires_at=MONDAY + timedelta(days=10))
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=10)))

    with pytest.raises(NotEnoughPoints, match="0 points"):
        redeem(olga, zoe, 1, "mug")
    after = earn(olga, zoe, 5, "new").member

    assert (after.balance, after.expired) == (5, 50)
    assert complaints() == []


def test_a_correction_needs_a_reason_and_never_goes_below_zero(olga: Actor) -> None:
    zoe = member(olga)
    earn(olga, zoe, 50, "receipt 1")

    with pytest.raises(Invalid) as caught:
        points.adjust(olga, zoe.card_number, -10, Why("check"))
    assert "reason" in caught.value.fields
    with pytest.raises(NotEnoughPoints):
        points.adjust(olga, zoe.card_number, -51, Why("check", "counted twice"))
    after = points.adjust(olga, zoe.card_number, -50, Why("check", "counted twice"))

    assert after.member.balance == 0
    assert points.adjust(olga, zoe.card_number, -50, Why("check", "counted twice")).is_new is False
    assert points.gift(olga, zoe.card_number, 5, Why("sorry", "late delivery")).member.balance == 5
    assert complaints() == []


def test_spent_points_return_once_to_the_lots_they_came_from(olga: Actor) -> None:
    zoe = member(olga)
    earn(olga, zoe, 50, "receipt 1")
    spent = redeem(olga, zoe, 30, "mug").entry

    back = points.reverse(olga, spent.id, reason="broken")
    again = points.reverse(olga, spent.id)

    assert (back.member.balance, back.member.redeemed, again.is_new) == (50, 0, False)
    assert again.entry == back.entry
    assert complaints() == []


def test_taking_a_spent_earning_back_creates_nothing(olga: Actor) -> None:
    zoe = member(olga)
    earned = earn(olga, zoe, 50, "receipt 1").entry
    redeem(olga, zoe, 30, "mug")

    back = points.reverse(olga, earned.id)

    assert (back.entry.points, back.entry.asked, back.member.balance) == (-20, -50, 0)
    assert complaints() == []


def test_only_a_manager_corrects_while_sellers_redeem(cast: Cast) -> None:
    zoe = member(cast.ann)
    for act in (points.earn, points.gift, points.adjust):
        with pytest.raises(NotAllowed):
            act(cast.ann, zoe.card_number, 10, Why("x", "y"))
    earned = earn(cast.mia, zoe, 10, "x").entry
    with pytest.raises(NotAllowed):
        points.reverse(cast.ann, earned.id)

    assert redeem(cast.ann, zoe, 10, "mug").member.balance == 0


def test_a_stranger_finds_no_member(cast: Cast) -> None:
    zoe = member(cast.ann)

    with pytest.raises(NotFound):
        redeem(cast.bob, zoe, 10, "mug")
    with pytest.raises(NotFound):
        members.of_contact(cast.bob, zoe.contact_id)
