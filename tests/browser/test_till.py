"""The till on a phone: somebody joins, buys, spends by one confirmation, and the slip is taken back."""

from playwright.sync_api import Page, expect

from tests.browser.app_server import AppServer
from tests.browser.conftest import PHONE, OpenPage, StartApp
from tests.browser.steps import begin
from tests.browser.walking import open_page, shoot, wait_idle

FINGER = 44
"""Pixels that a finger needs (WCAG 2.2, 2.5.5)."""


def give(app: AppServer, who: str, points: int) -> None:
    """Points from the shell, as an order would bring them."""
    said = ["points", "earn", who, str(points), "--cause", "start"]
    done = app.run(*said)
    assert done.returncode == 0, done.stderr


def find(page: Page, text: str) -> None:
    """Type into the one field, as a scanner does."""
    page.get_by_label("Card, phone or e-mail").fill(text)
    page.keyboard.press("Enter")


def expect_balance(page: Page, points: int) -> None:
    """The number that stands large above everything."""
    expect(page.locator(".st-key-till-balance").get_by_role("heading")).to_have_text(f"{points}")
    wait_idle(page)


def test_a_phone_serves_a_member_from_joining_to_undo(app_server: StartApp, open_browser: OpenPage) -> None:
    app = app_server()
    page = open_browser(PHONE)
    begin(page, app)
    open_page(page, f"{app.url}/till")

    page.get_by_role("button", name="New member").click()
    page.get_by_label("Name", exact=True).fill("Zoe Zimmer")
    page.get_by_label("E-mail or phone").fill("zoe@acme.example.com")
    page.get_by_role("button", name="Enrol").click()
    expect_balance(page, 0)
    expect(page.get_by_text("Zoe Zimmer")).to_be_visible()
    page.get_by_role("button", name="Next customer").click()
    expect(page.get_by_text("Zoe Zimmer")).to_have_count(0)
    find(page, "2900000000002")
    expect(page.get_by_text("mistyped")).to_be_visible()

    give(app, "zoe@acme.example.com", 100)
    find(page, "zoe@acme.example.com")
    expect_balance(page, 100)
    page.locator(".st-key-till-act").get_by_text("Spend", exact=True).click()
    page.get_by_label("Points to spend").fill("40")
    page.get_by_role("button", name="Spend points").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect_balance(page, 60)
    shoot(page, "till-spent")
    for button in page.locator(".st-key-till .stButton button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= FINGER
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Undo").click()
    expect_balance(page, 100)
