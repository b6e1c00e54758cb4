"""Recommending: who brought whom, rewarded once after the first paid order; rings and selves are refused."""

from typing import Any

import pytest

from crm_core.commerce import orders
from crm_core.commerce.types import NewReturn
from crm_core.data import merging
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.loyalty import advocates, members, referral_programme, referral_rules, referrals
from crm_core.loyalty.referral_types import Liking, NewReferrer, Person, ReferralProgramme, ReferrerRow
from crm_core.people import contacts
from tests.commerce.selling import customer, line, order
from tests.loyalty.members import complaints
from tests.people import Cast

AMBASSADOR = NewReferrer("ambassador", "Wears our shirt", "Points for each friend")


def referrer(who: Actor, name: str = "Rita", new: NewReferrer = AMBASSADOR, **values: Any) -> ReferrerRow:
    return advocates.enrol(who, customer(who, name, **values), new)


def bought(who: Actor, contact_id: int, euros: int = 50) -> int:
    order_id = order(who, contact_id, [line(None, euros, name="Thing", unit_price=100)])
    orders.mark(who, order_id, "paid", version=None)
    return order_id


def balance(who: Actor, contact_id: int) -> int:
    found = members.of_contact(who, contact_id)
    return found.balance if found else 0


def test_both_sides_are_rewarded_once_and_a_return_takes_it_back(olga: Actor) -> None:
    rita, zoe = referrer(olga), customer(olga, "Zoe")
    assert referrals.bring(olga, rita.code.lower(), zoe).state == "waiting"
    first = bought(olga, zoe)
    bought(olga, zoe)

    assert (balance(olga, rita.contact_id), balance(olga, zoe)) == (500, 250)
    [row] = referrals.search(olga)
    assert (row.state, row.order_id, row.friend, row.referrer) == ("rewarded", first, "Zoe", "Rita")
    assert row.worth == 100_00
    assert advocates.search(olga).items[0].worth == 100_00
    assert referrals.totals(olga) == {"rewarded": (1, 100_00)}
    orders.take_back(olga, first, [NewReturn(orders.get(olga, first).lines[0].id, 50_000)], version=None)
    assert (balance(olga, rita.contact_id), balance(olga, zoe)) == (0, 0)
    [row] = referrals.search(olga, state="waiting")
    assert "came back" in row.reason
    bought(olga, zoe)
    assert (balance(olga, rita.contact_id), balance(olga, zoe)) == (500, 250)
    assert complaints() == []


def test_an_advocate_is_never_paid_and_an_agreed_reward_counts(olga: Actor) -> None:
    ada = referrer(olga, "Ada", NewReferrer("advocate", code="Ada Loves It"))
    bob = referrer(olga, "Bob", NewReferrer("ambassador", "Terms", "Pay", 70, 0))
    zoe, tom = customer(olga, "Zoe"), customer(olga, "Tom")
    referrals.bring(olga, "ADA-LOVES-IT", zoe)
    referrals.bring(olga, bob.code, tom)
    advocates.end(olga, bob.id)

    for one in (zoe, tom):
        bought(olga, one)

    paid = [balance(olga, one) for one in (ada.contact_id, zoe, bob.contact_id, tom)]
    assert paid == [0, 250, 70, 0]
    with pytest.raises(NotFound, match="Nobody recommends"):
        referrals.bring(olga, bob.code, customer(olga, "Sam"))
    with pytest.raises(Invalid, match="marked"):
        referrer(olga, "Eve", NewReferrer("advocate", compensation="100 euros"))


def test_selves_rings_and_customers_are_refused_with_the_reason(olga: Actor) -> None:
    rita = referrer(olga, email="rita@berg.test", street="Hauptstr. 1", postal_code="10115")
    same = customer(olga, "Zoe", email="rita+zoe@berg.test")
    near = customer(olga, "Tom", street="Hauptstr 1", postal_code="10115")
    old = customer(olga, "Sam")
    bought(olga, old)
    said = [referrals.bring(olga, rita.code, one).reason for one in (rita.contact_id, same, near, old)]

    assert said == [
        "Nobody can bring themselves.", "Both have the same e-mail address.",
        "Both live at the same address.", "The friend was a customer before.",
    ]  # fmt: skip
    bia = referrer(olga, "Bia")
    cleo = referrer(olga, "Cleo")
    assert referrals.bring(olga, rita.code, bia.contact_id).state == "waiting"
    assert referrals.bring(olga, bia.code, cleo.contact_id).state == "waiting"
    assert "ring" in referrals.bring(olga, cleo.code, rita.contact_id).reason
    with pytest.raises(Conflict, match="already"):
        referrals.bring(olga, rita.code, cleo.contact_id)
    bought(olga, same)
    assert members.of_contact(olga, same) is None


