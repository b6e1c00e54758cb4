"""How long pages take over the wire and in a browser, against an empty page of Streamlit's own."""

import contextlib
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from crm_core.settings import ROOT
from crm_core.team import sign_in
from db import session
from tests.bench.measuring import LeftOut, Measurement, Setting, benchmark
from tests.bench.websocket import Tab
from tests.bench.workload import databases
from tests.browser.app_server import AppServer, free_port
from tests.browser.conftest import BROWSERS, FLAGS
from tests.people import PASSWORD

CONTACTS = 10_000
TIMES, WARM_UP, VISITS = 30, 5, 3
EMPTY = 'import streamlit as st\nst.title("Empty")\nst.text_input("Name")\nst.write("Nothing else.")\n'
PAGES = {
    "home": ("", ""),
    "list": ("contacts", ""),
    "search": ("contacts", "q=mar"),
    "customer": ("customer", "id=1"),
    "imports": ("imports", ""),
}


@benchmark
def pages_rerun(setting: Setting) -> Iterator[Measurement]:
    """A click: the page runs anew, the answer travels to the browser."""
    with _apps(setting) as (app, cookie, empty):
        taken: dict[str, list[float]] = {"empty": [], **{name: [] for name in PAGES}}
        with contextlib.ExitStack() as tabs:
            bare = tabs.enter_context(Tab(empty))
            opened = {name: tabs.enter_context(Tab(app.url, cookie)) for name in PAGES}
            for _ in range(WARM_UP + TIMES):
                taken["empty"].append(bare.show()[0])
                for name, (page, query) in PAGES.items():
                    taken[name].append(opened[name].show(page, query)[0])
    medians = {name: statistics.median(found[WARM_UP:]) for name, found in taken.items()}
    for name in PAGES:
        yield Measurement(
            f"page {name}, rerun", medians[name], "ms", medians["empty"], "empty page", at_most=2
        )


@benchmark
def pages_first(setting: Setting) -> Iterator[Measurement]:
    """The first page in a browser that was never here, of a server that has just started."""
    with _apps(setting) as (app, cookie, empty), _chromium() as chromium:
        first = _visit(chromium, app.url, cookie, "Touchpoints this week")
        ours = [_visit(chromium, app.url, cookie, "Touchpoints this week") for _ in range(VISITS)]
        _visit(chromium, empty, "", "Nothing else.")
        bare = [_visit(chromium, empty, "", "Nothing else.") for _ in range(VISITS)]
    yield Measurement("first page after the start, cold browser", first, "ms")
    yield Measurement(
        "first page, cold browser",
        statistics.median(ours),
        "ms",
        statistics.median(bare),
        "empty page",
        at_most=2,
    )


@contextlib.contextmanager
def _apps(setting: Setting) -> Iterator[tuple[AppServer, str, str]]:
    """Rapport with contacts, the cookie of its admin, and the address of an empty Streamlit app."""
    with databases(setting.folder, "sqlite") as made:
        url, _ = made.filled(max(500, setting.rows(CONTACTS)))
        cookie = sign_in.redeem(sign_in.check_password("olga", PASSWORD).ticket) or ""
        session.disconnect()
        app = AppServer(setting.folder / "data", url)
        app.start(CRM_WORKER="none")
        try:
            with _empty_app(setting.folder) as empty:
                yield app, cookie, empty
        finally:
            app.kill()


@contextlib.contextmanager
def _empty_app(folder: Path) -> Iterator[str]:
    script, port = folder / "empty.py", free_port()
    script.write_text(EMPTY)
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    # From the folder of the project, so that both run with the same settings.
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield f"http://localhost:{port}"
        finally:
            process.kill()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            connection = HTTPConnection("localhost", port, timeout=5)
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("The empty app did not start.")


@contextlib.contextmanager
def _chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise LeftOut("there is no Chromium on the PATH")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        yield chromium
        chromium.close()


def _visit(chromium: Browser, address: str, cookie: str, words: str) -> float:
    """Milliseconds from the address bar to the words, with nothing in the cache."""
    context = chromium.new_context()
    if cookie:
        context.add_cookies([{"name": "rapport", "value": cookie, "url": address}])
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    expect(page.get_by_text(words)).to_be_visible(timeout=60_000)
    taken = (time.perf_counter() - begun) * 1000
    context.close()
    return taken
