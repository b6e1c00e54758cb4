"""Loyalty and till on their pages: who sees what, acts that are asked once, and hostile names as they are."""

from typing import Any

from streamlit.testing.v1 import AppTest

from crm_core.commerce import orders
from crm_core.kernel.access import Actor
from crm_core.loyalty import advocates, earn_rules, members, points, referrals, tiers
from crm_core.loyalty.points import Why
from crm_core.loyalty.referral_types import NewReferrer
from crm_core.loyalty.tiers import NewTier
from crm_core.loyalty.types import EarnRuleFields
from tests.commerce.selling import customer, line, order
from tests.loyalty.members import member
from tests.pages.conftest import OpenApp, said
from tests.people import Cast

A_POINT_A_EURO = EarnRuleFields("A point a euro", "amount", points=1, per_amount=100, currency="EUR")


def live(who: Actor) -> None:
    earn_rules.set_state(who, earn_rules.create(who, A_POINT_A_EURO), "live", version=1)


def key_of(app: AppTest, start: str) -> Any:
    """The widget whose key begins so."""
    widgets = (*app.button, *app.text_input, *app.number_input, *app.selectbox, *app.radio)
    return next(each for each in widgets if (each.key or "").startswith(start))


def keys(app: AppTest) -> set[str]:
    return {each.key for each in app.button if each.key}


def balance(who: Actor, contact_id: int) -> int:
    found = members.of_contact(who, contact_id)
    return found.balance if found else 0


def test_the_page_begins_empty_and_says_how_people_join(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "loyalty")

    assert "No members yet" in said(app)
    assert "Open the till" in said(app)
    assert not app.exception


def test_a_member_is_shown_whole_and_a_manager_corrects_with_a_reason(open_app: OpenApp, cast: Cast) -> None:
    tiers.add(cast.olga, NewTier("Gold", 10))
    zoe = member(cast.ann, "**Zoë** :red[x]", email="zoe@berg.test")
    entry = points.earn(cast.mia, zoe.card_number, 40, Why("a", "_Start_")).entry
    app = open_app(cast.ann, "loyalty", member=str(zoe.membership_id))

    assert "\\*\\*Zoë\\*\\*" in said(app)
    assert "\\_Start\\_" in said(app)
    assert {"adjust-points", "gift-points", f"reverse-{entry.id}"} & keys(app) == set()
    app = open_app(cast.mia, "loyalty", member=str(zoe.membership_id))
    app.button("adjust-points").click().run()
    key_of(app, "adjust-amount").set_value(-15)
    key_of(app, "adjust-reason").set_value("Counted twice")
    app.button("adjust-points").click()
    app.button("save-adjust").click().run()
    assert balance(cast.mia, zoe.contact_id) == 25
    app = open_app(cast.mia, "loyalty", member=str(zoe.membership_id))
    app.button("statement-mail").click().run()
    assert "zoe" in said(app)
    assert not app.exception


def test_members_of_others_do_not_exist(open_app: OpenApp, cast: Cast) -> None:
    zoe = member(cast.bob, "Secret")
    app = open_app(cast.ann, "loyalty", member=str(zoe.membership_id))

    assert "not yours to see" in said(app)
    assert "Secret" not in said(app)


def test_rules_and_tiers_read_as_sentences_and_only_some_change_them(open_app: OpenApp, cast: Cast) -> None:
    live(cast.olga)
    tiers.add(cast.olga, NewTier("Gold", 100, 10))
    zoe = member(cast.olga)
    points.earn(cast.olga, zoe.card_number, 90, Why("a"))
    app = open_app(cast.mark, "loyalty", show="rules")

    words = said(app)
    assert "1 point for every" in words
    assert "from 100 points on · 10 % more points · 0 members" in words.replace("\\", "")
    assert "10 points missing for Gold" in words
    assert "add-rule" in keys(app)
    key_of(app, "state-rule-").click().run()
    assert [rule.state for rule in earn_rules.search(cast.olga, with_archived=True)] == ["archived"]
    assert "add-rule" not in keys(open_app(cast.ann, "loyalty", show="rules"))
    assert not app.exception


def test_a_rule_is_tried_out_before_it_goes_live(open_app: OpenApp, olga: Actor) -> None:
    zoe = customer(olga, "Zoe")
    order_id = order(olga, zoe, [line(None, 30, name="Thing", unit_price=100)])
    orders.mark(olga, order_id, "paid", version=None)
    app = open_app(olga, "loyalty", show="rules")
    app.button("add-rule").click().run()
    key_of(app, "rule-name-new").set_value("Every euro")
    app.button("add-rule").click()
    app.button("try-rule").click().run()

    assert "30 points" in said(app)
    app.button("add-rule").click()
    app.button("save-rule").click().run()
    assert [rule.state for rule in earn_rules.search(olga)] == ["draft"]
    assert not app.exception


def test_who_recommends_us_is_seen_with_what_came_of_it(open_app: OpenApp, cast: Cast) -> None:
    rita = advocates.enrol(cast.olga, customer(cast.olga, "Rita"), NewReferrer("ambassador", "T", "Pay"))
    referrals.bring(cast.olga, rita.code, customer(cast.olga, "Zoe"))
    app = open_app(cast.olga, "loyalty", show="referrals")

    assert "Rita" in said(app)
    assert "1 friend, 0 bought" in said(app).replace("\\", "")
    assert "Waiting 1" in said(app)
    app.button(f"edit-referrer-{rita.id}").click().run()
    app.button(f"edit-referrer-{rita.id}").click()
    app.button("end-referrer").click().run()
    assert advocates.search(cast.olga).items[0].state == "ended"
    assert "enrol-referrer" not in keys(open_app(cast.ann, "loyalty", show="referrals"))
    assert not app.exception


def test_the_till_finds_earns_spends_and_takes_back(open_app: OpenApp, cast: Cast) -> None:
    live(cast.olga)
    zoe = member(cast.ann, "Zoe")
    app = open_app(cast.ann, "till")
    app.text_input("till-text").set_value(f"{zoe.card_number[:-1]}{(int(zoe.card_number[-1]) + 1) % 10}")
    key_of(app, "till-search").click().run()
    assert "mistyped" in app.error[0].value

    app.text_input("till-text").set_value(zoe.card_number)
    key_of(app, "till-search").click().run()
    key_of(app, "till-amount").set_value(25.0)
    app.button("till-earn").click().run()
    assert "25 points given" in said(app) + app.success[0].value
    assert balance(cast.ann, zoe.contact_id) == 25
    app.button("till-undo").click().run()
    assert balance(cast.ann, zoe.contact_id) == 0
    app.button("till-next").click().run()
    assert "Zoe" not in said(app)
    assert not app.exception


def test_somebody_new_joins_at_the_till_by_two_fields(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "till")
    app.text_input("till-text").set_value("tom@berg.test")
    key_of(app, "till-search").click().run()
    assert "No member is known" in app.warning[0].value

    app.text_input("till-name").set_value("Tom Berg")
    key_of(app, "till-enrol-now").click().run()

    assert "Tom Berg" in said(app)
    assert members.find(ann, "tom@berg.test")
    assert not app.exception


def test_the_page_of_a_customer_enrols_and_then_shows_the_card(open_app: OpenApp, cast: Cast) -> None:
    zoe = customer(cast.ann, "Zoe")
    app = open_app(cast.ann, "customer", id=str(zoe))
    app.button("enrol-member").click().run()

    card = members.of_contact(cast.ann, zoe)
    assert card is not None
    assert card.card_number in said(app)
    assert not app.exception