def test_a_slip_is_mended_and_late_news_still_count(olga: Actor) -> None:
    rita, zoe = referrer(olga, phone="+49 30 123456"), customer(olga, "Zoe")
    refused = referrals.bring(olga, rita.code, rita.contact_id)
    assert refused.state == "refused"
    referrals.bring(olga, rita.code, zoe)
    contacts.change(olga, zoe, {"mobile": "+49 30 123456"}, version=None)

    bought(olga, zoe)

    [row] = referrals.search(olga, referrer_id=rita.id).items[:1]
    assert (row.state, row.reason) == ("refused", "Both have the same phone number.")
    assert balance(olga, zoe) == 0
    assert referrals.bring(olga, rita.code, rita.contact_id).state == "refused"


def test_who_may_agree_and_who_may_only_note(cast: Cast) -> None:
    rita = referrer(cast.olga)
    zoe = customer(cast.ann, "Zoe")

    with pytest.raises(NotAllowed):
        referrer(cast.ann, "Eve")
    with pytest.raises(NotAllowed):
        referrals.bring(cast.vera, rita.code, zoe)
    with pytest.raises(NotFound):
        referrals.bring(cast.bob, rita.code, zoe)
    assert referrals.bring(cast.ann, rita.code, zoe).state == "waiting"
    with pytest.raises(NotFound):
        members.of_contact(cast.ann, rita.contact_id)
    with pytest.raises(NotAllowed):
        referral_programme.change(cast.ann, ReferralProgramme())
    changed = advocates.change(cast.olga, rita.id, NewReferrer("advocate"), version=rita.version)
    assert (changed.kind, changed.code) == ("advocate", rita.code)


def test_links_lead_to_the_landing_page_with_the_code(olga: Actor) -> None:
    rita = referrer(olga, new=NewReferrer("advocate", code="RITA"))
    with pytest.raises(NotFound):
        referral_programme.target("RITA")
    for wrong in ("javascript:alert(1)", "//evil.test", "no-such-form"):
        with pytest.raises(Invalid):
            referral_programme.change(olga, ReferralProgramme(landing=wrong))
    referral_programme.change(olga, ReferralProgramme(landing="https://shop.test/hi?a=1&ref=x"))

    assert referral_programme.target("rita") == "https://shop.test/hi?a=1&ref=RITA"
    assert referral_programme.get(olga).window_days == 30
    advocates.end(olga, rita.id)
    with pytest.raises(NotFound, match="no longer"):
        referral_programme.target("RITA")


def test_a_merge_takes_codes_along_and_parting_gives_them_back(olga: Actor) -> None:
    rita, keep, zoe = referrer(olga), customer(olga, "Rita B."), customer(olga, "Zoe")
    other = referrer(olga, "Reta")
    referrals.bring(olga, rita.code, zoe)
    first = merging.merge(olga, "contacts", keep, rita.contact_id)
    assert {row.contact_id for row in advocates.search(olga)} == {keep, other.contact_id}
    second = merging.merge(olga, "contacts", other.contact_id, keep)
    bought(olga, zoe)
    assert balance(olga, other.contact_id) == 500
    assert referrals.totals(olga)["rewarded"][0] == 1

    merging.unmerge(olga, second)
    merging.unmerge(olga, first)

    found = {row.contact_id: (row.code, row.friends) for row in advocates.search(olga)}
    assert found == {rita.contact_id: (rita.code, 1), other.contact_id: (other.code, 0)}
    assert complaints() == []


def test_those_who_like_us_best_are_found_with_reasons(olga: Actor) -> None:
    fan = customer(olga, "Fan", rating="Excellent", lifecycle="advocate")
    cross, once = customer(olga, "Cross", rating="Poor"), customer(olga, "Once")
    for one in (fan, fan, cross, cross, once):
        bought(olga, one)

    found = advocates.find(olga)

    assert [one.contact_id for one in found] == [fan, cross]
    assert found[0].score > found[1].score
    assert {"2 orders", "rating “Excellent”"} <= {reason.text for reason in found[0].reasons}


@pytest.mark.parametrize(
    ("liking", "score"),
    [
        (Liking(0, None, 0, ""), 0),
        (Liking(3, 10, 0, ""), 27),
        (Liking(50, 10, 9, "A", True), 100),
        (Liking(2, 900, 0, "bad"), 0),
    ],
)
def test_a_score_stays_between_nothing_and_a_hundred(liking: Liking, score: int) -> None:
    assert referral_rules.score(liking)[0] == score


def test_codes_can_be_told_on_the_phone() -> None:
    assert referral_rules.code_key(" zoe–7k3mq ") == "ZOE7K3MQ"
    assert {referral_rules.draw_code("Zoë B")[:4] for _ in range(20)} == {"ZOE-"}
    both = frozenset({("email", "z@b.test")})
    alike = Person(1, None, "", both), Person(2, None, "", both)
    assert "e-mail" in referral_rules.refusal(*alike, [], has_bought=False)
