"""Looks for tests that pass by chance: another order of tests, another moment of the year.

``CRM_TEST_ORDER=7 pytest tests/data`` runs the modules, and the tests within each, in an order drawn with 7.
``CRM_TEST_NOW=2026-12-31T23:30:00+00:00 pytest tests/data`` lets the clock begin there and run on.
"""

import os
import random

import pytest
import time_machine

ORDER, NOW = "CRM_TEST_ORDER", "CRM_TEST_NOW"

__all__ = ["pytest_collection_modifyitems", "pytest_configure"]


def pytest_configure(config: pytest.Config) -> None:
    """Put the clock of this process where the environment says."""
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
