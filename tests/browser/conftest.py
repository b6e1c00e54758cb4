"""A browser and a running app. Chromium is the machine's own; nothing is downloaded by a test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, ViewportSize, expect, sync_playwright

from tests.browser.app_server import AppServer

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
PATIENCE = 60_000
"""Milliseconds until an expected thing must be there: machines are busy when all tests run."""
HOME = ("localhost", "127.0.0.1", "::1")

expect.set_options(timeout=PATIENCE)
StartApp = Callable[..., AppServer]
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise pytest.UsageError("There is no Chromium on the PATH. `make test` installs it.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def app_server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[StartApp]:
    """Call it to get a running app without users; every app ends with the module.

    `app_server()` works on SQLite, `app_server(database_url=...)` on Postgres; further keywords become
    environment. `as_a_person=True` starts it as a person does, from an empty folder, which takes longer.
    """
    running: list[AppServer] = []

    def start(database_url: str | None = None, *, as_a_person: bool = False, **environment: str) -> AppServer:
        app = AppServer(tmp_path_factory.mktemp("app") / "data", database_url)
        running.append(app)
        if as_a_person:
            app.start(**environment)
        else:
            app.data_dir.mkdir(mode=0o700)
            shutil.copy(sqlite_template, app.data_dir / "crm.db")
            app.start_warm(**environment)
        return app

    yield start
    for app in running:
        app.kill()


@pytest.fixture
def open_browser(browser: Browser) -> Iterator[OpenPage]:
    """Call it to get a fresh browser profile with one empty page; every call is another person.

    The test fails at its end when a page asked for something outside this machine or met a script error.
    """
    contexts = []
    outside: list[str] = []
    errors: list[str] = []

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in HOME:
            outside.append(request.url)

    def open_one(viewport: ViewportSize = DESKTOP, *, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport=viewport, color_scheme="dark" if dark else "light", locale="en-GB", accept_downloads=True
        )
        contexts.append(context)
        context.on("request", note)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_default_timeout(PATIENCE)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not outside, f"loaded from outside the machine: {sorted(set(outside))}"
    assert not errors, f"script errors in the browser: {errors}"


@pytest.fixture
def page(open_browser: OpenPage) -> Page:
    """A page on a desk."""
    return open_browser()


@pytest.fixture
def phone(open_browser: OpenPage) -> Page:
    """The same app on a telephone."""
    return open_browser(PHONE)
