"""Coupons and rewards through the REST API: asked, used once, given back; guessing is slowed down."""

import pytest

from crm_core.loyalty import coupon_guard, coupon_setup, reward_catalogue
from crm_core.loyalty.coupon_types import NewCoupon
from crm_core.loyalty.reward_types import NewReward
from tests.api.rest import Program, TestClient, program
from tests.people import Cast

FIFTY = {"total": "50.00", "currency": "EUR"}


def test_a_shop_asks_uses_and_gives_back_a_coupon(api: TestClient, staff: Cast) -> None:
    anns, mias = program(api, staff.ann), program(api, staff.mia)
    new = NewCoupon("Spring", "fixed", "shared", code="SPRING", amount=750, currency="EUR", limit_total=1)
    spring = coupon_setup.create(staff.mark, new)
    coupon_setup.set_state(staff.mark, spring, "active")
    zoe = anns.make("/contacts", last_name="Zoe")["id"]
    lines = [{"product_id": None, "quantity": "2", "total": "10.00"}, {"total": "5.00"}]

    told = anns.ask("POST", "/coupons/spring/check", json={"currency": "EUR", "lines": lines}).json()
    asked = FIFTY | {"contact_id": zoe}
    first, again = (
        anns.ask("POST", "/coupons/SPRING/redeem", json=asked, headers={"idempotency-key": "a"})
        for _ in range(2)
    )
    late = anns.ask("POST", "/coupons/SPRING/redeem", json=asked | {"cause": "receipt 2"})

    assert (told["may"], told["discount"], told["shares"]) == (True, "7.50", ["5.00", "2.50"])
    assert (first.status_code, again.json()) == (200, first.json())
    assert (first.json()["discount"], first.json()["basket"]) == ("7.50", "50.00")
    assert (late.status_code, late.json()["error"]) == (409, "CodeRefused")
    assert [(one["name"], one["used"]) for one in anns.get("/coupons")["items"]] == [("Spring", 1)]
    assert anns.get(f"/coupons/{spring}/report")["discount"] == "7.50"
    place = f"/coupon-uses/{first.json()['id']}/cancel"
    assert anns.ask("POST", place, json={"reason": "x"}).status_code == 403
    assert mias.ask("POST", place, json={"reason": "Wrong till"}).json()["cancelled_at"]
    wrong = anns.ask("POST", "/coupons/SPRING/check", json={"total": "1.005", "currency": "EUR"})
    assert wrong.json()["fields"].keys() == {"total"}


def test_who_guesses_codes_is_slowed_down(
    api: TestClient, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coupon_guard, "MOST_WRONG", 2)
    anns = program(api, staff.ann)

    told = [anns.ask("POST", f"/coupons/GUESS{n}/check", json=FIFTY).json() for n in range(2)]
    third = anns.ask("POST", "/coupons/GUESS3/redeem", json=FIFTY | {"cause": "1"})

    assert {one["may"] for one in told} == {False}
    assert len({one["reason"] for one in told}) == 1
    assert (third.status_code, third.json()["error"]) == (429, "TooManyGuesses")


def test_a_reward_is_offered_taken_and_cancelled(olgas: Program, staff: Cast) -> None:
    mug = reward_catalogue.add(staff.mia, NewReward("Mug", 30, stock=5))
    zoe = olgas.make("/contacts", last_name="Zoe")["id"]
    olgas.make("/points/earn", member=str(zoe), points=40, cause="receipt 1")
    wanted = {"member": str(zoe), "cause": "receipt 2"}

    [before] = olgas.get(f"/members/{zoe}/rewards")["items"]
    taken = olgas.ask("POST", f"/rewards/{mug}/redeem", json=wanted).json()
    [after] = olgas.get(f"/members/{zoe}/rewards")["items"]
    back = olgas.ask("POST", f"/redemptions/{taken['id']}/cancel", json={"reason": "broken"}).json()

    assert (before["may"], after["why_not"]) == (True, "20 points are missing.")
    assert (taken["state"], back["state"], olgas.get(f"/members/{zoe}")["balance"]) == (
        "given", "cancelled", 40,
    )  # fmt: skip
    assert olgas.get("/rewards")["items"][0]["stock"] == 5
