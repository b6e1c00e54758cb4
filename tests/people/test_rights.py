"""Each role, each act, on one's own record, the team's, and somebody else's: decided by one table."""

from collections.abc import Callable
from typing import Any

import pytest

from crm_core.kernel.errors import NotAllowed, NotFound
from crm_core.people import accounts, consents, contacts, custom_fields, tags
from crm_core.people.consents import Proof
from tests.people import GUEST, Cast
from tests.people.records import fingerprint

pytestmark = pytest.mark.one_engine

ACTS: dict[str, Callable[..., Any]] = {
    "read": lambda who, one, _cast: contacts.get(who, one),
    "change": lambda who, one, _cast: contacts.change(who, one, {"city": "Ulm"}, version=None),
    "stage": lambda who, one, _cast: contacts.set_lifecycle(who, [one], "advocate"),
    "tag": lambda who, one, _cast: contacts.tag(who, [one], "new"),
    "untag": lambda who, one, _cast: contacts.untag(who, [one], "old"),
    "opt out": lambda who, one, _cast: consents.opt_out(who, one, Proof("phone call")),
    "opt in": lambda who, one, _cast: consents.opt_in(who, one, Proof("signed form")),
    "assign": lambda who, one, cast: contacts.assign(who, [one], cast.mia.id),
    "give by form": lambda who, one, cast: contacts.change(who, one, {"owner": cast.mia.id}, version=None),
    "delete": lambda who, one, _cast: contacts.delete(who, [one]),
}
EDITS = ("change", "stage", "tag", "untag", "opt out", "opt in")

# For each person: whose records are in reach, and which acts the role includes.
REACH = {
    "olga": {"ann", "mark", "nobody"}, "mia": {"ann", "nobody"}, "ann": {"ann"}, "bob": set(),
    "mark": {"ann", "mark", "nobody"}, "sue": {"ann", "mark", "nobody"}, "vera": {"ann", "mark", "nobody"},
    "guest": set(),
}  # fmt: skip
ALLOWED = {
    "olga": set(ACTS), "mia": set(ACTS), "ann": {"read", *EDITS}, "bob": {"read", *EDITS},
    "mark": {"read", *EDITS}, "sue": {"read", *EDITS}, "vera": {"read"}, "guest": set(),
}  # fmt: skip


@pytest.mark.parametrize("person", REACH)
def test_the_table_decides_and_a_refusal_changes_nothing(cast: Cast, person: Any) -> None:
    who = GUEST if person == "guest" else getattr(cast, person)
    for act, do in ACTS.items():
        for owner in ("ann", "mark", "nobody"):
            one = _contact(cast, owner)
            before = fingerprint()

            allowed = act in ALLOWED[person] and owner in REACH[person]
            if allowed:
                do(who, one, cast)
            else:
                with pytest.raises(_refusal(person, act)):
                    do(who, one, cast)
            assert (fingerprint() != before) == (allowed and act != "read"), (person, act, owner)


def _contact(cast: Cast, owner: Any) -> Any:
    values = {"last_name": f"Of {owner}", "tags": "old"}
    one = contacts.create(cast.olga, values)
    contacts.assign(cast.olga, [one], None if owner == "nobody" else getattr(cast, owner).id)
    return one


def _refusal(person: Any, act: Any) -> Any:
    # “By form” the record is looked up before the owner is: what is out of reach does not exist.
    if act == "give by form" and "change" in ALLOWED[person]:
        return (NotAllowed, NotFound)
    return NotFound if act in ALLOWED[person] else NotAllowed


@pytest.mark.parametrize("create", [contacts.create, accounts.create])
def test_who_may_create_for_whom(cast: Cast, create: Any) -> None:
    for person, owner, allowed in (
        ("ann", "ann", True), ("ann", "bob", False), ("mia", "bob", True), ("mia", "mark", False),
        ("olga", "mark", True), ("mark", "ann", False), ("sue", "sue", True), ("vera", "vera", False),
    ):  # fmt: skip
        values = {"company": f"{person} for {owner}", "owner": owner}
        before = fingerprint()
        if allowed:
            create(getattr(cast, person), values)
        else:
            with pytest.raises(NotAllowed):
                create(getattr(cast, person), values)
        assert (fingerprint() != before) is allowed, (person, owner)


def test_only_the_admin_decides_about_fields_and_tags(cast: Cast) -> None:
    field = custom_fields.add(cast.olga, "contacts", "Shoe size", "number")
    contacts.create(cast.olga, {"last_name": "X", "tags": "old"})
    [tag] = tags.search(cast.olga)

    for person in (cast.mia, cast.ann, cast.mark, cast.sue, cast.vera, GUEST):
        for act in (
            lambda who: custom_fields.add(who, "contacts", "Other", "text"),
            lambda who: custom_fields.change(who, field.id, label="Other"),
            lambda who: custom_fields.remove(who, field.id),
            lambda who: tags.rename(who, tag.id, "other"),
            lambda who: tags.remove(who, tag.id),
        ):
            with pytest.raises(NotAllowed):
                act(person)
    assert [one.name for one in tags.search(cast.vera)] == tags.names(cast.vera) == ["old"]
    assert [one.label for one in custom_fields.search(cast.vera)] == ["Shoe size"]


def test_an_owner_who_cannot_sign_in_any_more_gets_nothing_new(cast: Cast) -> None:
    from crm_core.kernel.errors import Invalid
    from crm_core.kernel.work import begin
    from db.models import User

    assert cast.bob.id is not None
    with begin(cast.olga) as work:
        work.get(User, cast.bob.id).is_active = False
    one = contacts.create(cast.ann, {"last_name": "X"})

    with pytest.raises(Invalid) as caught:
        contacts.assign(cast.mia, [one], cast.bob.id)
    assert "cannot sign in any more" in caught.value.fields["owner"]
