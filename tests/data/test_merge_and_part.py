"""Merging loses nothing, parting restores everything: for any two records, on both engines."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from crm_core.activity import history, interactions
from crm_core.activity.types import NewInteraction
from crm_core.data import merging
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from crm_core.people import accounts, consents, contacts, counts
from crm_core.people.consents import Proof
from db.models import Account, Contact, ContactPoint, ContactTag, Interaction
from tests.business_hash import business_hash
from tests.people import Cast

WORDS = st.sampled_from(["", "Zoë", "Bergström", "Gold plan", "Uppsala", "calls"])
TAGS = st.lists(st.sampled_from(["VIP", "Fair", "Partner"]), unique=True)
PEOPLE = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from(["Zoë", "Zoe", "Z."]),
        "last_name": st.sampled_from(["Berg", "Bergström"]),
        "email": st.sampled_from(["", "zoe@berg.example", "z.berg@mail.example"]),
        "phone": st.sampled_from(["", "+46701234567", "+468123456"]),
        "email_secondary": st.sampled_from(["", "zoe@home.example", "zoe@berg.example"]),
        "company": st.sampled_from(["", "Ångström AB", "Berg & Co"]),
        "city": WORDS,
        "notes": WORDS,
        "likes": WORDS,
        "lifecycle": st.sampled_from(["", "lead", "customer"]),
        "tags": TAGS,
    }
)


def _create(who: Actor, values: dict[str, Any]) -> int:
    given_values = {name: value for name, value in values.items() if value}
    return contacts.create(who, given_values, even_if_duplicate=True)


def _row(who: Actor, key: int) -> Contact:
    with begin(who, write=False) as work:
        return work.get(Contact, key, with_deleted=True)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.generate],
)
@given(one=PEOPLE, other=PEOPLE, notes=st.integers(0, 3), opted_out=st.booleans())
def test_merging_and_parting_restores_every_business_table(
    cast: Cast, one: dict[str, Any], other: dict[str, Any], notes: int, opted_out: bool
) -> None:
    mia = cast.mia
    keep, drop = _create(mia, one), _create(mia, other)
    for number in range(notes):
        interactions.log(mia, NewInteraction("call", drop, body=f"call {number}"))
    if opted_out:
        consents.opt_out(mia, drop, Proof(source="asked by phone"))
    before = business_hash()

    merge = merging.merge(mia, "contacts", keep, drop)
    merged = _row(mia, keep)
    assert merged.email_opt == ("out" if opted_out else "unknown")
    with begin(mia, write=False) as work:
        assert work.scalar(select(func.count()).where(Interaction.contact_id == drop)) == 0
        assert counts.differences(work) == []
    merging.unmerge(mia, merge)

    assert business_hash() == before
    with begin(cast.olga, write=False) as work:
        assert counts.differences(work) == []


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.generate],
)
@given(one=PEOPLE, other=PEOPLE, choice=st.sampled_from(["keep", "drop"]))
def test_the_preview_is_what_comes_out(
    cast: Cast, one: dict[str, Any], other: dict[str, Any], choice: str
) -> None:
    keep, drop = _create(cast.mia, one), _create(cast.mia, other)
    choices = {"first_name": choice, "city": choice}

    promised = merging.preview(cast.mia, "contacts", keep, drop, choices)
    merging.merge(cast.mia, "contacts", keep, drop, choices)

    merged = _row(cast.mia, keep)
    # The name that people read follows from its parts.
    expected = {name: value for name, value in promised.result.items() if name != "name"}
    assert {name: getattr(merged, name) for name in expected} == expected


@pytest.fixture
def pair(mia: Actor) -> tuple[int, int]:
    """Two records of Zoë: one knows her e-mail, the other her phone, her firm and what was said."""
    keep = _create(
        mia, {"first_name": "Zoë", "last_name": "Berg", "email": "zoe@berg.example", "tags": ["VIP"]}
    )
    drop = _create(
        mia, {"first_name": "Zoe", "last_name": "Berg", "email": "z@mail.example", "phone": "+46701234567",
              "company": "Berg & Co", "tags": ["VIP", "Fair"]},
    )  # fmt: skip
    interactions.log(mia, NewInteraction("note", drop, body="likes tea"))
    return keep, drop


def test_everything_that_was_said_to_either_stands_on_one_timeline(mia: Actor, pair: tuple[int, int]) -> None:
    keep, drop = pair
    merging.merge(mia, "contacts", keep, drop)

    assert "likes tea" in {entry.text for entry in history.of_contact(mia, keep, Paging())}
    merged = contacts.get(mia, keep)
    assert (merged.company, set(merged.tags)) == ("Berg & Co", {"VIP", "Fair"})
    assert {"z@mail.example"} <= {point.value for point in merged.points}
    with pytest.raises(NotFound):
        contacts.get(mia, drop)


def test_what_people_changed_since_stays_and_is_named(mia: Actor, pair: tuple[int, int]) -> None:
    keep, drop = pair
    merge = merging.merge(mia, "contacts", keep, drop)
    contacts.change(mia, keep, {"phone": "+46700000000"}, version=_row(mia, keep).version)
    interactions.log(mia, NewInteraction("note", keep, body="said after the merge"))

    parted = merging.unmerge(mia, merge)

    assert parted.kept_fields == ("phone",)
    assert _row(mia, keep).phone == "+46700000000"
    assert _row(mia, drop).phone == "+46701234567"
    assert "said after the merge" in {entry.text for entry in history.of_contact(mia, keep, Paging())}


def test_merges_of_one_record_are_parted_the_newest_first(mia: Actor, pair: tuple[int, int]) -> None:
    keep, drop = pair
    third = _create(mia, {"first_name": "Z.", "last_name": "Berg"})
    before = business_hash()
    first, second = merging.merge(mia, "contacts", keep, drop), merging.merge(mia, "contacts", keep, third)

    with pytest.raises(Conflict, match="Part the later merge first"):
        merging.unmerge(mia, first)
    merging.unmerge(mia, second)
    merging.unmerge(mia, first)

    assert business_hash() == before
    with pytest.raises(Conflict, match="parted already"):
        merging.unmerge(mia, first)


def test_people_of_a_merged_company_carry_its_name_and_get_theirs_back(mia: Actor) -> None:
    person = _create(mia, {"first_name": "Zoë", "last_name": "Berg", "company": "Angstrom"})
    with begin(mia, write=False) as work:
        [drop] = work.scalars(select(Account.id).where(Account.name == "Angstrom"))
    keep = accounts.create(mia, {"company": "Ångström AB", "city": "Uppsala"})
    before = business_hash()

    merge = merging.merge(mia, "accounts", keep, drop)
    assert (_row(mia, person).company, _row(mia, person).account_id) == ("Ångström AB", keep)
    assert "angstrom ab" in _row(mia, person).search_text

    merging.unmerge(mia, merge)
    assert business_hash() == before


def test_nothing_that_refers_to_a_contact_is_left_behind(mia: Actor, pair: tuple[int, int]) -> None:
    keep, drop = pair
    merging.merge(mia, "contacts", keep, drop)

    with begin(mia, write=False) as work:
        for model in (ContactPoint, ContactTag, Interaction):
            assert work.scalar(select(func.count()).where(model.contact_id == drop)) == 0


def test_one_who_may_not_see_or_merge_is_refused_and_nothing_changes(
    cast: Cast, pair: tuple[int, int]
) -> None:
    before = business_hash()
    for who in (cast.ann, cast.sue, cast.vera):
        with pytest.raises(NotAllowed):
            merging.merge(who, "contacts", *pair)
    hidden = _create(cast.mark, {"first_name": "Hidden", "last_name": "One"})
    with pytest.raises(NotFound):
        merging.merge(cast.mia, "contacts", pair[0], hidden)
    with pytest.raises(Invalid, match="one record already"):
        merging.merge(cast.mia, "contacts", pair[0], pair[0])
    contacts.delete(cast.olga, [hidden])

    assert business_hash() != before
    assert _row(cast.olga, pair[1]).deleted_at is None


def test_the_earliest_creation_and_the_latest_touch_survive(mia: Actor, pair: tuple[int, int]) -> None:
    keep, drop = pair
    with begin(mia) as work:
        row = work.get(Contact, drop)
        row.created_at = row.created_at - timedelta(days=400)
        long_ago = row.created_at

    merging.merge(mia, "contacts", keep, drop)

    assert _row(mia, keep).created_at == long_ago
