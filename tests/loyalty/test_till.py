"""At the till: two fields enrol, an amount earns by the rules, a slip is taken back; lists and statements."""

import io
from datetime import UTC, datetime, timedelta

import pytest
import segno
from PIL import Image

from crm_core.channels import mail_out
from crm_core.commerce import orders
from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.loyalty import (
    card_pictures,
    earn_rules,
    earning,
    expiry,
    member_lists,
    members,
    points,
    programme,
    statement_pdf,
    tiers,
    till,
)
from crm_core.loyalty.member_types import MemberQuery
from crm_core.loyalty.points import Why
from crm_core.loyalty.tiers import NewTier
from crm_core.loyalty.types import EarnRuleFields, MemberCard, Programme
from tests.commerce.selling import customer, line, order
from tests.conftest import at
from tests.loyalty.members import complaints, member
from tests.people import MONDAY, Cast

A_POINT_A_EURO = EarnRuleFields("A point a euro", "amount", points=1, per_amount=100, currency="EUR")


def live(who: Actor, new: EarnRuleFields = A_POINT_A_EURO) -> None:
    earn_rules.set_state(who, earn_rules.create(who, new), "live", version=1)


def found(who: Actor, **query: object) -> list[str]:
    return [row.name for row in member_lists.search(who, MemberQuery(**query))]  # type: ignore[arg-type]


def test_an_amount_earns_by_the_rules_once_and_can_be_taken_back(cast: Cast) -> None:
    live(cast.olga)
    zoe = member(cast.ann)
    card, entries = till.earn(cast.ann, zoe.card_number, 19_99, "one")
    again = till.earn(cast.ann, zoe.card_number, 19_99, "one")

    assert (card.balance, len(entries)) == (19, 1)
    assert (again[0].balance, again[1]) == (19, ())
    spent, ids = till.redeem(cast.ann, zoe.card_number, 9, "two")
    assert spent.balance == 10
    assert till.undo(cast.ann, ids).balance == 19
    assert till.undo(cast.ann, entries).balance == 0
    with pytest.raises(Invalid, match="Nothing"):
        till.undo(cast.ann, [])
    with pytest.raises(Invalid):
        till.earn(cast.ann, zoe.card_number, 0, "three")
    with pytest.raises(Invalid, match="marked"):
        earning.award_amount(cast.ann, zoe.card_number, 5, Why(" "))
    assert complaints() == []


def test_what_waits_for_the_end_of_returns_waits_at_the_till_too(olga: Actor) -> None:
    live(olga)
    programme.change(olga, Programme(pending_days=14))

    card, _ = till.earn(olga, member(olga).card_number, 50_00, "one")

    assert (card.usable, card.pending) == (0, 50)


def test_only_the_own_and_fresh_act_is_taken_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    live(cast.olga)
    zoe = member(cast.ann)
    _, entries = till.earn(cast.ann, zoe.card_number, 50_00, "one")
    given = points.gift(cast.mia, zoe.card_number, 5, Why("sorry", "Late")).entry.id

    for who, ids in ((cast.olga, entries), (cast.ann, (given,))):
        with pytest.raises(Conflict, match="within 15 minutes"):
            till.undo(who, ids)
    with pytest.raises(NotFound):
        till.undo(cast.bob, entries)
    later = Clock.now() + till.UNDO_WITHIN + timedelta(seconds=1)
    monkeypatch.setattr(Clock, "now", at(later))
    with pytest.raises(Conflict, match="manager"):
        till.undo(cast.ann, entries)


def test_a_seller_redeems_and_only_a_manager_adjusts(cast: Cast) -> None:
    zoe = member(cast.ann)
    points.earn(cast.mia, zoe.card_number, 10, Why("start"))

    assert till.redeem(cast.ann, zoe.card_number, 4, "one")[0].balance == 6
    for act in (points.adjust, points.gift, points.earn):
        with pytest.raises(NotAllowed):
            act(cast.ann, zoe.card_number, 5, Why("two", "why"))
    for who in (cast.vera, cast.mark):
        with pytest.raises(NotAllowed):
            till.redeem(who, zoe.card_number, 1, "three")
    with pytest.raises(NotAllowed):
        till.welcome(cast.vera, "Tom", "tom@berg.test")


def test_two_fields_enrol_and_know_who_is_there_already(ann: Actor) -> None:
    new = till.welcome(ann, "Tom Berg", "+49 30 555123")
    known = customer(ann, "Zoe", email="zoe@berg.test")

    assert till.welcome(ann, "T. Berg", "+4930555123") == new
    assert till.welcome(ann, "Somebody", "ZOE@berg.test").contact_id == known
    assert members.find(ann, new.card_number)[0].name == "Tom Berg"
    for name, reach in (("", "a@b.test"), ("Ann", ""), ("Ann", "1"), ("Ann", "no@where@x")):
        with pytest.raises(Invalid):
            till.welcome(ann, name, reach)


def test_a_card_is_shown_and_read_as_a_picture(olga: Actor) -> None:
    zoe = member(olga)

    assert b"<svg" in till.qr(olga, zoe.membership_id)
    assert till.scanned(f" {zoe.card_number} \n") == zoe.card_number
    assert till.scanned(f"https://shop.test/card/{zoe.card_number}/") == zoe.card_number
    assert till.scanned("zoe@berg.test") == "zoe@berg.test"


