"""The page where customers answer: looking stores nothing, sending does, and nothing of it can be forged."""

import pytest

from crm_core.kernel.access import SYSTEM
from crm_core.people import contacts
from crm_core.service import asking, feedback, surveys
from crm_core.service.feedback_types import NewSurvey
from tests.api.conftest import TestClient
from tests.people import Cast


def test_a_customer_answers_with_one_click_and_then_says_why(
    client: TestClient, staff: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_PUBLIC_URL", "https://crm.alder.test")
    zoe = contacts.create(staff.ann, {"first_name": "Zoe", "email": "zoe@x.test"})
    surveys.create(SYSTEM, NewSurvey("Shop", "nps", "How was <b>it</b>?", thanks="Thanks & bye"))
    path = asking.ask(staff.ann, zoe, "Shop").url.removeprefix("https://crm.alder.test")

    for looked in (
        client.get(path),
        client.get(f"{path}?score=3"),
        client.head(path),
        client.get(f"{path}/stop"),
    ):
        assert looked.status_code == 200
        assert "script-src" in looked.headers["content-security-policy"]
        assert "<script" not in looked.text
    assert feedback.summary(staff.ann, zoe).count == 0
    page = client.get(f"{path}?score=3").text
    assert "How was &lt;b&gt;it&lt;/b&gt;?" in page
    assert "Send 3 of 10" in page

    thanked = client.post(path, data={"score": "3"})
    assert "Thanks &amp; bye" in thanked.text
    assert feedback.summary(staff.ann, zoe).nps == 3
    assert "Your answer" in client.post(path, data={"score": "4", "comment": "<script>x</script>"}).text
    [row] = feedback.of_contact(staff.ann, zoe)
    assert (row.score, row.comment, row.source) == (4, "<script>x</script>", "mail")
    assert "<script" not in client.post(path, data={"score": "4"}).text

    for wrong in ({}, {"score": "x"}, {"score": "11"}, {"score": "4", "comment": "x" * 4001}):
        assert client.post(path, data=wrong).status_code == 422
    assert client.post(path, content=b"score=4&comment=" + b"x" * 70_000).status_code == 413
    forged = path[:-1] + ("0" if path[-1] != "0" else "1")
    for ask in (client.get, client.post):
        assert ask(f"{forged}/stop").status_code == client.get(forged).status_code == 404
    assert client.post(forged, data={"score": "4"}).status_code == 404
    sent = client.post(f"{path}/stop", data={"List-Unsubscribe": "One-Click"})
    assert "will not ask you again" in sent.text
