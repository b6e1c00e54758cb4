"""The public page of a form: it works without script and cookie, inside other pages, and for programs."""

import re
from datetime import timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient as Client

from crm_core.kernel.work import Clock
from crm_core.sales import form_rules, form_submissions, leads, web_forms
from crm_core.sales.lead_types import LeadQuery, NewForm
from crm_core.settings import Settings
from tests.api.rest import TestClient
from tests.people import Cast
from tests.sales.lead_cases import form

GOOD = {"full_name": "Zoe Zimmer", "email": "zoe@acme.test", "company": "", "message": "Hello"}
PLACE = "/forms/contact-us"


@pytest.fixture
def contact_form(staff: Cast) -> int:
    """A form of the manager."""
    return form(staff.mia, texts={"consent": "Write to me.", "title": "Tell us <b>all</b>"})


def key_from(page: str) -> str:
    """The key that stands in the page of a form."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return unescape(found[1])


def old_key(settings: Settings, form_id: int, seconds: int = 60) -> str:
    """The key of a form that was opened a while ago."""
    return form_rules.new_key(settings.secret("forms"), form_id, Clock.now() - timedelta(seconds=seconds))


def test_a_visitor_fills_the_form_and_is_thanked(
    client: TestClient, settings: Settings, staff: Cast, contact_form: int
) -> None:
    shown = client.get(PLACE)
    assert "Tell us &lt;b&gt;all&lt;/b&gt;" in shown.text
    assert "<script" not in shown.text
    sent = client.post(PLACE, data={**GOOD, "key": old_key(settings, contact_form), "agreed": "yes"})

    assert (sent.status_code, "Thank you" in sent.text) == (200, True)
    [row] = leads.search(staff.olga, LeadQuery())
    assert (row.name, row.email) == ("Zoe Zimmer", "zoe@acme.test")
    assert "set-cookie" not in {*shown.headers, *sent.headers}


def test_the_page_may_stand_in_others_and_do_nothing_else(client: TestClient, contact_form: int) -> None:
    headers = client.get(PLACE).headers

    assert "x-frame-options" not in headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert client.get("/").headers["x-frame-options"] == "DENY"


def test_a_wrong_answer_is_explained_and_what_was_typed_stays(
    client: TestClient, settings: Settings, contact_form: int
) -> None:
    key = old_key(settings, contact_form)
    wrong = {**GOOD, "email": '"><script>x', "key": key}

    answer = client.post(PLACE, data=wrong)

    assert answer.status_code == 422
    assert 'id="wrong-email"' in answer.text
    assert "<script>x" not in answer.text
    assert 'value="Zoe Zimmer"' in answer.text
    assert key_from(answer.text) == key


def test_a_stale_page_gives_a_new_key_and_keeps_the_answers(
    client: TestClient, settings: Settings, contact_form: int
) -> None:
    answer = client.post(PLACE, data={**GOOD, "key": old_key(settings, contact_form, 100_000)})

    assert (answer.status_code, "send it once more" in answer.text) == (422, True)
    assert form_rules.read_key(settings.secret("forms"), key_from(answer.text), contact_form)


def test_a_robot_is_thanked_too_and_held(
    client: TestClient, settings: Settings, staff: Cast, contact_form: int
) -> None:
    bait = {**GOOD, "key": old_key(settings, contact_form), "company_fax_number": "123"}
    robot = client.post(PLACE, data=bait)
    quick = client.post(PLACE, data={**GOOD, "key": key_from(client.get(PLACE).text)})

    assert "Thank you" in robot.text
    assert "Thank you" in quick.text
    assert form_submissions.search(staff.mia, verdict="held").total == 2
    assert leads.search(staff.olga, LeadQuery()).total == 0


def test_a_site_reads_the_form_and_sends_json(
    client: TestClient, settings: Settings, staff: Cast, contact_form: int
) -> None:
    asked = client.get(PLACE, headers={"accept": "application/json"}).json()
    body = {"answers": GOOD, "key": old_key(settings, contact_form), "consent": True}
    sent = client.post(PLACE, json=body, headers={"origin": "https://shop.example"})

    assert [field["name"] for field in asked["fields"]] == ["full_name", "email", "company", "message"]
    assert (sent.status_code, sent.headers["access-control-allow-origin"]) == (202, "*")
    assert sent.json()["thanks"].startswith("Thank you")
    assert client.post(PLACE, json=body).status_code == 202, "sent again, taken once"
    assert leads.search(staff.olga, LeadQuery()).total == 1
    assert client.options(PLACE).headers["access-control-allow-headers"] == "content-type"


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"[]", "application/json", 422),
        (b'{"answers": {"email": 1}}', "application/json", 422),
        (b'{"answers": ["x"]}', "application/json", 422),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 422),
        (b"a=" + b"x" * 200_000, "application/x-www-form-urlencoded", 422),
        (b"x", "text/plain", 415),
    ],
)
def test_what_is_no_form_is_refused(
    client: Client, contact_form: int, content: bytes, media_type: str, status: int
) -> None:
    answer = client.post(PLACE, content=content, headers={"content-type": media_type})

    assert answer.status_code == status


def test_a_closed_or_unknown_form_says_so(client: TestClient, staff: Cast, contact_form: int) -> None:
    web_forms.close(staff.mia, contact_form)

    for place in (PLACE, "/forms/none", "/forms/%3Cscript%3E"):
        answer = client.get(place)
        assert (answer.status_code, "no form at this address" in answer.text) == (404, True)
    assert client.get(PLACE, headers={"accept": "application/json"}).json()["error"] == "NotFound"
    assert client.put(PLACE).status_code == 405


def test_hostile_texts_of_a_form_stay_texts(client: TestClient, staff: Cast) -> None:
    bad = '</title><script>alert(1)</script>"'
    texts = dict.fromkeys(("title", "intro", "consent", "thanks"), bad)
    web_forms.add(staff.mia, NewForm("Bad", form_rules.USUAL_FIELDS, texts))

    assert "<script" not in client.get("/forms/bad").text


def test_a_network_that_floods_is_stopped(client: TestClient, settings: Settings, contact_form: int) -> None:
    def post(number: int) -> int:
        data = {**GOOD, "email": f"z{number}@a.test", "key": old_key(settings, contact_form)}
        return int(client.post(PLACE, data=data).status_code)

    codes = [post(number) for number in range(form_rules.MOST_AN_HOUR + 1)]

    assert codes == [200] * form_rules.MOST_AN_HOUR + [429]
