"""Opinions for programs: asked for, written down, read."""

import pytest

from tests.api.rest import Program


def test_a_program_asks_notes_and_reads(olgas: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_PUBLIC_URL", "https://crm.alder.test")
    zoe = olgas.make("/contacts", last_name="Zoe")["id"]

    asked = olgas.make("/feedback/requests", contact_id=zoe, survey="nps", channel="link", cause="visit 1")
    said = olgas.make("/feedback", contact_id=zoe, kind="csat", score=4, comment="Very good!")

    assert asked["url"].startswith("https://crm.alder.test/t/f/")
    assert (said["count"], said["csat"], said["nps"]) == (1, 4, None)
    assert olgas.get(f"/contacts/{zoe}/feedback") == said
    assert [row["comment"] for row in olgas.get("/feedback")["items"]] == ["Very good!"]
    wrong = olgas.ask("POST", "/feedback", json={"contact_id": zoe, "kind": "csat", "score": 9})
    by_mail = olgas.ask("POST", "/feedback/requests", json={"contact_id": zoe, "survey": "nps"})
    assert (wrong.status_code, by_mail.status_code) == (422, 409)
