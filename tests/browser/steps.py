"""What people do in Rapport, one step at a time; every step waits for what it was meant to bring about."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.app_server import AppServer
from tests.browser.walking import open_page, wait_idle
from tests.people import PASSWORD

HEADER_HEIGHT, ROW_HEIGHT, TICK_WIDTH = 35, 36, 60
"""Pixels of the grid: its cells are painted, so that only their place is known."""

WORK_SECONDS = 180
"""What an import of a few rows may take on a machine that is busy with other tests."""


def set_up(page: Page, app: AppServer, *, company: str = "Alder & Sons") -> None:
    """The first visit: code, account, company, and no sample data. Ends on the start page as `olga`."""
    open_page(page, app.url)
    expect(page.get_by_text("Welcome to Rapport")).to_be_visible()
    page.get_by_label("Set-up code").fill(app.setup_code)
    page.get_by_role("button", name="Continue").click()
    for label, value in (
        ("Your name", "Olga Orlova"), ("E-mail", "olga@rapport.example.com"), ("User name", "olga"),
        ("Password", PASSWORD), ("Password again", PASSWORD),
    ):  # fmt: skip
        page.get_by_role("textbox", name=label, exact=True).fill(value)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Company name").fill(company)
    page.get_by_label("Company name").press("Tab")
    expect(page.get_by_role("combobox", name="Currency")).to_have_value("British Pound (GBP)")
    page.get_by_role("button", name="Finish set-up").click()
    page.get_by_role("button", name="Start empty").click()
    expect(page.get_by_role("heading", name="Olga")).to_be_visible()
    wait_idle(page)


def begin(page: Page, app: AppServer) -> None:
    """An app that is set up from the shell, and `olga` in it, on the start page."""
    done = app.run(
        "user", "add", "olga", "--full-name", "Olga Orlova", "--role", "admin", "--password-stdin",
        stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    open_page(page, app.url)
    sign_in(page, "olga")


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill the sign-in form that the page shows."""
    page.get_by_label("User name").fill(username)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()
    wait_idle(page)


def go_to(page: Page, title: str) -> None:
    """Choose a page from the menu."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
    expect(page.get_by_role("main").get_by_role("heading", name=title, exact=True)).to_be_visible()
    wait_idle(page)


def bring(page: Page, file: Path) -> None:
    """Drop a file on the page of imports; ends at the mapping."""
    page.locator('input[type="file"]').set_input_files(file)
    expect(page.get_by_role("heading", name=file.name)).to_be_visible()
    expect(page.get_by_text("will be imported")).to_be_visible()
    wait_idle(page)


def check(page: Page) -> None:
    """Ask for the dry run; ends when its numbers are there."""
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator(".st-key-run-import")).to_be_visible(timeout=WORK_SECONDS * 1000)
    wait_idle(page)


def run_import(page: Page) -> None:
    """Let happen what the dry run said; ends when the worker is done."""
    page.locator(".st-key-run-import button").click()
    expect(page.get_by_text("Done: ")).to_be_visible(timeout=WORK_SECONDS * 1000)
    wait_idle(page)


def find(page: Page, words: str, *, hits: int) -> None:
    """Type into the search of the list; ends when as many are found."""
    page.locator(".st-key-q input").fill(words)
    expect(page.get_by_text(f"{hits} contact{'' if hits == 1 else 's'}", exact=True)).to_be_visible()
    wait_idle(page)


def open_row(page: Page, number: int = 1) -> None:
    """Click the name in a row of the list, the first being 1; ends on the customer's page."""
    height = HEADER_HEIGHT + ROW_HEIGHT * number - ROW_HEIGHT // 2
    grid(page).click(position={"x": TICK_WIDTH, "y": height})
    expect(page.get_by_role("link", name="Back to contacts")).to_be_visible()
    wait_idle(page)


def grid(page: Page) -> Locator:
    """The table of the list."""
    return page.get_by_test_id("stDataFrame").first


def write_note(page: Page, words: str) -> None:
    """Write a note on the customer's page; ends when the timeline shows it."""
    page.get_by_placeholder("What should be remembered?").fill(words)
    page.get_by_role("button", name="Save note").click()
    expect(page.locator('[class*="st-key-entry-"]').get_by_text(words)).to_be_visible()
    wait_idle(page)


def number_of(page: Page, label: str) -> Locator:
    """The number on the tile with this label."""
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def go_home(page: Page) -> None:
    """Back to the start page."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Home").click()
    expect(page.get_by_text("Touchpoints this week")).to_be_visible()
    wait_idle(page)


def undo_import(page: Page) -> None:
    """Take the open import back, after the question whether it is meant; ends when the worker is done."""
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("Undone: ")).to_be_visible(timeout=WORK_SECONDS * 1000)
    wait_idle(page)


def outcome(page: Page) -> dict[str, str]:
    """The five numbers of an import, by their names."""
    wait_idle(page)
    tiles = page.get_by_test_id("stMetric").all()
    names = (tile.get_by_test_id("stMetricLabel").inner_text().strip() for tile in tiles)
    numbers = (tile.get_by_test_id("stMetricValue").inner_text() for tile in tiles)
    return dict(zip(names, numbers, strict=True))


def open_the_list(page: Page, app: AppServer, words: str, hits: int) -> None:
    """Sign in at the address of a search; ends when as many are found."""
    open_page(page, f"{app.url}/contacts?q={words}")
    sign_in(page, "olga")
    expect(page.get_by_text(f"{hits} contacts", exact=True)).to_be_visible()
    wait_idle(page)
