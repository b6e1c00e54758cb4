"""The timeline of a deal says in sentences what happened, to everyone who sees the deal."""

import pytest

from crm_core.activity import history
from crm_core.kernel.errors import NotFound
from crm_core.kernel.paging import Paging
from crm_core.people import contacts
from crm_core.sales import deals
from tests.people import Cast
from tests.sales.conftest import WHOLE


def test_what_happened_to_a_deal_reads_as_sentences(cast: Cast, stage: dict[str, int]) -> None:
    deal_id = deals.create(cast.ann, {"deal": "Chairs", **WHOLE})
    deals.move(cast.mia, deal_id, stage["Qualified"], version=1)
    deals.change(cast.mia, deal_id, {"amount": "1300", "close_date": "", "owner": cast.bob.id}, version=2)
    deals.lose(cast.mia, deal_id, "price", version=None)

    told = history.of_deal(cast.bob, deal_id, Paging())

    assert [(entry.actor, entry.sentence) for entry in told] == [
        ("Mia Meyer", "lost the deal “Chairs”: Price"),
        ("Mia Meyer", "changed amount and close date of the deal “Chairs”"),
        ("Mia Meyer", "changed the owner of the deal “Chairs”"),
        ("Mia Meyer", "moved the deal “Chairs” from New to Qualified"),
        ("Ann Archer", "opened the deal “Chairs”"),
    ]
    assert told.items[1].changes["amount"] == ("1200.00 EUR", "1300.00 EUR")
    assert told.items[2].changes["owner"] == ("Ann Archer", "Bob Brandt")
    with pytest.raises(NotFound):
        history.of_deal(cast.ann, deal_id, Paging())


def test_deals_stand_in_the_timeline_of_their_contact(cast: Cast) -> None:
    person = contacts.create(cast.ann, {"last_name": "L"})
    deals.create(cast.ann, {"deal": "Chairs", "contact_id": person})

    told = history.of_contact(cast.ann, person, Paging(), ["Deals"])

    assert [entry.sentence for entry in told] == ["opened the deal “Chairs”"]
