"""Touchpoints: written in a moment, seen by those who see the customer, in the order they happened."""

from datetime import datetime, timedelta

import pytest

from crm_core.activity import history, interactions, rules
from crm_core.activity.types import Arrival, NewInteraction
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from db.models import Account, Contact, Import
from tests.people import MONDAY, Cast


@pytest.fixture
def zoe(cast: Cast, clock: type[Clock]) -> int:
    """Ann's contact, who works at Ångström."""
    assert clock
    with begin(cast.ann) as work:
        account = work.add(
            Account(
                name="Ångström",
                name_key="angstrom",
                owner_id=cast.ann.id,
                created_at=MONDAY,
                updated_at=MONDAY,
            )
        )
        work.flush()
        contact = work.add(
            Contact(
                name="Zoë", name_key="zoe", owner_id=cast.ann.id, account_id=account.id,
                created_at=MONDAY, updated_at=MONDAY,
            )
        )  # fmt: skip
        work.record("contact.created", contact)
        return contact.id


def _account_of(who: Actor, contact_id: int) -> int:
    with begin(who, write=False) as work:
        return work.get(Contact, contact_id).account_id or 0


def _touched(who: Actor, contact_id: int) -> datetime | None:
    with begin(who, write=False) as work:
        return work.get(Contact, contact_id).last_touch_at


def test_a_note_stands_on_the_timeline_with_its_words(ann: Actor, zoe: int) -> None:
    interactions.log(ann, NewInteraction("note", zoe, body="Likes *gold* plans"))

    note, created = history.of_contact(ann, zoe, Paging())
    assert (note.sentence, note.text, note.actor) == ("wrote a note", "Likes *gold* plans", "Ann Archer")
    assert created.sentence == "added the contact"


def test_a_call_of_last_week_stands_where_it_happened_and_moves_the_last_touch(ann: Actor, zoe: int) -> None:
    last_week = MONDAY - timedelta(days=7)
    interactions.log(ann, NewInteraction("note", zoe, body="Today"))
    interactions.log(ann, NewInteraction("call", zoe, subject="Offer", happened_at=last_week))

    assert [entry.name for entry in history.of_contact(ann, zoe, Paging())][-1] == "call.logged"
    assert _touched(ann, zoe) == last_week


def test_a_note_is_no_touch_but_a_call_is_and_deleting_it_takes_the_touch_back(ann: Actor, zoe: int) -> None:
    interactions.log(ann, NewInteraction("note", zoe, body="x"))
    assert _touched(ann, zoe) is None

    call = interactions.log(ann, NewInteraction("call", zoe, body="x"))
    assert _touched(ann, zoe) == MONDAY

    interactions.delete(ann, call)
    assert _touched(ann, zoe) is None
    interactions.restore(ann, call)
    assert _touched(ann, zoe) == MONDAY


def test_a_company_shows_what_happened_to_its_people(ann: Actor, zoe: int) -> None:
    interactions.log(ann, NewInteraction("meeting", zoe, body="At the fair"))

    [meeting, *_] = history.of_account(ann, _account_of(ann, zoe), Paging())
    assert (meeting.text, meeting.about) == ("At the fair", "Zoë")


def test_filters_of_the_timeline_choose_groups(ann: Actor, zoe: int) -> None:
    for kind in ("note", "call", "email"):
        interactions.log(ann, NewInteraction(kind, zoe, body=kind))

    chosen = history.of_contact(ann, zoe, Paging(), ("Calls", "E-mails"))
    assert {entry.text for entry in chosen} == {"call", "email"}


