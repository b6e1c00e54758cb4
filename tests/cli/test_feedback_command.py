"""Asking, noting and reading opinions from the shell."""

import pytest

from crm_core.people import contacts
from tests.cli.conftest import Run
from tests.people import Cast


def test_customers_are_asked_noted_and_reported(
    run: Run, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_PUBLIC_URL", "https://crm.alder.test")
    zoe = str(contacts.create(staff.ann, {"first_name": "Zoe", "email": "zoe@x.test"}))

    assert "https://crm.alder.test/t/f/" in run("feedback", "ask", zoe, "nps", "--link").out
    assert (
        run("feedback", "note", zoe, "nps", "2", "--comment", "I hate waiting.").out == "Answer 1 is kept.\n"
    )
    assert run("feedback", "note", zoe, "nps", "11").code == 1
    [row] = run("feedback", "list", "--group", "bad", "--json").json
    assert (row["score"], row["sentiment"]) == (2, -57)
    assert run("feedback", "list", "--contact", zoe, "--json").json == [row]
    assert [one["score"] for one in run("feedback", "moods", "--json").json] == [-57]
    assert run("feedback", "surveys", "--json").json[0]["asked"] == 1
    assert (
        run("feedback", "policy", "--set", "low_nps=4", "--set", "opens_case=no", "--json").json["low_nps"]
        == 4
    )
    assert run("feedback", "policy", "--set", "mood=4").code == 1

    told = run("report", "satisfaction", "--json").json
    nps = told["rows"][0]
    assert (nps["measure"], nps["value"], nps["answers"], nps["is_few"]) == ("nps", -100, 1, True)
    assert told["distribution"]["nps"]["2"] == 1
    assert told["verbatims"][0]["text"] == "I hate waiting."
    mood = run("report", "sentiment", "--by", "owner", "--json").json
    assert (mood["name"], mood["negative"], mood["rows"][0]["texts"]) == ("sentiment", 1, 1)
    assert run("feedback", "correct-mood", "feedback", "1", "10").code == 0
    assert run("feedback", "hide", "1").code == run("feedback", "hide", "1", "--back").code == 0
    assert run("feedback", "add-survey", "Visit", "csat").out == "Survey 2 is added.\n"
    assert run("feedback", "change-survey", "2", "--off").out == "Survey 2 is changed.\n"
    assert run("feedback", "correct", "1", "1", "9").code == 1
    assert run("feedback", "stars", "1").code == 1
    assert "0 negative" in run("feedback", "moods").out
