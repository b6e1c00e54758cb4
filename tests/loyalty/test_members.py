"""Members at the till: found by card, mail, phone or number; a slip of the finger is noticed."""

import pytest

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.loyalty import cards, members, points
from crm_core.loyalty.points import Why
from crm_core.people import contacts
from tests.commerce.selling import customer
from tests.loyalty.members import member


def test_a_card_is_an_ean_with_its_check_digit() -> None:
    assert cards.check_digit("400638133393") == 1
    drawn = {cards.draw() for _ in range(50)}

    assert len(drawn) == 50
    assert all(len(one) == 13 and one.startswith("29") and not cards.is_mistyped(one) for one in drawn)


@pytest.mark.parametrize("place", range(12))
def test_one_wrong_digit_is_always_noticed(place: int) -> None:
    number = cards.draw()
    wrong = number[:place] + str((int(number[place]) + 4) % 10) + number[place + 1 :]

    assert cards.is_mistyped(wrong) or not wrong.startswith(cards.PREFIX)


def test_a_member_is_found_by_whatever_the_till_knows(olga: Actor) -> None:
    zoe = member(olga, email="zoe@berg.test", phone="+4930123456", email_secondary="z@home.test")
    spaced = f"{zoe.card_number[:4]} {zoe.card_number[4:]}"

    for said in (spaced, "ZOE@berg.test", "z@home.test", "+49 30 123456", str(zoe.contact_id)):
        assert [one.membership_id for one in members.find(olga, said)] == [zoe.membership_id], said
    assert members.find(olga, "nobody@berg.test") == members.find(olga, " ") == []
    wrong = f"{zoe.card_number[:-1]}{(int(zoe.card_number[-1]) + 1) % 10}"
    with pytest.raises(Invalid, match="mistyped"):
        members.find(olga, wrong)


def test_a_shared_address_names_the_people(olga: Actor) -> None:
    for name in ("Zoe", "Tom"):
        member(olga, name, email="family@berg.test")

    with pytest.raises(Conflict, match=r"Tom .*Zoe|Zoe .*Tom"):
        points.balance(olga, "family@berg.test")


def test_a_contact_joins_once_and_keeps_a_printed_card(olga: Actor) -> None:
    tom = customer(olga, "Tom", card_number="C-77")

    first = members.enrol(olga, tom)

    assert first.card_number == "C-77"
    assert members.enrol(olga, tom, card_number="X-1") == first
    with pytest.raises(Conflict, match="another member"):
        members.enrol(olga, customer(olga, "Sam"), card_number="C-77")
    with pytest.raises(Invalid):
        members.enrol(olga, customer(olga, "Sam"), card_number="2912345678900")


def test_earning_enrols_and_looking_does_not(olga: Actor) -> None:
    tom = customer(olga, "Tom", email="tom@berg.test")

    with pytest.raises(NotFound, match="takes no part"):
        points.balance(olga, str(tom))
    assert points.earn(olga, "tom@berg.test", 5, Why("r")).member.contact_id == tom
    contacts.delete(olga, [tom])
    with pytest.raises(NotFound):
        points.balance(olga, str(tom))
