"""A visitor fills the form; the lead appears with its owner, a notice and a score, and becomes a deal."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, StartApp
from tests.browser.steps import begin, go_to
from tests.browser.walking import shoot, wait_idle


def show(page: Page, view: str) -> None:
    """Choose a view of the page."""
    page.locator(".st-key-show").get_by_text(view, exact=True).click()
    wait_idle(page)


def add_form(page: Page, name: str) -> str:
    """Make a form with the usual questions; returns its public address."""
    show(page, "Forms")
    page.get_by_role("button", name="Add the first form").click()
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.get_by_role("dialog").get_by_label("Name").press("Tab")
    expect(page.get_by_text("/forms/contact-us")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("On your website")).to_be_visible()
    wait_idle(page)
    return page.get_by_role("link", name="Open the form").get_attribute("href") or ""


def add_rule(page: Page) -> None:
    """All leads go to the one who makes the rule."""
    go_to(page, "Leads")
    show(page, "Assignment")
    page.get_by_role("button", name="Add the first rule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Everybody")
    dialog.get_by_label("People").click()
    page.get_by_role("option", name="Olga Orlova").click()
    page.keyboard.press("Tab")
    wait_idle(page)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("One after the other: Olga Orlova".lower())).to_be_visible()
    wait_idle(page)


def test_a_visitor_becomes_a_lead_with_an_owner_and_then_a_deal(
    app_server: StartApp, open_browser: OpenPage
) -> None:
    app = app_server()
    page, visitor = open_browser(), open_browser()
    begin(page, app)
    add_rule(page)
    address = add_form(page, "Contact us")

    visitor.goto(address)
    visitor.get_by_label("E-mail").fill("zoe@acme.example.com")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_text("Please fill this in.")).to_be_visible()
    visitor.get_by_label("Name", exact=True).fill("Zoe Zimmer")
    visitor.get_by_label("Company").fill("Acme")
    # People type for longer than robots do: the form says which of the two it takes a visitor for.
    visitor.wait_for_timeout(3_000)
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_text("Thank you")).to_be_visible()
    shoot(visitor, "form-thanks")

    page.get_by_role("link", name="Back to forms").click()
    expect(page.get_by_role("button", name="Add form")).to_be_visible()
    show(page, "Queue")
    line = page.locator('[class*="st-key-lead-line-"]')
    expect(line.get_by_role("link", name="Zoe Zimmer")).to_be_visible()
    expect(line.get_by_text("sent a form today +20")).to_be_visible()
    page.get_by_role("button", name="Notices").click()
    expect(page.get_by_text("New lead: Zoe Zimmer")).to_be_visible()
    page.keyboard.press("Escape")
    line.get_by_role("button", name="Accept").click()
    expect(line.get_by_role("button", name="Convert")).to_be_visible()
    wait_idle(page)
    line.get_by_role("button", name="Convert").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Deal", exact=True).fill("Forty rooms")
    dialog.get_by_label("Deal", exact=True).press("Tab")
    wait_idle(page)
    dialog.get_by_role("button", name="Convert").click()
    expect(page.get_by_role("heading", name="Forty rooms")).to_be_visible()
    shoot(page, "lead-converted")
