"""What stands in front of the pages: a sign-in for files, marks for sessions, headers for browsers."""

import re
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.websockets import WebSocketDisconnect

from crm_core.api import guards
from crm_core.api.doors import Door
from crm_core.api.policy import content_security_policy, inline_hashes
from crm_core.api.routes import DOORS
from crm_core.settings import Settings
from crm_core.team import sign_in, users
from tests.api.conftest import HOME, TestClient, open_client
from tests.people import PASSWORD, Cast

STREAM = "/_stcore/stream"
UPLOAD = "/_stcore/upload_file/session/file"


def enter(client: TestClient, username: str = "ann") -> int:
    """Sign a browser in, as the page does; returns the id of the sign-in."""
    signed_in = sign_in.check_password(username, PASSWORD)
    answer = client.post("/auth/session", json={"ticket": signed_in.ticket}, headers={"origin": HOME})
    assert answer.status_code == 200, answer.text
    return signed_in.sign_in_id


def marks(client: TestClient, **headers: str) -> list[str]:
    """The marks that Streamlit sees on a handshake."""
    with client.websocket_connect(STREAM, headers=headers) as websocket:
        seen = websocket.receive_json()
    return [value for name, value in seen if name.startswith("x-crm")]


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(client: TestClient, staff: Cast) -> None:
    signed_in = sign_in.check_password("ann", PASSWORD)
    answer = client.post("/auth/session", json={"ticket": signed_in.ticket}, headers={"origin": HOME})

    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("rapport=")
    assert {"httponly", "samesite=strict", "path=/", "max-age=604800"} <= set(cookie.split("; "))
    assert "secure" not in cookie


def test_behind_tls_the_cookie_is_marked_for_it(staff: Cast, tmp_path: Path) -> None:
    with open_client(Settings("sqlite://", tmp_path, https=True)) as client:
        signed_in = sign_in.check_password("ann", PASSWORD)
        answer = client.post("/auth/session", json={"ticket": signed_in.ticket}, headers={"origin": HOME})

    assert answer.headers["set-cookie"].startswith("__Host-rapport=")
    assert "; Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": f"{HOME}.evil.test"},
        {"origin": HOME, "sec-fetch-site": "cross-site"},
        {"origin": HOME, "sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/auth/session", "/auth/logout"])
def test_only_our_own_page_signs_browsers_in_and_out(
    client: TestClient, staff: Cast, path: str, headers: dict[str, str]
) -> None:
    signed_in = sign_in.check_password("ann", PASSWORD)

    answer = client.post(path, json={"ticket": signed_in.ticket}, headers=headers)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert sign_in.redeem(signed_in.ticket) is not None


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"ticket": 5}', b'{"ticket": null}', b"x" * 5000])
def test_a_strange_ticket_is_refused_with_a_sentence(client: TestClient, body: bytes) -> None:
    answer = client.post("/auth/session", content=body, headers={"origin": HOME})

    assert answer.status_code in (403, 422)
    assert answer.json()["detail"]


def test_signing_out_ends_the_sign_in_for_every_copy_of_the_cookie(client: TestClient, staff: Cast) -> None:
    sign_in_id = enter(client)
    stolen = client.cookies["rapport"]

    answer = client.post("/auth/logout", headers={"origin": HOME})

    assert 'rapport=""' in answer.headers["set-cookie"]
    assert sign_in.identify(sign_in_id) is None
    assert sign_in.identify_token(stolen) is None
    assert client.put(UPLOAD, content=b"x", headers={"cookie": f"rapport={stolen}"}).status_code == 401


def test_a_new_sign_in_ends_the_one_before_in_the_same_browser(client: TestClient, staff: Cast) -> None:
    first = enter(client)
    second = enter(client, "bob")

    assert sign_in.identify(first) is None
    assert sign_in.identify(second) == staff.bob


@pytest.mark.parametrize(("method", "path"), [("PUT", UPLOAD), ("DELETE", UPLOAD), ("GET", "/media/abc.png")])
def test_files_need_a_sign_in_that_still_counts(
    client: TestClient, staff: Cast, method: str, path: str
) -> None:
    assert client.request(method, path).status_code == 401
    assert client.request(method, path, headers={"cookie": "rapport=guess"}).status_code == 401

    enter(client)
    assert client.request(method, path, content=b"x").status_code == 200

    users.disable(staff.olga, staff.ann.id or 0)
    assert client.request(method, path, content=b"x").status_code == 401


def test_uploads_are_limited_by_number_and_by_size(
    client: TestClient, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "UPLOADS_AN_HOUR", 3)
    monkeypatch.setattr(guards, "UPLOADED_BYTES_AN_HOUR", 100)
    enter(client)

    assert [client.put(UPLOAD, content=b"x" * size).status_code for size in (60, 50, 30, 10, 1)] == [
        200, 429, 200, 200, 429,
    ]  # fmt: skip
    enter(client, "bob")
    assert client.put(UPLOAD, content=b"x" * 60).status_code == 200


