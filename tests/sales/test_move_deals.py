"""Deals are created, moved, won, lost and opened again; whoever comes second is told what happened."""

from collections.abc import Callable
from typing import Any

import pytest

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.people import accounts, contacts
from crm_core.sales import deals, pipelines
from crm_core.sales.types import DealQuery
from tests.people import Cast
from tests.people.records import activities
from tests.sales.conftest import WHOLE


def test_a_deal_starts_in_the_first_stage_of_a_pipeline_that_is_made_for_it(ann: Actor) -> None:
    deal_id = deals.create(ann, {"deal": "Fifty chairs"})

    [sales] = pipelines.search(ann)
    assert [(row.name, row.probability) for row in sales.stages] == [
        ("New", 10),
        ("Qualified", 25),
        ("Proposal", 50),
        ("Negotiation", 75),
    ]
    deal = deals.get(ann, deal_id)
    assert (deal.row.stage, deal.row.status, deal.row.owner_id, deal.version) == ("New", "open", ann.id, 1)
    assert [facts["deal"] for facts in activities("deal.created")] == ["Fifty chairs"]


def test_a_deal_brings_contact_and_company_along(ann: Actor) -> None:
    person = contacts.create(ann, {"last_name": "Núñez", "email": "n@acme.test", "company": "Acme"})

    by_id = deals.get(ann, deals.create(ann, {"deal": "A", "contact_id": person}))
    by_mail = deals.get(ann, deals.create(ann, {"deal": "B", "contact_email": "n@acme.test"}))
    by_name = deals.get(ann, deals.create(ann, {"deal": "C", "company": "ACME"}))

    assert by_id.row.company == by_mail.row.company == by_name.row.company == "Acme"
    assert (by_id.row.contact_name, by_name.row.contact_id) == ("Núñez", None)
    found = deals.search(ann, DealQuery(text="nunez"))
    assert {row.name for row in found} == {"A", "B"}


