"""The first day of a team, in a browser: from the set-up code to an import that is taken back."""

import csv
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from db import migrate
from tests import postgres
from tests.browser import steps
from tests.browser.conftest import StartApp
from tests.browser.walking import shoot
from tests.shared_data import shared

HEADER = ("First name", "Last name", "E-mail", "Phone", "Company", "City", "Birthday")
ROWS = (
    (
        "Greta",
        "Quillfeather",
        "greta@quill.example.com",
        "+49 30 901820",
        "Quill & Co",
        "Berlin",
        "1985-04-30",
    ),
    ("Zoë", "Åkesson", "zoe@akesson.example.com", "", "Åkesson AB", "Lund", ""),
    ("", "", "not an address", "", "", "", ""),
    ("Łukasz", "Dvořák", "lukasz@dvorak.example.com", "0151 2345678", "", "Brno", "1990-01-31"),
)


@pytest.fixture
def our_export(tmp_path: Path) -> Path:
    """A small export with three people and a row that is nobody."""
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    return path


def a_postgres_database() -> str:
    """Where the app keeps its tables when not in the SQLite file that it makes by itself."""
    empty = postgres.template(postgres.server(), "template_empty", migrate.upgrade)
    return postgres.create_database(postgres.server(), f"day_{uuid4().hex[:12]}", empty)


@pytest.mark.slow
def test_a_newcomer_sets_up_imports_finds_writes_and_takes_back(
    app_server: StartApp, page: Page, our_export: Path
) -> None:
    app = app_server(as_a_person=True)

    steps.set_up(page, app)
    expect(page.get_by_text("First steps")).to_be_visible()
    expect(steps.number_of(page, "Contacts")).to_have_text("0")

    page.get_by_role("link", name="Import your contacts").click()
    steps.bring(page, our_export)
    shoot(page, "day-match")
    expect(page.get_by_text("7 of 7 will be imported")).to_be_visible()
    expect(page.get_by_text("please look")).to_have_count(0)

    steps.check(page)
    shoot(page, "day-check")
    assert steps.outcome(page) == {"New": "3", "Update": "0", "Skip": "0", "Refuse": "1", "Duplicates?": "0"}
    steps.run_import(page)
    shoot(page, "day-result")
    assert steps.outcome(page) == {
        "New": "3",
        "Updated": "0",
        "Skipped": "0",
        "Refused": "1",
        "Duplicates?": "0",
    }

    steps.go_to(page, "Contacts")
    steps.find(page, "quillfe", hits=1)
    steps.open_row(page)
    expect(page.get_by_role("heading", name="Greta Quillfeather")).to_be_visible()
    steps.write_note(page, "Wants the blue one, not before May.")
    shoot(page, "day-customer")

    steps.go_home(page)
    expect(steps.number_of(page, "Contacts")).to_have_text("3")
    expect(steps.number_of(page, "Companies")).to_have_text("2")
    expect(steps.number_of(page, "Touchpoints this week")).to_have_text("1")
    expect(page.get_by_role("link", name="Greta Quillfeather").first).to_be_visible()
    shoot(page, "day-home")

    steps.go_to(page, "Imports")
    page.get_by_role("button", name="Open").click()
    steps.undo_import(page)
    # Greta has a note by now: she stays, with her company.
    expect(page.get_by_text("Undone: 3 records removed.")).to_be_visible()
    expect(page.get_by_text("2 records stayed")).to_be_visible()
    steps.go_home(page)
    expect(steps.number_of(page, "Contacts")).to_have_text("1")


@pytest.mark.slow
def test_the_export_of_another_crm_is_imported_with_nothing_mapped_by_hand(
    app_server: StartApp, page: Page
) -> None:
    export = shared("03_crm_exports/hubspot_contacts.csv")
    app = app_server(database_url=a_postgres_database())
    steps.set_up(page, app)
    steps.go_to(page, "Imports")

    steps.bring(page, export)
    steps.check(page)
    assert steps.outcome(page)["New"] == "2"
    steps.run_import(page)

    steps.go_to(page, "Contacts")
    steps.find(page, "acme jane", hits=1)
    steps.open_row(page)
    expect(page.get_by_role("heading", name="JANE doe")).to_be_visible()
    expect(page.get_by_text("VP Talent").first).to_be_visible()
