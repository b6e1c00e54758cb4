"""Cases from the command line."""

from crm_core.people import contacts
from tests.cli.conftest import Run
from tests.people import Cast


def test_a_case_is_opened_answered_given_away_and_solved(run: Run, staff: Cast) -> None:
    zoe = str(contacts.create(staff.olga, {"first_name": "Zoe"}))

    made = run(
        "case", "open", zoe, "The pot leaks", "--kind", "problem", "--body", "It drips.", "--json"
    ).json
    number = made["row"]["number"]
    assert made["messages"][0]["body"] == "It drips."
    assert [one["number"] for one in run("case", "list", "--text", "pot", "--json").json] == [number]
    assert number in run("case", "list", "--tab", "unanswered", "--priority", "normal").out
    assert "Sue Stone looks after it" in run("case", "assign", number).out
    assert "Olga Orlova looks after it" in run("case", "assign", number, "olga orlova").out
    assert "cannot get this case" in run("case", "assign", number, "nobody").err
    assert "note: Hm" in run("case", "answer", number, "Hm", "--note").out
    waits = run("case", "answer", number, "Send it in.", "--then", "waiting", "--json").json
    assert waits["row"]["status"] == "waiting"
    assert run("case", "solve", number, "--json").json["row"]["status"] == "solved"
    assert "It drips." in run("case", "show", number.lower()).out
    assert run("case", "list", "--json").json == []
    assert "no case" in run("case", "show", "C-1").err
