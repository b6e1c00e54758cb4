"""Companies: found again by name, renamed everywhere, never in a circle."""

import pytest

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.paging import Paging
from crm_core.people import accounts, contacts
from tests.people import Cast
from tests.people.records import activities

ACME = {
    "company": "Acme Ltd", "website": "www.acme.test/about", "industry": "Rockets", "employees": "1,200",
    "annual_revenue": "12.50 USD", "phone": "+49 30 123456", "country": "Germany", "tags": "big, old",
}  # fmt: skip


def test_what_was_typed_is_found_again_normalised(ann: Actor) -> None:
    made = accounts.get(ann, accounts.create(ann, ACME))

    assert dict(made.values) | {
        "company": "Acme Ltd", "website": "https://www.acme.test/about", "employees": 1200,
        "annual_revenue": "12.50 USD", "phone": "+4930123456", "country": "DE",
    } == made.values  # fmt: skip
    assert (made.tags, made.owner_name) == (("big", "old"), "Ann Archer")


def test_everything_that_is_wrong_is_said_at_once(ann: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        accounts.create(ann, {"company": " ", "employees": "many", "annual_revenue": "a lot", "color": "red"})

    assert set(caught.value.fields) == {"company", "employees", "annual_revenue", "color"}


def test_a_known_name_is_a_conflict_unless_meant(ann: Actor, bob: Actor) -> None:
    acme = accounts.create(ann, ACME)

    with pytest.raises(Conflict, match="Acme Ltd") as caught:
        accounts.create(ann, {"company": "ÁCME  ltd"})
    assert caught.value.theirs["id"] == acme
    accounts.create(ann, {"company": "Acme Ltd"}, even_if_duplicate=True)
    assert accounts.create(bob, ACME)


def test_a_company_is_found_by_its_name_or_made(ann: Actor, bob: Actor) -> None:
    acme = accounts.find_or_create(ann, "Acme Ltd")

    assert accounts.find_or_create(ann, "acme  LTD") == acme
    assert accounts.find_or_create(bob, "Acme Ltd") != acme
    assert accounts.find_or_create(ann, "  ") is None


def test_a_new_name_reaches_all_people_and_their_search(ann: Actor, mia: Actor, cast: Cast) -> None:
    first = contacts.create(
        ann, {"first_name": "Zoe", "company": "Acme Ltd", "email_secondary": "z@acme.test"}
    )
    nameless = contacts.create(ann, {"company": "Acme Ltd"})
    contacts.assign(mia, [first], cast.bob.id)
    acme = contacts.get(ann, nameless).account_id or 0

    accounts.change(ann, acme, {"company": "Zenith AG"}, version=1)

    assert contacts.get(cast.bob, first).company == "Zenith AG"
    assert contacts.get(ann, nameless).name == "Zenith AG"
    assert [row.name for row in accounts.contacts_of(mia, acme)] == ["Zenith AG", "Zoe"]
    with pytest.raises(NotFound):
        contacts.get(ann, first)
    assert activities("account.changed") == [{"changes": {"name": ["Acme Ltd", "Zenith AG"]}}]


def test_only_what_is_named_changes_and_a_stale_save_shows_theirs(ann: Actor, mia: Actor) -> None:
    acme = accounts.create(ann, ACME)
    before = accounts.get(ann, acme)
    accounts.change(ann, acme, before.values, version=1)
    assert accounts.get(ann, acme) == before

    accounts.change(mia, acme, {"tags": "big", "employees": "", "owner": "bob"}, version=1)
    with pytest.raises(NotFound):
        accounts.change(ann, acme, {"city": "Ulm"}, version=1)
    with pytest.raises(Conflict) as caught:
        accounts.change(mia, acme, {"city": "Ulm"}, version=1)
    assert (caught.value.theirs["employees"], caught.value.theirs["tags"]) == ("", ["big"])


def test_a_company_stands_above_others_but_never_above_itself(ann: Actor) -> None:
    mother = accounts.create(ann, {"company": "Mother", "external_id": "M-1"})
    child = accounts.create(ann, {"company": "Child", "parent": "mother"})
    accounts.create(ann, {"company": "By number", "parent": "M-1"})

    assert (accounts.get(ann, child).parent_id, accounts.get(ann, child)["parent"]) == (mother, "Mother")
    for wrong in ("Child", "Unknown"):
        with pytest.raises(Invalid) as caught:
            accounts.change(ann, mother, {"parent": wrong}, version=None)
        assert set(caught.value.fields) == {"parent"}
    accounts.change(ann, child, {"parent": ""}, version=None)
    assert accounts.get(ann, child).parent_id is None


def test_companies_are_found_by_any_part_of_name_domain_and_phone(ann: Actor) -> None:
    accounts.create(ann, ACME)
    accounts.create(ann, {"company": "100 % Öko"})

    for text in ("cme", "ACME.test", "030 123456", "Acme Ltd"):
        assert [row.name for row in accounts.search(ann, text=text)] == ["Acme Ltd"], text
    assert [row.name for row in accounts.search(ann, text="% ok")] == ["100 % Öko"]
    assert accounts.search(ann, Paging(1, 1)).total == 2


def test_deleted_companies_leave_their_people_and_come_back(mia: Actor) -> None:
    zoe = contacts.create(mia, {"first_name": "Zoe", "company": "Acme Ltd"})
    acme = contacts.get(mia, zoe).account_id or 0

    assert accounts.delete(mia, [acme]) == 1
    with pytest.raises(NotFound):
        accounts.get(mia, acme)
    assert contacts.get(mia, zoe).company == "Acme Ltd"
    assert [row.id for row in accounts.deleted(mia)] == [acme]
    assert accounts.restore(mia, [acme]) == 1
    assert accounts.get(mia, acme).contact_count == 1
