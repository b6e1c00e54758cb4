"""Who comes in, what stays outside, and what strange words and lost power do to a running app."""

import contextlib
import csv
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser import steps
from tests.browser.app_server import AppServer
from tests.browser.conftest import OpenPage, StartApp
from tests.browser.walking import open_page, wait_idle
from tests.people import PASSWORD
from tests.shared_data import shared

ROWS = 5_500
HOSTILE = 40


@pytest.fixture(scope="module")
def house(app_server: StartApp, tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    """An app with an admin, a viewer and three contacts."""
    app = app_server()
    for name, role in (("olga", "admin"), ("vera", "viewer")):
        told(app, "user", "add", name, "--role", role, "--password-stdin", stdin=f"{PASSWORD}\n")
    people = [("Greta", "Quill", "greta@x.test"), ("Gregor", "Samsa", ""), ("Zoë", "Åkesson", "zoe@x.test")]
    told(app, "import", "contacts", str(table(tmp_path_factory.mktemp("people") / "people.csv", people)))
    return app


def told(app: AppServer, *words: str, stdin: str = "") -> str:
    """What a command on the data of the app prints; it must go well."""
    done = app.run(*words, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def table(path: Path, people: list[tuple[str, str, str]]) -> Path:
    """A file of people: first name, last name, e-mail."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("First name", "Last name", "E-mail"), *people])
    return path


def test_a_link_to_a_search_asks_who_one_is_and_then_shows_that_search(house: AppServer, page: Page) -> None:
    open_page(page, f"{house.url}/contacts?q=gre&pill=Mine")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)

    steps.sign_in(page, "olga")

    expect(page.get_by_role("heading", name="Contacts")).to_be_visible()
    expect(page.locator(".st-key-q input")).to_have_value("gre")
    expect(page).to_have_url(re.compile(r"/contacts\?(.*&)?q=gre"))
    expect(page.get_by_text("Nobody matches.")).to_be_visible()


def test_a_viewer_has_no_way_to_imports(house: AppServer, page: Page) -> None:
    open_page(page, f"{house.url}/imports")
    steps.sign_in(page, "vera")

    expect(page.get_by_text("This page is not open to you")).to_be_visible()
    expect(page.locator('input[type="file"]')).to_have_count(0)
    menu = page.get_by_test_id("stSidebarNav")
    expect(menu.get_by_role("link", name="Contacts")).to_be_visible()
    expect(menu.get_by_role("link", name="Imports")).to_have_count(0)


def test_a_reload_and_a_second_tab_are_signed_in_and_a_sign_out_ends_both(
    house: AppServer, page: Page
) -> None:
    open_page(page, house.url)
    steps.sign_in(page, "olga")
    page.reload(wait_until="domcontentloaded")
    expect(page.get_by_text("Touchpoints this week")).to_be_visible()

    second = page.context.new_page()
    open_page(second, f"{house.url}/contacts")
    expect(second.get_by_role("main").get_by_role("heading", name="Contacts", exact=True)).to_be_visible()
    wait_idle(second)
    second.get_by_role("button", name="Sign out").click()
    expect(second.get_by_role("button", name="Sign in")).to_be_visible()

    page.reload(wait_until="domcontentloaded")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_no_page_is_wider_than_a_telephone(house: AppServer, phone: Page) -> None:
    open_page(phone, house.url)
    assert too_wide(phone) == []
    steps.sign_in(phone, "olga")

    wide = {}
    for address in (
        "",
        "contacts",
        "contacts?show=companies",
        "customer?id=1",
        "imports",
        "admin",
        "profile",
    ):
        open_page(phone, f"{house.url}/{address}")
        expect(phone.get_by_role("main").get_by_role("heading").first).to_be_visible()
        if found := too_wide(phone):
            wide[address] = found

    assert wide == {}


def too_wide(page: Page) -> list[str]:
    """What sticks out of the window on the right and makes the page scroll sideways."""
    wait_idle(page)
    found: list[str] = page.evaluate(
        """() => [document.scrollingElement, ...document.querySelectorAll('[data-testid="stMain"]')]
            .filter(part => part.scrollWidth > part.clientWidth + 1)
            .map(part => `${part.tagName} ${part.scrollWidth} > ${part.clientWidth}`)"""
    )
    return found


@pytest.mark.slow
def test_hostile_words_are_shown_and_nothing_of_them_runs(
    house: AppServer, open_browser: OpenPage, tmp_path: Path
) -> None:
    known: list[str] = json.loads(shared("12_security/xss.json").read_text())
    words = [" ".join(one.split()) for one in known[:: max(1, len(known) // HOSTILE)]][:HOSTILE]
    path = tmp_path / "hostile.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [(f"Evil {one}", f"x{at}@evil.test", one, one, one, one) for at, one in enumerate(words)]
        header = ("Last name", "E-mail", "Company", "Job title", "Notes", "Likes")
        csv.writer(file).writerows([header, *rows])
    done = json.loads(told(house, "import", "contacts", str(path), "--json"))
    assert done["created"] == len(words)

    page, heard = open_browser(), []
    page.on("dialog", lambda dialog: heard.append(ask_nothing(dialog)))
    steps.open_the_list(page, house, "evil", len(words))
    expect(steps.grid(page)).to_be_visible()
    assert planted(page) == []
    for number in range(1, len(words) + 1, 8):
        open_page(page, f"{house.url}/contacts?q=evil")
        expect(page.get_by_text(f"{len(words)} contacts", exact=True)).to_be_visible()
        steps.open_row(page, number)
        expect(page.get_by_role("heading", name="Evil").first).to_be_visible()
        assert planted(page) == []
    open_page(page, f"{house.url}/contacts?show=companies")
    assert planted(page) == []
    open_page(page, house.url)
    assert planted(page) == []
    assert heard == []


def ask_nothing(dialog: Dialog) -> str:
    """Close the dialog, and say what it said."""
    dialog.dismiss()
    return dialog.message


def planted(page: Page) -> list[str]:
    """Elements with handlers or scripts inside the text that people wrote; Streamlit itself writes none."""
    wait_idle(page)
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid="stMain"] *')].filter(part =>
            part.tagName === 'SCRIPT' || part.tagName === 'IFRAME' || part.tagName === 'OBJECT'
            || (part.getAttribute('href') || '').trim().toLowerCase().startsWith('javascript:')
            || [...part.attributes].some(each => each.name.startsWith('on'))).map(part => part.outerHTML)"""
    )
    return found


@pytest.mark.kill
@pytest.mark.slow
def test_an_import_survives_the_death_of_the_server(app_server: StartApp, page: Page, tmp_path: Path) -> None:
    app = app_server(as_a_person=True)
    told(app, "user", "add", "olga", "--role", "admin", "--password-stdin", stdin=f"{PASSWORD}\n")
    people = [(f"First{at}", f"Last{at}", f"p{at}@x.test") for at in range(ROWS)]
    open_page(page, f"{app.url}/imports")
    steps.sign_in(page, "olga")
    steps.bring(page, table(tmp_path / "many.csv", people))
    steps.check(page)

    page.locator(".st-key-run-import button").click()
    while not stored(app):
        page.wait_for_timeout(20)
    app.kill()
    assert 0 < stored(app) < ROWS
    app.start()

    expect(page.get_by_text("Done: ")).to_be_visible(timeout=200_000)
    assert steps.outcome(page)["New"] == f"{ROWS:,}"
    open_page(page, f"{app.url}/contacts")
    expect(page.get_by_text("10,000+ contacts").or_(page.get_by_text(f"{ROWS:,} contacts"))).to_be_visible()
    everyone: list[dict[str, Any]] = exported(app, tmp_path / "everyone.csv")
    assert sorted(row["E-mail"] for row in everyone) == sorted(f"p{at}@x.test" for at in range(ROWS))


def stored(app: AppServer) -> int:
    """How many contacts are in the base, whoever writes to it."""
    with contextlib.closing(sqlite3.connect(app.data_dir / "crm.db")) as base:
        return int(base.execute("SELECT count(*) FROM contacts").fetchone()[0])


def exported(app: AppServer, path: Path) -> list[dict[str, Any]]:
    """All contacts, as an export says."""
    told(app, "export", "contacts", str(path))
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))
