"""Whatever a journey looks like: everybody goes the way that the definition says, and does each step once."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_core.automation import definitions, runs
from crm_core.automation.types import Definition
from crm_core.kernel.work import Clock
from crm_core.people import contacts
from tests.automation.moving import go_on, live, set_clock
from tests.marketing.campaigning import person
from tests.people import MONDAY, Cast

NAMES = ("Anna", "Ben")
NUMBERS = count(1)
ACTS = st.sampled_from(
    [
        {"do": "tag", "tag": "one"},
        {"do": "untag", "tag": "one"},
        {"do": "notice", "text": "look"},
        {"do": "wait", "hours": 5},
        {"do": "until", "from": "12:00", "to": "14:00", "weekdays": ["tuesday", "friday"]},
        {"do": "stop"},
    ]
)


def branches(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    ways = st.lists(inner, max_size=3)
    rules = st.sampled_from([f"name is {name}" for name in NAMES])
    return st.builds(
        lambda rule, yes, no: {"do": "branch", "if": rule, "yes": yes, "no": no}, rules, ways, ways
    )


STEPS = st.lists(st.recursive(ACTS, branches, max_leaves=6), min_size=1, max_size=5)


def way(definition: Definition, name: str) -> list[str]:
    """The places that somebody comes to, by the definition alone."""
    place, seen = definition.first, []
    while step := definition.steps.get(place):
        seen.append(place)
        if step.do == "branch":
            place = step.yes if name in str(step.options["if"]) else step.no
        else:
            place = step.next
    return seen


@settings(
    max_examples=4, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=STEPS)
def test_everybody_goes_the_way_that_is_written_and_does_each_step_once(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch, steps: list[dict[str, Any]]
) -> None:
    number = next(NUMBERS)
    set_clock(monkeypatch, MONDAY)
    key = live(cast.olga, f"Journey {number}", {"on": "contact.tagged", "tag": f"go{number}"}, steps)
    people = {name: person(cast.ann, name, f"{name}{number}@x.test") for name in NAMES}

    contacts.tag(cast.ann, list(people.values()), f"go{number}")
    for day in range(0, 80, 4):
        set_clock(monkeypatch, MONDAY + timedelta(days=day))
        go_on()
        if not runs.search(cast.olga, key, ["running"]).items:
            break

    written = definitions.parse({"when": {"on": "contact.tagged"}, "steps": steps})
    for row in runs.search(cast.olga, key):
        log = runs.get(cast.olga, row.id)
        assert row.state == "done"
        assert [one.place for one in log.steps] == way(written, row.contact)
        assert {one.outcome for one in log.steps} <= {"done", "yes", "no", "skipped"}
    assert len(definitions.draw(written).nodes) == len(written.steps) + 2
