"""Keeps chance out of a run of tests, and lets it in where it is looked for.

A usual run draws the same examples each time, and on a slow machine: it fails for a reason, not by luck.
``CRM_TEST_DICE=1 pytest tests/people`` draws others each time, which is how new faults are found.
``CRM_TEST_ORDER=7 pytest tests/data`` runs the modules, and the tests within each, in an order drawn with 7.
``CRM_TEST_NOW=2026-12-31T23:30:00+00:00 pytest tests/data`` lets the clock begin there and run on.
"""

import os
import random

import pytest
import time_machine
from hypothesis import HealthCheck, settings

DICE, ORDER, NOW = "CRM_TEST_DICE", "CRM_TEST_ORDER", "CRM_TEST_NOW"

__all__ = ["pytest_collection_modifyitems", "pytest_configure"]


def pytest_configure(config: pytest.Config) -> None:
    """Say how examples are drawn, and put the clock of this process where the environment says."""
    is_slow = [HealthCheck.too_slow]
    same_again = DICE not in os.environ
    settings.register_profile("rapport", deadline=None, derandomize=same_again, suppress_health_check=is_slow)
    settings.load_profile("rapport")
    if moment := os.environ.get(NOW):
        journey = time_machine.travel(moment, tick=True)
        journey.start()
        config.add_cleanup(journey.stop)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle as the environment says; the tests of a module stay together, since they share what is dear."""
    if seed := os.environ.get(ORDER):
        dice = random.Random(seed)  # noqa: S311 - dice, no secrets
        turn = {path: dice.random() for path in sorted({item.path for item in items})}
        drawn = [(turn[item.path], dice.random(), item) for item in items]
        items[:] = [item for *_, item in sorted(drawn, key=lambda each: each[:2])]