def test_an_upload_of_unknown_length_is_refused(client: TestClient, staff: Cast) -> None:
    enter(client)

    assert client.put(UPLOAD, content=iter([b"x"])).status_code == 411


def test_the_mark_of_a_session_is_ours_and_never_the_browsers(client: TestClient, staff: Cast) -> None:
    stranger = [marks(client), marks(client), marks(client, **{"X-Crm-Bind": "forged", "x-CRM-user": "1"})]
    assert len({mark for found in stranger for mark in found}) == 3
    assert all(len(found) == 1 and "forged" not in found for found in stranger)

    enter(client)
    ann = marks(client)
    assert ann == marks(client) == marks(client, **{"X-Crm-Bind": "forged"})

    enter(client, "bob")
    assert marks(client) != ann


def test_the_mark_does_not_tell_the_cookie(client: TestClient, staff: Cast) -> None:
    enter(client)

    assert client.cookies["rapport"] not in marks(client)[0]


def test_an_ended_sign_in_is_a_stranger(client: TestClient, staff: Cast) -> None:
    sign_in_id = enter(client)
    before = marks(client)

    sign_in.sign_out(sign_in_id)

    assert marks(client) != before
    assert marks(client) != marks(client)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.test"},
        {"origin": "http://testserver:9999"},
        {"origin": "null"},
        {"origin": HOME, "sec-fetch-site": "cross-site"},
    ],
)
def test_pages_of_others_cannot_open_a_session(client: TestClient, headers: dict[str, str]) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(STREAM, headers=headers):
        pass


def test_our_page_opens_a_session_and_no_other_socket(client: TestClient) -> None:
    assert marks(client, origin=HOME)
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/other"):
        pass


@pytest.mark.parametrize("path", guards.CLOSED)
def test_what_streamlit_tells_about_itself_is_closed(client: TestClient, staff: Cast, path: str) -> None:
    enter(client)

    assert client.get(path).status_code == client.get(path + "/x").status_code == 404


def test_forged_marks_never_reach_streamlit_over_http(client: TestClient) -> None:
    seen = client.get("/", headers={"X-Crm-Bind": "x", "X-CRM-Anything": "y"}).json()["streamlit"]

    assert not [name for name in seen if name.startswith("x-crm")]


@pytest.mark.parametrize(
    "path",
    ["/", "/contacts?id=7", "/healthz", "/auth/session", "/api/x", "/media/x", "/broken", "/_stcore/metrics"],
)
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["content-security-policy"] == content_security_policy()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_files_of_the_program_may_be_kept_by_browsers(client: TestClient) -> None:
    assert "cache-control" not in client.get("/static/js/index.js").headers


def test_the_policy_allows_the_one_script_of_the_installed_page_and_no_other() -> None:
    found = find_spec("streamlit")
    assert found is not None
    assert found.origin is not None
    page = (Path(found.origin).parent / "static" / "index.html").read_bytes()
    scripts = re.findall(r"script-src ([^;]+)", content_security_policy())[0].split()

    assert scripts == ["'self'", "blob:", *inline_hashes(page)]
    assert len(inline_hashes(page)) == 1
    assert inline_hashes(b"<script>alert(1)</script>") != inline_hashes(page)


def test_routes_that_check_secrets_are_slowed_down(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands_still = SimpleNamespace(monotonic=lambda: 1_000.0)  # a slow machine would be allowed more
    monkeypatch.setattr(guards, "time", stands_still)
    answers = [client.get("/auth/nothing") for _ in range(90)]

    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "1"
    assert client.get("/").status_code == 200


def test_what_breaks_inside_stays_inside(client: TestClient) -> None:
    answer = client.get("/broken")

    assert answer.status_code == 500
    assert "secret text" not in answer.text
    assert answer.json()["reference"] in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api", "/api/v1/x", "/auth/x", "/files/x"])
def test_below_our_prefixes_nothing_falls_through_to_the_pages(client: TestClient, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = client.request(method, path)
        assert answer.status_code in (401, 404, 405)
        assert answer.json()["detail"]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.methods} {door.path}")
def test_a_door_with_a_permission_is_shut_for_strangers(client: TestClient, door: Door) -> None:
    method, path = door.methods.split()[0], re.sub(r"\{[^}]*\}", "1", door.path)

    answer = client.request(method, path, headers={"origin": HOME})

    if door.permission is not None:
        assert answer.status_code == 401
    else:
        assert answer.status_code in (200, 204, 401, 403, 404, 415, 422)
    assert client.request("TRACE", path).status_code in (404, 405)


def test_health_says_how_each_part_is(client: TestClient) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert {
        "status": "ok",
        "database": "ok",
        "tables": "ok",
        "worker": "never seen",
    }.items() <= answer.json().items()
