"""Orders bring points by the rules that are live; what comes back takes them back, also when spent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crm_core.commerce import order_changes, orders
from crm_core.commerce.types import NewReturn, OrderChange
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Clock, begin
from crm_core.loyalty import earn_rules, earning, members, points, programme
from crm_core.loyalty.earning_rules import of_sale
from crm_core.loyalty.points import Why
from crm_core.loyalty.types import EarnRuleFields, Programme, Rule, Sale, SoldLine
from tests.commerce.selling import line, order
from tests.conftest import at
from tests.loyalty.members import complaints, earn, member, redeem
from tests.people import MONDAY

A_POINT_A_EURO = EarnRuleFields("A point a euro", "amount", points=1, per_amount=100, currency="EUR")
SUNDAY = date(2026, 3, 1)


def live(who: Actor, new: EarnRuleFields = A_POINT_A_EURO) -> int:
    rule_id = earn_rules.create(who, new)
    earn_rules.set_state(who, rule_id, "live", version=1)
    return rule_id


def bought(who: Actor, contact_id: int | None, euros: int, **values: Any) -> int:
    order_id = order(who, contact_id, [line(None, euros, name="Thing", unit_price=100)], **values)
    orders.mark(who, order_id, "paid", version=None)
    return order_id


def balance(who: Actor, contact_id: int) -> int:
    found = members.of_contact(who, contact_id)
    assert found is not None
    return found.balance


RULE = Rule(1, "amount", points=1, per_amount=100, currency="EUR")
DOUBLE = Rule(2, "multiplier", percent=200, weekdays=(6,))
SALE = Sale(SUNDAY, "EUR", 1999, (SoldLine(7, "Shoes", 2000, 1500), SoldLine(8, "Socks", 1500, 499)))


@pytest.mark.parametrize(
    ("rules", "bonus", "brought"),
    [
        ([RULE], 0, [19]),
        ([RULE], 10, [20]),
        ([RULE, DOUBLE], 0, [38]),
        ([RULE, replace(DOUBLE, weekdays=(0,))], 0, [19]),
        ([RULE, DOUBLE, replace(DOUBLE, id=3, percent=300)], 0, [57]),
        ([replace(RULE, category="Shoes")], 0, [15]),
        ([replace(RULE, product_id=8)], 0, [4]),
        ([replace(RULE, currency="USD")], 0, []),
        ([replace(RULE, minimum=2000)], 0, []),
        ([replace(RULE, starts_on=SUNDAY, ends_on=SUNDAY)], 0, [19]),
        ([replace(RULE, starts_on=SUNDAY + timedelta(days=1))], 0, []),
        ([replace(RULE, ends_on=SUNDAY - timedelta(days=1))], 0, []),
        ([replace(RULE, cap_points=5, cap_period="order")], 0, [5]),
        ([replace(RULE, has_tier_bonus=False)], 50, [19]),
        ([Rule(4, "product", points=5, product_id=7)], 0, [10]),
        ([Rule(4, "category", points=5, category="Socks")], 0, [5]),
    ],
)
def test_a_rule_brings_whole_points_rounded_down(rules: list[Rule], bonus: int, brought: list[int]) -> None:
    assert [points for _, points in of_sale(SALE, rules, bonus)] == brought


def test_a_paid_order_brings_points_once(olga: Actor) -> None:
    live(olga)
    zoe = member(olga)

    order_id = order(olga, zoe.contact_id, [line(None, 70, name="Thing", unit_price=100)])
    order_changes.change(olga, order_id, OrderChange(discount=20_00), version=None)
    orders.mark(olga, order_id, "paid", version=None)
    orders.mark(olga, order_id, "shipped", version=None)

    assert balance(olga, zoe.contact_id) == 50, "what was paid counts, not what was placed first"
    assert earning.award_past(olga, datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)) == 0
    assert complaints() == []


def test_only_members_earn_unless_buying_enrols(olga: Actor) -> None:
    live(olga)
    zoe, tom = member(olga), members_contact(olga)
    bought(olga, tom, 50)
    assert members.of_contact(olga, tom) is None

    programme.change(olga, Programme(joins_by="order"))
    bought(olga, tom, 50)

    assert (balance(olga, tom), balance(olga, zoe.contact_id)) == (50, 0)


def members_contact(who: Actor) -> int:
    from tests.commerce.selling import customer

    return customer(who, "Tom")


def test_a_return_takes_points_back_in_proportion_also_spent_ones(olga: Actor) -> None:
    live(olga)
    zoe = member(olga)
    order_id = bought(olga, zoe.contact_id, 100)
    redeem(olga, zoe, 90, "mug")

    orders.take_back(olga, order_id, [NewReturn(amount=5_00)], version=None)
    assert balance(olga, zoe.contact_id) == 5
    orders.take_back(olga, order_id, [NewReturn(amount=20_00)], version=None)

    assert balance(olga, zoe.contact_id) == 0
    assert complaints() == []


def test_with_debt_agreed_what_was_spent_is_owed_and_paid_by_the_next_order(olga: Actor) -> None:
    programme.change(olga, Programme(most_debt=50))
    live(olga)
    zoe = member(olga)
    order_id = bought(olga, zoe.contact_id, 100)
    redeem(olga, zoe, 90, "mug")

    orders.mark(olga, order_id, "returned", version=None)
    assert balance(olga, zoe.contact_id) == -50
    bought(olga, zoe.contact_id, 70)

    found = points.balance(olga, zoe.card_number)
    assert (found.balance, found.usable, found.debt) == (20, 20, 0)
    assert complaints() == []


def test_a_cancelled_or_deleted_order_leaves_nothing_and_a_restored_one_returns(olga: Actor) -> None:
    live(olga)
    zoe = member(olga)
    cancelled, deleted = bought(olga, zoe.contact_id, 30), bought(olga, zoe.contact_id, 40)

    orders.mark(olga, cancelled, "cancelled", version=None)
    orders.delete(olga, [deleted])
    assert balance(olga, zoe.contact_id) == 0
    orders.restore(olga, [deleted])

    assert balance(olga, zoe.contact_id) == 40
    assert complaints() == []


def test_points_wait_until_the_order_can_no_longer_come_back(
    olga: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    programme.change(olga, Programme(pending_days=14))
    live(olga)
    zoe = member(olga)
    bought(olga, zoe.contact_id, 50)

    with pytest.raises(points.NotEnoughPoints, match="50 more wait"):
        redeem(olga, zoe, 10, "mug")
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=14)))

    assert redeem(olga, zoe, 10, "mug").member.usable == 40


def test_a_cap_holds_over_its_period(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    live(olga, EarnRuleFields("Visit", "visit", points=5, cap_points=10, cap_period="day"))
    zoe = member(olga)

    for visit in range(3):
        earning.happen(olga, zoe.card_number, "visit", Why(f"visit {visit}"))
    assert earning.happen(olga, zoe.card_number, "visit", Why("visit 0")).balance == 10
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=1)))

    assert earning.happen(olga, zoe.card_number, "visit", Why("visit 4")).balance == 15


def test_signing_up_and_birthdays_bring_points_once(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    live(olga, EarnRuleFields("Welcome", "sign_up", points=20))
    live(olga, EarnRuleFields("Birthday", "birthday", points=7))
    zoe = member(olga, birthday="1990-03-02")
    member(olga, "Tom", birthday="1990-03-03")

    for _ in range(2):
        with begin(SYSTEM) as work:
            assert earning.birthdays(work, MONDAY.date()) is None

    assert balance(olga, zoe.contact_id) == 27


def test_a_rule_is_tried_out_before_it_goes_live(olga: Actor) -> None:
    zoe = member(olga)
    bought(olga, zoe.contact_id, 30)
    returned = bought(olga, zoe.contact_id, 50)
    orders.take_back(olga, returned, [NewReturn(amount=25_00)], version=None)
    order(olga, zoe.contact_id, [line(None, 10, name="Unpaid", unit_price=100)])
    since, until = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

    found = earn_rules.try_out(olga, A_POINT_A_EURO, since, until)

    assert (found.orders, found.members, found.points, found.cost) == (2, 1, 55, 55)
    assert balance(olga, zoe.contact_id) == 0
    with pytest.raises(Invalid):
        earn_rules.try_out(olga, EarnRuleFields("Visit", "visit", points=5), since, until)


def test_what_past_orders_would_have_brought_can_be_given(olga: Actor) -> None:
    zoe = member(olga)
    bought(olga, zoe.contact_id, 30)
    returned = bought(olga, zoe.contact_id, 50)
    orders.take_back(olga, returned, [NewReturn(amount=25_00)], version=None)
    live(olga)
    since, until = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

    assert earning.award_past(olga, since, until) == balance(olga, zoe.contact_id) == 55
    assert earning.award_past(olga, since, until) == 0
    assert complaints() == []


def test_rules_are_checked_changed_and_archived(olga: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        earn_rules.create(olga, EarnRuleFields("", "amount", points=0, weekdays=(7,)))
    assert set(caught.value.fields) == {"name", "points", "per_amount", "currency", "weekdays"}
    rule_id = live(olga)

    earn_rules.change(olga, rule_id, replace(A_POINT_A_EURO, points=2), version=None)
    [row] = earn_rules.search(olga)
    assert (row.points, row.state) == (2, "live")
    earn_rules.set_state(olga, rule_id, "archived", version=row.version)

    assert earn_rules.search(olga) == []
    assert len(earn_rules.search(olga, with_archived=True)) == 1
    with pytest.raises(Conflict, match="archived"):
        earn_rules.set_state(olga, rule_id, "archived", version=None)
    with pytest.raises(Invalid):
        programme.change(olga, Programme(measure="likes", most_debt=-1))
    assert programme.get(olga) == Programme()


def test_points_follow_a_merge_and_part_again(olga: Actor) -> None:
    from crm_core.data import merging

    live(olga)
    zoe, zoi = member(olga, "Zoe"), member(olga, "Zoi")
    earn(olga, zoe, 10, "a")
    earn(olga, zoi, 5, "b")
    order_id = bought(olga, zoi.contact_id, 20)

    merge_id = merging.merge(olga, "contacts", zoe.contact_id, zoi.contact_id)
    merged = points.balance(olga, zoi.card_number)
    orders.take_back(olga, order_id, [NewReturn(amount=10_00)], version=None)
    redeem(olga, zoi, 3, "mug")
    assert complaints() == []
    merging.unmerge(olga, merge_id)

    assert (merged.membership_id, merged.balance) == (zoe.membership_id, 35)
    assert balance(olga, zoe.contact_id) + balance(olga, zoi.contact_id) == 22
    assert balance(olga, zoe.contact_id) == 7
    assert complaints() == []
