"""Fields of one's own, tags, and what contacts agreed to."""

from datetime import timedelta
from typing import Any

import pytest

from crm_core.data import fields as import_fields
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Clock
from crm_core.people import accounts, consents, contacts, custom_fields, tags
from crm_core.people.consents import Proof
from crm_core.people.fields import ACCOUNT_TYPES, CONTACT_TYPES, OPTIONS
from tests.people import MONDAY, Cast
from tests.people.records import activities

TYPED = {
    "text": ("Word", "Word"), "number": ("1,234.5", 1234.5), "date": ("31.12.2025", "2025-12-31"),
    "choice": ("RED", "red"), "choices": ("Red; blue", ["red", "blue"]), "yes_no": ("ja", True),
    "url": ("example.com", "https://example.com"),
}  # fmt: skip
WRONG = {
    "number": "many",
    "date": "31.02.2025",
    "choice": "green",
    "choices": "red, green",
    "yes_no": "so",
    "url": "a b",
}


@pytest.mark.parametrize("kind", TYPED)
def test_a_field_of_ones_own_is_checked_by_its_type_and_kept(cast: Cast, kind: Any) -> None:
    added = custom_fields.add(cast.olga, "contacts", "My Größe!", kind, ["red", "blue"])
    assert added.name == "my_grosse"
    typed, kept = TYPED[kind]

    one = contacts.create(cast.ann, {"last_name": "X", "custom.my_grosse": typed})

    assert contacts.get(cast.ann, one)["custom.my_grosse"] == kept
    if kind in WRONG:
        with pytest.raises(Invalid) as caught:
            contacts.change(cast.ann, one, {"custom.my_grosse": WRONG[kind]}, version=None)
        assert set(caught.value.fields) == {"custom.my_grosse"}
    contacts.change(cast.ann, one, {"custom.my_grosse": ""}, version=None)
    assert "custom.my_grosse" not in contacts.get(cast.ann, one).values


def test_a_removed_field_hides_and_comes_back_with_its_values(cast: Cast) -> None:
    field = custom_fields.add(cast.olga, "accounts", "Size", "number")
    one = accounts.create(cast.ann, {"company": "Acme", "custom.size": "7"})

    custom_fields.remove(cast.olga, field.id)
    assert custom_fields.search(cast.ann, "accounts") == []
    with pytest.raises(Invalid):
        accounts.change(cast.ann, one, {"custom.size": "8"}, version=None)

    assert custom_fields.add(cast.olga, "accounts", "Size", "text").name == "size_2"
    assert custom_fields.add(cast.olga, "accounts", "SIZE", "number").id == field.id
    assert accounts.get(cast.ann, one)["custom.size"] == 7


def test_a_field_can_be_called_otherwise_and_offer_other_things(olga: Actor) -> None:
    field = custom_fields.add(olga, "contacts", "Color", "choice", ["red", "Red", " "])
    assert field.choices == ("Red",) or field.choices == ("red",)

    custom_fields.change(olga, field.id, label="Colour", choices=["red", "blue"], position=9)

    [changed] = custom_fields.search(olga)
    assert (changed.name, changed.label, changed.choices, changed.position) == (
        "color",
        "Colour",
        ("red", "blue"),
        9,
    )
    wrongs: tuple[dict[str, Any], ...] = ({"label": " "}, {"choices": []})
    for wrong in wrongs:
        with pytest.raises(Invalid):
            custom_fields.change(olga, field.id, **wrong)
    with pytest.raises(Invalid) as caught:
        custom_fields.add(olga, "songs", "", "magic")
    assert set(caught.value.fields) == {"record", "label", "type"}


def test_forms_and_imports_agree_about_the_types_of_all_fields() -> None:
    for kind, types in (("contacts", CONTACT_TYPES), ("accounts", ACCOUNT_TYPES)):
        known = {field.name: field.type for field in import_fields.of(kind)}
        assert set(known) <= set(types)
        for name, type_name in known.items():
            # A form offers a closed list where a file may say anything.
            assert types[name] == type_name or (name in OPTIONS and types[name] == "choice"), name


def test_tags_are_counted_renamed_and_removed(cast: Cast) -> None:
    contacts.create(cast.ann, {"last_name": "X", "tags": "VIP, old"})
    accounts.create(cast.ann, {"company": "Acme", "tags": "vip"})
    vip = next(tag for tag in tags.search(cast.olga) if tag.name == "VIP")
    assert (vip.contact_count, vip.account_count) == (1, 1)
    assert [tag.contact_count for tag in tags.search(cast.bob)] == [0, 0]

    tags.rename(cast.olga, vip.id, "Very important")
    with pytest.raises(Conflict, match="already"):
        tags.rename(cast.olga, vip.id, "OLD")
    with pytest.raises(Invalid):
        tags.rename(cast.olga, vip.id, " ")
    assert tags.names(cast.ann) == ["old", "Very important"]
    tags.remove(cast.olga, vip.id)
    assert tags.names(cast.ann) == ["old"]


def test_the_latest_word_on_e_mail_holds(
    ann: Actor, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = contacts.create(ann, {"last_name": "X", "email_consent": "yes", "opt_in_at": "2025-05-03"})
    assert contacts.get(ann, one).email_opt == "in"

    consents.opt_out(ann, one, Proof("link in a mail"))
    consents.opt_out(ann, one, Proof("link in a mail"))
    consents.opt_in(ann, one, Proof("paper form", MONDAY - timedelta(days=9)))
    assert contacts.get(ann, one).email_opt == "out"

    history = consents.of_contact(ann, one)
    assert [(entry.is_granted, entry.source) for entry in history] == [
        (False, "link in a mail"), (True, "paper form"), (True, "entered with the contact"),
    ]  # fmt: skip
    assert len(activities("consent.withdrawn")) == 1
    consents.opt_in(ann, one, Proof("phone", channel="phone"))
    assert contacts.get(ann, one).email_opt == "out"


def test_a_form_cannot_undo_an_opt_out_by_the_way(ann: Actor) -> None:
    one = contacts.create(ann, {"last_name": "X", "unsubscribed": "yes"})

    with pytest.raises(Invalid) as caught:
        contacts.change(ann, one, {"email_consent": True}, version=None)
    assert "opted out" in caught.value.fields["email_consent"]
    consents.opt_in(ann, one, Proof("signed form"))
    assert contacts.get(ann, one).email_opt == "in"


@pytest.mark.parametrize("proof", [Proof(" "), Proof("x", channel="smoke"), Proof("x", purpose="")])
def test_a_consent_without_proof_is_none(ann: Actor, proof: Any) -> None:
    one = contacts.create(ann, {"last_name": "X"})

    with pytest.raises(Invalid):
        consents.opt_in(ann, one, proof)
