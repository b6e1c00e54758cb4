"""Cases and the report about them from the command line."""

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
    assert number in run("case", "list", "--tab", "unanswered", "--priority", "normal", "--text", "pot").out
    assert "Sue Stone looks after it" in run("case", "assign", number).out
    assert "Choose one of: Olga Orlova, Sue Stone" in run("case", "assign", number, "nobody").err
    waits = run("case", "answer", number, "Send it in.", "--then", "waiting", "--json").json
    assert waits["row"]["status"] == "waiting"
    assert run("case", "solve", number, "--json").json["row"]["status"] == "solved"
    assert "It drips." in run("case", "show", number.lower()).out
    told = run("report", "service", "--by", "kind", "--json").json
    assert (told["name"], told["rows"][0]["group"], told["rows"][0]["solved"]) == ("service", "problem", 1)
    assert told["total"]["open"] == 0
