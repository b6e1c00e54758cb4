"""What a test needs to walk through the app in a browser without hoping."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect

READY = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'


def wait_idle(page: Page, *, seconds: float = 60) -> None:
    """Wait until the script has run to its end and the page is connected.

    Right after a click the page may still look idle: wait for the expected content then; this is for before
    """
    expect(page.locator(READY)).to_be_attached(timeout=seconds * 1000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=seconds * 1000)


def open_page(page: Page, address: str) -> None:
    """Go to an address and wait until it is drawn."""
    page.goto(address, wait_until="domcontentloaded")
    wait_idle(page)


def shoot(page: Page, name: str) -> Path | None:
    """Keep a picture of the whole page under `CRM_SCREENSHOTS`; without that setting do nothing."""
    folder = os.environ.get("CRM_SCREENSHOTS")
    if not folder:
        return None
    path = Path(folder, re.sub(r"[^\w.-]+", "-", name)).with_suffix(".png")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path
