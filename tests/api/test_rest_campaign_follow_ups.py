"""Programs plan campaigns anew, send winners and second messages, and make lists of what people did."""

from datetime import timedelta

import pytest

from crm_core.kernel.work import Clock
from crm_core.marketing import campaigns
from crm_core.marketing.campaign_types import Variant
from tests.api.rest import Program, is_refusal
from tests.marketing.campaigning import HELLO, draft, person
from tests.marketing.campaigns_made import campaign, recipient, variant
from tests.people import Cast


def test_programs_do_what_comes_after_a_campaign(
    olgas: Program, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SMTP_URL", "smtp://localhost"), ("MAIL_FROM", "crm@alder.test")):
        monkeypatch.setenv(f"CRM_{name}", value)
    monkeypatch.setenv("CRM_PUBLIC_URL", "https://crm.alder.test")
    people = [person(staff.olga, name) for name in "abcdefgh"]
    tested = draft(staff.olga, test_share=50)
    campaigns.put_variants(staff.olga, tested, [Variant(name, message=HELLO) for name in "AB"])
    campaigns.send(staff.olga, tested, Clock.now() + timedelta(days=1))

    later = (Clock.now() + timedelta(days=2)).isoformat()
    moved = olgas.ask("POST", f"/campaigns/{tested}/schedule", json={"at": later})
    assert (moved.status_code, moved.json()["state"]) == (200, "scheduled")
    assert olgas.ask("POST", f"/campaigns/{tested}/schedule", json={}).status_code == 422
    assert olgas.ask("GET", f"/campaigns/{tested}/test").status_code == 404
    campaigns.cancel(staff.olga, tested)
    campaigns.send(staff.olga, tested)
    test = olgas.get(f"/campaigns/{tested}/test")
    assert test["tested"] + test["waiting"] == len(people)
    sent = olgas.ask("POST", f"/campaigns/{tested}/winner", json={"variant": "B"})
    assert (sent.json()["winner"], sent.json()["waiting"]) == ("B", 0)
    twice = olgas.ask("POST", f"/campaigns/{tested}/winner", json={"variant": "A"})
    assert (twice.status_code, is_refusal(twice)) == (409, True)

    done = campaign("Done", state="done")
    recipient(done, variant(done, "A"), people[0])
    listed = olgas.ask("POST", f"/campaigns/{done}/lists", json={"measure": "sent", "name": "Got it"}).json()
    assert (listed["name"], listed["size"]) == ("Got it", 1)
    again = olgas.ask("POST", f"/campaigns/{done}/second-message", json={"subject": "Seen?", "after_days": 0})
    assert (again.status_code, again.json()["state"]) == (200, "sending")
