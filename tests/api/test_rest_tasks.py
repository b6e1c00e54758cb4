"""Tasks over the REST API, and the calendar at its secret address."""

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from crm_core.activity import feeds, task_batches, tasks
from crm_core.activity.task_days import today
from crm_core.activity.task_types import NewTask
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from crm_core.team import users
from db.models import User
from tests.api.rest import Program, TestClient, is_refusal
from tests.people import Cast


def test_a_task_lives_from_plan_to_bin(anns: Program, bobs: Program) -> None:
    made = anns.make("/tasks", title="Call Zoe", kind="call", due_on="2026-03-02", priority="high")
    place = f"/tasks/{made['id']}"

    changed = anns.ask("PATCH", place, json={"due_on": "2026-03-03", "version": made["version"]})
    stale = anns.ask("PATCH", place, json={"title": "x"}, headers={"if-match": f'"{made["version"]}"'})
    done = anns.ask("POST", f"{place}/finish", json={"outcome": "reached"})
    again = anns.ask("POST", f"{place}/finish", json={})

    assert (changed.json()["due_on"], stale.status_code) == ("2026-03-03", 412)
    assert (done.status_code, again.status_code) == (200, 409)
    assert [row["id"] for row in anns.get("/tasks", status="done")["items"]] == [made["id"]]
    assert anns.ask("POST", f"{place}/reopen").json()["status"] == "open"
    assert bobs.ask("GET", place).status_code == bobs.ask("DELETE", place).status_code == 404
    assert anns.ask("DELETE", place).status_code == 204
    assert anns.ask("POST", f"{place}/restore").json()["id"] == made["id"]
    assert anns.ask("POST", f"{place}/cancel").json()["status"] == "cancelled"


@pytest.mark.parametrize("query", [{"status": "lost"}, {"due": "never"}, {"owner": "you"}])
def test_a_wrong_query_is_refused(anns: Program, query: dict[str, str]) -> None:
    answer = anns.ask("GET", "/tasks", params=query)

    assert answer.status_code == 422
    assert is_refusal(answer)


def test_a_call_is_logged_while_finishing(anns: Program) -> None:
    zoe = anns.make("/contacts", last_name="Zander")
    made = anns.make("/tasks", title="Call", kind="call", contact_id=zoe["id"])

    done = anns.ask("POST", f"/tasks/{made['id']}/finish", json={"log_body": "Wants two"}).json()

    assert anns.get(f"/interactions/{done['interaction_id']}")["kind"] == "call"
    assert anns.get("/tasks", owner="me", status="done", due="undated", q="call")["total"] == 1


def events(client: TestClient, secret: str) -> list[Any]:
    answer = client.get(f"/calendar/{secret}.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert b"VTODO" not in answer.content
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_program_reads_events_and_never_to_dos(client: TestClient, staff: Cast) -> None:
    zoe = contacts.create(staff.ann, {"first_name": "Zoë", "last_name": "Zander; und, Co"})
    start = Clock.now().replace(microsecond=0) + timedelta(days=1)
    title = "Grüße; “1, 2” \\ und ein sehr langer Titel, der über mehrere Zeilen geht: 😀😀😀😀😀😀😀😀"
    timed = tasks.add(
        staff.ann,
        NewTask(
            title, "meeting", starts_at=start, duration_minutes=45, remind_at=start - timedelta(minutes=10),
            contact_id=zoe, notes="Line 1\nLine 2",
        ),
    )  # fmt: skip
    plain = tasks.add(staff.ann, NewTask("Send the offer", due_on=today()))
    tasks.add(staff.ann, NewTask("some day"))
    tasks.add(staff.bob, NewTask("not hers", due_on=today()))
    secret = feeds.renew(staff.ann)

    meeting, offer = sorted(events(client, secret), key=lambda event: str(event["SUMMARY"]))

    assert meeting["SUMMARY"] == f"Meeting: {title}"
    assert meeting["DESCRIPTION"] == "Zoë Zander; und, Co\nLine 1\nLine 2"
    assert (meeting["DTSTART"].dt, meeting["DTEND"].dt) == (start, start + timedelta(minutes=45))
    [alarm] = meeting.walk("VALARM")
    assert alarm["TRIGGER"].dt == start - timedelta(minutes=10)
    assert (offer["DTSTART"].dt, offer["DTEND"].dt) == (today(), today() + timedelta(days=1))
    assert f"task-{timed}-" in meeting["UID"]
    assert f"task-{plain}-" in offer["UID"]
    assert not meeting.errors
    assert not offer.errors


def test_changes_count_up_and_called_off_ones_say_so_for_a_while(
    client: TestClient, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tasks.add(staff.ann, NewTask("Meet", "meeting", due_on=today()))
    gone = tasks.add(staff.ann, NewTask("Gone", due_on=today()))
    secret = feeds.renew(staff.ann)
    [before, _] = events(client, secret)

    task_batches.postpone(staff.ann, [key], today() + timedelta(days=1))
    tasks.cancel(staff.ann, key)
    task_batches.delete(staff.ann, [gone])
    after = {str(event["UID"]): event for event in events(client, secret)}

    assert {event["STATUS"] for event in after.values()} == {"CANCELLED"}
    assert int(after[str(before["UID"])]["SEQUENCE"]) > int(before["SEQUENCE"])
    later = Clock.now() + timedelta(days=31)
    monkeypatch.setattr(Clock, "now", staticmethod(lambda: later))
    assert events(client, secret) == []


def test_the_same_calendar_is_not_sent_twice(client: TestClient, staff: Cast) -> None:
    tasks.add(staff.ann, NewTask("Meet", due_on=today()))
    place = f"/calendar/{feeds.renew(staff.ann)}.ics"
    tag = client.get(place).headers["etag"]

    assert client.get(place, headers={"if-none-match": f'W/"x", {tag}'}).status_code == 304
    tasks.add(staff.ann, NewTask("Meet again", due_on=today()))
    assert client.get(place, headers={"if-none-match": tag}).status_code == 200
    assert client.head(place).status_code == 200


def test_a_secret_address_ends_when_it_is_renewed_revoked_or_its_owner_leaves(
    client: TestClient, staff: Cast
) -> None:
    def status(secret: str) -> int:
        return int(client.get(f"/calendar/{secret}.ics").status_code)

    first = feeds.renew(staff.ann)
    second = feeds.renew(staff.ann)
    assert (status(first), status(second), status("x" * 43), status("y" * 4000)) == (404, 200, 404, 404)
    noted = feeds.state(staff.ann)
    assert noted is not None
    assert noted.last_read_at is not None

    feeds.revoke(staff.ann)
    assert (status(second), feeds.state(staff.ann)) == (404, None)
    third = feeds.renew(staff.ann)
    users.disable(staff.olga, staff.ann.id or 0)
    assert status(third) == 404
    with begin(SYSTEM) as work:
        assert work.get(User, staff.ann.id or 0).is_active is False


def test_below_the_calendar_nothing_else_answers(client: TestClient) -> None:
    for place in ("/calendar", "/calendar/", "/calendar/x", "/calendar/a/b.ics"):
        assert client.get(place).status_code == 404
    assert client.post("/calendar/x.ics").status_code == 405
