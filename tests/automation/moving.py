"""Journeys for tests: short ones, published, and a worker that goes on until there is nothing left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from crm_core.automation import advancing, journeys
from crm_core.kernel.access import Actor
from crm_core.kernel.work import Clock
from crm_core.marketing import templates
from tests.conftest import at

WORKER = "here/1/a"
TAGGED = {"on": "contact.tagged", "tag": "go"}


def live(who: Actor, name: str, when: dict[str, Any], steps: Sequence[Mapping[str, Any]], **rest: Any) -> int:
    """A published journey."""
    key = journeys.create(who, name, {"when": when, "steps": list(steps), **rest})
    journeys.publish(who, key)
    return key


def go_on() -> None:
    """Work until nothing is left to do."""
    for _ in range(200):
        if not advancing.advance_next(WORKER, lambda: False):
            return
    raise AssertionError("the worker never rests")


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """It is this moment from now on."""
    monkeypatch.setattr(Clock, "now", at(moment))


def template(who: Actor, name: str = "Hello") -> int:
    """A template for e-mail."""
    body = {"subject": 'Hello {{ first_name | or("you") }}', "body_html": "<p>Good morning.</p>"}
    return templates.create(who, {"name": name, **body})