def test_the_code_of_a_card_is_read_from_a_photograph() -> None:
    def photograph(*cards: str, turned: int = 12) -> bytes:
        seen = Image.new("RGB", (900, 700), (196, 180, 150))
        for place, card in enumerate(cards):
            code = io.BytesIO()
            segno.make(card, error="m", micro=False).save(code, kind="png", scale=7)
            shown = Image.open(code).convert("RGB").rotate(turned, expand=True, fillcolor="white")
            seen.paste(shown, (40 + 440 * place, 200))
        taken = io.BytesIO()
        seen.save(taken, "JPEG", quality=60)
        return taken.getvalue()

    assert card_pictures.read(photograph("4000000012349")) == "4000000012349"
    assert card_pictures.read(photograph("https://shop.test/c/40", turned=200)) == "https://shop.test/c/40"
    for picture, said in (
        (photograph(), "No code"), (photograph("40", "50"), "Several codes"), (b"%PDF-1.7", "no picture"),
        (photograph("40")[:300], "no picture"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=said):
            card_pictures.read(picture)


def test_members_are_listed_found_and_filtered(cast: Cast, clock: type[Clock]) -> None:
    gold = tiers.add(cast.olga, NewTier("Gold", 10))
    live(cast.olga)
    zoe = member(cast.ann, "Zoe", email="zoe@berg.test")
    member(cast.bob, "Tom")
    order_id = order(cast.ann, zoe.contact_id, [line(None, 20, name="Thing", unit_price=100)])
    orders.mark(cast.ann, order_id, "paid", version=None)

    assert found(cast.olga) == ["Tom", "Zoe"]
    assert found(cast.ann) == found(cast.olga, text="zoe@berg") == ["Zoe"]
    assert found(cast.olga, text=zoe.card_number) == found(cast.olga, tier_id=gold) == ["Zoe"]
    assert found(cast.olga, tier_id=0) == found(cast.olga, state="sleeping") == ["Tom"]
    assert found(cast.olga, state="active") == ["Zoe"]
    assert found(cast.olga, state="merged") == []
    [row] = member_lists.search(cast.ann, MemberQuery(paging=Paging(1, 10)))
    assert (row.balance, row.tier, row.bought_at) == (20, "Gold", MONDAY)
    with pytest.raises(Invalid):
        found(cast.olga, state="gone")
    [step] = member_lists.steps(cast.ann, zoe.membership_id)
    assert (step.before, step.after, step.way) == ("", "Gold", "rise")
    [lot] = member_lists.lots(cast.ann, zoe.membership_id)
    assert (lot.points, lot.remaining) == (20, 20)
    assert member_lists.find(cast.bob, zoe.contact_id) is None
    assert member_lists.find(cast.ann, zoe.contact_id) == member_lists.get(cast.ann, zoe.membership_id)
    with pytest.raises(NotFound):
        member_lists.get(cast.bob, zoe.membership_id)


def rich(who: Actor, **values: object) -> MemberCard:
    zoe = member(who, "Zoë", **values)
    points.earn(who, zoe.card_number, 30, Why("a", "Grüße"), expires_at=MONDAY + timedelta(days=5))
    points.earn(who, zoe.card_number, 50, Why("b"), expires_at=MONDAY + timedelta(days=90))
    return zoe


def test_a_statement_goes_out_on_paper_and_once_a_day_by_mail(olga: Actor, clock: type[Clock]) -> None:
    zoe = rich(olga, email="zoe@berg.test")

    name, content = statement_pdf.pdf(olga, zoe.membership_id)

    assert (name, content[:5]) == (f"statement-{zoe.card_number}.pdf", b"%PDF-")
    assert statement_pdf.pdf(olga, zoe.membership_id)[1] == content
    later = datetime(2030, 1, 1, tzinfo=UTC)
    assert statement_pdf.pdf(olga, zoe.membership_id, later)[1] != content
    assert [statement_pdf.send(olga, zoe.membership_id) for _ in range(2)] == ["zoe@berg.test"] * 2
    [mail] = mail_out.search(olga)
    assert (mail.purpose, mail.to_address) == ("statement", "zoe@berg.test")
    with pytest.raises(Invalid, match="no e-mail"):
        statement_pdf.send(olga, member(olga, "Tom").membership_id)


def test_points_about_to_expire_are_known_beforehand(olga: Actor, clock: type[Clock]) -> None:
    zoe = rich(olga)
    with begin(OPERATOR, write=False) as work:
        [soon] = expiry.about_to_expire(work, MONDAY, MONDAY + timedelta(days=30))
        none = expiry.about_to_expire(work, MONDAY, MONDAY + timedelta(days=30), after=soon.membership_id)
        later = expiry.about_to_expire(work, MONDAY + timedelta(days=5), MONDAY + timedelta(days=90))

    assert (soon.contact_id, soon.points, soon.expires_at) == (zoe.contact_id, 30, MONDAY + timedelta(days=5))
    assert (none, [one.points for one in later]) == ([], [50])
