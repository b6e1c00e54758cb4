"""Segments on their page: made by clicks and as a line, opened as a list, put away."""

from crm_core.kernel.access import Actor
from crm_core.marketing import rule_text, rules, segments
from crm_core.marketing.segment_types import NewSegment
from crm_core.people import contacts
from pages.ui.rule_nodes import as_json, draft_of
from tests.pages.conftest import OpenApp, press, said


def test_the_list_begins_empty_and_says_what_to_do(open_app: OpenApp, olga: Actor, vera: Actor) -> None:
    app = open_app(olga, "segments")

    assert "No segments yet" in said(app)
    assert not app.exception
    assert "new-segment" not in {button.key for button in open_app(vera, "segments").button}


def test_the_editor_offers_clicks_a_line_and_a_list(open_app: OpenApp, olga: Actor) -> None:
    app = open_app(olga, "segments")

    press(app, "New segment")

    assert not app.exception
    assert {"Name", "Description", "Who they are"} <= {each.label for each in app.text_input}
    assert {"Save", "What happened", "Condition"} <= {button.label for button in app.button}


def test_a_segment_shows_its_size_its_meaning_and_its_uses(open_app: OpenApp, olga: Actor) -> None:
    contacts.create(olga, {"last_name": "Zoe", "country": "DE"})
    number = segments.create(
        olga, NewSegment("Germans", "country is DE", portrait={"who": "Thorough people"})
    )
    segments.create(olga, NewSegment("More", "segment is Germans"))

    app = open_app(olga, "segments", id=str(number))

    assert not app.exception
    for words in ("1 person", "country is Germany", "Thorough people", "Used by"):
        assert words in said(app)


def test_a_rule_about_events_survives_the_builder() -> None:
    for line in (
        "country is DE and has purchases (category is Tea and quantity more_than 2) count at_least 3",
        "has orders",
        "not has messages (opened is_filled or clicked is_filled)",
    ):
        rule = rule_text.read(line)

        assert rules.parse(as_json(draft_of(rule))) == rule
