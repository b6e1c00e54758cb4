"""The page of journeys: ready-made ones, writing, publishing, what happened, and who may only look."""

from crm_core.automation import advancing, journeys, ready_made
from crm_core.kernel.access import Actor
from crm_core.people import contacts
from tests.pages.conftest import OpenApp, field, press, said
from tests.people import Cast

WELCOME = {
    "when": {"on": "contact.created"}, "if": "country is DE",
    "steps": [
        {"do": "branch", "if": "tag has VIP", "yes": [{"do": "tag", "tag": "Met"}],
         "no": [{"do": "wait", "days": 3}, {"do": "notice", "text": "Say <b>hello</b>"}]},
        {"do": "task", "title": "Call", "due_days": 1},
    ],
}  # fmt: skip


def test_the_list_offers_ready_made_journeys_to_those_who_write_them(open_app: OpenApp, cast: Cast) -> None:
    app = open_app(cast.mia, "automation")
    writing = open_app(cast.mark, "automation")
    refused = open_app(cast.vera, "automation")

    assert "Nothing happens by itself yet" in said(app)
    assert all(one.name in said(app) for one in ready_made.READY_MADE)
    assert "Use this" in said(writing)
    assert "This page is not open to you" in said(refused)
    app.button(key="install-birthday").click().run()
    assert [row.name for row in journeys.search(cast.mia)] == ["Birthday card"]
    assert not app.exception


def test_a_journey_is_written_with_forms_and_saved_as_a_draft(open_app: OpenApp, cast: Cast) -> None:
    app = press(open_app(cast.mia, "automation"), "New journey")
    field(app, "Name").set_value("Hello").run()
    app = press(app, "Give the owner a task")
    assert "1 thing to say before it can be published" in said(app)
    field(app, "Title").set_value("Call them").run()
    assert "Ready to be published" in said(app)
    field(app, "Only if").set_value("nonsense is").run()
    assert "1 thing to say" in said(app)
    field(app, "Only if").set_value("country is DE").run()
    assert "Ready to be published" in said(app)
    app = press(app, "Save draft")

    row = journeys.search(cast.mia)[0]
    draft = journeys.get(cast.mia, row.id).draft
    assert (row.name, row.state, draft["if"]) == ("Hello", "draft", "country is DE")
    assert [(step["do"], step["title"]) for step in draft["steps"]] == [("task", "Call them")]
    assert not app.exception


def test_the_card_shows_how_it_goes_whom_it_would_touch_and_what_happened(
    open_app: OpenApp, cast: Cast
) -> None:
    number = journeys.create(cast.mia, "Welcome", WELCOME)
    shown = said(open_app(cast.mia, "automation", id=str(number)))
    assert "Publish" in shown
    assert "Not published yet" in shown
    journeys.publish(cast.mia, number)
    contacts.create(cast.mia, {"first_name": "Cara", "last_name": "*Cole*", "country": "DE"})
    advancing.admit()
    advancing.advance()

    app = open_app(cast.mia, "automation", id=str(number))
    words = {}
    for part in ("How it goes", "Dry run", "Who is on it", "Versions"):
        app.segmented_control(key="automation.part").set_value(part).run()
        words[part] = said(app)
        assert not app.exception

    assert "If country is Germany" in words["How it goes"] or "country" in words["How it goes"]
    assert "Say \\<b\\>hello" in words["How it goes"] or "Say &lt;b" in words["How it goes"]
    assert "On it 1" in words["How it goes"]
    assert "would come in today" in words["Dry run"]
    assert "Take off" in words["Who is on it"]
    assert "Wait" in words["Who is on it"]
    assert "newcomers follow" in "".join(each.label for each in app.expander)
    assert "Publish" not in words["How it goes"].split("\n")
    writing = open_app(cast.mark, "automation", id=str(number))
    assert {"Change", "Pause", "Put away"} & set(said(writing).split("\n")) == {"Change"}


def test_a_pause_and_the_editor_of_another_are_one_click(open_app: OpenApp, cast: Cast) -> None:
    number = journeys.create(cast.mia, "Welcome", WELCOME)
    journeys.publish(cast.mia, number)

    app = press(open_app(cast.mia, "automation", id=str(number)), "Pause")
    assert _state(cast.mia, number) == "paused"
    app = press(app, "Resume")
    assert _state(cast.mia, number) == "live"
    app = press(app, "Change")
    labels = [each.label for each in (*app.selectbox, *app.text_input, *app.number_input)]

    assert "Title" in labels
    assert labels.count("Tag") == 1
    assert not app.exception


def _state(who: Actor, number: int) -> str:
    return journeys.get(who, number).state