def test_a_long_timeline_comes_in_pages_without_gaps(ann: Actor, zoe: int) -> None:
    for number in range(25):
        interactions.log(ann, NewInteraction("note", zoe, body=str(number)))

    pages = [history.of_contact(ann, zoe, Paging(number, 10), ("Notes",)) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [10, 10, 5]
    assert [int(entry.text) for page in pages for entry in page] == list(range(24, -1, -1))


def test_a_deleted_note_is_gone_until_restored(ann: Actor, zoe: int) -> None:
    note = interactions.log(ann, NewInteraction("note", zoe, body="secret"))
    interactions.delete(ann, note)

    assert not any(entry.text for entry in history.of_contact(ann, zoe, Paging()))
    interactions.restore(ann, note)
    shown = [entry.name for entry in history.of_contact(ann, zoe, Paging())]
    assert shown == ["note.added", "contact.created"]
    with pytest.raises(Conflict, match="was not deleted"):
        interactions.restore(ann, note)


def test_two_people_edit_one_note_and_the_second_is_told(ann: Actor, mia: Actor, zoe: int) -> None:
    note = interactions.log(ann, NewInteraction("note", zoe, body="first"))
    seen = interactions.get(ann, note)
    interactions.change(mia, note, NewInteraction("note", body="Mia was here"), version=seen.version)

    with pytest.raises(Conflict, match="Someone else changed") as caught:
        interactions.change(ann, note, NewInteraction("note", body="Ann too"), version=seen.version)
    assert caught.value.theirs["body"] == "Mia was here"


def test_a_stranger_neither_reads_nor_writes(bob: Actor, ann: Actor, zoe: int) -> None:
    note = interactions.log(ann, NewInteraction("note", zoe, body="secret"))

    for act in (
        lambda: interactions.log(bob, NewInteraction("note", zoe, body="x")),
        lambda: history.of_contact(bob, zoe, Paging()),
        lambda: interactions.get(bob, note),
        lambda: interactions.delete(bob, note),
    ):
        with pytest.raises(NotFound):
            act()
    assert history.recent(bob) == []


def test_one_who_looks_on_reads_but_does_not_write(vera: Actor, zoe: int) -> None:
    assert len(history.of_contact(vera, zoe, Paging())) == 1
    with pytest.raises(NotAllowed):
        interactions.log(vera, NewInteraction("note", zoe, body="x"))


def test_all_problems_are_said_at_once(ann: Actor, zoe: int) -> None:
    with pytest.raises(Invalid) as caught:
        interactions.log(ann, NewInteraction("dance", zoe, duration_minutes=-1))

    assert set(caught.value.fields) == {"kind", "body", "duration_minutes"}


def test_a_touch_of_the_future_is_now(ann: Actor, zoe: int) -> None:
    interactions.log(ann, NewInteraction("call", zoe, body="x", happened_at=MONDAY + timedelta(days=3)))

    assert _touched(ann, zoe) == MONDAY


def test_lately_shows_the_newest_first_and_only_ones_own(ann: Actor, mia: Actor, zoe: int) -> None:
    interactions.log(ann, NewInteraction("note", zoe, body="one"))
    interactions.log(mia, NewInteraction("note", zoe, body="two"))

    assert [entry.text for entry in history.recent(ann, 2)] == ["two", "one"]


def test_changes_read_as_people_know_the_fields(ann: Actor, mia: Actor, zoe: int) -> None:
    with begin(mia) as work:
        contact = work.get(Contact, zoe)
        changes = {
            "owner_id": [ann.id, mia.id],
            "last_name": ["", "Zimmer"],
            "name": ["Zoë", "Zoë Zimmer"],
            "search_text": ["", "x"],
            "custom": [{"size": "S", "shoe": 41}, {"size": "M", "shoe": 41}],
        }
        work.record("contact.changed", contact, changes=changes)

    entry = history.of_contact(mia, zoe, Paging()).items[0]
    assert entry.changes == {
        "owner": ("Ann Archer", "Mia Meyer"),
        "last_name": ("", "Zimmer"),
        "custom.size": ("S", "M"),
    }
    assert entry.sentence == "changed size, last name and owner"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "changed details"),
        (1, "changed a"),
        (4, "changed a, b, c and d"),
        (6, "changed a, b, c and 3 more fields"),
    ],
)
def test_long_changes_are_summed_up(count: int, said: str) -> None:
    changes = {field: ["", "x"] for field in "abcdef"[:count]}

    assert rules.sentence("contact.changed", {"changes": changes}) == said


def test_a_changed_entry_is_told_without_its_words_a_second_time(ann: Actor, zoe: int) -> None:
    note = interactions.log(ann, NewInteraction("note", zoe, body="first"))
    interactions.change(ann, note, NewInteraction("note", body="second"), version=1)

    texts = [entry.text for entry in history.of_contact(ann, zoe, Paging())]
    assert sorted(texts) == ["", "", "second"]


def test_everyone_who_sees_a_contact_knows_the_file_it_came_with(
    ann: Actor, olga: Actor, bob: Actor, zoe: int
) -> None:
    assert history.arrival(ann, zoe) is None
    with begin(olga) as work:
        brought = work.add(
            Import(
                kind="contacts", file_name="fair.csv", file_digest="0", file_path="x", file_size=1,
                state="done", owner_id=olga.id, created_at=MONDAY,
            )
        )  # fmt: skip
        work.flush()
        work.get(Contact, zoe).import_id = brought.id

    assert history.arrival(ann, zoe) == Arrival("fair.csv", MONDAY)
    with pytest.raises(NotFound):
        history.arrival(bob, zoe)
