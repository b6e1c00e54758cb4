"""Ten pairs are reviewed in a browser: merged, told apart, looked at again, and parted."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.app_server import AppServer
from tests.browser.conftest import StartApp
from tests.browser.test_doors import told
from tests.browser.walking import open_page, shoot, wait_idle
from tests.people import PASSWORD

PAIRS = 10
GIVEN = ("Greta", "Łukasz", "Zoë", "Bruno", "Chen", "Dora", "Emil", "Fatou", "Gita", "Hugo")
FAMILY = ("Quill", "Dvořák", "Åkesson", "Klein", "Wei", "Holm", "Novak", "Diallo", "Rao", "Roth")
MERGED, DISMISSED = 8, 2
LIST = "data_quality?tab=duplicates"


@pytest.fixture(scope="module")
def house(app_server: StartApp, tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    """An app with an admin and ten people who were typed in twice."""
    app = app_server()
    told(app, "user", "add", "olga", "--role", "admin", "--password-stdin", stdin=f"{PASSWORD}\n")
    path = tmp_path_factory.mktemp("people") / "people.csv"
    told(app, "import", "contacts", str(people(path)), "--on-duplicate", "create")
    return app


def people(path: Path) -> Path:
    """A file of people, each with an office and a private address."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("First name", "Last name", "E-mail", "Phone", "City"))
        for number, (given, family) in enumerate(zip(GIVEN, FAMILY, strict=True)):
            for mail in ("office", "private"):
                phone = f"+49 30 90{1820 + number * 731}"
                writer.writerow((given, family, f"p{number}@{mail}.example", phone, f"Town {number}"))
    return path


def left(page: Page, verb: str, count: int) -> None:
    """Wait until so many rows of the list offer this."""
    expect(page.get_by_role("button", name=verb, exact=True)).to_have_count(count)


def opened_pair(page: Page) -> str:
    """The number of the pair that is open; empty on the list."""
    found = re.search(r"pair=(\d+)", page.url)
    return found[1] if found else ""


def decide(page: Page, verb: str) -> None:
    """Decide about the open pair; ends when the next one is open, or the list."""
    before = opened_pair(page)
    page.locator(".st-key-pair-acts").get_by_role("button", name=verb, exact=True).click()
    page.wait_for_function("before => !location.search.includes('pair=' + before)", arg=before)
    wait_idle(page)


def test_ten_pairs_are_reviewed_merged_and_parted_and_the_thresholds_moved(
    house: AppServer, page: Page
) -> None:
    open_page(page, f"{house.url}/{LIST}")
    steps.sign_in(page, "olga")
    page.get_by_role("button", name="Search for duplicates").click()
    expect(page.get_by_text("Last searched")).to_be_visible(timeout=steps.WORK_SECONDS * 1000)
    left(page, "Review", PAIRS)
    shoot(page, "duplicates-list")

    page.get_by_role("button", name="Review", exact=True).first.click()
    page.wait_for_url("**pair=*")
    wait_idle(page)
    shoot(page, "duplicates-review")
    for number in range(PAIRS):
        decide(page, "Merge" if number < MERGED else "Not the same")

    expect(page.get_by_text("No pairs are left to review")).to_be_visible()
    left(page, "Look again", DISMISSED)
    shoot(page, "duplicates-reviewed")
    page.get_by_role("button", name="Part", exact=True).first.click()
    left(page, "Review", 1)
    page.get_by_role("button", name="Look again", exact=True).first.click()
    left(page, "Review", 2)
    left(page, "Look again", DISMISSED - 1)
    wait_idle(page)
    a_line_is_moved(page)


def a_line_is_moved(page: Page) -> None:
    """An admin sees what a threshold does before it is moved; there is one only after a search."""
    page.get_by_role("button", name="Thresholds").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_test_id("stMetric")).to_have_count(3)
    shoot(page, "duplicates-thresholds")
    dialog.get_by_role("slider", name="Sure from").press("Home")
    expect(dialog.get_by_text("90%", exact=True).first).to_be_visible()
    dialog.get_by_role("button", name="Move the lines").click()
    expect(page.get_by_text("The lines are moved")).to_be_visible()
