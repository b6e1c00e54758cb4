"""How stored values read on a page."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.kernel.access import Actor
from crm_core.kernel.work import Clock
from crm_core.team import company
from crm_core.team.types import CompanySettings
from db.session import Database
from pages.ui import words
from tests.conftest import at
from tests.people import MONDAY

HOSTILE = (
    "**bold**", "![x](http://evil.test/x.png)", "[x](javascript:alert(1))", "<script>alert(1)</script>",
    "`code`",
    "$$x^2$$", ":red[danger]", "# heading", "a\n\n- list", "~~gone~~", "&lt;b&gt;", "|a|b|",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_stored_text_stays_text(text: str) -> None:
    escaped = words.md(text)

    signs = [position for position, letter in enumerate(escaped) if letter in "*_`[]()<>#$~!|&:-\\"]
    assert all(escaped[position] == "\\" or escaped[position - 1] == "\\" for position in signs)
    assert "\n" not in escaped


@given(st.text(max_size=60))
def test_escaping_adds_signs_and_takes_nothing_away(text: str) -> None:
    escaped = words.md(text)

    unescaped = "".join(
        escaped[i] for i in range(len(escaped))
        if not (escaped[i] == "\\" and (len(escaped[:i]) - len(escaped[:i].rstrip("\\"))) % 2 == 0)
    )  # fmt: skip
    assert unescaped.replace("\u2060", "") == " ".join(text.split()).replace("\u2060", "")


@pytest.mark.parametrize("text", [":smile:", "a :material/home: b", ":+1:"])
def test_names_between_colons_do_not_become_pictures(text: str) -> None:
    assert ":\u2060" in words.md(text)


@pytest.mark.parametrize(("passed", "said"), [
    (timedelta(seconds=20), "just now"), (timedelta(minutes=1), "1 minute ago"),
    (timedelta(hours=5), "5 hours ago"), (timedelta(days=3), "3 days ago"),
    (timedelta(days=60), "1 Jan 2026"), (timedelta(days=-400), "6 Apr 2027"),
])  # fmt: skip
def test_how_long_ago(database: Database, clock: type[Clock], passed: timedelta, said: str) -> None:
    assert words.ago(MONDAY - passed) == said


def test_instants_are_shown_by_the_clocks_of_the_company(olga: Actor, clock: type[Clock]) -> None:
    company.change_company(olga, CompanySettings("Alder", "JPY", "Asia/Tokyo", "JP", "ja"))

    assert words.when(MONDAY) == "2 Mar 2026, 18:00"
    assert words.today() == date(2026, 3, 2)


def test_the_greeting_follows_the_hour(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from crm_core.kernel.work import Clock

    said = {}
    for hour in (2, 6, 13, 22):
        monkeypatch.setattr(Clock, "now", at(MONDAY.replace(hour=hour)))
        said[hour] = words.greeting("Olga Orlova")

    assert said == {
        2: "Good evening, Olga",
        6: "Good morning, Olga",
        13: "Good afternoon, Olga",
        22: "Good evening, Olga",
    }


@pytest.mark.parametrize(("minor", "currency", "shown"), [
    (123450, "EUR", "€1,234.50"), (5000, "JPY", "¥5,000"), (1234, "KWD", "KWD1.234"), (None, "EUR", "–"),
])  # fmt: skip
def test_money_is_shown_in_its_currency(minor: int | None, currency: str, shown: str) -> None:
    assert words.money(minor, currency) == shown


def test_numbers_nouns_and_names() -> None:
    assert words.number(12345) == "12,345"
    assert words.number(10000, is_capped=True) == "10,000+"
    assert (words.count(1, "entry", "entries"), words.count(2, "entry", "entries")) == (
        "1 entry",
        "2 entries",
    )
    assert words.country_name("DE") == "Germany"
    assert words.label("job_title") == "Job title"
    assert words.joined(["a", "b", "c"]) == "a, b and c"
