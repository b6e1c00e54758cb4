"""Who may enter by the REST API, and what is answered when something is wrong."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.api import guards
from crm_core.api.endpoints import BASE, ENDPOINTS, Endpoint
from crm_core.api.shapes import BODIES
from crm_core.kernel.access import RIGHTS, SYSTEM, Permission, Role
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from crm_core.settings import Settings
from crm_core.team import idempotency, sign_in, tokens, users
from db.models import Contact, IdempotencyKey
from tests.api.conftest import open_client
from tests.api.rest import HOME, V1, Program, TestClient, is_refusal, open_api, program
from tests.conftest import at
from tests.people import PARTS, PASSWORD, Cast


@pytest.mark.parametrize("name", PARTS)
def test_every_role_may_what_the_table_says(api: TestClient, staff: Cast, name: str) -> None:
    rights = RIGHTS[Role(PARTS[name][1])]
    theirs = program(api, staff.everybody[name])

    for each in ENDPOINTS:
        status = theirs.ask(each.method, _place(each, 987654), **_harmless(each)).status_code
        if Permission.TOKENS_USE not in rights:
            assert status == 401, each
        else:
            assert (status == 403) == (each.permission not in rights), (each, status)
            assert status not in (401, 500), each


def _place(endpoint: Endpoint, number: int) -> str:
    return BASE + endpoint.path.replace("{id}", str(number))


def _harmless(endpoint: Endpoint) -> dict[str, Any]:
    """A body that is read, and does not fit."""
    if endpoint.takes == "FILE":
        return {"content": b""}
    return {"json": {"x": 1}} if endpoint.takes else {}


def test_without_a_good_token_nobody_enters(api: TestClient, staff: Cast) -> None:
    good = tokens.create(staff.olga, "mine")

    for endpoint in ENDPOINTS:
        for path, headers in _bad_ways(_place(endpoint, 1), good):
            answer = api.request(endpoint.method, path, headers=headers)
            assert answer.status_code == 401
            assert is_refusal(answer)
            assert answer.headers["www-authenticate"] == "Bearer"


def _bad_ways(place: str, good: str) -> list[tuple[str, dict[str, str]]]:
    return [
        (place, {}),
        (place, {"authorization": "Bearer "}),
        (place, {"authorization": "Bearer rapport_nothing"}),
        (place, {"authorization": f"Basic {good}"}),
        (place, {"authorization": good}),
        (f"{place}?access_token={good}", {}),
        (place, {"cookie": f"rapport={good}"}),
    ]


def test_the_cookie_of_a_browser_opens_no_program_door(api: TestClient, staff: Cast) -> None:
    ticket = sign_in.check_password("olga", PASSWORD).ticket
    assert api.post("/auth/session", json={"ticket": ticket}, headers={"origin": HOME}).status_code == 200

    answer = api.get(f"{V1}/me", headers={"origin": HOME, "sec-fetch-site": "same-origin"})

    assert answer.status_code == 401


def test_a_token_ends_with_its_owners_rights(api: TestClient, staff: Cast) -> None:
    anns = program(api, staff.ann)
    assert anns.ask("GET", "/me").status_code == 200

    users.disable(staff.olga, staff.ann.id or 0)

    assert anns.ask("GET", "/me").status_code == 401


def test_a_revoked_token_and_an_expired_one_are_worth_nothing(
    api: TestClient, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked, expiring = (Program(api, tokens.create(staff.ann, name, 1)) for name in ("one", "two"))
    token_id = next(row.id for row in tokens.search(staff.ann) if row.name == "one")

    tokens.revoke(staff.ann, token_id)

    assert (revoked.ask("GET", "/me").status_code, expiring.ask("GET", "/me").status_code) == (401, 200)
    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(days=1, seconds=1)))
    assert expiring.ask("GET", "/me").status_code == 401


def test_the_same_request_sent_ten_times_at_once_makes_one_contact(olgas: Program) -> None:
    def send(_number: int) -> Any:
        return olgas.ask(
            "POST", "/contacts", json={"last_name": "Berg"}, headers={"idempotency-key": "request-1"}
        )

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert olgas.get("/contacts")["total"] == 1


def test_a_key_is_good_for_one_request_of_one_person(anns: Program, bobs: Program) -> None:
    key = {"idempotency-key": "k"}
    first = anns.ask("POST", "/contacts", json={"last_name": "Berg"}, headers=key)

    other = anns.ask("POST", "/contacts", json={"last_name": "Talberg"}, headers=key)
    elsewhere = anns.ask("POST", "/accounts", json={"company": "Berg"}, headers=key)
    bobs_own = bobs.ask("POST", "/contacts", json={"last_name": "Berg"}, headers=key)

    assert (first.status_code, other.status_code, elsewhere.status_code) == (201, 422, 422)
    assert bobs_own.status_code == 201
    assert bobs_own.json()["id"] != first.json()["id"]
    assert anns.ask("POST", "/contacts", json={}, headers={"idempotency-key": "x" * 201}).status_code == 422


def test_a_refused_request_does_not_use_its_key_up(anns: Program) -> None:
    key = {"idempotency-key": "k"}

    refused = anns.ask("POST", "/contacts", json={"email": "nonsense"}, headers=key)
    mended = anns.ask("POST", "/contacts", json={"email": "a@berg.test"}, headers=key)

    assert (refused.status_code, mended.status_code) == (422, 201)


def test_keys_are_forgotten_after_a_day(staff: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(work: Any) -> int:
        return contacts.create(work, {"last_name": "Berg"})

    first = idempotency.once(staff.ann, "k", "digest", make)
    assert idempotency.once(staff.ann, "k", "digest", make) == (first[0], False)

    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(hours=25)))

    again, is_new = idempotency.once(staff.ann, "k", "another", make)
    assert is_new
    assert again != first[0]
    with begin(SYSTEM, write=False) as work:
        assert len(work.scalars(select(IdempotencyKey))) == 1


BAD_BODIES = [
    (b"{", 400),
    (b"", 400),
    (b"[]", 400),
    (b'"x"', 400),
    (b"[" * 100_000, 400),
    (b'{"a": NaN}', 400),
    (b'{"a": 1, "a": 2}', 400),
    (b'{"last_name": "\\ud800"}', 400),
    (b"\xff\xfe{", 400),
    (b'{"a": ' + b"9" * 5000 + b"}", 400),
    (b" " * 1_000_001, 413),
    (b'{"nothing_of_the_kind": 1}', 422),
]


@pytest.mark.parametrize("takes", sorted(BODIES))
def test_bad_bodies_are_refused_in_one_shape(olgas: Program, takes: str) -> None:
    endpoint = next(each for each in ENDPOINTS if each.takes == takes)
    place = _place(endpoint, 1)
    for body, status in BAD_BODIES:
        answer = olgas.ask(endpoint.method, place, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == status, (body[:40], answer.text)
        assert is_refusal(answer)
    for media_type in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = olgas.ask(endpoint.method, place, content=b"{}", headers={"content-type": media_type})
        assert (answer.status_code, is_refusal(answer)) == (415, True)


ODD = (
    {"a": 1}, [[1]], [None], True, -1, 0, 1e300, 10**15 + 1, 10**400, "", "\x00", "x" * 70_000, "2026-13-45",
    "--13-99", "99999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9" * 400, "1e999", None, ["x" * 70_000],
    "2026-03-02T09:00:00Z", "0000-00-00", "a@" + "b" * 300 + ".test",
)  # fmt: skip


NEEDED: dict[str, Any] = {
    "stage_id": 1, "reason": "Price", "contact_ids": [1],
    "lines": [{"name": "Pump", "quantity": 1, "unit_price": 1}], "valid_until": "2026-04-01",
    "at": "2099-01-01T09:00:00Z", "variant": "A", "subject": "Again", "name": "Those", "measure": "opened",
    "body": "Hello", "other_id": 2,
}  # fmt: skip
FITTING: dict[str, dict[str, Any]] = {
    "/deals": {"deal": "Ovens"},
    "/tasks": {"title": "Call", "due_on": "2026-03-02"},
    "/leads": {"last_name": "Berg"},
    "/contacts": {"last_name": "Berg"},
    "/accounts": {"company": "Berg"},
    "/interactions": {"kind": "note", "body": "x"},
    "/products": {"product": "Pump"},
    "/campaigns": {"name": "Spring"},
    "/templates": {"name": "News"},
    "/segments": {"name": "Guests", "is_static": True},
    "/orders": {"lines": [{"name": "Pump", "quantity": 1, "unit_price": 1}]},
    "/cases": {"contact_id": 1, "subject": "It creaks"},
    "/deals/{id}/quotes": {"valid_until": "2026-04-01"},
    "/coupons/{code}/redeem": {"total": 1, "cause": "receipt 1"},
}


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.makes], ids=lambda each: each.path)
def test_no_value_of_any_field_breaks_the_server(olgas: Program, endpoint: Endpoint) -> None:
    olgas.make("/contacts", last_name="Berg")
    for odd in ODD:
        body: dict[str, Any] = dict.fromkeys(BODIES[endpoint.takes].names, odd)
        for _ in range(len(body)):
            answer = olgas.ask("POST", endpoint.path, json=body)
            assert answer.status_code < 500, (odd, answer.text)
            if answer.status_code == 201:
                break
            assert is_refusal(answer)
            # Without what was refused, the rest gets further.
            refused = answer.json()["fields"] or body
            body = FITTING[endpoint.path] | {
                name: value for name, value in body.items() if name not in refused
            }


def test_other_methods_and_other_places_are_refused(olgas: Program) -> None:
    for endpoint in ENDPOINTS:
        place = _place(endpoint, 1)
        wrong = olgas.ask("PUT", place)
        assert (wrong.status_code, is_refusal(wrong)) == (405, True)
        assert endpoint.method in wrong.headers["allow"].split(", ")
        assert olgas.ask("BREW", place).status_code == 405
        for elsewhere in (place + "/", place + "/x", place.replace("v1", "v2")):
            missing = olgas.ask(endpoint.method, elsewhere)
            assert (missing.status_code, is_refusal(missing)) == (404, True)


def test_impossible_numbers_are_not_found(olgas: Program) -> None:
    for endpoint in (each for each in ENDPOINTS if "{id}" in each.path):
        for number in (2**63, 10**40, 0):
            answer = olgas.ask(endpoint.method, _place(endpoint, number), **_fitting(endpoint))
            assert (answer.status_code, is_refusal(answer)) == (404, True), (endpoint, number, answer.text)


def _fitting(endpoint: Endpoint) -> dict[str, Any]:
    if not endpoint.takes:
        return {}
    needed = BODIES[endpoint.takes].required if endpoint.takes in BODIES else ()
    return {"json": {name: NEEDED[name] for name in needed if name in NEEDED}}


def test_an_unknown_query_is_refused_everywhere(olgas: Program) -> None:
    for each in ENDPOINTS:
        answer = olgas.ask(each.method, _place(each, 1), params={"nothing_of_the_kind": "1"})
        assert (answer.status_code, [*answer.json()["fields"]]) == (422, ["nothing_of_the_kind"]), each


def test_a_broken_header_is_the_senders_fault(anns: Program) -> None:
    place = f"/contacts/{anns.make('/contacts', last_name='Berg')['id']}"

    for text in ("x", '"1.5"', "9" * 40):
        answer = anns.ask("PATCH", place, json={}, headers={"if-match": text})
        assert (answer.status_code, is_refusal(answer)) == (400, True)
    assert anns.ask("PATCH", place, json={"city": "Bonn"}, headers={"if-match": "*"}).status_code == 200


def test_a_fault_of_ours_tells_a_reference_and_nothing_else(
    olgas: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("SELECT secret FROM /home/inside")

    monkeypatch.setattr(contacts, "get", fail)

    answer = olgas.ask("GET", "/contacts/1")

    assert (answer.status_code, is_refusal(answer)) == (500, True)
    assert answer.json()["reference"] in answer.json()["detail"]
    assert not {"secret", "RuntimeError", "Traceback", ".py"} & set(answer.text.split())
    assert "SELECT" not in answer.text
    assert answer.json()["reference"] in caplog.text


@pytest.fixture
def guarded(staff: Cast, settings: Settings) -> Iterator[TestClient]:
    with open_client(settings) as opened:
        yield opened


def test_too_many_requests_are_refused_in_the_same_shape(
    guarded: TestClient, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands_still = SimpleNamespace(monotonic=lambda: 1_000.0)  # a slow machine would be allowed more
    monkeypatch.setattr(guards, "time", stands_still)
    answers = [guarded.get(f"{V1}/me") for _ in range(100)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert all(is_refusal(answer) and "retry-after" in answer.headers for answer in refused)


def test_the_rest_of_the_house_is_still_there(settings: Settings, staff: Cast) -> None:
    with open_api(settings) as client:
        answer = client.get(f"{V1}/nothing")

    assert (answer.status_code, is_refusal(answer)) == (404, True)
    with begin(SYSTEM, write=False) as work:
        assert work.scalars(select(Contact)) == []
