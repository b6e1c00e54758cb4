"""Many tills at once: one code and one last piece go to exactly one of them, the others read “already used”.

``RAPPORT_COUPON_RACES`` asks for more rounds.
"""

import os

import pytest
from sqlalchemy import select

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Unavailable
from crm_core.loyalty import coupon_codes, coupon_setup, coupons, points, reward_catalogue, rewards
from crm_core.loyalty.coupon_types import Basket, BasketLine, NewCoupon
from crm_core.loyalty.points import Why
from crm_core.loyalty.reward_types import NewReward
from db import engines, session
from db.models import Membership
from db.session import Database
from tests.loyalty.members import complaints, earn, member
from tests.loyalty.tills import Ask, Tills, tills
from tests.people import hire

ROUNDS = int(os.environ.get("RAPPORT_COUPON_RACES", "4"))
TILLS = 8
POINTS = 10
FIFTY = Basket("EUR", (BasketLine(5_000),))


@pytest.mark.timeout(180 + 4 * ROUNDS)
def test_of_tills_at_once_exactly_one_wins_whatever_is_left(own_database: Database) -> None:
    olga = hire().olga
    zoe = member(olga)
    single, shared = _coupons(olga)
    codes = [row.split(",")[0] for row in coupon_codes.export(olga, single).decode().splitlines()[1:]]
    mug = reward_catalogue.add(olga, NewReward("Mug", POINTS, stock=ROUNDS))
    with tills(own_database.url, TILLS) as asked:
        for place in range(ROUNDS):
            _one_wins(asked, coupons.redeem, (codes[place], FIFTY), f"{place}/code/", "already used")
            earn(olga, zoe, POINTS, f"round {place}")
            spent = asked.ask(
                points.redeem, [(zoe.card_number, POINTS, Why(f"{place}/{till}")) for till in range(TILLS)]
            )
            assert (spent.count("won"), len(set(spent))) == (1, 2), spent
            earn(olga, zoe, POINTS, f"reward of round {place}")
            _one_wins(asked, rewards.redeem, (zoe.card_number, mug), f"{place}/", "cannot have “Mug” now")

        told = asked.ask(coupons.redeem, [("SPRING", FIFTY, f"last/{till}") for till in range(TILLS)])
        assert (told.count("won"), sum("already used" in one for one in told)) == (3, TILLS - 3), told
        told = asked.ask(coupons.redeem, [(codes[ROUNDS], FIFTY, "receipt")] * TILLS)
        assert told == ["won"] * TILLS, "one receipt that all of them send is one use"

    uses = [coupon_setup.get(olga, key).used_count for key in (single, shared)]
    assert uses == [coupons.uses(olga, key).total for key in (single, shared)] == [ROUNDS + 1, 3]
    assert reward_catalogue.get(olga, mug).stock == 0
    assert (points.balance(olga, zoe.card_number).balance, complaints()) == (0, [])


def _coupons(who: Actor) -> tuple[int, int]:
    """A coupon with single codes, and one with a word for the first three."""
    single = coupon_setup.create(who, NewCoupon("Single", "fixed", amount=500))
    shared = coupon_setup.create(
        who, NewCoupon("Spring", "percent", "shared", code="SPRING", percent=10, limit_total=3)
    )
    for key in (single, shared):
        coupon_setup.set_state(who, key, "active")
    made = coupon_codes.generate(who, single, ROUNDS + 1)
    assert made == ROUNDS + 1
    return single, shared


def _one_wins(asked: Tills, act: Ask, what: tuple[object, ...], cause: str, lost: str) -> None:
    told = asked.ask(act, [(*what, f"{cause}{till}") for till in range(TILLS)])
    assert told.count("won") == 1, told
    assert sum(lost in one for one in told) == TILLS - 1, told


@pytest.mark.parametrize("engine_name", ["postgres"])  # SQLite waits ten seconds before it gives up
def test_a_till_that_waits_too_long_is_told_so_and_nothing_is_half_done(own_database: Database) -> None:
    olga = hire().olga
    zoe = member(olga)
    earn(olga, zoe, POINTS, "receipt")
    other_till = engines.create(own_database.url)

    with other_till.begin() as connection:
        connection.execute(select(Membership.id).where(Membership.id == zoe.membership_id).with_for_update())
        session.connect(own_database.url, statement_timeout=200)
        with pytest.raises(Unavailable, match="Try again in a moment"):
            points.redeem(olga, zoe.card_number, POINTS, Why("mug"))
    other_till.dispose()
    session.connect(own_database.url)

    assert points.balance(olga, zoe.card_number).balance == POINTS
    assert points.redeem(olga, zoe.card_number, POINTS, Why("mug")).is_new
    assert complaints() == []
