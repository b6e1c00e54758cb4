"""Segments for programs."""

from crm_core.people import contacts
from tests.api.rest import Program, TestClient, is_refusal, program
from tests.people import Cast


def _marks(staff: Cast, api: TestClient) -> Program:
    return program(api, staff.mark)


def test_programs_make_change_count_and_archive_segments(staff: Cast, api: TestClient) -> None:
    marks = _marks(staff, api)
    contacts.create(staff.mark, {"last_name": "Zoe", "country": "DE"})

    made = marks.make("/segments", name="Germans", rule="country is Germany")
    place = f"/segments/{made['id']}"
    counted = marks.ask("POST", f"{place}/refresh").json()
    changed = marks.ask("PATCH", place, json={"rule": "country is FR", "version": counted["version"]})

    assert (made["rule"], counted["size"], changed.json()["rule"]) == ("country is DE", 1, "country is FR")
    assert marks.get("/rules/count", where="country is DE") == {"count": 1}
    assert [row["name"] for row in marks.get("/segments")["items"]] == ["Germans"]
    assert marks.ask("POST", f"{place}/archive").json()["archived_at"]
    assert marks.get("/segments")["items"] == []
    assert marks.ask("POST", f"{place}/restore").json()["archived_at"] is None


def test_programs_keep_static_lists(staff: Cast, api: TestClient) -> None:
    marks = _marks(staff, api)
    zoe = contacts.create(staff.mark, {"last_name": "Zoe"})
    made = marks.make("/segments", name="Friends", is_static=True)

    added = marks.ask("POST", f"/segments/{made['id']}/members", json={"contact_ids": [zoe]})
    removed = marks.ask("POST", f"/segments/{made['id']}/members/remove", json={"contact_ids": [zoe]})

    assert (added.json()["size"], removed.json()["size"]) == (1, 0)


def test_a_rule_that_cannot_be_read_is_refused(staff: Cast, api: TestClient) -> None:
    marks = _marks(staff, api)

    for answer in (
        marks.ask("GET", "/rules/count"),
        marks.ask("GET", "/rules/count", params={"where": "has shoes"}),
        marks.ask("POST", "/segments", json={"name": "X", "rule": "country equals DE"}),
    ):
        assert answer.status_code == 422
        assert is_refusal(answer)
