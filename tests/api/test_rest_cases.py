"""Cases over the REST API."""

import pytest

from tests.api.rest import Program, is_refusal


def test_a_case_is_opened_answered_given_away_and_solved(
    anns: Program, bobs: Program, olgas: Program
) -> None:
    zoe = anns.make("/contacts", last_name="Zander")
    new = {"contact_id": zoe["id"], "subject": "The pot leaks", "kind": "problem", "body": "It drips."}
    made = anns.make("/cases", **new, cause="shop:1")
    place = f"/cases/{made['id']}"

    assert anns.make("/cases", **new, cause="shop:1")["id"] == made["id"]
    assert (made["number"], made["status"]) == (f"C-{made['id'] + 1000}", "new")
    assert made["messages"][0]["body"] == "It drips."
    urgent = anns.ask("PATCH", place, json={"priority": "urgent", "version": made["version"]})
    assert urgent.json()["response_due_at"] < made["response_due_at"]
    stale = anns.ask("PATCH", place, json={"kind": "request"}, headers={"if-match": f'"{made["version"]}"'})
    assert stale.status_code == 412
    me = anns.get("/me")["id"]
    assert anns.ask("POST", f"{place}/assign", json={"owner_id": me}).json()["owner_id"] == me
    assert anns.get("/cases", owner="me", q="pot", order="opened", tab="mine")["total"] == 1
    for said in ({"direction": "note", "body": "Hm"}, {"direction": "in", "body": "Well?"}, {"body": "Yes"}):
        assert anns.ask("POST", f"{place}/messages", json=said).status_code == 200
    assert [one["direction"] for one in anns.get(place)["messages"]] == ["in", "", "in", "out"]
    assert anns.ask("POST", f"{place}/wait", json={}).json()["is_paused"]
    solved = anns.ask("POST", f"{place}/solve", json={}).json()
    assert (solved["status"], solved["is_response_in_time"]) == ("solved", True)
    assert anns.ask("POST", f"{place}/solve", json={}).status_code == 409
    assert anns.ask("POST", f"{place}/reopen", json={}).json()["reopened_count"] == 1
    assert anns.get("/cases", status="open", contact_id=zoe["id"])["items"][0]["id"] == made["id"]
    other = anns.make("/cases", contact_id=zoe["id"], subject="Again")
    merged = anns.ask("POST", f"{place}/merge", json={"other_id": other["id"]})
    assert merged.status_code == 200
    assert anns.get(f"/cases/{other['id']}")["merged_into"] == made["id"]
    assert anns.ask("POST", f"{place}/close", json={}).json()["status"] == "closed"
    assert bobs.ask("GET", place).status_code == 404
    assert anns.ask("DELETE", place).status_code == 204
    assert anns.ask("POST", f"{place}/restore").json()["status"] == "closed"
    assert olgas.get("/known-answers", q="x")["items"] == []


@pytest.mark.parametrize("query", [{"status": "odd"}, {"tab": "x"}, {"owner": "you"}, {"contact_id": "-"}])
def test_a_wrong_query_is_refused(anns: Program, query: dict[str, str]) -> None:
    answer = anns.ask("GET", "/cases", params=query)

    assert answer.status_code == 422
    assert is_refusal(answer)
