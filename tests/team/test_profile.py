"""What a person decides about the own account."""

import pytest

from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.team import profile
from crm_core.team.profile import Preferences
from db.session import Database


def test_a_name_and_an_address_are_changed(ann: Actor) -> None:
    profile.change(ann, "  Ann   Alder ", "ann@alder.example.com")

    now = profile.get(ann)
    assert (now.username, now.name, now.email) == ("ann", "Ann Alder", "ann@alder.example.com")


def test_what_cannot_be_is_said_field_by_field(ann: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        profile.change(ann, " ", "not an address")

    assert set(refused.value.fields) == {"name", "email"}


def test_an_address_belongs_to_one_person(ann: Actor, bob: Actor) -> None:
    profile.change(bob, "Bob Brandt", "bob@alder.example.com")

    with pytest.raises(Conflict):
        profile.change(ann, "Ann Archer", "bob@alder.example.com")


def test_preferences_change_one_by_one(ann: Actor, bob: Actor) -> None:
    profile.prefer(ann, is_compact=True)
    profile.prefer(ann, start_page="contacts")

    assert profile.preferences(ann) == Preferences("contacts", is_compact=True)
    assert profile.preferences(bob) == Preferences()


def test_the_command_line_has_no_profile(database: Database) -> None:
    with pytest.raises(NotAllowed, match="--as"):
        profile.get(OPERATOR)
