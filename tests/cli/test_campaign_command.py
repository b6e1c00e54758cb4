"""A campaign from the command line: written, looked at, sent by whoever may."""

from pathlib import Path

import pytest

from crm_core.marketing import campaigns, segments
from crm_core.marketing.segment_types import NewSegment
from tests.cli.conftest import Run
from tests.marketing.campaigning import person
from tests.marketing.campaigns_made import campaign, recipient, variant
from tests.people import Cast


@pytest.fixture(autouse=True)
def mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail is set up; nothing is sent, since no worker runs."""
    monkeypatch.setenv("CRM_SMTP_URL", "smtp://localhost")
    monkeypatch.setenv("CRM_MAIL_FROM", "crm@alder.test")
    monkeypatch.setenv("CRM_PUBLIC_URL", "https://crm.alder.test")


def test_a_campaign_is_written_looked_at_and_sent(run: Run, staff: Cast, tmp_path: Path) -> None:
    ada = person(staff.mark, "Ada")
    person(staff.mark, "Ben", opt="out")
    html = tmp_path / "spring.html"
    html.write_text("<p>Dear {{ first_name | or('friend') }}</p>", encoding="utf-8")

    made = run(
        "campaign", "create", "Spring", "--rule", "name is_filled", "--subject", "Hi {{ first_name }}",
        "--html", str(html), "--json", "--as", "mark",
    ).json  # fmt: skip
    shown = run("campaign", "preview", "spring", "--contact", str(ada), "--json", "--as", "mark").json
    refused = run("campaign", "send", "Spring", "--yes", "--as", "mark")
    sent = run("campaign", "send", "Spring", "--json").json

    assert made["state"] == "draft"
    assert (shown["count"], shown["held"], shown["excluded"]) == (1, 0, {"opted_out": 1})
    assert shown["message"]["subject"] == "Hi Ada"
    assert (refused.code, "campaigns:send" in refused.err) == (1, True)
    assert (sent["count"], sent["state"]) == (1, "sending")
    assert run("campaign", "report", "Spring", "--json").json["name"] == "campaign"
    assert "cannot be changed" in run("campaign", "send", "Spring", "--yes").err
    assert run("campaign", "preview", "Spring").out.startswith("1 people get it")
    assert run("campaign", "send", "Spring", "--yes", "--at", "tomorrow").code == 1


def test_a_segment_may_be_the_audience(run: Run, staff: Cast) -> None:
    ada = person(staff.mark, "Ada")
    person(staff.mark, "Ben")
    ruled = segments.create(staff.mark, NewSegment("Adas", "first_name is Ada"))
    listed = segments.create(staff.mark, NewSegment("A list", is_static=True))
    segments.add_members(staff.mark, listed, [ada])

    for name, segment in (("One", ruled), ("Two", listed)):
        run("campaign", "create", name, "--segment", str(segment), "--subject", "Hi")
        assert run("campaign", "preview", name, "--json").json["count"] == 1


def test_after_a_campaign_the_people_behind_a_number_become_a_list_and_the_silent_are_asked_again(
    run: Run, staff: Cast
) -> None:
    ada = person(staff.mark, "Ada")
    key = campaign("Spring", state="done")
    recipient(key, variant(key, "A"), ada)
    run("campaign", "create", "Texts", "--channel", "sms", "--rule", "name is_filled", "--as", "mark")

    listed = run("campaign", "list", "Spring", "not_opened", "--called", "Asleep", "--json").json
    again = run("campaign", "again", "Spring", "--subject", "Did you see?", "--json").json

    assert (listed["name"], listed["count"], again["count"]) == ("Asleep", 1, 1)
    assert "done" in run("campaign", "again", "Spring", "--subject", "Once more", "--yes").err
    assert "waits for its time" in run("campaign", "reschedule", "Spring", "2026-12-01T09:00:00Z").err
    assert campaigns.search(staff.mark, "texts").items[0].channel == "sms"


def test_posts_are_printed_with_their_short_links(run: Run, staff: Cast) -> None:
    key = campaign("Garden", channel="social")
    variant(key, "A")

    assert run("campaign", "posts", "Garden", "--json").json == {
        "posts": [{"variant": "A", "text": ""}], "links": [],
    }  # fmt: skip
    assert run("campaign", "posts", "Garden").out.startswith("A")
