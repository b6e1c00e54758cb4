"""Links of posts may be followed by anybody; people and programs are counted apart, and nobody is known."""

import pytest
from sqlalchemy import select

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.work import begin
from crm_core.marketing import links, posts
from crm_core.marketing.machines import Seen
from crm_core.marketing.rendering import Message
from db.models import CampaignVariant, TrackedLink
from tests.marketing.campaigns_made import campaign, variant
from tests.people import Cast

BROWSER = Seen("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
PREVIEW = Seen("facebookexternalhit/1.1")
TEXT = "Spring is on: https://alder.test/a. Or https://alder.test/b"


def test_visits_by_links_of_posts_are_counted_without_a_name(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_PUBLIC_URL", "https://crm.alder.test")
    key, mail = campaign(channel="social"), campaign("Mail")
    written = variant(key, "A")
    with begin(SYSTEM) as work:
        work.get(CampaignVariant, written).body_text = TEXT
        links.store(work, key, [Message("", text=TEXT)])
        links.store(work, mail, [Message("", text=TEXT)])
        of_mail = work.tuples(select(TrackedLink.id).where(TrackedLink.campaign_id == mail))

    first, second = posts.prepared(cast.vera, key).links
    token = first.short.rpartition("/")[2]
    for seen in (BROWSER, BROWSER, PREVIEW, Seen(BROWSER.agent, is_look_only=True)):
        posts.followed(token, seen)
    found = posts.prepared(cast.vera, key)

    assert found.posts[0].text.strip() == f"Spring is on: {first.short}. Or {second.short}"
    assert first.short.startswith("https://crm.alder.test/t/s/")
    assert len(token) < 20
    assert [(one.people, one.machines) for one in found.links] == [(2, 2), (0, 0)]
    assert found.visits == 2
    assert posts.target(token) == "https://alder.test/a"
    for bad in (
        "",
        token[:-1],
        f"{token}0",
        "1-000000000000",
        f"{of_mail[0][0]:x}{token[token.index('-') :]}",
    ):
        with pytest.raises(NotFound):
            posts.target(bad)
    with pytest.raises(Conflict):
        posts.prepared(cast.vera, mail)
