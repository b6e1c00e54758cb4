"""Lines and people of a deal: exact sums, discounts, roles; the amount follows from the lines."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.work import begin
from crm_core.people import contacts
from crm_core.sales import deal_lines, deal_people, deals, rules
from crm_core.sales.types import NewLine
from db.models import Product
from tests.people import MONDAY, Cast


@pytest.fixture
def chair(cast: Cast) -> int:
    """A product for 49.99 euros."""
    assert cast.everybody
    with begin(SYSTEM) as work:
        row = work.add(
            Product(
                name="Chair",
                name_key="chair",
                unit_price=49_99,
                currency="EUR",
                created_at=MONDAY,
                updated_at=MONDAY,
            )
        )
        work.flush()
        return row.id


def test_the_amount_is_the_sum_of_the_lines(ann: Actor, chair: int) -> None:
    deal_id = deals.create(ann, {"deal": "A", "amount": "1"})
    lines = [
        NewLine(chair, quantity=Decimal(3), discount_percent=Decimal(10)),
        NewLine(name="Transport", unit_price=Decimal("19.95"), quantity=Decimal("2.5"), discount=Decimal(4)),
    ]

    version = deal_lines.put(ann, deal_id, lines, version=1)

    deal = deals.get(ann, deal_id)
    assert [(row.name, row.list_price, row.discount, row.total) for row in deal.lines] == [
        ("Chair", 4999, 1500, 13497),
        ("Transport", None, 400, 4588),
    ]
    assert (deal.row.amount, deal.version) == (13497 + 4588, version)
    with pytest.raises(Invalid) as refused:
        deals.change(ann, deal_id, {"amount": "5"}, version=None)
    assert "products of this deal" in refused.value.fields["amount"]
    with pytest.raises(Conflict):
        deal_lines.put(ann, deal_id, [], version=1)


def test_an_amount_can_be_written_again_once_there_are_no_lines(ann: Actor, chair: int) -> None:
    deal_id = deals.create(ann, {"deal": "A"})
    deal_lines.put(ann, deal_id, [NewLine(chair)], version=None)

    deal_lines.put(ann, deal_id, [], version=None)
    deals.change(ann, deal_id, {"amount": "5"}, version=None)

    assert deals.get(ann, deal_id).row.amount == 500


@pytest.mark.parametrize(
    "line",
    [
        NewLine(unit_price=Decimal(1)),
        NewLine(name="X"),
        NewLine(name="X", unit_price=Decimal(-1)),
        NewLine(name="X", unit_price=Decimal(1), quantity=Decimal(0)),
        NewLine(name="X", unit_price=Decimal(1), discount=Decimal(2)),
        NewLine(name="X", unit_price=Decimal(1), discount_percent=Decimal(101)),
        NewLine(product_id=999),
        NewLine(name="X" * 301, unit_price=Decimal(1)),
    ],
)
def test_a_line_that_cannot_be_is_named_by_its_number(ann: Actor, line: NewLine) -> None:
    deal_id = deals.create(ann, {"deal": "A", "amount": "7"})

    with pytest.raises(Invalid) as refused:
        deal_lines.put(ann, deal_id, [NewLine(name="Fine", unit_price=Decimal(1)), line], version=None)

    assert list(refused.value.fields) == ["lines.2"]
    assert deals.get(ann, deal_id).row.amount == 700


def test_a_price_in_another_currency_is_not_taken_for_this_one(ann: Actor, chair: int) -> None:
    deal_id = deals.create(ann, {"deal": "A", "currency": "USD"})

    with pytest.raises(Invalid):
        deal_lines.put(ann, deal_id, [NewLine(chair)], version=None)


@given(quantity=some.integers(1, 10**7), price=some.integers(0, 10**9), discount=some.integers(0, 10**6))
def test_a_line_is_rounded_once_and_half_up(quantity: int, price: int, discount: int) -> None:
    total = rules.line_total(quantity, price, discount)

    exact = Decimal(quantity) * price / 1000 - discount
    assert abs(total - exact) <= Decimal("0.5")
    assert total >= exact - Decimal("0.49999999")


def test_people_have_roles_and_the_main_contact_comes_first(cast: Cast) -> None:
    boss, user, hidden = (
        contacts.create(who, {"last_name": name})
        for who, name in ((cast.ann, "Boss"), (cast.ann, "User"), (cast.bob, "Hidden"))
    )
    deal_id = deals.create(cast.ann, {"deal": "A", "contact_id": user})

    deal_people.put(cast.ann, deal_id, boss, "decides")
    deal_people.put(cast.ann, deal_id, boss, "pays")
    deal_people.put(cast.olga, deal_id, hidden, "")

    parts = [(part.name, part.role, part.is_main) for part in deal_people.search(cast.ann, deal_id)]
    assert parts == [("User", "", True), ("Boss", "pays", False)]
    assert len(deals.get(cast.olga, deal_id).people) == 3
    with pytest.raises(NotFound):
        deal_people.put(cast.ann, deal_id, hidden, "uses")
    with pytest.raises(Invalid):
        deal_people.put(cast.ann, deal_id, boss, "x" * 61)
    deal_people.remove(cast.ann, deal_id, boss)
    deal_people.remove(cast.ann, deal_id, boss)
    assert [part.name for part in deals.get(cast.ann, deal_id).people] == ["User"]
