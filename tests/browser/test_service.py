"""A case in a browser: found, answered by keys without losing a word, solved, and taken back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import PHONE, StartApp
from tests.browser.walking import open_page, shoot, wait_idle


@pytest.mark.slow
def test_a_case_is_answered_and_solved(app_server: StartApp, page: Page, tmp_path: Path) -> None:
    app = app_server()
    steps.begin(page, app)
    file = tmp_path / "people.csv"
    file.write_text("Full name,E-mail\nZoe Zander,zoe@example.org\n")
    for command in (
        ("import", "contacts", str(file)),
        ("case", "open", "1", "The pot *leaks*", "--kind", "problem", "--body", "It drips."),
    ):
        done = app.run(*command)
        assert done.returncode == 0, done.stderr

    open_page(page, f"{app.url}/service")
    expect(page.get_by_text("1 case, the nearest promise first")).to_be_visible()
    wait_idle(page)
    steps.grid(page).click(position={"x": 400, "y": steps.HEADER_HEIGHT + steps.ROW_HEIGHT // 2})
    expect(page.get_by_role("heading", name="The pot *leaks*")).to_be_visible()
    expect(page).to_have_url(re.compile(r"case=1"))
    wait_idle(page)
    box = page.get_by_placeholder("Write to the customer")
    box.fill("A new one is on its way.")
    page.locator(".st-key-case-take").get_by_role("button").click()
    expect(page.locator(".st-key-case-take")).to_have_count(0)
    wait_idle(page)
    expect(box).to_have_value("A new one is on its way.")
    box.press("Control+Enter")
    said = page.locator('[class*="st-key-said-out-"]').get_by_test_id("stText")
    expect(said).to_have_text("A new one is on its way.")
    wait_idle(page)
    expect(box).to_have_count(1)  # while the page is drawn anew, the one before still stands
    expect(box).to_have_value("")
    shoot(page, "service-case")

    page.locator(".st-key-case-solve").get_by_role("button").click()
    undo = page.locator(".st-key-case-undo-bar").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    wait_idle(page)
    undo.click()
    expect(page.locator(".st-key-case-solve")).to_be_visible()

    wait_idle(page)

    page.set_viewport_size(PHONE)
    expect(said).to_be_visible()
    wide = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
    assert wide <= 1
    shoot(page, "service-phone")
