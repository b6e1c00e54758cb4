"""Referrals for programs and visitors: noted by a code, led on by a link, kept by a web form."""

import pytest

from crm_core.kernel.access import Actor
from crm_core.loyalty import advocates, referral_programme, referrals
from crm_core.loyalty.referral_types import NewReferrer, ReferralProgramme, ReferrerRow
from crm_core.people import contacts
from tests.api.rest import Program, TestClient, program
from tests.api.test_forms import GOOD, key_from
from tests.people import Cast
from tests.sales.lead_cases import form, send


@pytest.fixture
def rita(staff: Cast) -> ReferrerRow:
    """An ambassador of the admin."""
    return enrolled(staff.olga)


def enrolled(who: Actor) -> ReferrerRow:
    key = contacts.create(who, {"first_name": "Rita", "email": "rita@berg.test"})
    return advocates.enrol(who, key, NewReferrer("ambassador", "Terms", "Points", code="RITA-1"))


def test_a_shop_notes_a_friend_once(olgas: Program, rita: ReferrerRow) -> None:
    zoe = olgas.make("/contacts", last_name="Zoe")["id"]

    made = olgas.make("/referrals", code="rita 1", contact_id=zoe)
    again = olgas.ask("POST", "/referrals", json={"code": "RITA-1", "contact_id": zoe})
    wrong = olgas.ask("POST", "/referrals", json={"code": "NOBODY", "contact_id": zoe})

    assert (made["state"], again.status_code, wrong.status_code) == ("waiting", 409, 404)
    [row] = olgas.get("/referrals", state="waiting")["items"]
    assert (row["friend"], row["referrer"], row["channel"]) == ("Zoe", "Rita", "api")
    assert olgas.get("/referrers")["items"][0]["friends"] == 1
    assert olgas.ask("GET", "/referrals", params={"state": "x"}).status_code == 422


def test_marketing_reads_and_notes_nothing(api: TestClient, staff: Cast, rita: ReferrerRow) -> None:
    marks = program(api, staff.mark)

    assert len(marks.get("/referrers")["items"]) == 1
    assert marks.ask("POST", "/referrals", json={"code": "RITA-1", "contact_id": 1}).status_code == 403


def test_a_link_leads_to_the_form_and_the_form_keeps_the_code(
    client: TestClient, staff: Cast, rita: ReferrerRow
) -> None:
    form(staff.mia)
    assert client.get("/r/RITA-1", follow_redirects=False).status_code == 404
    referral_programme.change(staff.mia, ReferralProgramme(landing="contact-us"))

    answer = client.get("/r/rita1", follow_redirects=False)
    page = client.get(answer.headers["location"])

    assert (answer.status_code, answer.headers["location"]) == (302, "/forms/contact-us?ref=RITA-1")
    assert "set-cookie" not in answer.headers
    assert '<input type="hidden" name="ref" value="RITA-1">' in page.text
    hostile = client.get("/forms/contact-us?ref=%22%3E%3Cscript%3E").text
    assert "<script" not in hostile
    assert client.get("/r/unknown").status_code == 404
    sent = GOOD | {"key": key_from(page.text), "ref": "RITA-1"}
    assert client.post("/forms/contact-us", data=sent).status_code in (200, 202)


def test_a_friend_who_sends_the_form_is_noted(staff: Cast, rita: ReferrerRow) -> None:
    assert rita.code == "RITA-1"
    send(form(staff.mia), answers={"ref": "rita-1"})

    [row] = referrals.search(staff.olga)
    assert (row.friend, row.state, row.channel) == ("Zoe Zimmer", "waiting", "link")
