"""The page of the list: it shows what the address asks for, and takes nothing from the browser on trust."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from crm_core.people import contacts, custom_fields, listing, saved_views
from crm_core.people.listing import Query
from crm_core.team import profile
from db.models import Contact
from pages.ui import contacts_edit, rule_nodes
from tests.pages.conftest import OpenApp, field, press, said
from tests.people import Cast

NAMES = (("Anna", "Alt", "Berlin"), ("Ben", "Busch", "Graz"), ("Cara", "Curie", "Paris"))


@pytest.fixture
def three(cast: Cast) -> list[int]:
    """Anna and Ben are Ann's, Cara is Bob's."""
    return [
        contacts.create(
            who, {"first_name": first, "last_name": last, "city": city, "email": f"{first}@{city}.test"}
        )
        for who, (first, last, city) in zip((cast.ann, cast.ann, cast.bob), NAMES, strict=True)
    ]


def _shown(app: AppTest) -> list[str]:
    return [str(name) for name in app.dataframe[0].value["name"]] if app.dataframe else []


def test_everybody_sees_their_own_people(open_app: OpenApp, cast: Cast, three: list[int]) -> None:
    assert _shown(open_app(cast.ann, "contacts")) == ["Anna Alt", "Ben Busch"]
    assert _shown(open_app(cast.bob, "contacts")) == ["Cara Curie"]
    assert _shown(open_app(cast.olga, "contacts")) == ["Anna Alt", "Ben Busch", "Cara Curie"]


def test_typing_finds(open_app: OpenApp, cast: Cast, three: list[int]) -> None:
    app = open_app(cast.olga, "contacts")

    app.text_input(key="q").set_value("graz").run()

    assert _shown(app) == ["Ben Busch"]
    assert "1 contact" in said(app)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({"rule": "city is_any_of (Berlin, Paris)"}, ["Anna Alt", "Cara Curie"]),
        ({"rule": "not city is Berlin"}, ["Ben Busch", "Cara Curie"]),
        ({"rule": "city is Nowhere"}, []),
        ({"pill": "new"}, ["Cara Curie", "Ben Busch", "Anna Alt"]),
        ({"pill": "opted_out"}, []),
        ({"sort": "-name"}, ["Anna Alt", "Ben Busch", "Cara Curie"]),
        ({"sort": "-created", "pill": "nonsense"}, ["Cara Curie", "Ben Busch", "Anna Alt"]),
    ],
)
def test_a_link_shows_the_same_list_again(
    open_app: OpenApp, cast: Cast, three: list[int], address: dict[str, str], found: list[str]
) -> None:
    assert _shown(open_app(cast.olga, "contacts", **address)) == found


@pytest.mark.parametrize(
    "rule",
    [
        "salary is 3",
        "city is",
        "((((",
        "'; DROP TABLE contacts",
        "name is x\x00",
        "import is 99999999999999999999",
    ],
)
def test_a_link_with_a_filter_that_makes_no_sense_says_so(
    open_app: OpenApp, cast: Cast, three: list[int], rule: str
) -> None:
    app = open_app(cast.olga, "contacts", rule=rule)

    assert not app.exception
    assert "left out" in said(app) or _shown(app) == []


def test_the_filter_is_told_as_a_sentence_and_can_be_removed(
    open_app: OpenApp, cast: Cast, three: list[int]
) -> None:
    app = open_app(cast.olga, "contacts", rule="city is Berlin and owner is me")
    assert "city is “Berlin” and owner is me" in said(app)

    press(app, "Remove filter")

    assert len(_shown(app)) == 3


def test_an_empty_base_says_what_to_do_first(open_app: OpenApp, cast: Cast) -> None:
    assert "No contacts yet" in said(open_app(cast.olga, "contacts"))


def test_a_search_without_hits_offers_the_way_back(open_app: OpenApp, cast: Cast, three: list[int]) -> None:
    app = open_app(cast.olga, "contacts")
    app.text_input(key="q").set_value("zzzz").run()
    assert "Nobody matches" in said(app)

    press(app, "Show everybody")

    assert len(_shown(app)) == 3


def test_a_view_is_saved_and_opened_by_its_link(open_app: OpenApp, cast: Cast, three: list[int]) -> None:
    state = {"q": "", "pill": [], "sort": "-created", "rule": "city is Paris", "columns": ["name", "city"]}
    key = saved_views.save(cast.olga, "contacts", "Paris", state)

    app = open_app(cast.olga, "contacts", view=str(key))

    assert _shown(app) == ["Cara Curie"]
    assert list(app.dataframe[0].value.columns) == ["name", "city"]


def test_chosen_columns_are_there_again_the_next_day(open_app: OpenApp, cast: Cast, three: list[int]) -> None:
    app = open_app(cast.olga, "contacts")
    next(each for each in app.multiselect if each.key == "contacts-columns").set_value(["city", "name"]).run()
    assert list(app.dataframe[0].value.columns) == ["city", "name"]

    assert list(open_app(cast.olga, "contacts").dataframe[0].value.columns) == ["city", "name"]
    assert "company" in open_app(cast.vera, "contacts").dataframe[0].value.columns


def test_compact_lists_hold_more_and_lower_rows(open_app: OpenApp, cast: Cast, three: list[int]) -> None:
    usual = open_app(cast.olga, "contacts").dataframe[0].proto.row_height
    profile.prefer(cast.olga, is_compact=True)

    assert open_app(cast.olga, "contacts").dataframe[0].proto.row_height < usual


def test_an_own_field_with_values_of_two_types_is_shown(
    open_app: OpenApp, cast: Cast, three: list[int]
) -> None:
    custom_fields.add(cast.olga, "contacts", "Shoe size", "number")
    for key, value in zip(three, (42, "XL", None), strict=True):
        with begin(cast.olga) as work:
            work.get(Contact, key).custom = {"shoe_size": value}
    profile.prefer(cast.olga, contact_columns=("name", "custom.shoe_size"))

    shown = open_app(cast.olga, "contacts").dataframe[0].value

    assert set(shown["custom.shoe_size"].dropna()) == {"42", "XL"}


def test_viewers_get_no_buttons_that_change(open_app: OpenApp, cast: Cast, three: list[int]) -> None:
    words_shown = said(open_app(cast.vera, "contacts"))

    assert "Add contact" not in words_shown
    assert not open_app(cast.vera, "contacts").toggle


def test_companies_have_their_own_list(open_app: OpenApp, cast: Cast) -> None:
    contacts.create(cast.olga, {"first_name": "A", "company": "Ångström"})

    app = open_app(cast.olga, "contacts", show="companies")

    assert list(app.dataframe[0].value["name"]) == ["Ångström"]


def _rows(cast: Cast) -> tuple[Any, ...]:
    return listing.search(cast.ann, Query(paging=Paging())).items


def test_what_was_typed_into_the_grid_becomes_changes(cast: Cast, three: list[int]) -> None:
    record = {"edited_rows": {0: {"city": "Bonn", "email": "anna@berlin.test"}, "1": {"city": "Graz"}}}

    assert contacts_edit.changes(record, _rows(cast)) == {0: {"city": "Bonn"}}


@pytest.mark.parametrize(
    "record",
    [
        {"edited_rows": {0: {"owner_id": 1}}},
        {"edited_rows": {0: {"id": 7}}},
        {"edited_rows": {2: {"city": "x"}}},
        {"edited_rows": {-1: {"city": "x"}}},
        {"edited_rows": {"zero": {"city": "x"}}},
        {"edited_rows": {}, "added_rows": [{"city": "x"}]},
        {"edited_rows": {}, "deleted_rows": [0]},
    ],
)
def test_a_forged_edit_is_refused_as_a_whole(cast: Cast, three: list[int], record: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="Nothing was saved"):
        contacts_edit.changes(record, _rows(cast))


def test_the_builder_and_the_rule_are_the_same() -> None:
    node = rule_nodes.Node(1, "none", [rule_nodes.Node(2, field="city", operator="is", value="Graz")])
    empty = rule_nodes.Node(3, "all", [])
    root = rule_nodes.Node(
        4, "any", [node, empty, rule_nodes.Node(5, field="email", operator="is_filled", value=True)]
    )

    assert rule_nodes.as_json(root) == {
        "any": [{"not": {"any": [{"field": "city", "is": "Graz"}]}}, {"field": "email", "is_filled": True}]
    }


def test_the_search_box_is_there(open_app: OpenApp, cast: Cast) -> None:
    assert field(open_app(cast.ann, "contacts"), "Search").value in ("", None)


def test_a_company_is_added_from_the_list_of_companies(open_app: OpenApp, cast: Cast) -> None:
    app = open_app(cast.ann, "contacts", show="companies")
    assert "Add contact" not in said(app)
    press(app, "Add company")

    names = [each.label for each in app.text_input]
    assert {"Company", "Website", "City"} <= set(names)
