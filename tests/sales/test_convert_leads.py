"""A lead becomes a customer exactly once, whoever clicks how often; and there is a way back."""

import threading

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.people import accounts, contacts
from crm_core.sales import conversion, deals, leads
from crm_core.sales.lead_types import Conversion, NewConversion
from crm_core.sales.types import DealQuery
from db.session import Database
from tests.people import Cast, hire
from tests.people.records import activities
from tests.sales.lead_cases import lead


def test_a_lead_becomes_company_deal_and_customer_to_be(cast: Cast) -> None:
    key = lead(cast.ann, "Berg", email="b@acme.test", source="Fair", lifecycle="lead")
    wanted = NewConversion("Acme", {"deal": "Fifty chairs", "amount": "1200", "currency": "EUR"})

    made = conversion.convert(cast.ann, key, wanted)

    person = contacts.get(cast.ann, key)
    deal = deals.get(cast.ann, made.deal_id or 0)
    assert (made.account_name, made.deal_name, made.by, made.before_status) == (
        "Acme", "Fifty chairs", "Ann Archer", "new",
    )  # fmt: skip
    assert (made.is_new, made.can_undo) == (True, True)
    assert (person["lead_status"], person["lifecycle"], person.company) == (
        "converted", "opportunity", "Acme",
    )  # fmt: skip
    assert (deal.row.contact_id, deal.row.account_id, deal.values["source"]) == (key, made.account_id, "Fair")
    assert leads.get(cast.ann, key).conversion == conversion.convert(cast.ann, key, wanted)
    assert activities("lead.converted")[0]["made"] == "Acme and the deal “Fifty chairs”"


def test_a_known_company_is_found_by_name_or_web_domain(cast: Cast) -> None:
    acme = accounts.create(cast.ann, {"company": "Acme", "website": "https://www.acme.test"})
    by_name = lead(cast.ann, "A", email="a@other.test")
    by_domain = lead(cast.ann, "B", email="b@acme.test")
    by_neither = lead(cast.ann, "C", email="c@gmail.com")

    found = [
        conversion.convert(cast.ann, by_name, NewConversion("ACME")),
        conversion.convert(cast.ann, by_domain, NewConversion()),
        conversion.convert(cast.ann, by_neither, NewConversion()),
    ]

    assert [each.account_id for each in found] == [acme, acme, None]
    assert found[2].deal_name == "C"
    assert contacts.get(cast.ann, by_domain).company == "Acme"


def test_a_conversion_without_a_deal_makes_none(cast: Cast) -> None:
    key = lead(cast.ann, "Berg", lifecycle="lead")

    made = conversion.convert(cast.ann, key, NewConversion(deal=None))

    assert (made.deal_id, made.account_id) == (None, None)
    assert contacts.get(cast.ann, key)["lifecycle"] == "qualified"
    assert deals.search(cast.ann, DealQuery()).total == 0


def test_a_wrong_deal_converts_nothing(cast: Cast) -> None:
    key = lead(cast.ann, "Berg")

    with pytest.raises(Invalid):
        conversion.convert(cast.ann, key, NewConversion("Acme", {"amount": "much"}))

    assert contacts.get(cast.ann, key)["lead_status"] == "new"
    assert accounts.search(cast.ann).total == 0


def test_the_way_back_leaves_everything_as_it_was(cast: Cast) -> None:
    key = lead(cast.ann, "Berg", lead_status="working", lifecycle="lead")
    made = conversion.convert(cast.ann, key, NewConversion("Acme"))

    conversion.undo(cast.ann, key)

    person = contacts.get(cast.ann, key)
    assert (person["lead_status"], person["lifecycle"], person.company) == ("working", "lead", "")
    assert accounts.search(cast.ann).total == 0
    with pytest.raises(NotFound):
        deals.get(cast.ann, made.deal_id or 0)
    with pytest.raises(NotFound):
        conversion.undo(cast.ann, key)
    assert conversion.convert(cast.ann, key, NewConversion("Acme")).is_new


@pytest.mark.parametrize("what", ["move", "change", "win"])
def test_what_others_did_with_the_deal_is_not_thrown_away(cast: Cast, what: str) -> None:
    key = lead(cast.ann, "Berg")
    deal_id = conversion.convert(cast.ann, key, NewConversion("Acme")).deal_id or 0
    acts = {
        "move": lambda: deals.move(
            cast.mia, deal_id, deals.get(cast.ann, deal_id).row.stage_id + 1, version=1
        ),
        "change": lambda: deals.change(cast.mia, deal_id, {"amount": "5", "currency": "EUR"}, version=1),
        "win": lambda: deals.win(cast.mia, deal_id, version=1),
    }
    acts[what]()

    assert leads.get(cast.ann, key).conversion.can_undo is False  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="Something happened"):
        conversion.undo(cast.ann, key)


def test_only_sellers_convert_and_only_what_they_see(cast: Cast) -> None:
    key = lead(cast.ann, "Berg")

    for who in (cast.sue, cast.mark, cast.vera):
        with pytest.raises(NotAllowed):
            conversion.convert(who, key, NewConversion())
        with pytest.raises(NotAllowed):
            conversion.undo(who, key)
    with pytest.raises(NotFound):
        conversion.convert(cast.bob, key, NewConversion())


def test_a_closed_lead_is_not_converted(cast: Cast) -> None:
    key = lead(cast.ann, "Berg")
    leads.disqualify(cast.ann, [key], "Spam")

    with pytest.raises(Conflict):
        conversion.convert(cast.ann, key, NewConversion())


@settings(
    phases=[Phase.generate], max_examples=8, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(clicks=st.lists(st.sampled_from(["convert", "undo"]), max_size=6))
def test_however_often_one_clicks_there_is_one_deal_or_none(cast: Cast, clicks: list[str]) -> None:
    key = lead(SYSTEM, "Berg")
    before = deals.search(cast.olga, DealQuery()).total
    is_converted = False
    for click in clicks:
        if click == "convert":
            made = conversion.convert(cast.olga, key, NewConversion("Acme"))
            assert made.is_new is not is_converted
            is_converted = True
        elif is_converted:
            conversion.undo(cast.olga, key)
            is_converted = False

    status = contacts.get(cast.olga, key)["lead_status"]
    assert status == ("converted" if is_converted else "new")
    assert deals.search(cast.olga, DealQuery()).total - before == int(is_converted)


def test_two_clicks_at_the_same_moment_are_one_conversion(own_database: Database) -> None:
    cast = hire()
    key = lead(cast.ann, "Berg", email="b@acme.test")
    deals.create(cast.ann, {"deal": "Makes the pipeline"})
    made: list[Conversion] = []
    gate = threading.Barrier(4)

    def click() -> None:
        gate.wait()
        made.append(conversion.convert(cast.ann, key, NewConversion("Acme")))

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 4
    assert sum(each.is_new for each in made) == 1
    assert len({(each.account_id, each.deal_id) for each in made}) == 1
    assert deals.search(cast.ann, DealQuery(text="Acme")).total == 1
    assert accounts.search(cast.ann).total == 1
