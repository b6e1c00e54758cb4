"""Journeys for programs."""

from crm_core.automation import advancing
from crm_core.people import contacts
from tests.api.rest import Program, TestClient, is_refusal, program
from tests.automation.moving import TAGGED, live
from tests.people import Cast


def test_programs_follow_journeys_pause_and_resume_them(olgas: Program, staff: Cast, api: TestClient) -> None:
    key = live(staff.olga, "Greet", TAGGED, [{"do": "tag", "tag": "greeted"}])
    zoe = contacts.create(staff.ann, {"first_name": "Zoe"})
    contacts.tag(staff.ann, [zoe], "go")
    advancing.advance_next("w", lambda: False)

    [row] = olgas.get("/journeys")["items"]
    shown = olgas.get(f"/journeys/{key}")
    [ran] = olgas.get(f"/journeys/{key}/runs", status="done")["items"]
    log = olgas.get(f"/journey-runs/{ran['id']}")

    assert (row["name"], row["done"], shown["problems"], shown["is_changed"]) == ("Greet", 1, {}, False)
    assert shown["drawing"]["edges"][-1] == {"start": "1", "end": "end", "label": ""}
    assert (ran["contact_id"], log["steps"][0]["text"]) == (zoe, "Add a tag")
    assert olgas.get(f"/journeys/{key}/steps")["items"][0]["done"] == 1
    assert olgas.ask("POST", f"/journeys/{key}/pause").json()["state"] == "paused"
    assert olgas.ask("POST", f"/journeys/{key}/resume").json()["state"] == "live"
    for answer in (
        olgas.ask("POST", f"/journeys/{key}/resume"),
        olgas.ask("GET", f"/journeys/{key}/runs", params={"status": "asleep"}),
        program(api, staff.ann).ask("GET", "/journeys"),
    ):
        assert is_refusal(answer)
