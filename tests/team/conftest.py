"""Hashes that are quick to make, so that tests need not wait; the real cost has a test of its own."""

import pytest

from crm_core.team import passwords
from tests.people import PASSWORD_HASH


@pytest.fixture(autouse=True)
def quick_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "real_cost" not in request.keywords:
        monkeypatch.setattr(passwords, "COST", 4)
        monkeypatch.setattr(passwords, "NOBODYS_HASH", passwords.hashed(PASSWORD_HASH[:40]))
