"""Segments: made, changed, asked for by others, counted over time, and static lists."""

from datetime import timedelta

import pytest

from crm_core.insights import rfm
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Clock, Work, begin
from crm_core.marketing import personas, rule_text, segment_sizes, segments
from crm_core.marketing.segment_types import NewSegment
from crm_core.people import rule_moment
from crm_core.people.listing import Query
from db.models import Contact
from tests.marketing.buying_world import BuyingWorld
from tests.people import MONDAY, Cast

TEA = NewSegment("Tea lovers", "has purchases (category is Tea)")


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Monday, 2 March 2026."""
    monkeypatch.setattr(Clock, "now", staticmethod(lambda: MONDAY))


@pytest.fixture
def world(cast: Cast) -> BuyingWorld:
    """Customers who bought."""
    with begin(cast.olga) as work:
        return BuyingWorld(work)


def _names(cast: Cast, line: str) -> list[str]:
    found = segments.sample(cast.mark, rule_text.read(line), 100)
    return sorted(row.name for row in found)


def test_a_segment_is_counted_now_and_shows_some_of_its_people(cast: Cast, world: BuyingWorld) -> None:
    number = segments.create(cast.mark, TEA)

    rule = segments.rule_of(cast.mark, number)
    assert segments.count(cast.mark, rule) == 3
    assert _names(cast, 'segment is "tea LOVERS"') == ["Iris", "Kim", "Max"]
    assert [row.name for row in segments.sample(cast.mark, rule, 1)] == ["Max"]


def test_a_rule_asks_for_segments_by_their_own_rules_and_lists(cast: Cast, world: BuyingWorld) -> None:
    segments.create(cast.mark, TEA)
    friends = segments.create(cast.mark, NewSegment("Friends", is_static=True))
    assert segments.add_members(cast.mark, friends, [world.ids["Leo"], world.ids["Iris"]]) == 2

    assert _names(cast, "segment is Friends") == ["Iris", "Leo"]
    assert _names(cast, 'segment is_any_of (Friends, "Tea lovers")') == ["Iris", "Kim", "Leo", "Max"]
    assert _names(cast, 'segment is "Tea lovers" and segment is_not Friends') == ["Kim", "Max"]
    with pytest.raises(Invalid, match="no segment “Strangers”"):
        _names(cast, "segment is Strangers")


def test_a_segment_that_would_ask_for_itself_is_refused(cast: Cast, world: BuyingWorld) -> None:
    tea = segments.create(cast.mark, TEA)
    segments.create(cast.mark, NewSegment("Inner", 'segment is "Tea lovers" and country is DE'))

    for line in ('segment is "Tea lovers"', "not segment is Inner"):
        with pytest.raises(Invalid, match="would ask for “Tea lovers” itself"):
            segments.change(cast.mark, tea, NewSegment("Tea lovers", line))


def test_who_depends_on_a_segment_is_told_and_keeps_its_name(cast: Cast, world: BuyingWorld) -> None:
    tea = segments.create(cast.mark, TEA)
    segments.create(cast.mark, NewSegment("Inner", 'segment is "Tea lovers"'))

    assert [(use.kind, use.name) for use in segments.uses(cast.mark, tea)] == [("segment", "Inner")]
    with pytest.raises(Conflict, match="by its name: segment “Inner”"):
        segments.change(cast.mark, tea, NewSegment("Drinkers", TEA.rule))


def test_who_entered_and_who_left_is_kept_day_by_day(
    cast: Cast, world: BuyingWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    tea = segments.create(cast.mark, NewSegment("Fresh", "has purchases (ordered in_the_last_days 15)"))
    assert segment_sizes.refresh(cast.mark, tea) == 2
    later = MONDAY + timedelta(12)
    monkeypatch.setattr(Clock, "now", staticmethod(lambda: later))

    assert segment_sizes.refresh(cast.mark, tea) == 0
    assert segment_sizes.refresh(cast.mark, tea) == 0
    days = segments.get(cast.mark, tea).days
    assert [(day.size, day.entered, day.left) for day in days] == [(2, 2, 0), (0, 0, 2)]
    assert {m.name for m in segment_sizes.movers(cast.mark, tea, is_out=True)} == {"Iris", "Kim"}
    assert {m.name for m in segment_sizes.movers(cast.mark, tea)} == {"Iris", "Kim"}
    assert segment_sizes.movers(cast.mark, tea, 5) == []


def test_the_worker_counts_each_segment_once_a_day_and_passes_over_broken_ones(
    cast: Cast, world: BuyingWorld
) -> None:
    inner = segments.create(cast.mark, NewSegment("Inner", "country is DE", is_static=False))
    outer = segments.create(cast.mark, NewSegment("Outer", "segment is Inner or has orders"))
    segments.change(cast.mark, outer, NewSegment("Outer", "has orders"))
    away = segments.create(cast.mark, NewSegment("Away", "has orders"))
    segments.archive(cast.mark, away)

    rounds = 0
    while segment_sizes.advance_next("w", lambda: False):
        rounds += 1
    assert rounds == 2
    sizes = {row.id: row.size for row in segments.search(cast.mark, with_archived=True)}
    assert sizes == {inner: 0, outer: 4, away: None}
    segments.restore(cast.mark, away)
    assert segment_sizes.advance_next("w", lambda: False)


def test_a_buying_class_means_in_rules_whom_the_report_names(
    cast: Cast, world: BuyingWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = rfm.report(cast.olga)
    shown = {row.segment: sorted(one.name for one in rfm.members(cast.olga, row.segment))
             for row in report.segments}  # fmt: skip

    for counted_at_once in (rule_moment.COUNTED_AT_ONCE, -1):
        monkeypatch.setattr(rule_moment, "COUNTED_AT_ONCE", counted_at_once)
        assert segment_sizes.cut_fifths(cast.mark) == report.customers == 3
        assert {name: _names(cast, f'rfm is "{name}"') for name in shown} == shown
    assert _names(cast, "rfm is_filled") == ["Iris", "Jon", "Kim"]


def test_lists_take_what_a_filter_shows_and_only_what_its_person_sees(cast: Cast, world: BuyingWorld) -> None:
    with begin(cast.olga) as work:
        _give(work, world.ids["Iris"], cast.mark.id)
    friends = segments.create(cast.mark, NewSegment("Friends", is_static=True))

    added = segments.add_members(cast.mark, friends, Query(rule=rule_text.read("has orders")))
    assert added == 4
    assert segments.add_members(cast.mark, friends, [world.ids["Iris"]]) == 0
    assert segments.remove_members(cast.mark, friends, [world.ids["Iris"], world.ids["Leo"]]) == 1
    assert segments.get(cast.mark, friends).size == 3
    with pytest.raises(Invalid, match="follows a rule"):
        segments.add_members(cast.mark, segments.create(cast.mark, TEA), [1])


def _give(work: Work, contact_id: int, owner: int | None) -> None:
    work.get(Contact, contact_id).owner_id = owner


def test_a_persona_has_a_portrait_and_shows_what_its_people_share(cast: Cast, world: BuyingWorld) -> None:
    number = segments.create(
        cast.mark, NewSegment("Tea Tina", TEA.rule, portrait={"who": "Thirty, hurried", "quote": " "})
    )

    assert segments.get(cast.mark, number).is_persona
    assert segments.get(cast.mark, number).portrait == {"who": "Thirty, hurried"}
    [trait] = personas.traits(cast.mark, number)
    assert (trait.field, trait.value, trait.count, trait.share) == ("lifecycle", "customer", 3, 1.0)
    with pytest.raises(Invalid):
        segments.create(cast.mark, NewSegment("X", TEA.rule, portrait={"shoe": "42"}))


def test_names_are_unique_and_kinds_stay(cast: Cast) -> None:
    number = segments.create(cast.mark, TEA)

    with pytest.raises(Conflict, match="already"):
        segments.create(cast.mark, NewSegment("TEA LOVERS", "has orders"))
    with pytest.raises(Invalid, match="stays a list"):
        segments.change(cast.mark, number, NewSegment("Tea lovers", is_static=True))
    with pytest.raises(Invalid, match="Give the segment a name"):
        segments.create(cast.mark, NewSegment(" ", "has orders"))
