"""What the page of a contact shows is what its parts say, for exactly those who may see it."""

import pytest

from crm_core.insights import customer
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import NotFound
from crm_core.people import accounts, consents, contacts, custom_fields, tags
from tests.people import Cast


def test_a_sheet_is_its_parts(ann: Actor, olga: Actor) -> None:
    custom_fields.add(olga, "contacts", "Shoe size", "number")
    zoe = contacts.create(ann, {"full_name": "Zoe Zander", "company": "Alder & Sons", "tags": "vip"})
    yan = contacts.create(ann, {"full_name": "Yan Young", "company": "Alder & Sons", "email_consent": "yes"})

    sheet = customer.sheet(ann, yan, 7)

    assert sheet.contact == contacts.get(ann, yan)
    assert sheet.own_fields == custom_fields.search(ann, "contacts")
    assert sheet.all_tags == tags.names(ann) == ["vip"]
    assert sheet.consents == consents.of_contact(ann, yan)
    assert sheet.colleagues is not None
    assert {person.id for person in sheet.colleagues} == {zoe, yan}
    assert sheet.arrival is None


def test_a_sheet_without_a_company_has_no_colleagues(ann: Actor) -> None:
    zoe = contacts.create(ann, {"full_name": "Zoe Zander"})

    assert customer.sheet(ann, zoe, 7).colleagues is None


def test_a_company_of_somebody_else_is_not_shown_with_the_contact(cast: Cast) -> None:
    zoe = contacts.create(cast.bob, {"full_name": "Zoe Zander", "company": "Alder & Sons"})
    contacts.assign(cast.olga, [zoe], cast.ann.id)
    account_id = contacts.get(cast.ann, zoe).account_id
    assert account_id is not None
    with pytest.raises(NotFound):
        accounts.get(cast.ann, account_id)

    assert customer.sheet(cast.ann, zoe, 7).colleagues is None


def test_the_contact_of_somebody_else_has_no_sheet(cast: Cast) -> None:
    zoe = contacts.create(cast.bob, {"full_name": "Zoe Zander"})

    with pytest.raises(NotFound):
        customer.sheet(cast.ann, zoe, 7)
