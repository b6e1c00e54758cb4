"""The addresses in messages, as mailboxes and readers fetch them: no sign-in, no cookie, no way elsewhere."""

from dataclasses import dataclass

import pytest

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from crm_core.marketing import links, posts, tracking
from crm_core.marketing.rendering import Message
from crm_core.people import contacts
from db.models import CampaignVariant, Recipient
from tests.api.conftest import TestClient
from tests.marketing.campaigning import person
from tests.marketing.campaigns_made import campaign, recipient, variant
from tests.people import Cast

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
SPRING = Message(
    "Hello {{ first_name }}", html='<p>Dear {{ first_name }}</p><a href="https://alder.test/a?b=c">go</a>'
)


@dataclass
class Sent:
    """A message that Ada got."""

    ada: int
    key: int
    link_id: int

    def path(self, kind: str) -> str:
        link_id = self.link_id if kind == links.CLICK else None
        return f"{links.PATHS[kind]}/{links.token_of(kind, self.key, 'x', link_id)}"

    def row(self) -> Recipient:
        with begin(SYSTEM, write=False) as work:
            return work.get(Recipient, self.key)


@pytest.fixture
def sent(staff: Cast) -> Sent:
    ada, key = person(staff.mark, "Ada <b>", "ada@x.test"), campaign()
    chosen = variant(key, "A")
    with begin(SYSTEM) as work:
        work.get(CampaignVariant, chosen).body_html = SPRING.html
        links.store(work, key, [SPRING])
        [link_id] = links.tracked(work, key).links.values()
    return Sent(ada, recipient(key, chosen, ada, address="ada@x.test"), link_id)


def test_a_short_link_of_a_post_leads_on_and_counts(client: TestClient, staff: Cast) -> None:
    key = campaign("Post", channel="social")
    with begin(SYSTEM) as work:
        links.store(work, key, [SPRING])
    short = posts.prepared(staff.mark, key).links[0].short

    first = client.get(short, headers=BROWSER, follow_redirects=False)
    client.head(short, headers=BROWSER, follow_redirects=False)

    assert (first.status_code, first.headers["location"]) == (302, "https://alder.test/a?b=c")
    assert "set-cookie" not in first.headers
    assert client.get(f"{posts.PATH}/1-0", follow_redirects=False).status_code == 404
    [counted] = posts.prepared(staff.mark, key).links
    assert (counted.people, counted.machines) == (1, 1)


def test_pixel_click_and_page_answer_without_cookie_and_lead_only_to_stored_links(
    client: TestClient, staff: Cast, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixel = client.get(sent.path(links.OPEN) + ".gif", headers=BROWSER)
    assert (pixel.status_code, pixel.headers["content-type"]) == (200, "image/gif")
    assert pixel.headers["cross-origin-resource-policy"] == "cross-origin"
    assert pixel.headers["cache-control"] == "no-store"
    assert client.get("/t/o/1-x.gif").content == pixel.content
    assert sent.row().opened_at is not None

    look = client.head(sent.path(links.CLICK), headers=BROWSER, follow_redirects=False)
    assert (look.status_code, sent.row().clicked_at) == (302, None)
    answer = client.get(
        f"{sent.path(links.CLICK)}?u=https://evil.test", headers=BROWSER, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (302, "https://alder.test/a?b=c")
    assert sent.row().clicked_at is not None
    for wrong in ("/t/c/https://evil.test", sent.path(links.CLICK)[:-1] + "g", "/t/c/1-1-%0d%0aX:y", "/t/x"):
        refused = client.get(wrong, headers=BROWSER, follow_redirects=False)
        assert (refused.status_code, "location" in refused.headers) == (404, False)
    monkeypatch.setattr(tracking, "clicked", lambda *_: 1 / 0)
    assert client.get(sent.path(links.CLICK), follow_redirects=False).status_code == 302

    page = client.get(sent.path(links.VIEW))
    assert "Dear Ada &lt;b&gt;" in page.text
    assert "/t/o/" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not any("set-cookie" in one.headers for one in (pixel, answer, page))


def test_readers_save_what_they_want_on_a_page_that_changes_nothing_by_itself(
    client: TestClient, staff: Cast, sent: Sent
) -> None:
    path = sent.path(links.PREFERENCES)
    page = client.get(path)
    assert 'value="email:marketing" checked' in page.text
    assert "ada@x.test" not in page.text
    assert path in client.get(sent.path(links.UNSUBSCRIBE)).text
    assert contacts.get(staff.mark, sent.ada).email_opt == "in"

    assert "is saved" in client.post(path, data={"other": "1"}).text
    assert contacts.get(staff.mark, sent.ada).email_opt == "out"
    client.post(path, data={"choice": "email:marketing"})
    assert contacts.get(staff.mark, sent.ada).email_opt == "in"
    client.post(path, data={"choice": "email:marketing", "nothing": "1"})
    assert contacts.get(staff.mark, sent.ada).email_opt == "out"
    assert client.post(path, content=b"x" * 20_000).status_code == 413
    assert client.post(path[:-1], data={}).status_code == 404
