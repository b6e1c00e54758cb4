"""Cases and opinions on their page: found, answered, steered, promised; and on the pages around them."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Invalid
from crm_core.service import (
    answers,
    case_batches,
    case_lists,
    case_messages,
    cases,
    feedback,
    opening_times,
    sla,
    surveys,
)
from crm_core.service.answers import NewAnswer
from crm_core.service.case_types import CaseQuery, CaseRow, NewMessage
from crm_core.service.feedback_types import NewFeedback
from db.session import Database
from pages.ui import case_words
from pages.ui.case_state import Undo
from tests.pages.conftest import OpenApp, field, said
from tests.pages.test_statements import listening
from tests.service.serving import a_case, a_customer


def click(app: AppTest, key: str) -> AppTest:
    """Press the button whose key begins so."""
    return next(one for one in app.button if (one.key or "").startswith(key)).click().run()


def words_on(app: AppTest) -> str:
    """All that is written, links with their labels and texts as customers wrote them."""
    return "\n".join([said(app), *(one.value for one in app.text)])


def page_of(open_app: OpenApp, who: Actor, case_id: int) -> AppTest:
    app = open_app(who, "service", case=str(case_id))
    assert not app.exception
    return app


def row_of(who: Actor, case_id: int) -> CaseRow:
    return cases.get(who, case_id).row


def test_the_list_begins_with_what_to_do_and_finds_by_its_address(
    open_app: OpenApp, sue: Actor, vera: Actor
) -> None:
    app = open_app(sue, "service")
    assert "No open case" in said(app)
    assert "New case" in said(app)
    assert "New case" not in said(open_app(vera, "service"))

    zoe = a_customer(sue)
    case_id = a_case(sue, zoe, subject="The *pot* leaks", kind="complaint", owner_id=sue.id)
    a_case(sue, zoe, subject="Is it green?", kind="question")

    assert "1 case, the nearest promise first" in said(open_app(sue, "service"))
    assert "2 cases" in said(open_app(sue, "service", view="open"))
    app = open_app(sue, "service", view="all", q="C-1002")
    assert "1 case, the latest message first" in said(app)
    assert "No case matches" in said(open_app(sue, "service", view="unassigned", q="pot"))
    cases.solve(sue, case_id)
    app = open_app(sue, "service", view="mine")
    assert "You have no open case" in said(app)
    app = click(app, "show-unassigned")
    assert "1 case, the nearest promise first" in said(app)
    assert not app.exception


def test_many_cases_are_given_away_and_put_back(open_app: OpenApp, sue: Actor) -> None:
    zoe = a_customer(sue)
    ids = [a_case(sue, zoe), a_case(sue, zoe)]
    done = case_batches.assign(sue, ids, sue.id)
    app = open_app(sue, "service", view="open")
    app.session_state["case.undo"] = Undo(done, "Two *given*.")
    app = app.run()
    assert "Two \\*given\\*\\." in said(app)

    click(app, "undo-case")

    assert case_lists.search(sue, CaseQuery(tab="unassigned")).total == 2


def test_a_known_answer_is_inserted_behind_what_was_typed_and_sent(
    open_app: OpenApp, sue: Actor, mia: Actor
) -> None:
    known = answers.add(mia, NewAnswer("Sorry", "Dear {{ first_name }}, sorry.", "solved", ("pots",)))
    case_id = a_case(sue, a_customer(sue), body="It **leaks** <b>", owner_id=sue.id)
    app = page_of(open_app, sue, case_id)
    assert "It **leaks** <b>" in words_on(app)
    field(app, "Write to the customer").set_value("Hello!")
    app.session_state[f"case-known-{case_id}-0"] = True
    app = app.run()
    assert "Dear Zoe, sorry." in words_on(app)

    app = click(app, "known-insert")
    assert field(app, "Write to the customer").value == "Hello!\n\nDear Zoe, sorry."
    app = click(app, "case-send-solve")

    detail = cases.get(sue, case_id)
    assert (detail.row.status, detail.tags, detail.messages[-1].direction) == ("solved", ("pots",), "out")
    assert detail.messages[-1].body == "Hello!\n\nDear Zoe, sorry."
    assert answers.search(sue).items[0].used_count == 1
    assert answers.search(sue).items[0].id == known
    assert not field(app, "Write to the customer").value
    click(app, "case-reopen")
    assert row_of(sue, case_id).status == "open"


def test_who_answers_second_sees_first_what_came_meanwhile(
    open_app: OpenApp, sue: Actor, olga: Actor
) -> None:
    case_id = a_case(sue, a_customer(sue), body="Hello?")
    app = page_of(open_app, sue, case_id)
    field(app, "Write to the customer").set_value("My answer")
    case_messages.answer(olga, case_id, NewMessage("Olga was faster"))

    app = click(app, "case-send")

    assert "Your words are kept" in said(app)
    assert "Olga Orlova** wrote since you opened this case" in said(app).replace("\\", "")
    assert field(app, "Write to the customer").value == "My answer"
    assert len(cases.get(sue, case_id).messages) == 2
    app = click(app, "case-send")
    assert [one.body for one in cases.get(sue, case_id).messages][-1] == "My answer"
    assert "wrote since" not in said(app)


def test_a_case_is_taken_steered_noted_solved_and_taken_back(open_app: OpenApp, sue: Actor) -> None:
    case_id = a_case(sue, a_customer(sue))
    app = click(page_of(open_app, sue, case_id), "case-take")
    app = field(app, "Priority").set_value("urgent").run()
    assert (row_of(sue, case_id).owner_id, row_of(sue, case_id).priority) == (sue.id, "urgent")

    app = app.button_group(key=f"case-mode-{case_id}").set_value("note").run()
    field(app, "Only colleagues read this").set_value("He is *angry*")
    app = click(app, "case-write")
    assert "Internal note" in said(app)
    app = app.button_group(key=f"case-mode-{case_id}").set_value("receive").run()
    field(app, "What the customer said, for instance on the phone").set_value("Thanks")
    app = click(app, "case-write")
    assert [one.direction for one in cases.get(sue, case_id).messages] == ["", "in"]

    app = click(app, "case-wait")
    assert "Clock stands still" in said(app)
    app = click(app, "case-solve")
    assert row_of(sue, case_id).status == "solved"
    app = click(app, "undo-case")
    assert row_of(sue, case_id).status == "waiting"
    assert not app.exception


def test_a_case_of_others_is_not_shown_and_who_only_looks_writes_nothing(
    open_app: OpenApp, ann: Actor, bob: Actor, vera: Actor
) -> None:
    case_id = a_case(bob, a_customer(bob), subject="Secret leak")
    app = page_of(open_app, ann, case_id)
    assert "Nothing to see here" in said(app)
    assert "Secret leak" not in words_on(app)
    assert not open_app(vera, "service", case=str(case_id)).text_area


def test_the_customer_has_cases_and_opinions_and_new_ones_begin_there(open_app: OpenApp, sue: Actor) -> None:
    zoe = a_customer(sue)
    a_case(sue, zoe, subject="An *old* one")
    app = open_app(sue, "customer", id=str(zoe))
    assert "1 open case" in said(app)
    assert "Open the case" in said(app)

    app = click(app, "feedback-note")
    app = app.button_group(key="feedback-score-csat").set_value(1).run()
    field(app, "In the customer's words").set_value("Bad **pots** <b>")
    app = click(app, "feedback-save")
    assert "CSAT 1 of 5, low" in said(app)
    assert not app.exception

    app = click(app, "customer-new-case")
    field(app, "What is it about").set_value("A new one")
    app = click(app, "save-case")
    made = case_lists.of_contact(sue, zoe).items
    assert next(row.owner_id for row in made if row.subject == "A new one") == sue.id


def test_opinions_are_filtered_and_shown_letter_by_letter(open_app: OpenApp, sue: Actor, mia: Actor) -> None:
    zoe = a_customer(sue)
    feedback.note(sue, NewFeedback(zoe, "nps", 2, "Awful **pots** <b>"))
    feedback.note(sue, NewFeedback(zoe, "csat", 5, "Great"))

    app = open_app(sue, "service", show="feedback")
    assert "2 answers" in said(app)
    assert "NPS 2 of 10, detractor" in said(app)
    assert "Awful **pots** <b>" in words_on(app)
    app = app.button_group(key="score").set_value(["good"]).run()
    assert "1 answer," in said(app)
    assert "Awful" not in words_on(app)

    app = open_app(mia, "service", show="surveys")
    app = click(app, "open-survey-")
    field(app, "Question").set_value("How *was* it?")
    app = click(app, "save-survey")
    kept = next(one for one in surveys.search(mia) if one.id is not None)
    assert (kept.question, kept.is_active) == ("How *was* it?", True)
    app = click(app, f"switch-{kept.kind}-{kept.id}")
    assert "not asked" in said(app)
    assert [one.is_active for one in surveys.search(mia) if one.id == kept.id] == [False]


def test_promises_and_known_answers_are_kept_by_those_who_manage_service(
    open_app: OpenApp, sue: Actor, mia: Actor
) -> None:
    assert "Promises" not in said(open_app(sue, "service", show="settings"))
    app = open_app(mia, "service", show="settings")
    next(one for one in app.number_input if "First answer, urgent" in one.label).set_value(0.5)
    field(app, "Saturday").set_value("10-12:30")
    field(app, "Sunday").set_value("whenever")
    app = click(app, "save-service")
    assert "whenever" in said(app)
    field(app, "Sunday").set_value("")
    app = click(app, "save-service")
    now = sla.settings(mia)
    assert (now.target("urgent", "").respond_minutes, now.hours.week[5]) == (30, ((600, 750),))

    app = click(open_app(mia, "service", show="answers"), "add-answer")
    field(app, "Title").set_value("Opening *hours*")
    field(app, "Answer").set_value("Nine to five.")
    app = click(app, "save-answer")
    [kept] = answers.search(mia).items
    assert kept.title == "Opening *hours*"
    app = click(click(app, "open-answer-"), "delete-answer")
    assert answers.search(mia).total == 0
    click(app, "undo-answer")
    assert answers.search(mia).total == 1


def test_support_begins_the_day_with_its_cases(open_app: OpenApp, sue: Actor) -> None:
    zoe = a_customer(sue)
    a_case(sue, zoe)
    app = open_app(sue)
    assert "1 case waits for somebody" in said(app)
    a_case(sue, zoe, subject="Mine *now*", owner_id=sue.id)
    app = open_app(sue)
    assert "**My cases** :gray[1]" in said(app)
    assert "Mine \\*now\\*" in said(app)


def test_the_page_asks_the_database_a_few_times(
    open_app: OpenApp, database: Database, sue: Actor, mia: Actor
) -> None:
    zoe = a_customer(sue)
    ids = [a_case(sue, zoe, body="Hello?", owner_id=sue.id if number % 2 else None) for number in range(8)]
    for who, query, most in ((sue, {}, 10), (mia, {"view": "all"}, 10), (sue, {"case": str(ids[0])}, 14)):
        app = open_app(who, "service", **query).run()
        with listening(database) as sent:
            app.run()
        assert not app.exception
        assert 1 < len(sent) <= most, sent


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (-30, "▲ Overdue by 1 day"),
        (-2, "▲ Overdue by 2 h"),
        (2, "◆ Answer due in 2 h"),
        (50, "○ Answer due in 2 days"),
    ],
)
def test_a_promise_is_said_with_a_sign(sue: Actor, hours: float, expected: str) -> None:
    case_id = a_case(sue, a_customer(sue))
    due = row_of(sue, case_id).response_due_at
    assert due is not None
    promise = case_words.promise(row_of(sue, case_id), due - timedelta(hours=hours))
    assert f"{promise.sign} {promise.text}" == expected


def test_hours_are_written_as_they_are_read() -> None:
    for text in ("", "09:00-17:00", "08:30-12:00, 13:00-24:00"):
        assert opening_times.write(opening_times.read(text)) == text
    assert opening_times.read("9–17") == ((540, 1020),)
    hours = opening_times.read_all({"Monday": "9-12"}, "2026-12-25 2026-12-26", "Europe/Paris")
    assert (hours.week[0], hours.week[1], len(hours.holidays)) == (((540, 720),), (), 2)
    with pytest.raises(Invalid) as refused:
        opening_times.read_all({"Monday": "25-26", "Friday": "9:75-10"}, "soon", "UTC")
    assert set(refused.value.fields) == {"monday", "friday", "holidays"}
