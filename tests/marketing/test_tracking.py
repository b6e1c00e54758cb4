"""Opens and clicks are people's: gateways that read mail before them are kept apart."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser

import numpy as np
import pytest
from sqlalchemy import select

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import NotFound
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import links, machines, preferences, results, tracking, unsubscribing
from crm_core.marketing.machines import Act, Seen
from crm_core.marketing.rendering import Message, Places, links_in, render
from crm_core.people import consents, contacts
from db.models import Campaign, CampaignEvent, Recipient, TrackedLink
from tests.conftest import at
from tests.marketing.campaigning import person
from tests.marketing.campaigns_made import campaign, recipient, variant
from tests.people import MONDAY

BROWSER = Seen("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
PUBLIC = "https://crm.alder.test"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SPRING = Message(
    subject="Spring",
    html='<a href="https://alder.test/a?x=1&amp;y=2">a</a> <a href="https://alder.test/b">b</a> '
    '<a href="https://alder.test/{{ city }}">mine</a> <a href="{{ unsubscribe_url }}">leave</a> '
    '<a href="javascript:alert(1)">run</a> <a href="data:text/html,x">page</a> '
    '<a href="mailto:us@alder.test">write</a> <a href="https://me:pw@evil.test/">in</a>',
    text="See https://alder.test/b. Or (https://alder.test/c)",
)


@dataclass
class Sent:
    """A campaign whose links are counted, and the messages that people got on Monday."""

    id: int
    variant_id: int
    salt: str = "x"

    def to(self, contact_id: int | None, address: str = "ada@x.test") -> int:
        return recipient(self.id, self.variant_id, contact_id, address=address)

    def link(self, url: str) -> int:
        with begin(SYSTEM, write=False) as work:
            return links.tracked(work, self.id).links[url]

    def click(self, key: int, link_id: int) -> str:
        return links.token_of(links.CLICK, key, self.salt, link_id)

    def token(self, kind: str, key: int) -> str:
        return links.token_of(kind, key, self.salt)


@pytest.fixture
def spring(mark: Actor) -> Sent:
    assert mark.id
    key = campaign()
    with begin(SYSTEM) as work:
        links.store(work, key, [SPRING])
        links.store(work, key, [SPRING])
    return Sent(key, variant(key, "A"))


@pytest.fixture
def ada(mark: Actor) -> int:
    return person(mark, "Ada")


def row(key: int) -> Recipient:
    with begin(SYSTEM, write=False) as work:
        return work.get(Recipient, key)


def events(key: int) -> list[CampaignEvent]:
    with begin(SYSTEM, write=False) as work:
        found = select(CampaignEvent).where(CampaignEvent.recipient_id == key).order_by(CampaignEvent.id)
        return work.scalars(found)


class Hrefs(HTMLParser):
    """Where the links of a message lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name == "href" and tag == "a"]


