"""Saved views: kept, shared, changed and deleted by those who may."""

import pytest

from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.people import saved_views
from tests.people import GUEST, Cast

STATE = {"q": "berlin", "sort": "-created", "columns": ["name", "email"]}


def _names(who: object) -> list[str]:
    return [view.name for view in saved_views.search(who, "contacts")]  # type: ignore[arg-type]


def test_a_private_view_is_seen_by_its_maker_alone(cast: Cast) -> None:
    saved_views.save(cast.ann, "contacts", "Berlin", STATE)

    [view] = saved_views.search(cast.ann, "contacts")
    assert (view.name, view.is_mine, view.is_shared, view.state) == ("Berlin", True, False, STATE)
    assert _names(cast.bob) == _names(cast.olga) == []


def test_a_shared_view_is_seen_by_all_and_changed_by_its_maker(cast: Cast) -> None:
    key = saved_views.save(cast.mia, "contacts", "New leads", STATE, is_shared=True)

    [view] = saved_views.search(cast.bob, "contacts")
    assert (view.by, view.is_mine) == ("Mia Meyer", False)
    with pytest.raises(NotFound):
        saved_views.update(cast.bob, key, state={})
    with pytest.raises(NotFound):
        saved_views.remove(cast.bob, key)
    saved_views.update(cast.mia, key, state={"q": "x"}, is_shared=False)
    assert _names(cast.bob) == []
    assert saved_views.search(cast.mia, "contacts")[0].state == {"q": "x"}


def test_an_administrator_tidies_up_shared_views_but_not_private_ones(cast: Cast) -> None:
    shared = saved_views.save(cast.mia, "contacts", "Shared", STATE, is_shared=True)
    private = saved_views.save(cast.mia, "contacts", "Private", STATE)

    saved_views.remove(cast.olga, shared)
    with pytest.raises(NotFound):
        saved_views.remove(cast.olga, private)
    assert _names(cast.mia) == ["Private"]


def test_sharing_needs_its_own_right(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        saved_views.save(cast.ann, "contacts", "Mine for all", STATE, is_shared=True)
    key = saved_views.save(cast.ann, "contacts", "Mine", STATE)
    with pytest.raises(NotAllowed):
        saved_views.update(cast.ann, key, is_shared=True)


def test_two_views_of_one_person_have_two_names(cast: Cast) -> None:
    saved_views.save(cast.ann, "contacts", "Berlin", STATE)

    with pytest.raises(Conflict, match="already have a view"):
        saved_views.save(cast.ann, "contacts", " berlin ", STATE)
    saved_views.save(cast.bob, "contacts", "Berlin", STATE)


@pytest.mark.parametrize(("record", "name"), [("contacts", " "), ("contacts", "x" * 121), ("users", "x")])
def test_a_view_needs_a_name_and_a_list(cast: Cast, record: str, name: str) -> None:
    with pytest.raises(Invalid):
        saved_views.save(cast.ann, record, name, STATE)


def test_a_guest_has_no_views(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        saved_views.search(GUEST, "contacts")
