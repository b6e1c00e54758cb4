"""Contacts: what goes in comes out, what is wrong is said, and two people at once lose nothing."""

from typing import Any

import pytest

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts, counts, tags
from db.models import Contact
from tests.people import MONDAY, Cast
from tests.people.records import activities, everything_of

ZOE = {
    "full_name": "Dr. Zoe van der Zander",
    "email": "zoe@zander.test, z2@zander.test",
    "company": "Acme Ltd",
    "phone": "+49 30 123456",
    "tags": "gold, fair",
    "birthday": "1 April",
    "country": "Germany",
    "x_url": "@zoe",
    "lifecycle": "Customer",
}


def test_what_was_typed_is_found_again_normalised(ann: Actor, clock: type[Clock]) -> None:
    made = contacts.get(ann, contacts.create(ann, ZOE))

    assert (made.name, made.company, made.owner_name, made.created_at) == (
        "Zoe van der Zander", "Acme Ltd", "Ann Archer", MONDAY,
    )  # fmt: skip
    assert dict(made.values) | {
        "salutation": "Dr.", "first_name": "Zoe", "last_name": "van der Zander", "email": "zoe@zander.test",
        "email_secondary": ["z2@zander.test"], "phone": "+4930123456", "birthday": "--04-01", "country": "DE",
        "x_url": "https://x.com/zoe", "lifecycle": "customer", "owner": ann.id,
    } == made.values  # fmt: skip
    assert made.tags == ("fair", "gold")


def test_programs_may_send_typed_values(ann: Actor) -> None:
    made = contacts.create(
        ann, {"last_name": "X", "tags": ["a, b", "c"], "email_consent": True, "city": None}
    )

    assert contacts.get(ann, made).tags == ("a, b", "c")
    assert contacts.get(ann, made).email_opt == "in"


def test_everything_that_is_wrong_is_said_at_once(ann: Actor) -> None:
    wrong = {
        "email": "not an address", "birthday": "31.02.1980", "country": "Atlantis", "lifecycle": "King",
        "website": "javascript:alert(1)", "first_name": "x" * 201, "shoe_size": "44",
    }  # fmt: skip

    with pytest.raises(Invalid) as caught:
        contacts.create(ann, wrong)

    assert set(caught.value.fields) == set(wrong)
    assert "room for 200" in caught.value.fields["first_name"]


def test_a_contact_needs_something_to_be_called_by(ann: Actor) -> None:
    with pytest.raises(Invalid, match="need correcting"):
        contacts.create(ann, {"city": "Ulm"})
    made = contacts.create(ann, {"first_name": "Zoe"})
    with pytest.raises(Invalid):
        contacts.change(ann, made, {"first_name": ""}, version=1)


def test_a_phone_number_that_is_impossible_is_kept_as_written(ann: Actor) -> None:
    made = contacts.create(ann, {"last_name": "X", "phone": "ext 4711-4"})

    assert contacts.get(ann, made)["phone"] == "ext 4711-4"


def test_only_what_is_named_changes_and_the_change_is_told(ann: Actor) -> None:
    zoe = contacts.create(ann, ZOE)

    contacts.change(ann, zoe, {"city": "Ulm", "tags": ["gold", "new"], "birthday": "--04-01"}, version=1)

    assert contacts.get(ann, zoe).values["city"] == "Ulm"
    assert contacts.get(ann, zoe)["email_secondary"] == ["z2@zander.test"]
    assert activities("contact.changed") == [
        {"changes": {"city": ["", "Ulm"], "tags": [["fair", "gold"], ["gold", "new"]]}}
    ]


def test_a_change_that_changes_nothing_leaves_no_trace(ann: Actor) -> None:
    zoe = contacts.create(ann, ZOE)
    before = contacts.get(ann, zoe)

    contacts.change(ann, zoe, before.values, version=before.version)

    assert contacts.get(ann, zoe) == before
    assert activities("contact.changed") == []


def test_a_stale_save_shows_theirs_field_by_field(ann: Actor, mia: Actor) -> None:
    zoe = contacts.create(ann, ZOE)
    contacts.change(mia, zoe, {"city": "Ulm", "tags": ["gold"]}, version=1)

    with pytest.raises(Conflict) as caught:
        contacts.change(ann, zoe, {"city": "Bonn"}, version=1)

    theirs = caught.value.theirs
    assert (theirs["city"], theirs["tags"]) == ("Ulm", ["gold"])
    contacts.change(ann, zoe, {"city": "Bonn"}, version=theirs["version"])
    assert contacts.get(ann, zoe)["city"] == "Bonn"


def test_a_change_of_tags_alone_makes_an_open_form_stale(ann: Actor, mia: Actor) -> None:
    zoe = contacts.create(ann, ZOE)
    contacts.change(mia, zoe, {"tags": []}, version=1)

    with pytest.raises(Conflict):
        contacts.change(ann, zoe, {"city": "Bonn"}, version=1)


def test_a_known_email_address_is_a_conflict_unless_meant(ann: Actor) -> None:
    zoe = contacts.create(ann, ZOE)

    with pytest.raises(Conflict, match="Zoe van der Zander") as caught:
        contacts.create(ann, {"last_name": "Other", "email": "Z2@zander.test"})
    assert caught.value.theirs["id"] == zoe

    other = {"last_name": "Other", "email": "z2@zander.test"}
    contacts.create(ann, other, even_if_duplicate=True, because="a shared mailbox")
    assert activities("contact.created")[-1] == {"duplicate_of": zoe, "because": "a shared mailbox"}


