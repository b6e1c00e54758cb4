"""A seller works on the board in a browser: by mouse, by keyboard, and on the page of a deal."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import steps
from tests.browser.app_server import AppServer
from tests.browser.conftest import PATIENCE, PHONE, OpenPage, StartApp
from tests.browser.test_doors import told
from tests.browser.walking import open_page, shoot, wait_idle
from tests.people import PASSWORD

IMPORTED = (
    ("D-1", "Ovens for Durand", "New", "12500", "2027-03-01", "Durand"),
    ("D-2", "Coffee for a year", "New", "900", "", "Lindgren"),
    ("D-3", "Training days", "Qualified", "4200", "2027-02-01", "Durand"),
    ("D-4", "Tea for a year", "New", "700", "", "Lindgren"),
)


@pytest.fixture(scope="module")
def house(app_server: StartApp, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    """An app in which an admin typed the first deal, which made the usual stages, and imported three."""
    app = app_server()
    told(app, "user", "add", "olga", "--role", "admin", "--password-stdin", stdin=f"{PASSWORD}\n")
    page = browser.new_page()
    type_the_first_deal(app, page)
    page.close()
    path = tmp_path_factory.mktemp("deals") / "deals.csv"
    told(app, "import", "deals", str(written(path)))
    return app


def type_the_first_deal(app: AppServer, page: Page) -> None:
    """From the empty page to the page of the new deal."""
    page.set_default_timeout(PATIENCE)
    open_page(page, f"{app.url}/pipeline")
    steps.sign_in(page, "olga")
    page.get_by_role("button", name="Add a deal").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Deal", exact=True).fill("Webshop")
    dialog.get_by_label("Company").fill("Abel")
    dialog.get_by_label("Amount").fill("60000")
    dialog.get_by_role("button", name="Add deal").click()
    expect(page.get_by_role("heading", name="Webshop")).to_be_visible()


def written(path: Path) -> Path:
    """The file of the other deals."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("Deal ID", "Deal name", "Stage", "Amount", "Close date", "Company"))
        writer.writerows(IMPORTED)
    return path


def column(page: Page, title: str) -> Locator:
    """The column of this stage, with its cards."""
    return page.locator("section.column", has=page.locator(".name", has_text=title))


def card(page: Page, title: str) -> Locator:
    """The card of this deal, wherever it stands."""
    return page.locator("[data-card]", has_text=title)


def stands_in(page: Page, title: str, stage: str) -> None:
    """Wait until the board says so, and the server too: its count comes with the next drawing."""
    expect(column(page, stage).locator("[data-card]", has_text=title)).to_be_visible()
    wait_idle(page)


def opened_board(house: AppServer, page: Page) -> None:
    open_page(page, f"{house.url}/pipeline")
    steps.sign_in(page, "olga")
    expect(card(page, "Webshop")).to_be_visible()
    wait_idle(page)


def count_of(page: Page, stage: str) -> int:
    """How many deals the column says it holds; the words come from the server, not from the moved card."""
    return int(column(page, stage).locator(".count").inner_text().split()[0])


def holds(page: Page, stage: str, count: int) -> None:
    """Wait until the server has stored a move and says so: before that, a reload would lose it."""
    expect(column(page, stage).locator(".count")).to_have_text(re.compile(rf"^\s*{count} "))
    wait_idle(page)


def test_a_card_is_dragged_to_the_next_stage_and_stays_there(house: AppServer, page: Page) -> None:
    opened_board(house, page)
    before = count_of(page, "Qualified")
    card(page, "Ovens for Durand").drag_to(column(page, "Qualified").locator(".cards"))
    holds(page, "Qualified", before + 1)

    page.reload()
    stands_in(page, "Ovens for Durand", "Qualified")
    shoot(page, "board")


def test_a_card_is_moved_by_keyboard_alone(house: AppServer, page: Page) -> None:
    opened_board(house, page)
    before = count_of(page, "New")
    card(page, "Coffee for a year").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".said")).to_contain_text("Qualified")
    page.keyboard.press("Escape")
    stands_in(page, "Coffee for a year", "New")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    holds(page, "New", before - 1)

    page.reload()
    stands_in(page, "Coffee for a year", "Qualified")


def test_a_stage_asks_for_what_is_missing_before_it_takes_a_deal(house: AppServer, page: Page) -> None:
    opened_board(house, page)
    card(page, "Tea for a year").drag_to(column(page, "Proposal").locator(".cards"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("fill in: close date")
    dialog.get_by_role("spinbutton").first.click()
    page.keyboard.type("20270401")
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Save and move to Proposal").click()
    expect(dialog).to_be_hidden()
    stands_in(page, "Tea for a year", "Proposal")


def test_a_deal_is_lost_with_its_reason_and_reopened_on_its_page(house: AppServer, page: Page) -> None:
    opened_board(house, page)
    card(page, "Training days").drag_to(column(page, "Lost").locator(".cards"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Mark as lost")).to_be_disabled()
    dialog.get_by_text("No budget").click()
    dialog.get_by_role("button", name="Mark as lost").click()
    expect(dialog).to_be_hidden()
    expect(card(page, "Training days")).to_have_count(0)

    page.get_by_text("List", exact=True).click()
    status = page.get_by_role("radiogroup", name="Status")
    expect(status).to_be_visible()
    wait_idle(page)
    status.get_by_text("Lost", exact=True).click()
    expect(page.get_by_text("1 deal")).to_be_visible()
    steps.grid(page).click(position={"x": 120, "y": steps.HEADER_HEIGHT + steps.ROW_HEIGHT // 2})
    expect(page.get_by_text("No budget")).to_be_visible()
    wait_idle(page)
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("button", name="Won")).to_be_visible()
    shoot(page, "deal")


def test_the_board_is_swiped_on_a_phone(house: AppServer, open_browser: OpenPage) -> None:
    page = open_browser(PHONE, dark=True)
    opened_board(house, page)
    expect(page.locator("section.column")).to_have_count(6)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shoot(page, "board-phone")
    card(page, "Webshop").click()
    expect(page.get_by_role("heading", name="Webshop")).to_be_visible()
