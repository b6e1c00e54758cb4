"""The page of one customer: written in two steps, safe against hostile text, silent for strangers."""

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.activity import history, interactions
from crm_core.activity.types import NewInteraction
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import NotFound
from crm_core.kernel.paging import Paging
from crm_core.people import accounts, consents, contacts, custom_fields
from tests.pages.conftest import OpenApp, field, press, said
from tests.people import Cast
from tests.shared_data import shared

ZOE = {
    "first_name": "Zoë", "last_name": "Zimmer", "email": "zoe@angstrom.example", "phone": "+49 228 123456",
    "email_secondary": "zoe@home.example", "company": "Ångström", "job_title": "Head of Sales",
    "country": "DE", "city": "Bonn", "website": "https://zoe.example", "likes": "Gold plans", "tags": "vip",
    "lifecycle": "customer",
}  # fmt: skip


@pytest.fixture
def zoe(cast: Cast) -> int:
    """Ann's contact, who works at Ångström."""
    return contacts.create(cast.ann, ZOE)


def open_contact(open_app: OpenApp, person: Actor, contact_id: int) -> AppTest:
    return open_app(person, "customer", id=str(contact_id))


def press_key(app: AppTest, key: str) -> AppTest:
    """Press the button with this key."""
    return next(each for each in app.button if each.key == key).click().run()


def value(app: AppTest, label: str) -> Any:
    return field(app, label).value


def company_of(who: Actor, contact_id: int) -> int:
    return contacts.get(who, contact_id).account_id or 0


def links(app: Any) -> list[str]:
    return [each.label for each in app.get("page_link")]


def shown_texts(app: AppTest) -> list[str]:
    return [each.value for each in app.text]