def test_an_address_of_somebody_elses_contact_tells_nothing(ann: Actor, bob: Actor) -> None:
    contacts.create(ann, ZOE)

    assert contacts.create(bob, ZOE)
    assert contacts.similar(bob, {"email": "zoe@zander.test"})[0].name == "Zoe van der Zander"
    assert len(contacts.similar(bob, {"email": "zoe@zander.test"})) == 1


@pytest.mark.parametrize(("typed", "reasons"), [
    ({"email": "Zoe@Zander.test"}, ("email",)),
    ({"email": "z2@zander.test"}, ("email",)),
    ({"phone": "+49 30 12 34 56"}, ("phone",)),
    ({"first_name": "ZOÉ", "last_name": "Van der  Zander", "company": "ACME ltd"}, ("name",)),
    ({"first_name": "Zoe", "last_name": "van der Zander", "company": "Other"}, None),
    ({"email": "zoe@", "birthday": "never"}, None),
    ({}, None),
])  # fmt: skip
def test_who_types_a_known_person_is_told(ann: Actor, typed: Any, reasons: Any) -> None:
    zoe = contacts.create(ann, ZOE)

    found = contacts.similar(ann, typed)

    assert [(hint.id, hint.reasons) for hint in found] == ([(zoe, reasons)] if reasons else [])
    assert contacts.similar(ann, typed, besides=zoe) == []


def test_a_company_is_found_again_whatever_its_case_and_emptied(ann: Actor) -> None:
    zoe, max_ = contacts.create(ann, ZOE), contacts.create(ann, {"last_name": "Max", "company": "ÁCME ltd"})

    assert contacts.get(ann, zoe).account_id == contacts.get(ann, max_).account_id
    assert contacts.get(ann, max_).company == "Acme Ltd"
    contacts.change(ann, zoe, {"company": ""}, version=None)
    assert (contacts.get(ann, zoe).account_id, contacts.get(ann, zoe).company) == (None, "")


def test_further_numbers_and_handles_are_replaced_and_removed(ann: Actor) -> None:
    zoe = contacts.create(
        ann, ZOE | {"phone_secondary": ["+4930111111", "+4930222222"], "website": "zander.test"}
    )

    changes = {"phone_secondary": "+49 30 222222; +49 30 333333", "x_url": "", "website": "https://zoe.test"}
    contacts.change(ann, zoe, changes, version=None)

    after = contacts.get(ann, zoe)
    assert after["phone_secondary"] == ["+4930222222", "+4930333333"]
    assert (after["x_url"], after["website"]) == ("", "https://zoe.test")
    assert contacts.similar(ann, {"phone": "+4930111111"}) == []


def test_the_owner_can_be_named_and_must_be_ones_to_choose(cast: Cast) -> None:
    zoe = contacts.create(cast.mia, ZOE | {"owner": "bob@rapport.test"})
    assert contacts.get(cast.bob, zoe).owner_name == "Bob Brandt"

    contacts.change(cast.mia, zoe, {"owner": "Ann Archer", "city": "Ulm"}, version=1)
    assert contacts.get(cast.ann, zoe)["city"] == "Ulm"
    with pytest.raises(NotFound):
        contacts.get(cast.bob, zoe)
    assert activities("contact.assigned")[-1]["changes"]["owner_id"] == [cast.bob.id, cast.ann.id]

    with pytest.raises(NotAllowed):
        contacts.change(cast.ann, zoe, {"owner": cast.bob.id}, version=None)
    with pytest.raises(NotAllowed):
        contacts.create(cast.mia, {"last_name": "X", "owner": "mark"})
    with pytest.raises(Invalid, match="correcting"):
        contacts.change(cast.olga, zoe, {"owner": "Nobody Known"}, version=None)


def test_deleted_contacts_are_listed_and_come_back_whole(ann: Actor, mia: Actor, clock: type[Clock]) -> None:
    zoe = contacts.create(ann, ZOE)
    before = everything_of(zoe)

    contacts.delete(mia, [zoe])
    [gone] = contacts.deleted(mia)
    assert (gone.id, gone.name, gone.deleted_at, contacts.deleted(mia).total) == (
        zoe,
        before["name"],
        MONDAY,
        1,
    )
    with pytest.raises(NotFound):
        contacts.get(ann, zoe)

    contacts.restore(mia, [zoe])
    assert everything_of(zoe) == before
    assert contacts.deleted(mia).items == ()


def test_a_stored_value_that_is_no_choice_any_more_does_not_block_the_form(ann: Actor) -> None:
    zoe = contacts.create(ann, ZOE)
    with begin(ann) as work:
        work.get(Contact, zoe).lifecycle = "Marketing Qualified"

    before = contacts.get(ann, zoe)
    contacts.change(ann, zoe, {**before.values, "city": "Ulm"}, version=before.version)

    assert contacts.get(ann, zoe)["lifecycle"] == "Marketing Qualified"


def test_kept_numbers_follow_every_single_act(ann: Actor, mia: Actor, olga: Actor) -> None:
    zoe = contacts.create(ann, ZOE)
    contacts.change(mia, zoe, {"lifecycle": "advocate", "owner": "bob"}, version=None)

    with begin(olga, write=False) as work:
        assert counts.by_lifecycle(work) == {"advocate": 1}
        assert counts.differences(work) == []
    assert [tag.contact_count for tag in tags.search(mia)] == [1, 1]
