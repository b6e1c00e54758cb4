"""Refused rows are mended in the grid of a browser, imported, and taken back with the rest."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser import steps
from tests.browser.conftest import PHONE, OpenPage, StartApp
from tests.browser.walking import open_page, shoot, wait_idle

HEADER = ("First name", "Last name", "E-mail", "City")
ROWS = (
    ("Greta", "Quillfeather", "greta@quill.example.com", "Berlin"),
    ("", "", "", "Lund"),
    ("", "", "", "Brno"),
    ("Zoë", "Åkesson", "zoe@akesson.example.com", "Lund", "one cell too many"),
)
FIRST_CELL_X = 110 + 60 + 380 + 80
"""Pixels from the left edge of the grid to the first cell of the file: behind box, line and reason."""

TRIES = 5


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Four people, of whom one can be imported as they are."""
    path = tmp_path / "with-faults.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    return path


def _appears(field: Locator) -> bool:
    try:
        field.wait_for(timeout=3_000)
    except TimeoutError:
        return False
    return True


def write_into_first_cell(page: Page, row: int, text: str) -> None:
    """Type into the first cell of the file in a row of the grid, the first being 1."""
    wait_idle(page)
    height = steps.HEADER_HEIGHT + steps.ROW_HEIGHT * row - steps.ROW_HEIGHT // 2
    field = page.locator(".gdg-input, #portal textarea, #portal input").last
    for _ in range(TRIES):
        # The grid is painted: Enter opens the cell, unless the page was drawn anew in between.
        steps.grid(page).click(position={"x": FIRST_CELL_X, "y": height})
        page.keyboard.press("Enter")
        if field.is_visible() or _appears(field):
            break
    field.fill(text)
    field.press("Enter")


@pytest.mark.slow
def test_refused_rows_are_mended_imported_and_taken_back(
    app_server: StartApp, page: Page, export: Path
) -> None:
    app = app_server()
    steps.begin(page, app)
    steps.go_to(page, "Imports")
    steps.bring(page, export)
    steps.check(page)
    assert steps.outcome(page)["Refuse"] == "3"
    shoot(page, "repair-check")

    page.get_by_role("button", name="Repair 3 refused rows").click()
    expect(page.get_by_text("Repair the refused rows")).to_be_visible()
    wait_idle(page)
    shoot(page, "repair-grid")
    write_into_first_cell(page, 1, "Lena")
    expect(page.get_by_text("1 row repaired")).to_be_visible()
    expect(page.locator(".st-key-run-import button")).to_be_disabled()
    page.reload()
    expect(page.get_by_text("1 row repaired")).to_be_visible()
    wait_idle(page)
    shoot(page, "repair-mended")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("button", name="Import 2 contacts")).to_be_enabled()
    wait_idle(page)
    assert steps.outcome(page)["Refuse"] == "2"
    steps.run_import(page)
    assert steps.outcome(page)["Refused"] == "2"
    shoot(page, "repair-result")

    write_into_first_cell(page, 1, "Pavel")
    expect(page.get_by_text("1 row repaired")).to_be_visible()
    wait_idle(page)
    page.get_by_role("button", name="Import the repaired row").click()
    expect(steps.number_of(page, "New")).to_have_text("3", timeout=steps.WORK_SECONDS * 1000)
    wait_idle(page)
    assert steps.outcome(page)["Refused"] == "1"
    steps.undo_import(page)
    expect(page.get_by_text("Undone: 3 records removed.")).to_be_visible()


@pytest.mark.slow
def test_files_dropped_together_come_in_in_the_order_that_fits(
    app_server: StartApp, open_browser: OpenPage, tmp_path: Path
) -> None:
    app, page = app_server(), open_browser()
    people, firms = tmp_path / "people.csv", tmp_path / "firms.csv"
    people.write_text("Name,E-mail,Company\nGreta Quill,greta@quill.example.com,Quill & Co\n,,\n")
    firms.write_text("Company,Industry,Employees\nQuill & Co,Paper,12\n")
    steps.begin(page, app)
    steps.go_to(page, "Imports")

    page.locator('input[type="file"]').set_input_files([people, firms])

    expect(page.get_by_role("heading", name="2 files")).to_be_visible()
    expect(page.get_by_text("1. firms.csv")).to_be_visible()
    wait_idle(page)
    shoot(page, "queue-before")
    page.get_by_role("button", name="Import 2 files").click()
    expect(page.get_by_text("Everything is in")).to_be_visible(timeout=steps.WORK_SECONDS * 1000)
    wait_idle(page)
    shoot(page, "queue-after")
    address = page.url
    for name, other in (("dark", open_browser(dark=True)), ("phone", open_browser(PHONE))):
        open_page(other, address)
        steps.sign_in(other, "olga")
        expect(other.get_by_text("Everything is in")).to_be_visible()
        shoot(other, f"queue-{name}")
        other.get_by_role("button", name="Open", exact=True).last.click()
        other.get_by_role("button", name="Repair 1 refused row").click()
        expect(other.get_by_text("Repair the refused rows")).to_be_visible()
        wait_idle(other)
        shoot(other, f"repair-{name}")
