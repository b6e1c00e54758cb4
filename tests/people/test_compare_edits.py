"""Two people edit one record: what both changed has to be decided, everything else is kept from both."""

from hypothesis import given
from hypothesis import strategies as st

from crm_core.people.comparison import changed, compare

BEFORE = {"city": "Bonn", "phone": "+49228123", "tags": ["vip"], "employees": 5, "owner": None}
FIELDS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "x", "y", "z"]))


def test_each_side_keeps_what_only_it_changed() -> None:
    found = compare(BEFORE, {**BEFORE, "phone": "+49228999", "version": 3}, {"city": "Berlin"})

    assert found.clashes == ()
    assert [one.field for one in found.theirs_only] == ["phone"]
    assert found.values({}) == {"city": "Berlin"}


def test_a_field_that_both_changed_is_decided_by_a_person() -> None:
    found = compare(BEFORE, {**BEFORE, "city": "Köln"}, {"city": "Berlin", "tags": ["vip", "gold"]})

    [clash] = found.clashes
    assert (clash.before, clash.theirs, clash.mine) == ("Bonn", "Köln", "Berlin")
    assert found.values({"city": True}) == {"city": "Berlin", "tags": ["vip", "gold"]}
    assert found.values({"city": False}) == {"tags": ["vip", "gold"]}


def test_the_same_change_on_both_sides_is_no_clash() -> None:
    found = compare(BEFORE, {**BEFORE, "city": "Köln"}, {"city": "Köln"})

    assert (found.clashes, found.mine_only, found.values({})) == ((), (), {})


def test_a_form_that_says_the_same_in_other_types_changed_nothing() -> None:
    assert changed(BEFORE, {"employees": "5", "owner": "", "tags": ("vip",), "email": ""}) == {}


def test_an_emptied_field_is_a_change() -> None:
    assert compare(BEFORE, BEFORE, {"city": ""}).values({}) == {"city": ""}


@given(before=FIELDS, theirs=FIELDS, mine=FIELDS, choice=st.booleans())
def test_nothing_that_only_one_side_changed_is_ever_lost(
    before: dict[str, str], theirs: dict[str, str], mine: dict[str, str], choice: bool
) -> None:
    stored = {**before, **theirs}
    found = compare(before, stored, mine)

    saved = {**stored, **found.values({one.field: choice for one in found.clashes})}

    for name in "abcd":
        was, other = before.get(name, ""), stored.get(name, "")
        own = mine.get(name, was)
        if own == was:
            assert saved.get(name, "") == other
        elif other == was:
            assert saved.get(name, "") == own
        else:
            assert saved.get(name, "") == (own if choice else other)
