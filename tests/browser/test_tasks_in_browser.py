"""A day with tasks in a browser: plan, finish with a next step, put off, and the calendar on a telephone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.app_server import AppServer
from tests.browser.conftest import StartApp
from tests.browser.walking import open_page, shoot, wait_idle
from tests.people import PASSWORD


@pytest.fixture(scope="module")
def office(app_server: StartApp) -> AppServer:
    """An app with two people in it, so that each test has a day of its own."""
    app = app_server()
    for name in ("olga", "bob"):
        done = app.run("user", "add", name, "--role", "admin", "--password-stdin", stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
    return app


@pytest.mark.slow
def test_a_day_is_planned_done_and_put_off(office: AppServer, page: Page) -> None:
    open_page(page, f"{office.url}/tasks")
    steps.sign_in(page, "olga")
    expect(page.get_by_text("You have nothing planned")).to_be_visible()

    plan(page, "call Ann today 10:00", "Today, 10:00")
    plan(page, "Send the offer today", "Today")
    late = page.locator('[class*="st-key-day-today"]')
    expect(late.get_by_text("call Ann")).to_be_visible()
    shoot(page, "tasks-my-day")

    late.locator('[class*="st-key-task-line-"]').filter(has_text="call Ann").get_by_role(
        "button"
    ).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("A meeting").click()
    dialog.get_by_placeholder("Send the offer").fill("Show her the catalogue")
    dialog.get_by_placeholder("Send the offer").press("Tab")
    wait_idle(page)
    shoot(page, "tasks-finish")
    dialog.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("“call Ann” is done")).to_be_visible()
    expect(
        page.locator('[class*="st-key-day-upcoming"]').get_by_text("Show her the catalogue")
    ).to_be_visible()
    wait_idle(page)

    line = page.locator('[class*="st-key-day-today"]').locator('[class*="st-key-task-line-"]')
    line.filter(has_text="Send the offer").get_by_role("button", name="Tomorrow").click()
    expect(page.get_by_text("1 task moved to Tomorrow.")).to_be_visible()
    expect(page.get_by_text("Nothing is due today.")).to_be_visible()
    wait_idle(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(line.filter(has_text="Send the offer")).to_be_visible()


@pytest.mark.slow
def test_the_calendar_is_an_agenda_on_a_telephone_and_moves_by_keys(
    office: AppServer, page: Page, phone: Page
) -> None:
    open_page(page, f"{office.url}/tasks")
    steps.sign_in(page, "bob")
    plan(page, "Meet Bob today 15:00", "Today, 15:00")

    open_page(page, f"{office.url}/tasks?part=Calendar")
    expect(page.get_by_role("button", name="Meet Bob")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Meet Bob")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"day=\d{4}-\d\d-\d\d"))
    wait_idle(page)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="Meet Bob")).to_be_visible()
    wait_idle(page)
    hour = page.get_by_role("button", name="Plan: ").and_(page.locator('[tabindex="0"]'))
    hour.press("ArrowDown")
    hour.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("textbox", name="What is to be done")).to_be_visible()

    open_page(phone, f"{office.url}/tasks?part=Calendar")
    steps.sign_in(phone, "bob")
    for span in ("Week", "Month", "Day"):
        phone.locator(".st-key-span").get_by_text(span, exact=True).click()
        expect(phone.get_by_role("button", name="Meet Bob")).to_be_visible()
        wait_idle(phone)
        shoot(phone, f"tasks-phone-{span}")
        wide = phone.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
        assert wide <= 1
        event = phone.get_by_role("button", name="Meet Bob").first
        assert event.evaluate("shown => shown.getBoundingClientRect().width") > 200


def plan(page: Page, line: str, understood: str) -> None:
    """Type a line, see what is understood, add it."""
    page.get_by_placeholder("call Ann tomorrow 10:00").fill(line)
    expect(page.get_by_text(understood).first).to_be_visible()
    wait_idle(page)
    page.get_by_role("button", name="Add", exact=False).last.click()
    expect(page.get_by_text("is planned.")).to_be_visible()
    wait_idle(page)
