"""The lines between sure, maybe and not: moved by an admin, who sees beforehand what it changes."""

import pytest

from crm_core.data import duplicates, searching, thresholds
from crm_core.data.searching import Compared, Pair, Records
from crm_core.data.thresholds import Effect, Thresholds
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.paging import Paging
from crm_core.people import contacts
from tests.people import Cast

LIKELY = (0.995, 0.985, 0.97, 0.55, 0.3, 0.99)


@pytest.fixture
def found(olga: Actor) -> list[int]:
    """Seven people, and six pairs of the first with the others; the last one lacks a second evidence."""
    ids = [
        contacts.create(olga, {"first_name": f"Given{number}", "last_name": f"Family{number}"})
        for number in range(7)
    ]
    pairs = [
        Pair(ids[0], key, likely, place < 5, {"last_name": "same"})
        for place, (key, likely) in enumerate(zip(ids[1:], LIKELY, strict=True))
    ]
    searching.store(olga, "contacts", Compared(pairs, {}), searching.read(olga, "contacts"))
    return ids


def test_the_usual_lines_hold_until_somebody_moves_them(olga: Actor, found: list[int]) -> None:
    assert thresholds.get(olga) == Thresholds(0.98, 0.40)
    assert duplicates.counts(olga, "contacts") == {"sure": 2, "maybe": 3}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Thresholds(), Effect(2, 3, 1)),
        (Thresholds(0.99, 0.6), Effect(1, 3, 2)),
        (Thresholds(0.95, 0.2), Effect(3, 3, 0)),
        (Thresholds(0.9999, 0.9), Effect(0, 4, 2)),
    ],
)
def test_what_is_shown_beforehand_is_what_comes_of_it(
    olga: Actor, found: list[int], wanted: Thresholds, expected: Effect
) -> None:
    assert thresholds.effect(thresholds.spread(olga, "contacts"), wanted) == expected

    thresholds.change(olga, wanted)
    assert thresholds.get(olga) == wanted
    counts = duplicates.counts(olga, "contacts")
    assert (counts.get("sure", 0), counts.get("maybe", 0)) == (expected.sure, expected.maybe)
    assert thresholds.effect(thresholds.spread(olga, "contacts"), wanted) == expected


def test_the_next_search_uses_them_and_pairs_below_come_back_when_they_go_down(
    olga: Actor, found: list[int]
) -> None:
    thresholds.change(olga, Thresholds(0.99, 0.9))
    records = searching.read(olga, "contacts")
    pairs = [Pair(found[0], found[1], 0.85, True, {}), Pair(found[0], found[2], 0.985, True, {})]
    told = searching.store(olga, "contacts", Compared(pairs, {}), records)

    assert (told.sure, told.maybe) == (0, 1)
    thresholds.change(olga, Thresholds())
    assert duplicates.counts(olga, "contacts") == {"sure": 1, "maybe": 1}


def test_what_somebody_decided_stays_decided_wherever_the_lines_are(olga: Actor, found: list[int]) -> None:
    [first, *_] = duplicates.every(olga, "contacts")
    duplicates.dismiss(olga, first.id)
    thresholds.change(olga, Thresholds(0.9, 0.2))

    assert first.id not in {pair.id for pair in duplicates.every(olga, "contacts")}
    [row] = duplicates.dismissed(olga, "contacts", Paging())
    assert (row.id, row.by, row.probability) == (first.id, olga.name, 0.995)
    assert {row.left_name, row.right_name} == {first.left_name, first.right_name}

    duplicates.reopen(olga, first.id)
    assert list(duplicates.dismissed(olga, "contacts", Paging())) == []
    with pytest.raises(Conflict):
        duplicates.reopen(olga, first.id)
    assert first.id in {pair.id for pair in duplicates.every(olga, "contacts")}


@pytest.mark.parametrize(
    ("sure", "maybe", "wrong"),
    [(0.5, 0.4, {"sure"}), (1.0, 0.4, {"sure"}), (0.98, 0.1, {"maybe"}), (0.98, 0.99, {"maybe"})],
)
def test_lines_that_cannot_be_are_refused(olga: Actor, sure: float, maybe: float, wrong: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        thresholds.change(olga, Thresholds(sure, maybe))

    assert set(refusal.value.fields) == wrong
    assert thresholds.get(olga) == Thresholds()


def test_who_may_merge_reads_them_and_who_may_change_settings_moves_them(cast: Cast) -> None:
    assert thresholds.get(cast.mia) == Thresholds()
    with pytest.raises(NotAllowed):
        thresholds.change(cast.mia, Thresholds())
    with pytest.raises(NotAllowed):
        thresholds.spread(cast.ann, "contacts")


def test_pairs_out_of_sight_do_not_count(cast: Cast, found: list[int]) -> None:
    for key in found:
        contacts.assign(cast.olga, [key], cast.mark.id)

    assert thresholds.spread(cast.mia, "contacts") == []
    assert list(duplicates.dismissed(cast.mia, "contacts", Paging())) == []


def test_an_empty_base_has_nothing_to_compare(olga: Actor) -> None:
    records = searching.read(olga, "contacts")

    assert isinstance(records, Records)
    assert searching.compare("contacts", records) == Compared([], {})
