"""Many contacts at once: few statements, a trace for each, and a way back that loses nothing."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.errors import Invalid, NotAllowed, NotFound
from crm_core.kernel.work import begin
from crm_core.people import contacts, counts, tags
from crm_core.people.types import BulkDone, Selection
from db.models import Activity, Contact
from db.session import Database
from tests.people import MONDAY, Cast
from tests.people.records import activities, everything_of, fingerprint


@pytest.fixture
def three(ann: Actor, bob: Actor) -> Any:
    """Two contacts of Ann and one of Bob, each at another stage."""
    made = ((ann, "lead"), (ann, "customer"), (bob, ""))
    return [
        contacts.create(owner, {"last_name": f"Person {number}", "lifecycle": stage, "tags": "old"})
        for number, (owner, stage) in enumerate(made)
    ]


ACTS: dict[str, Callable[..., Any]] = {
    "assign": lambda who, ids, cast: contacts.assign(who, ids, cast.bob.id),
    "assign to nobody": lambda who, ids, _cast: contacts.assign(who, ids, None),
    "lifecycle": lambda who, ids, _cast: contacts.set_lifecycle(who, ids, "advocate"),
    "tag": lambda who, ids, _cast: contacts.tag(who, ids, "new"),
    "untag": lambda who, ids, _cast: contacts.untag(who, ids, "OLD"),
    "delete": lambda who, ids, _cast: contacts.delete(who, ids),
}


@pytest.mark.parametrize("act", ACTS)
def test_undo_gives_every_business_column_back_and_a_second_one_does_nothing(
    cast: Cast, three: list[int], act: Any
) -> None:
    before = [everything_of(one) for one in three]
    done = ACTS[act](cast.mia, three, cast)
    assert [everything_of(one) for one in three] != before

    undone = contacts.undo(cast.mia, done.undo_token)

    assert (undone.count, undone.kept) == (done.count, ())
    assert [everything_of(one) for one in three] == before
    assert contacts.undo(cast.mia, done.undo_token).count == 0
    assert [everything_of(one) for one in three] == before
    with begin(cast.olga, write=False) as work:
        assert counts.differences(work) == []


def test_a_restore_can_be_taken_back_too(mia: Actor, three: list[int]) -> None:
    contacts.delete(mia, three[:2])
    before = [everything_of(one) for one in three]

    done = contacts.restore(mia, three)

    assert done.count == 2
    assert contacts.undo(mia, done.undo_token).count == 2
    assert [everything_of(one) for one in three] == before


def test_what_was_changed_since_stays_and_is_named(cast: Cast, three: list[int]) -> None:
    done = contacts.set_lifecycle(cast.mia, three, "advocate")
    contacts.change(cast.ann, three[0], {"lifecycle": "former"}, version=None)
    contacts.change(cast.ann, three[1], {"city": "Ulm"}, version=None)

    undone = contacts.undo(cast.mia, done.undo_token)

    assert (undone.count, undone.kept_count, undone.kept) == (2, 1, ("Person 0",))
    stages = [contacts.get(cast.mia, one)["lifecycle"] for one in three]
    assert stages == ["former", "customer", ""]
    assert contacts.get(cast.mia, three[1])["city"] == "Ulm"


def test_two_acts_can_be_taken_back_one_after_the_other(cast: Cast, three: list[int]) -> None:
    before = [everything_of(one) for one in three]
    first = contacts.assign(cast.mia, three, cast.mia.id)
    second = contacts.tag(cast.mia, three, "new")

    contacts.undo(cast.mia, second.undo_token)
    contacts.undo(cast.mia, first.undo_token)

    assert [everything_of(one) for one in three] == before


def test_each_contact_has_its_own_trace(cast: Cast, three: list[int]) -> None:
    contacts.assign(cast.mia, three, cast.ann.id)
    contacts.tag(cast.mia, three, "new")

    [assigned] = activities("contact.assigned")
    assert assigned["changes"] == {"owner_id": [cast.bob.id, cast.ann.id]}
    assert [facts["tag"] for facts in activities("contact.tagged")] == ["new"] * 3
    assert [facts["act"] for facts in activities("contacts.bulk_changed")] == ["assign", "tag"]


def test_an_act_that_changes_nothing_has_nothing_to_undo(cast: Cast, three: list[int]) -> None:
    assert contacts.assign(cast.mia, three[:2], cast.ann.id) == BulkDone(0, None)
    assert contacts.untag(cast.mia, three, "unheard of") == BulkDone(0, None)
    assert contacts.set_lifecycle(cast.mia, [], "lead") == BulkDone(0, None)
    assert activities("contacts.bulk_changed") == []


def test_contacts_out_of_reach_are_not_touched(cast: Cast, three: list[int]) -> None:
    before = everything_of(three[2])

    assert contacts.set_lifecycle(cast.ann, three, "advocate").count == 2
    assert everything_of(three[2]) == before
    with pytest.raises(NotFound):
        contacts.set_lifecycle(cast.ann, three[2:], "advocate")


def test_nobody_takes_back_what_somebody_else_did_or_what_the_role_does_not_include(
    cast: Cast, three: list[int]
) -> None:
    done = contacts.delete(cast.mia, three)
    before = fingerprint()

    for who, refusal in ((cast.ann, NotFound), (cast.mark, NotAllowed), (cast.vera, NotAllowed)):
        with pytest.raises(refusal):
            contacts.undo(who, done.undo_token)
    assert fingerprint() == before
    assert contacts.undo(cast.olga, done.undo_token).count == 3


def test_a_stage_that_does_not_exist_is_refused(mia: Actor, three: list[int]) -> None:
    with pytest.raises(Invalid, match="one of"):
        contacts.set_lifecycle(mia, three, "king")


def test_a_tag_that_is_gone_cannot_come_back_by_undo(cast: Cast, three: list[int]) -> None:
    done = contacts.untag(cast.mia, three, "old")
    [old] = [tag.id for tag in tags.search(cast.olga) if tag.name == "old"]
    tags.remove(cast.olga, old)

    assert contacts.undo(cast.mia, done.undo_token).kept_count == 3


def test_a_list_is_changed_without_naming_its_members(cast: Cast, three: list[int]) -> None:
    customers = Selection(lifecycle="customer")

    assert contacts.tag(cast.mia, customers, "good").count == 1
    assert contacts.delete(cast.mia, Selection(text="person")).count == 3
    assert contacts.restore(cast.mia, Selection(deleted=True)).count == 3
    assert contacts.get(cast.ann, three[1]).tags == ("good", "old")
    assert contacts.tag(cast.bob, customers, "other").count == 0


def test_ten_thousand_contacts_are_given_away_in_few_statements_and_back(
    cast: Cast, database: Database
) -> None:
    with begin(OPERATOR) as work:
        columns = ("name", "name_key", "email_opt", "owner_id", "lifecycle", "created_at", "updated_at")
        empty = (("X", "x", "unknown", cast.ann.id, "lead", MONDAY, MONDAY) for _ in range(10_000))
        work.insert(Contact, columns, empty)
        ids = work.scalars(select(Contact.id))
        counts.add(work, counts.tally(work, ids))

    with _counted(database) as statements:
        done = contacts.assign(cast.mia, ids, cast.bob.id)
    undone = contacts.undo(cast.mia, done.undo_token)

    assert (done.count, undone.count) == (10_000, 10_000)
    assert len(statements) < 30, statements
    with begin(cast.olga, write=False) as work:
        assert counts.differences(work) == []
        assert work.scalar(select(func.count()).where(Activity.name == "contact.assigned")) == 20_000


@contextmanager
def _counted(database: Database) -> Any:
    """The statements that are sent meanwhile."""
    sent = []

    def note(_connection: Any, _cursor: Any, statement: Any, *_rest: Any) -> None:
        sent.append(statement[:80])

    event.listen(database.writer, "before_cursor_execute", note)
    yield sent
    event.remove(database.writer, "before_cursor_execute", note)
