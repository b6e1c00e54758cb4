"""What must hold whatever people do: kept numbers equal a recount, undo gives back, nothing typed is lost."""

import contextlib
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import CrmError
from crm_core.kernel.values import clean, fold
from crm_core.kernel.work import begin
from crm_core.people import contacts, counts
from db import session
from db.session import Database
from tests.people import Cast, hire
from tests.people.records import everything_of
from tests.shared_data import shared

STAGES = ("", "lead", "customer")
ACTS = some.lists(
    some.tuples(
        some.sampled_from(
            ("create", "assign", "stage", "change", "delete", "restore", "tag", "untag", "undo")
        ),
        some.integers(0, 7),
        some.integers(0, 7),
    ),
    min_size=1,
    max_size=12,
)
QUIETLY = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Story:
    """A random life of some contacts, in a transaction that is taken back at the end."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.ids: list[int] = []
        self.tokens: list[int] = []

    def live(self, work: Any, act: Any, one: Any, other: Any) -> None:
        some_ids = self.ids[one % 3 :: 2] or self.ids
        owner = (None, self.cast.ann.id, self.cast.bob.id)[other % 3]
        stage = STAGES[other % 3]
        if act == "create":
            values = {
                "last_name": f"P{len(self.ids)}",
                "lifecycle": stage,
                "tags": "old",
                "owner": owner or "",
            }
            self.ids.append(contacts.create(work, values))
        elif act == "change" and self.ids:
            chosen = self.ids[one % len(self.ids)]
            contacts.change(work, chosen, {"lifecycle": stage, "owner": owner, "city": "Ulm"}, version=None)
        elif act == "undo" and self.tokens:
            contacts.undo(work, self.tokens[one % len(self.tokens)])
        elif self.ids and act in _BULK:
            token = _BULK[act](work, some_ids, owner, stage).undo_token
            self.tokens += [token] if token else []


_BULK: dict[str, Callable[..., Any]] = {
    "assign": lambda who, ids, owner, _stage: contacts.assign(who, ids, owner),
    "stage": lambda who, ids, _owner, stage: contacts.set_lifecycle(who, ids, stage),
    "delete": lambda who, ids, _owner, _stage: contacts.delete(who, ids),
    "restore": lambda who, ids, _owner, _stage: contacts.restore(who, ids),
    "tag": lambda who, ids, _owner, _stage: contacts.tag(who, ids, "new"),
    "untag": lambda who, ids, _owner, _stage: contacts.untag(who, ids, "old"),
}


class TakenBackError(Exception):
    """Ends a story without keeping it."""


@QUIETLY
@given(acts=ACTS)
def test_kept_numbers_equal_a_recount_after_anything(cast: Cast, acts: Any) -> None:
    with contextlib.suppress(TakenBackError), begin(cast.olga) as work:
        story = Story(cast)
        for act in [("create", 0, 1), ("create", 0, 2), *acts]:
            with contextlib.suppress(CrmError):
                story.live(work, *act)
            assert counts.differences(work) == []
        raise TakenBackError


@QUIETLY
@given(acts=ACTS, last=some.sampled_from(sorted(_BULK)), chosen=some.integers(0, 5))
def test_a_bulk_act_and_its_undo_leave_every_business_column_as_it_was(
    cast: Cast, acts: Any, last: Any, chosen: Any
) -> None:
    with contextlib.suppress(TakenBackError), begin(cast.olga) as work:
        story = Story(cast)
        for act in [("create", 0, 1), ("create", 1, 2), ("create", 2, 0), *acts]:
            with contextlib.suppress(CrmError):
                story.live(work, *act)
        before = [everything_of(one) for one in story.ids]

        with contextlib.suppress(CrmError):
            done = _BULK[last](work, story.ids[chosen % 2 :], cast.bob.id, STAGES[chosen % 3])
            if done.undo_token:
                assert contacts.undo(work, done.undo_token).count == done.count

        work.session.expire_all()
        assert [everything_of(one) for one in story.ids] == before
        raise TakenBackError


FIELDS = ("first_name", "job_title", "city", "notes", "likes", "source", "company")
HOSTILE = ("naughty_strings", "xss", "sql", "csv_injection")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_come_back_as_they_were_typed(ann: Actor, name: Any) -> None:
    texts = [_text(entry) for entry in json.loads(shared(f"12_security/{name}.json").read_text())]
    fitting = [text for text in texts if len(clean(text)) <= 120]
    assert len(fitting) > len(texts) / 2

    with begin(ann) as work:
        made = {text: contacts.get(work, contacts.create(work, _everywhere(text))) for text in fitting}

    for text, stored in made.items():
        assert {stored[field] for field in FIELDS if field != "company"} == {clean(text)}, text
        # Companies and tags that fold alike are one, in the spelling that came first.
        assert fold(stored.company) == fold(clean(text)), text
        assert [fold(tag) for tag in stored.tags] == ([fold(clean(text))] if clean(text) else []), text


def _everywhere(text: Any) -> Any:
    return {"last_name": "Fixed", **dict.fromkeys(FIELDS, text), "tags": [text] if clean(text) else []}


def _text(entry: Any) -> Any:
    return entry if isinstance(entry, str) else next(iter(entry.values()))


def test_writers_at_the_same_time_all_count(own_database: Database) -> None:
    cast = hire()
    failures = []

    def enter(who: Any, number: Any) -> None:
        try:
            for step in range(5):
                contacts.create(who, {"last_name": f"{number}-{step}", "lifecycle": "lead", "tags": "same"})
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=enter, args=(cast.ann, number)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with begin(SYSTEM, write=False) as work:
        assert counts.differences(work) == []
        assert counts.by_lifecycle(work) == {"lead": 30}
    assert session.current() is own_database


def test_givers_at_the_same_time_leave_true_numbers(own_database: Database) -> None:
    cast = hire()
    ids = [contacts.create(cast.ann, {"last_name": str(number)}) for number in range(20)]
    failures = []

    def give(owner_id: Any, chosen: Any) -> None:
        try:
            for _ in range(4):
                contacts.assign(cast.olga, chosen, owner_id)
        except Exception as error:
            failures.append(error)

    to = (cast.ann, cast.bob, cast.mia, cast.mark)
    threads = [
        threading.Thread(target=give, args=(who.id, list(reversed(ids)) if number % 2 else ids))
        for number, who in enumerate(to)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with begin(SYSTEM, write=False) as work:
        assert counts.differences(work) == []
