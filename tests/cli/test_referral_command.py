"""Referrals from the command line."""

from crm_core.people import contacts
from tests.cli.conftest import Run
from tests.people import Cast


def test_who_recommends_us_is_enrolled_and_friends_are_noted(run: Run, staff: Cast) -> None:
    rita, zoe = (str(contacts.create(staff.olga, {"first_name": name})) for name in ("Rita", "Zoe"))

    made = run("referral", "enrol", rita, "--code", "RITA", "--json").json
    assert (made["kind"], made["code"]) == ("advocate", "RITA")
    assert "waits for the first" in run("referral", "add", "rita", zoe).out
    assert run("referral", "add", "rita", rita, "--json").json["reason"] == "Nobody can bring themselves."
    assert [one["friend"] for one in run("referral", "list", "--state", "waiting", "--json").json] == ["Zoe"]
    assert "Rita" in run("referral", "people").out
    assert run("referral", "people", "--json").json[0]["friends"] == 1
    assert run("referral", "candidates", "--json").json == []
    assert "cannot" not in run("referral", "list").out