def test_all_wrong_fields_of_a_deal_are_named_at_once(ann: Actor) -> None:
    wrong = {"deal": "", "amount": "-5", "close_date": "soon", "judgement": "sure", "contact_id": 99, "x": 1}

    with pytest.raises(Invalid) as refused:
        deals.create(ann, wrong)

    assert set(refused.value.fields) == {"deal", "amount", "close_date", "judgement", "x"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("contact_id", 999), ("account_id", 999), ("contact_email", "nobody@x.test"), ("stage", "Nowhere")],
)
def test_a_deal_is_about_what_exists(ann: Actor, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        deals.create(ann, {"deal": "A", field: value})

    assert field in refused.value.fields


def test_a_stage_refuses_what_lacks_its_fields_and_names_them(ann: Actor, stage: dict[str, int]) -> None:
    deal_id = deals.create(ann, {"deal": "A"})

    with pytest.raises(Invalid, match="To enter “Proposal”, fill in: amount, close date") as refused:
        deals.move(ann, deal_id, stage["Proposal"], version=1)

    assert set(refused.value.fields) == {"amount", "close_date"}
    version = deals.change(ann, deal_id, WHOLE, version=1)
    assert deals.move(ann, deal_id, stage["Proposal"], version=version) == version + 1
    assert deals.get(ann, deal_id).row.stage == "Proposal"


def test_who_drags_second_is_told_where_the_card_went(cast: Cast, stage: dict[str, int]) -> None:
    deal_id = deals.create(cast.ann, {"deal": "A", **WHOLE})
    deals.move(cast.mia, deal_id, stage["Proposal"], version=1)

    with pytest.raises(Conflict, match="stands in “Proposal” now, put there by Mia Meyer") as refused:
        deals.move(cast.ann, deal_id, stage["Qualified"], version=1)

    assert refused.value.theirs["stage_id"] == stage["Proposal"]
    assert deals.move(cast.ann, deal_id, stage["Proposal"], version=1) == 2, "there it is already"
    deals.win(cast.mia, deal_id, version=2)
    with pytest.raises(Conflict, match="was won by Mia Meyer"):
        deals.move(cast.ann, deal_id, stage["Qualified"], version=2)


def test_a_closed_deal_cannot_be_won_lost_or_moved_until_it_is_reopened(
    ann: Actor, stage: dict[str, int]
) -> None:
    deal_id = deals.create(ann, {"deal": "A"})
    deals.win(ann, deal_id, version=None)

    acts: tuple[Callable[[], object], ...] = (
        lambda: deals.win(ann, deal_id, version=None),
        lambda: deals.lose(ann, deal_id, "Price", version=None),
        lambda: deals.move(ann, deal_id, stage["Qualified"], version=None),
    )
    for act in acts:
        with pytest.raises(Conflict, match="is won"):
            act()
    deals.reopen(ann, deal_id, version=None)
    with pytest.raises(Conflict, match="open already"):
        deals.reopen(ann, deal_id, version=None)
    deals.move(ann, deal_id, stage["Qualified"], version=None)
    assert deals.get(ann, deal_id).row.closed_at is None


def test_a_deal_is_lost_for_a_reason_of_the_list(cast: Cast) -> None:
    deal_id = deals.create(cast.ann, {"deal": "A"})

    for reason in ("", "Bad karma"):
        with pytest.raises(Invalid, match="Say why"):
            deals.lose(cast.ann, deal_id, reason, version=None)
    pipelines.change_lost_reasons(cast.mia, ["Bad karma", "bad karma", " ", "Price"])
    deals.lose(cast.ann, deal_id, "BAD karma", version=1, note="No luck")

    row = deals.get(cast.ann, deal_id).row
    assert (row.status, row.lost_reason, row.probability) == ("lost", "bad karma", 0)
    assert pipelines.lost_reasons(cast.ann) == ("bad karma", "Price")
    assert activities("deal.lost")[0]["note"] == "No luck"
    deals.reopen(cast.ann, deal_id, version=None)
    assert deals.get(cast.ann, deal_id).row.lost_reason == ""


def test_the_contact_of_a_won_deal_becomes_a_customer(cast: Cast) -> None:
    lead = contacts.create(cast.ann, {"last_name": "L", "lifecycle": "lead"})
    fan = contacts.create(cast.ann, {"last_name": "F", "lifecycle": "advocate"})

    for person in (lead, fan):
        deals.win(cast.ann, deals.create(cast.ann, {"deal": "A", "contact_id": person}), version=1)

    assert contacts.get(cast.ann, lead)["lifecycle"] == "customer"
    assert contacts.get(cast.ann, fan)["lifecycle"] == "advocate"


def test_a_stale_form_is_refused_with_all_stored_values(cast: Cast) -> None:
    deal_id = deals.create(cast.ann, {"deal": "A", **WHOLE})
    deals.change(cast.mia, deal_id, {"amount": "1300"}, version=1)

    with pytest.raises(Conflict) as refused:
        deals.change(cast.ann, deal_id, {"deal": "B"}, version=1)

    assert refused.value.theirs["amount"] == "1300.00"
    assert refused.value.theirs["version"] == 2
    assert activities("deal.changed")[0]["changes"] == {"amount": ["1200.00 EUR", "1300.00 EUR"]}


def test_a_form_that_changes_nothing_leaves_no_trace(ann: Actor) -> None:
    deal_id = deals.create(ann, {"deal": "A", **WHOLE, "company": "Acme"})
    detail = deals.get(ann, deal_id)

    assert deals.change(ann, deal_id, detail.values, version=detail.version) == detail.version
    assert activities("deal.changed") == []


def test_amounts_keep_their_worth_when_only_the_currency_was_wrong(ann: Actor) -> None:
    deal_id = deals.create(ann, {"deal": "A", "amount": "1200.50", "currency": "EUR"})

    deals.change(ann, deal_id, {"currency": "JPY"}, version=None)
    yen = deals.get(ann, deal_id).row
    deals.change(ann, deal_id, {"amount": "15 USD"}, version=None)

    assert (yen.amount, yen.currency) == (1201, "JPY")
    row = deals.get(ann, deal_id).row
    assert (row.amount, row.currency) == (1500, "USD")
    with pytest.raises(Invalid, match="correcting"):
        deals.change(ann, deal_id, {"amount": "15 USD", "currency": "EUR"}, version=None)


def test_fields_that_have_verbs_of_their_own_are_not_written_past_them(ann: Actor) -> None:
    deal_id = deals.create(ann, {"deal": "A"})

    with pytest.raises(Invalid) as refused:
        deals.change(ann, deal_id, {"stage": "Proposal", "status": "won"}, version=None)

    assert set(refused.value.fields) == {"stage", "status"}


def test_deals_of_others_do_not_exist(cast: Cast, stage: dict[str, int]) -> None:
    deal_id = deals.create(cast.ann, {"deal": "A"})

    for act in (
        lambda: deals.get(cast.bob, deal_id),
        lambda: deals.history(cast.bob, deal_id),
        lambda: deals.change(cast.bob, deal_id, {"deal": "B"}, version=None),
        lambda: deals.move(cast.bob, deal_id, stage["Qualified"], version=None),
        lambda: deals.win(cast.bob, deal_id, version=None),
        lambda: deals.lose(cast.bob, deal_id, "Price", version=None),
        lambda: deals.move_many(cast.bob, [deal_id], stage["Qualified"]),
    ):
        with pytest.raises(NotFound):
            act()
    assert deals.search(cast.bob, DealQuery()).total == 0
    assert deals.totals(cast.mia, DealQuery())[0] == 1, "managers see their team's"


def test_roles_that_do_not_sell_may_look_only(cast: Cast) -> None:
    deal_id = deals.create(cast.ann, {"deal": "A"})

    for who in (cast.vera, cast.sue, cast.mark):
        assert deals.get(who, deal_id).row.name == "A"
        with pytest.raises(NotAllowed):
            deals.create(who, {"deal": "B"})
        with pytest.raises(NotAllowed):
            deals.win(who, deal_id, version=None)
    with pytest.raises(NotAllowed):
        deals.delete(cast.ann, [deal_id])
    with pytest.raises(NotAllowed):
        deals.create(cast.ann, {"deal": "B", "owner": cast.bob.id})


def test_a_name_that_changes_is_found_in_deals_too(cast: Cast) -> None:
    person = contacts.create(cast.ann, {"last_name": "Smith", "company": "Acme"})
    deal_id = deals.create(cast.ann, {"deal": "A", "contact_id": person})
    company_id = deals.get(cast.ann, deal_id).row.account_id or 0

    contacts.change(cast.ann, person, {"last_name": "Jones"}, version=None)
    accounts.change(cast.ann, company_id, {"company": "Zenith"}, version=None)

    assert [row.company for row in deals.search(cast.ann, DealQuery(text="jones zenith"))] == ["Zenith"]
    assert deals.search(cast.ann, DealQuery(text="acme")).total == 0
