"""Leads on their page: the queue with reasons, one lead, forms, rules and the card; and for whom."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.people import contacts
from crm_core.sales import (
    assignment,
    conversion,
    deals,
    form_submissions,
    lead_scores,
    leads,
    web_forms,
)
from crm_core.sales.lead_types import LeadQuery, NewConversion, NewRule
from tests.pages.conftest import OpenApp, press, said
from tests.people import Cast
from tests.sales.lead_cases import form, lead, send


def key_of(app: AppTest, start: str) -> Any:
    """The widget whose key begins so."""
    widgets = (*app.button, *app.text_input, *app.selectbox, *app.checkbox, *app.multiselect, *app.toggle)
    return next(each for each in widgets if (each.key or "").startswith(start))


def test_the_queue_begins_empty_and_says_what_to_do(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "leads")

    assert "No leads yet" in said(app)
    assert "Add a lead" in said(app)
    assert not app.exception


def test_the_queue_shows_score_and_reasons_and_a_hostile_name_as_it_is(open_app: OpenApp, ann: Actor) -> None:
    lead(ann, "**Berg** :red[x]", email="b@acme.test", job_title="CEO", source="*Fair*")
    app = open_app(ann, "leads")
    shown = said(app)

    assert "\\*\\*Berg\\*\\*" in shown
    assert "decides +15" in shown
    assert ":orange-badge[**47**]" in shown
    assert not app.exception


def test_a_new_lead_is_accepted_by_one_click(open_app: OpenApp, ann: Actor) -> None:
    key = lead(ann, "Berg")
    app = open_app(ann, "leads")

    press(app, "Accept")

    assert leads.get(ann, key).row.lead_status == "working"
    assert "Convert" in said(app)


def test_ticked_leads_are_given_away_together(open_app: OpenApp, cast: Cast) -> None:
    keys = [lead(cast.mia, name) for name in ("A", "B")]
    app = open_app(cast.mia, "leads")
    for key in keys:
        app.checkbox(f"tick-{key}").check()
    app.run()

    key_of(app, "bulk-owner").set_value(cast.ann.id)
    key_of(app, "bulk-assign").click().run()

    assert {row.owner_name for row in leads.search(cast.mia, LeadQuery())} == {"Ann Archer"}
    assert not app.exception


def test_a_lead_is_disqualified_with_a_reason(open_app: OpenApp, ann: Actor) -> None:
    key = lead(ann, "Berg")
    app = open_app(ann, "lead", id=str(key))

    key_of(app, "disqualify-lead").click().run()
    key_of(app, "lost-reason").set_value("Spam")
    app.button("disqualify-lead").click()
    app.button("save-disqualify").click().run()

    assert leads.get(ann, key).lost_reason == "Spam"


def test_a_lead_is_converted_and_taken_back(open_app: OpenApp, ann: Actor) -> None:
    key = lead(ann, "Berg", company="Acme")
    app = open_app(ann, "lead", id=str(key))
    app.button("convert-lead").click().run()
    app.button("convert-lead").click()
    app.button("save-convert").click().run()
    assert contacts.get(ann, key)["lead_status"] == "converted"

    app = open_app(ann, "lead", id=str(key))
    assert "Converted on" in said(app)
    assert "from the status new" in said(app)
    app.button("undo-convert").click().run()
    app.button("undo-convert").click()
    app.button("confirm-dialog").click().run()

    assert contacts.get(ann, key)["lead_status"] == "new"
    assert not app.exception


def test_a_conversion_that_was_worked_on_has_no_way_back(open_app: OpenApp, cast: Cast) -> None:
    key = lead(cast.ann, "Berg")
    made = conversion.convert(cast.ann, key, NewConversion("Acme"))
    deals.win(cast.ann, made.deal_id or 0, version=1)
    app = open_app(cast.ann, "lead", id=str(key))

    assert "worked on since" in said(app)
    assert "Take back" not in said(app)


def test_a_lead_of_others_does_not_exist(open_app: OpenApp, cast: Cast) -> None:
    key = lead(cast.bob, "Secret")
    app = open_app(cast.ann, "lead", id=str(key))

    assert "not yours to see" in said(app)
    assert "Secret" not in said(app)


@pytest.mark.parametrize("name", ["ann", "sue", "mark", "vera"])
def test_forms_and_rules_are_for_managers(open_app: OpenApp, cast: Cast, name: str) -> None:
    key = form(cast.mia)
    for query in ({"show": "forms"}, {"show": "assignment"}, {"form": str(key)}):
        app = open_app(cast.everybody[name], "leads", **query)
        assert "Contact us" not in said(app)
        assert "Add rule" not in said(app)
        assert not app.exception


def test_a_looker_on_cannot_touch_leads(open_app: OpenApp, cast: Cast) -> None:
    key = lead(cast.ann, "Berg")
    for query in ({}, {"lead": str(key)}, {"show": "scoring"}):
        shown = said(open_app(cast.vera, "leads", **query))
        assert not {"Accept", "Convert", "Disqualify", "Add lead", "Save the card"} & set(shown.split("\n"))


def test_a_held_message_is_let_through_from_the_page(open_app: OpenApp, mia: Actor) -> None:
    key = form(mia)
    send(key, trap="x")
    app = open_app(mia, "leads", show="forms")
    assert "a hidden field was filled in" in said(app).replace("\\", "")

    press(app, "Let through")

    assert leads.search(SYSTEM, LeadQuery()).total == 1
    assert form_submissions.search(mia, key, "held").total == 0


def test_a_form_is_edited_closed_and_shows_how_to_embed_it(open_app: OpenApp, mia: Actor) -> None:
    key = form(mia)
    app = open_app(mia, "leads", form=str(key))
    assert any("<iframe" in each.value for each in app.code)

    key_of(app, "form-title").set_value("Ask us").run()
    press(app, "Save")
    assert web_forms.get(mia, key).texts["title"] == "Ask us"
    press(app, "Close")

    assert not web_forms.get(mia, key).is_active
    assert not app.exception


def test_rules_are_listed_and_tried(open_app: OpenApp, cast: Cast) -> None:
    lead(cast.mia, "Berg")
    assignment.add(cast.mia, NewRule("All *x*", "", "turns", [cast.ann.id or 0]))
    app = open_app(cast.mia, "leads", show="assignment")

    press(app, "Try on the last 20 leads")

    assert "All \\*x\\*" in said(app)
    assert app.dataframe[0].value["Would go to"].tolist() == ["Ann Archer"]


def test_the_card_is_changed_on_the_page(open_app: OpenApp, mia: Actor) -> None:
    app = open_app(mia, "leads", show="scoring")
    assert "In use: the rules of the card" in said(app)

    key_of(app, "card-industries").set_value("Hotels, Furniture").run()
    key_of(app, "card-countries").set_value("Germany, Narnia").run()
    press(app, "Save the card")

    card = lead_scores.card(mia)
    assert (card.industries, card.countries) == (("Hotels", "Furniture"), ("DE",))
    assert not app.exception


def test_the_page_of_a_contact_says_how_promising_the_lead_is_and_converts_it(
    open_app: OpenApp, ann: Actor
) -> None:
    key = lead(ann, "Berg", email="b@acme.test", job_title="Head of Sales")
    app = open_app(ann, "customer", id=str(key))

    assert "Head of" in said(app)
    assert f"Score {leads.get(ann, key).row.score} of 100" in [bar.text for bar in app.get("progress")]
    app.button("convert-here").click().run()
    assert not app.exception
    assert app.button("save-convert").label
