"""Journeys from the shell."""

from crm_core.automation import advancing
from crm_core.people import contacts
from tests.automation.moving import TAGGED, live
from tests.cli.conftest import Run
from tests.people import Cast


def test_journeys_are_listed_tried_out_followed_paused_and_resumed(run: Run, staff: Cast) -> None:
    live(staff.olga, "Greet", TAGGED, [{"do": "tag", "tag": "greeted"}])
    zoe = contacts.create(staff.ann, {"first_name": "Zoe"})
    contacts.tag(staff.ann, [zoe], "go")

    tried = run("automation", "dry-run", "Birthday card", "--json")
    made = run("automation", "ready-made", "low_score", "--json").json
    tried_again = run("automation", "dry-run", "Low score", "--json").json
    assert (tried.code, tried_again["today"], tried_again["sample"]) == (1, 0, [])

    advancing.advance_next("w", lambda: False)
    log = run("automation", "run-log", "greet", "--json").json
    assert (log[0]["run"]["contact"], log[0]["run"]["state"]) == ("Zoe", "done")
    assert "Add a tag" in run("automation", "run-log", "greet", "--state", "done").out
    assert run("automation", "pause", "Greet", "--json").json["state"] == "paused"
    assert run("automation", "pause", "Greet").code == 1
    assert run("automation", "resume", "Greet").out == "Journey 1 is live.\n"
    assert [row["name"] for row in run("automation", "list", "--json").json] == ["Greet", "Low score"]
    assert "Low score" in run("automation", "list", "--all").out
    assert "birthday" in run("automation", "ready-made").out
    assert made["state"] == "draft"
    assert run("automation", "list", "--as", "ann").code == 1