def test_the_page_says_who_it_is_and_how_to_reach_the_person(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    words = said(open_contact(open_app, ann, zoe))

    for part in (
        "Zoë Zimmer",
        "Head of Sales",
        "Ångström",
        "Ann Archer",
        "Customer",
        "vip",
        "Germany",
        "Gold plans",
    ):
        assert part in words
    assert r"[zoe\@angstrom\.example](mailto:zoe@angstrom.example)" in words
    assert "(mailto:zoe@home.example)" in words
    assert "(tel:+49228123456)" in words
    assert "(https://zoe.example)" in words


def test_the_way_back_keeps_the_filters_of_the_list(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    app: Any = open_contact(open_app, ann, zoe)
    app.session_state["contacts.address"] = {"q": "zim", "pill": ["mine", "new"]}

    app.run()

    [back] = [each for each in app.get("page_link") if "Back to contacts" in each.label]
    assert back.proto.query_string == "q=zim&pill=mine&pill=new"


def test_a_note_in_two_steps_stands_on_the_timeline(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    app = open_contact(open_app, ann, zoe)

    field(app, "What should be remembered?").set_value("Call her in March\nabout gold")
    press(app, "Save note")

    assert "Call her in March\nabout gold" in shown_texts(app)
    assert value(app, "What should be remembered?") == ""
    assert history.of_contact(ann, zoe, Paging(), ("Notes",)).items[0].actor_id == ann.id


def test_a_call_is_logged_with_its_circumstances_and_moves_the_last_touch(
    open_app: OpenApp, ann: Actor, zoe: int
) -> None:
    app = open_contact(open_app, ann, zoe)
    app.button_group(key=f"log-kind-contacts-{zoe}").set_value("call").run()
    field(app, "What was said?").set_value("Wants an offer")
    field(app, "Direction").set_value("in")
    field(app, "Outcome").set_value("interested")
    next(each for each in app.number_input if each.label == "Minutes").set_value(12)

    press(app, "Save call")

    assert "They to us · interested · 12 min" in said(app)
    assert "just now" in said(app)


def test_an_empty_note_is_refused_with_a_sentence(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    app = press(open_contact(open_app, ann, zoe), "Save note")

    assert "Write what happened" in said(app)


def test_own_entries_are_changed_deleted_and_brought_back(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    interactions.log(ann, NewInteraction("note", zoe, body="first words"))
    app = open_contact(open_app, ann, zoe)

    menu(app, "Edit")
    [text] = [each for each in app.text_area if each.value == "first words"]
    text.set_value("second words")
    press(app, "Save")
    assert "second words" in shown_texts(app)

    menu(app, "Delete")
    assert "second words" not in shown_texts(app)
    press_key(app, "undo")
    assert "second words" in shown_texts(app)


def menu(app: Any, act: str) -> Any:
    """Choose from the menu of the only entry that has one."""
    [found] = [each for each in app.get("menu_button") if "entry" in (each.key or "")]
    return found.click(act).run()


def test_entries_of_others_cannot_be_changed_here(
    open_app: OpenApp, ann: Actor, mia: Actor, zoe: int
) -> None:
    interactions.log(mia, NewInteraction("note", zoe, body="from Mia"))

    app = open_contact(open_app, ann, zoe)

    assert "from Mia" in shown_texts(app)
    assert not app.get("menu_button")


def test_filters_choose_and_a_long_timeline_goes_on(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    for number in range(25):
        interactions.log(ann, NewInteraction("note", zoe, body=f"note {number}"))
    interactions.log(ann, NewInteraction("call", zoe, body="the call"))
    app = open_contact(open_app, ann, zoe)
    assert "note 0" not in shown_texts(app)

    press(app, "Show earlier")
    assert "note 0" in shown_texts(app)

    app.button_group(key=f"timeline-contacts-{zoe}").set_value(["Calls"]).run()
    assert shown_texts(app) == ["the call"]


def test_changes_are_told_field_by_field_in_words(
    open_app: OpenApp, ann: Actor, olga: Actor, zoe: int
) -> None:
    custom_fields.add(olga, "contacts", "Shoe size", "number")
    changes = {"city": "Köln", "country": "FR", "custom.shoe_size": "41"}
    contacts.change(ann, zoe, changes, version=None)

    words = said(open_contact(open_app, ann, zoe))

    assert ":gray[City:] Bonn → Köln" in words
    assert ":gray[Country:] Germany → France" in words
    assert ":gray[Shoe size:] – → 41" in words
    assert ":small[:gray[Shoe size]]  \n41" in words


def test_who_only_looks_sees_no_form_and_no_button(
    open_app: OpenApp, vera: Actor, ann: Actor, zoe: int
) -> None:
    interactions.log(ann, NewInteraction("note", zoe, body="seen by all"))

    app = open_contact(open_app, vera, zoe)

    assert "seen by all" in shown_texts(app)
    assert not app.text_area
    assert not app.get("menu_button")
    assert [each.label for each in app.button] == ["Sign out"]


@pytest.mark.parametrize(
    "query", [{"id": "999999"}, {"id": "x"}, {"id": "9" * 40}, {"account": "999999"}, {}]
)
def test_an_address_that_leads_nowhere_says_so(open_app: OpenApp, ann: Actor, query: dict[str, str]) -> None:
    app = open_app(ann, "customer", **query)

    assert "does not exist, or it is not yours to see" in said(app)
    assert not app.text_area


def test_a_strangers_deep_link_shows_nothing_of_the_contact(
    open_app: OpenApp, bob: Actor, ann: Actor, zoe: int
) -> None:
    company_id = company_of(ann, zoe)

    for query in ({"id": str(zoe)}, {"account": str(company_id)}):
        app = open_app(bob, "customer", **query)
        assert "not yours to see" in said(app)
        assert "Zimmer" not in said(app)
        assert "Ångström" not in said(app)


def test_the_form_saves_what_was_changed(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    app = press_key(open_contact(open_app, ann, zoe), "edit-record")
    field(app, "City").set_value("Köln")

    press_key(app, "save-edit")

    assert contacts.get(ann, zoe)["city"] == "Köln"
    assert "“Zoë Zimmer” is saved" in said(app).replace("\\", "")
    assert not [each for each in app.button if each.key == "save-edit"]


def test_all_wrong_fields_are_marked_at_once_and_nothing_typed_is_lost(
    open_app: OpenApp, ann: Actor, zoe: int
) -> None:
    app = press_key(open_contact(open_app, ann, zoe), "edit-record")
    field(app, "E-mail").set_value("no address")
    field(app, "Birthday").set_value("someday")
    field(app, "City").set_value("Köln")

    press_key(app, "save-edit")

    marked = [each.value for each in app.markdown if each.value.startswith(":small[:red[:material/error:")]
    assert len(marked) == 2
    assert "See E-mail and Birthday." in said(app).replace("\\", "")
    assert (value(app, "City"), value(app, "E-mail")) == ("Köln", "no address")
    assert contacts.get(ann, zoe)["city"] == "Bonn"


def test_while_typing_a_look_alike_is_named(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    other = contacts.create(ann, {"first_name": "Zoe", "last_name": "Zimmermann"})
    app = press_key(open_contact(open_app, ann, other), "edit-record")
    assert "Somebody like this" not in said(app)

    field(app, "E-mail").set_value("zoe@angstrom.example").run()

    assert "Somebody like this is here already" in said(app)
    assert "same e-mail" in said(app)


def test_two_people_edit_one_contact_and_the_second_decides_field_by_field(
    open_app: OpenApp, ann: Actor, mia: Actor, zoe: int
) -> None:
    app = press_key(open_contact(open_app, ann, zoe), "edit-record")
    contacts.change(mia, zoe, {"city": "Köln", "job_title": "CEO"}, version=None)
    field(app, "City").set_value("Berlin")
    field(app, "Department").set_value("Sales")

    press_key(app, "save-edit")

    assert "Somebody else saved this record" in said(app)
    assert "Before: Bonn" in said(app)
    [choice] = app.radio
    assert choice.options == ["Theirs: Köln", "Yours: Berlin"]
    choice.set_value("theirs")
    press_key(app, "save-choice")
    stored = contacts.get(ann, zoe)
    assert (stored["city"], stored["department"], stored["job_title"]) == ("Köln", "Sales", "CEO")


def test_a_third_save_meanwhile_asks_again(open_app: OpenApp, ann: Actor, mia: Actor, zoe: int) -> None:
    app = press_key(open_contact(open_app, ann, zoe), "edit-record")
    field(app, "City").set_value("Berlin")
    contacts.change(mia, zoe, {"city": "Köln"}, version=None)
    press_key(app, "save-edit")
    contacts.change(mia, zoe, {"city": "Ulm"}, version=None)

    press_key(app, "save-choice")

    assert app.radio[0].options == ["Theirs: Ulm", "Yours: Berlin"]
    press_key(app, "save-choice")
    assert contacts.get(ann, zoe)["city"] == "Berlin"


def test_deleting_asks_with_the_name_and_can_be_taken_back(open_app: OpenApp, mia: Actor, zoe: int) -> None:
    app = press_key(open_contact(open_app, mia, zoe), "delete-record")
    assert any(each.label == "Delete Zoë Zimmer" for each in app.button)

    press_key(app, "confirm-delete")
    assert "“Zoë Zimmer” is deleted" in said(app).replace("\\", "")
    with pytest.raises(NotFound):
        contacts.get(mia, zoe)

    press_key(app, "undo")
    assert contacts.get(mia, zoe).name == "Zoë Zimmer"
    assert "Head of Sales" in said(app)


def test_sellers_are_not_offered_to_delete(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    app = open_contact(open_app, ann, zoe)

    assert not [each for each in app.button if each.key == "delete-record"]


def test_an_opt_out_is_asked_for_its_source_and_stands_in_the_list(
    open_app: OpenApp, ann: Actor, zoe: int
) -> None:
    app = press_key(open_contact(open_app, ann, zoe), "opt-out")
    press(app, "Record the opt-out")
    assert "Say where this is known from" in said(app)

    field(app, "How is this known?").set_value("said so in a call")
    press(app, "Record the opt-out")

    assert contacts.get(ann, zoe).email_opt == "out"
    assert [entry.source for entry in consents.of_contact(ann, zoe)] == ["said so in a call"]
    assert "Opted out" in said(app)


def test_tags_come_and_go(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    contacts.tag(ann, [contacts.create(ann, {"last_name": "Other"})], "gold")
    app = open_contact(open_app, ann, zoe)

    field(app, "Add a tag").set_value("gold").run()
    press(app, "Add")
    assert contacts.get(ann, zoe).tags == ("gold", "vip")
    press_key(app, f"untag-{zoe}-vip")

    assert contacts.get(ann, zoe).tags == ("gold",)


def test_likes_are_edited_where_they_stand(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    app = press_key(open_contact(open_app, ann, zoe), f"edit-likes-{zoe}")
    field(app, "Likes").set_value("Tea")

    press_key(app, f"save-likes-{zoe}")

    assert contacts.get(ann, zoe)["likes"] == "Tea"


def test_a_company_shows_its_people_and_what_happened_to_them(
    open_app: OpenApp, ann: Actor, zoe: int
) -> None:
    interactions.log(ann, NewInteraction("note", zoe, body="about Zoë"))
    company_id = company_of(ann, zoe)

    app = open_app(ann, "customer", account=str(company_id))

    assert "Ångström" in said(app)
    assert "about Zoë" in shown_texts(app)
    assert any("Zoë Zimmer" in label for label in links(app))


def test_a_company_is_edited_and_its_people_follow(open_app: OpenApp, ann: Actor, zoe: int) -> None:
    company_id = company_of(ann, zoe)
    app = press_key(open_app(ann, "customer", account=str(company_id)), "edit-record")
    field(app, "Company").set_value("Ohm")
    field(app, "Industry").set_value("Power")

    press_key(app, "save-edit")

    assert (accounts.get(ann, company_id).name, contacts.get(ann, zoe).company) == ("Ohm", "Ohm")


def test_a_company_of_somebody_else_is_named_but_not_linked(
    open_app: OpenApp, ann: Actor, mia: Actor, olga: Actor, zoe: int, cast: Cast
) -> None:
    company_id = company_of(ann, zoe)
    accounts.change(olga, company_id, {"owner": cast.bob.id}, version=None)

    app = open_contact(open_app, ann, zoe)

    assert "Ångström" in said(app)
    assert not any("Ångström" in label for label in links(app))


def test_hostile_text_is_shown_as_text(open_app: OpenApp, ann: Actor) -> None:
    strings = json.loads(shared("12_security/xss.json").read_text())[:25]
    strings += [
        "![x](http://evil.example/a.png)",
        "[click](javascript:alert(1))",
        ":material/home: $x^2$ <b>b</b>",
    ]
    hostile = "\n".join(strings)
    zoe = contacts.create(
        ann,
        {
            "last_name": strings[0],
            "job_title": strings[-2],
            "likes": hostile,
            "notes": hostile,
            "tags": [strings[-1]],
        },
    )
    interactions.log(ann, NewInteraction("email", zoe, subject=strings[-3], body=hostile))

    app = open_contact(open_app, ann, zoe)

    assert hostile in shown_texts(app)
    for part in (each.value for each in (*app.markdown, *app.header, *app.caption)):
        assert not re.search(r"(?<!\\)<(?!/?style)", part), part
        assert not re.search(r"(?<!\\)\]\((?:javascript|http://evil)", part), part
        assert not re.search(r"(?<!\\)!\[", part), part
    assert not app.exception