def go_to(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", at(moment))


def test_only_links_that_are_the_same_for_everybody_are_counted_each_once() -> None:
    assert links_in(SPRING) == [
        "https://alder.test/a?x=1&y=2", "https://alder.test/b", "https://alder.test/c",
    ]  # fmt: skip


def test_a_message_carries_the_addresses_of_its_reader_in_both_parts() -> None:
    clicks = {"https://alder.test/a?x=1&y=2": "https://t/1", "https://alder.test/b": "https://t/2"}
    places = Places("https://u", "https://p", "https://v", "https://o.gif", "https://trap", clicks)

    made = render(SPRING, {"city": "x"}, places)

    assert made.html.count('href="https://t/1"') == made.html.count('href="https://t/2"') == 1
    assert 'href="https://alder.test/b"' in render(SPRING, {"city": "b"}, Places("https://u")).html
    assert "javascript:" not in made.html
    assert "data:" not in made.html
    assert made.html.index("https://trap") < made.html.index('src="https://o.gif"')
    assert made.text.startswith("See https://t/2. Or (https://alder.test/c)")
    assert "https://o.gif" not in made.text
    assert "https://trap" not in made.text
    footer = render(Message("s", html="<p>Hi</p>"), {}, places).html
    assert all(f'href="{url}"' in footer for url in ("https://u", "https://p", "https://v"))


@pytest.mark.parametrize(
    "hostile",
    [
        '"><script>alert(1)</script>', "https://alder.test/b", "{{ unsubscribe_url }}", "{% if 1 %}",
        "x\r\nBcc: all@x.test", "javascript:alert(1)", '" href="https://evil.test/',
    ],
)  # fmt: skip
def test_a_hostile_contact_bends_no_link_and_adds_no_header(hostile: str) -> None:
    said = Message(
        "Hi {{ name }}", html='<p title="{{ name }}">{{ name }}</p><a href="https://a.test/">x</a>'
    )
    places = Places(f"{PUBLIC}/u", clicks={"https://a.test/": f"{PUBLIC}/t/c/1"}, pixel_url=f"{PUBLIC}/o.gif")

    made = render(said, {"name": hostile}, places)

    plain = render(said, {"name": "Zoe"}, places)
    assert Hrefs(made.html).found == Hrefs(plain.html).found == [f"{PUBLIC}/t/c/1", f"{PUBLIC}/u"]
    assert "<script" not in made.html
    assert "\n" not in made.subject
    assert "\r" not in made.subject


def test_a_click_leads_to_the_stored_address_and_makes_an_opener_and_a_visitor(
    spring: Sent, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = spring.to(ada)
    go_to(MONDAY + HOUR, monkeypatch)
    token = spring.click(key, spring.link("https://alder.test/a?x=1&y=2"))

    assert tracking.target(token) == "https://alder.test/a?x=1&y=2"
    assert row(key).clicked_at is None
    tracking.clicked(token, BROWSER)
    go_to(MONDAY + HOUR + SECOND, monkeypatch)
    tracking.clicked(token, BROWSER)

    found = row(key)
    assert found.clicked_at == found.opened_at == found.visited_at == MONDAY + HOUR
    assert (found.is_visited, found.scanned_at, len(events(key))) == (True, None, 1)
    assert (events(key)[0].contact_id, events(key)[0].facts) == (ada, {})


def test_no_other_address_leads_anywhere_or_changes_anything(spring: Sent, ada: int, mark: Actor) -> None:
    key, other = spring.to(ada), Sent(campaign("Other", salt="y"), 0, "y")
    with begin(SYSTEM) as work:
        links.store(work, other.id, [Message("s", text="https://evil.test/")])
    link = spring.link("https://alder.test/b")
    good = spring.click(key, link)
    forged = [
        spring.click(key, other.link("https://evil.test/")), spring.click(key, link + 999),
        links.token_of(links.CLICK, key, "y", link), f"{good[:-1]}{'0' if good[-1] != '0' else '1'}",
        good + "0", good.upper(), f"{key:x}-https://evil.test/", f"{key:x}-{link:x}-", "", "-", "--", "é-é-é",
        spring.token(links.OPEN, key), "f" * 40, f"{'f' * 16}-{link:x}-{good[-32:]}", f"{good}\r\nX: y",
    ]  # fmt: skip

    for token in forged:
        for act in (tracking.target, lambda one: tracking.clicked(one, BROWSER)):
            with pytest.raises(NotFound, match="not complete"):
                act(token)
    for wrong in (spring.token(links.VIEW, key), spring.token(links.UNSUBSCRIBE, key), good):
        for look in (preferences.look, lambda one: tracking.opened(one, BROWSER)):
            with pytest.raises(NotFound):
                look(wrong)

    assert not events(key)
    assert row(key).clicked_at is None
    assert consents.of_contact(mark, ada)[0].is_granted


SENT = MONDAY


@pytest.mark.parametrize(
    ("kind", "agent", "sign"),
    [
        ("open", "Mozilla/5.0", "advance"), ("click", "Mozilla/5.0", ""), ("open", "", "agent"),
        ("click", "Mozilla/5.0 (compatible; Googlebot/2.1)", "agent"), ("open", BROWSER.agent, ""),
        ("open", "Mozilla/5.0 (rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", ""),
        ("click", "BarracudaCentral/1.0", "agent"), ("click", "python-requests/2.31", "agent"),
        ("click", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", ""),
    ],
)  # fmt: skip
def test_programs_give_themselves_away(kind: str, agent: str, sign: str) -> None:
    assert machines.sign_of(kind, Seen(agent)) == sign
    assert machines.sign_of(kind, Seen(agent, is_look_only=True)) == "head"
    assert machines.sign_of(kind, Seen(agent or "x", is_in_advance=True)) == "advance"
    assert machines.sign_of(kind, Seen(agent), is_trap=True) == "trap"


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ("open+1", "m"), ("open+9", "h"), ("click+0", "m"), ("click+5", "h"), ("open-3", "m"),
        ("click:1+30 click:2+30", "mm"), ("click:1+30 click:2+40", "hh"), ("click:1+30 click:1+30", "hh"),
        ("click:1+30 click:2+34 click:3+38", "mmm"), ("click:1+20 click:2+60 click:3+110", "mmm"),
        ("click:1+20 click:2+60 click:3+170", "hhh"),
        ("open+20 trap+40 click:1+90 click:1+400", "mmmh"), ("open+20 click:1+400", "hh"),
    ],
)  # fmt: skip
def test_what_happens_too_quickly_or_around_a_hidden_link_was_a_program(acts: str, expected: str) -> None:
    made = []
    for one in acts.split():
        cut = max(one.find("+"), one.find("-"))
        name, _, link = one[:cut].partition(":")
        moment = SENT + int(one[cut:]) * SECOND
        sign = "trap" if name == "trap" else ""
        made.append(Act("click" if sign else name, moment, int(link or 0) or None, sign))

    assert "".join("m" if one else "h" for one in machines.judged(made, SENT, 3)) == expected


def test_a_gateway_is_found_out_afterwards_and_the_person_behind_it_counts_later(
    spring: Sent, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = spring.to(ada)
    first = spring.click(key, spring.link("https://alder.test/b"))
    go_to(MONDAY + 20 * SECOND, monkeypatch)
    tracking.opened(spring.token(links.OPEN, key), BROWSER)
    tracking.clicked(first, BROWSER)
    assert row(key).clicked_at is not None

    go_to(MONDAY + 50 * SECOND, monkeypatch)
    tracking.clicked(spring.click(key, links.TRAP), BROWSER)
    found = row(key)
    assert (found.opened_at, found.clicked_at, found.is_visited) == (None, None, False)
    assert found.scanned_at == MONDAY + 20 * SECOND
    assert [one.is_machine for one in events(key)] == [True, True, True]

    go_to(MONDAY + 3 * HOUR, monkeypatch)
    tracking.clicked(first, BROWSER)
    assert row(key).opened_at == row(key).clicked_at == MONDAY + 3 * HOUR
    assert row(key).scanned_at == MONDAY + 20 * SECOND


def test_nobody_fills_the_disk_with_clicks(spring: Sent, ada: int, monkeypatch: pytest.MonkeyPatch) -> None:
    key = spring.to(ada)
    monkeypatch.setattr(tracking, "MOST_ACTS", 3)
    for minute in range(6):
        go_to(MONDAY + minute * MINUTE + HOUR, monkeypatch)
        tracking.opened(spring.token(links.OPEN, key), BROWSER)

    assert len(events(key)) == 3


def replayed(rng: np.random.Generator, link_ids: list[int], *, is_guarded: bool) -> list[tuple[float, int]]:
    """Seconds after sending and the link that is followed: by gateways at once, by people later."""
    acts = [(float(rng.uniform(0, 120)), one) for one in (links.TRAP, *link_ids) if is_guarded]
    if rng.random() < 0.3:
        acts.append((float(rng.lognormal(8.5, 1.2)) + 20, link_ids[0]))
    return sorted(acts)


def test_a_gateway_before_a_fifth_of_all_changes_the_rate_of_clicks_by_at_most_a_point(
    spring: Sent, mark: Actor, ada: int
) -> None:
    rng, people, clickers = np.random.default_rng(5), 100, 0
    with begin(SYSTEM) as work:
        link_ids = sorted(links.tracked(work, spring.id).links.values())
        sent = {"campaign_id": spring.id, "variant_id": spring.variant_id, "state": "sent", "sent_at": MONDAY}
        rows = [work.add(Recipient(**sent)) for _ in range(people - 1)]
        rows.insert(0, work.add(Recipient(**sent, contact_id=ada, address="ada@x.test")))
        work.flush()
        campaign_row = work.get(Campaign, spring.id)
        for number, one in enumerate(rows):
            acts = replayed(rng, link_ids, is_guarded=number % 5 == 0)
            clickers += len(acts) % 4  # a gateway fetches four; what comes beside is a person's
            for seconds, link_id in acts:
                work.now = MONDAY + timedelta(seconds=seconds)
                sealed = links.Sealed(one, campaign_row, link_id)
                tracking.note(work, sealed, "click", "" if link_id else "trap")

    for _ in range(3):  # it fetches the ways to leave, too, and only looks
        unsubscribing.look(spring.token(links.UNSUBSCRIBE, rows[0].id))
        preferences.look(spring.token(links.PREFERENCES, rows[0].id))

    counts = results.report(mark, spring.id).total.counts
    assert contacts.get(mark, ada).email_opt == "in"
    assert counts["sent"] == people
    assert abs(counts["clicked"] - clickers) <= people / 100
    assert counts["scanned"] >= people / 5 * 0.6
    assert counts["unsubscribed"] == 0


def test_readers_choose_what_they_get_and_every_choice_is_kept_with_its_proof(
    spring: Sent, mark: Actor, ada: int
) -> None:
    key = spring.to(ada)
    token = spring.token(links.PREFERENCES, key)
    before = preferences.look(token)
    assert [(one.key, one.label, one.is_wanted) for one in before.choices] == [
        ("email:marketing", "News and offers by e-mail", True)
    ]

    assert not preferences.choose(token, ["sms:unknown"]).choices[0].is_wanted
    assert contacts.get(mark, ada).email_opt == "out"
    assert unsubscribing.look(spring.token(links.UNSUBSCRIBE, key)).is_done
    assert preferences.choose(token, ["email:marketing"]).choices[0].is_wanted
    preferences.choose(token, ["email:marketing"])

    kept = consents.of_contact(mark, ada)
    assert [one.is_granted for one in kept] == [True, False, True]
    assert kept[0].source == "Page of preferences, chose “News and offers by e-mail”, from “Spring”"
    assert not unsubscribing.look(spring.token(links.UNSUBSCRIBE, key)).is_done
    assert row(key).unsubscribed_at is not None
    contacts.delete(mark.__class__(**{**mark.__dict__, "permissions": SYSTEM.permissions}), [ada])
    with pytest.raises(NotFound, match="Nothing is kept"):
        preferences.look(token)


def test_a_campaign_keeps_its_own_links_only_once(spring: Sent) -> None:
    with begin(SYSTEM, write=False) as work:
        kept = work.scalars(select(TrackedLink.url).where(TrackedLink.campaign_id == spring.id))
        assert sorted(kept) == sorted(links_in(SPRING))
        assert work.get(Campaign, spring.id).salt == "x"
