"""Goals: set by those who lead, followed by those who see the rows, and always the sum of these rows."""

import contextlib
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from crm_core.activity import interactions
from crm_core.activity.types import NewInteraction
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from crm_core.people import contacts
from crm_core.sales import deals, goals
from crm_core.sales.goal_measures import MEASURES, following, kind_of, pace, period_of, share_gone
from crm_core.sales.goal_types import NewGoal
from db.models import Order
from tests.people import GUEST, MONDAY, Cast

MARCH = period_of(date(2026, 3, 1), "month")


@pytest.fixture(autouse=True)
def _monday(clock: type, sales: object) -> None:
    """Everything happens on a Monday in March."""


def won(who: Actor, amount: str, currency: str = "EUR", **more: Any) -> int:
    """A deal that was just won."""
    deal_id = deals.create(who, {"deal": "D", "amount": amount, "currency": currency} | more)
    deals.win(who, deal_id, version=None)
    return deal_id


def team_of(cast: Cast) -> int:
    """The team of Mia, Ann and Bob."""
    return goals.choices(cast.olga)[1][0][0]


def test_revenue_is_what_was_won_in_the_period_and_currency(cast: Cast) -> None:
    goal_id = goals.add(cast.mia, NewGoal("revenue_won", 100_00, *MARCH, user_id=cast.ann.id))
    won(cast.ann, "25.50")
    won(cast.ann, "7", "CHF")
    won(cast.bob, "99")
    deals.create(cast.ann, {"deal": "open", "amount": "50"})

    goal = goals.get(cast.ann, goal_id)

    assert (goal.value, goal.target, goal.currency) == (25_50, 100_00, "EUR")
    assert goal.pace.share == 0.255
    assert goal.whose == "Ann Archer"
    assert [entry.value for entry in goals.entries(cast.ann, goal_id)] == [25_50]


def test_calls_and_meetings_count_for_those_who_had_them(cast: Cast) -> None:
    contact_id = contacts.create(cast.ann, {"last_name": "Berg"})
    goal_id = goals.add(cast.mia, NewGoal("calls", 5, *MARCH, user_id=cast.ann.id))
    for kind in ("call", "call", "meeting"):
        interactions.log(cast.ann, NewInteraction(kind=kind, contact_id=contact_id, subject="Hello"))

    assert goals.get(cast.mia, goal_id).value == 2
    assert {entry.record for entry in goals.entries(cast.mia, goal_id)} == {"interaction"}


def test_a_new_customer_bought_for_the_first_time(cast: Cast) -> None:
    goal_id = goals.add(cast.mia, NewGoal("new_customers", 5, *MARCH, user_id=cast.ann.id))
    old, new = (contacts.create(cast.ann, {"last_name": name}) for name in ("Old", "New"))
    with begin(cast.olga) as work:
        earlier = MONDAY - timedelta(days=60)
        work.add(
            Order(
                number="1", status="paid", currency="EUR", total=100, ordered_at=earlier, contact_id=old,
                created_at=earlier, updated_at=earlier,
            )
        )  # fmt: skip
    for contact_id in (old, new, new):
        won(cast.ann, "5", contact_id=contact_id)

    assert [entry.id for entry in goals.entries(cast.ann, goal_id)] == [new]
    assert goals.get(cast.ann, goal_id).value == 1


@pytest.mark.parametrize("name", ["ann", "mark", "sue", "vera"])
def test_only_those_who_lead_set_goals(cast: Cast, name: str) -> None:
    who = cast.everybody[name]
    goal_id = goals.add(cast.olga, NewGoal("calls", 5, *MARCH))
    acts = (
        lambda: goals.add(who, NewGoal("calls", 5, *MARCH, user_id=who.id)),
        lambda: goals.change(who, goal_id, 6, version=1),
        lambda: goals.remove(who, goal_id),
        lambda: goals.copy_on(who, [goal_id]),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_who_may_not_read_goals_reads_none(cast: Cast) -> None:
    for read in (
        lambda: goals.search(GUEST),
        lambda: goals.get(GUEST, 1),
        lambda: goals.entries(GUEST, 1),
        lambda: goals.leaderboard(GUEST, "calls", *MARCH),
        lambda: goals.choices(GUEST),
    ):
        with pytest.raises(NotAllowed):
            read()


def test_a_manager_sets_goals_within_reach_only(cast: Cast) -> None:
    goals.add(cast.mia, NewGoal("calls", 5, *MARCH, team_id=team_of(cast)))

    for beyond in (NewGoal("calls", 5, *MARCH), NewGoal("calls", 5, *MARCH, user_id=cast.olga.id)):
        with pytest.raises(NotAllowed, match="beyond your reach"):
            goals.add(cast.mia, beyond)


def test_a_goal_is_seen_by_those_who_see_its_rows(cast: Cast) -> None:
    for whose in ({}, {"team_id": team_of(cast)}, {"user_id": cast.ann.id}, {"user_id": cast.bob.id}):
        goals.add(cast.olga, NewGoal("deals_won", 3, *MARCH, **whose))

    def seen(who: Actor) -> list[str]:
        return [goal.whose for goal in goals.search(who, MARCH[0])]

    everything = ["Company", "North", "Ann Archer", "Bob Brandt"]
    assert seen(cast.olga) == seen(cast.vera) == everything
    assert seen(cast.mia) == everything[1:]
    assert seen(cast.ann) == ["Ann Archer"]
    hidden = goals.search(cast.olga, MARCH[0])[3].id
    for ask in (goals.get, goals.entries):
        with pytest.raises(NotFound):
            ask(cast.ann, hidden)


def test_the_leaderboard_shows_whom_one_may_see_with_the_most_first(cast: Cast) -> None:
    won(cast.ann, "10")
    won(cast.bob, "30")
    won(cast.olga, "20")
    goals.add(cast.mia, NewGoal("revenue_won", 60_00, *MARCH, user_id=cast.bob.id))

    def board(who: Actor) -> list[tuple[str, int, float | None]]:
        return [(one.name, one.value, one.share) for one in goals.leaderboard(who, "revenue_won", *MARCH)]

    assert board(cast.mia) == [("Bob Brandt", 30_00, 0.5), ("Ann Archer", 10_00, None)]
    assert board(cast.ann) == [("Ann Archer", 10_00, None)]
    assert [name for name, _, _ in board(cast.olga)] == ["Bob Brandt", "Olga Orlova", "Ann Archer"]
    with pytest.raises(Invalid):
        goals.leaderboard(cast.olga, "smiles", *MARCH)


def test_a_goal_is_set_once_changed_and_taken_away(cast: Cast) -> None:
    new = NewGoal("calls", 5, *MARCH, user_id=cast.ann.id)
    goal_id = goals.add(cast.mia, new)
    with pytest.raises(Conflict, match="already"):
        goals.add(cast.mia, new)

    goals.change(cast.mia, goal_id, 8, version=1)
    with pytest.raises(Conflict):
        goals.change(cast.mia, goal_id, 9, version=1)
    with pytest.raises(Invalid):
        goals.change(cast.mia, goal_id, 0, version=2)

    assert goals.get(cast.mia, goal_id).target == 8
    goals.remove(cast.mia, goal_id)
    assert goals.search(cast.mia, MARCH[0]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "smiles"},
        {"target": 0},
        {"starts_on": date(2026, 4, 1)},
        {"user_id": 1, "team_id": 1},
    ],
)
def test_a_goal_that_cannot_be_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"measure": "calls", "target": 5, "starts_on": MARCH[0], "ends_on": MARCH[1]}

    with pytest.raises(Invalid):
        goals.add(cast.olga, NewGoal(**(usual | wrong)))


def test_goals_are_copied_to_the_next_period_once(cast: Cast) -> None:
    ids = [
        goals.add(cast.mia, NewGoal("calls", n, *MARCH, user_id=who.id))
        for n, who in ((1, cast.ann), (2, cast.bob))
    ]

    assert goals.copy_on(cast.mia, ids) == 2
    assert goals.copy_on(cast.mia, ids) == 0

    april = goals.search(cast.mia, date(2026, 4, 30))
    assert [(goal.starts_on, goal.ends_on, goal.target) for goal in april] == [
        (date(2026, 4, 1), date(2026, 4, 30), 1),
        (date(2026, 4, 1), date(2026, 4, 30), 2),
    ]


SALES = some.lists(
    some.tuples(
        some.sampled_from(("ann", "bob", "olga")),
        some.integers(0, 900),
        some.sampled_from(("EUR", "CHF")),
        some.booleans(),
    ),
    max_size=8,
)


class TakenBackError(Exception):
    """Ends a story without keeping it."""


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sales_made=SALES)
def test_totals_are_their_rows_and_a_team_is_its_people(
    cast: Cast, sales_made: list[tuple[str, int, str, bool]]
) -> None:
    team_id = team_of(cast)
    with contextlib.suppress(TakenBackError), begin(cast.olga) as work:
        for name, amount, currency, is_won in sales_made:
            values = {"deal": "D", "amount": amount, "currency": currency, "owner": cast.everybody[name].id}
            deal_id = deals.create(work, values)
            if is_won:
                deals.win(work, deal_id, version=None)
        for measure in ("revenue_won", "deals_won", "new_deals"):
            whose_goals: list[dict[str, Any]] = [{}, {"team_id": team_id}]
            for whose in [*whose_goals, *({"user_id": who} for who in _ids(cast))]:
                goals.add(work, NewGoal(measure, 10, *MARCH, **whose))
        found = goals.search(work, MARCH[0])
        for goal in found:
            assert goal.value == sum(entry.value for entry in goals.entries(work, goal.id, Paging(size=500)))
        for measure in ("revenue_won", "deals_won", "new_deals"):
            values_of = {(goal.level, goal.user_id): goal.value for goal in found if goal.measure == measure}
            people = [cast.mia.id, cast.ann.id, cast.bob.id]
            assert values_of["team", None] == sum(values_of["person", who] for who in people)
            assert values_of["company", None] == sum(values_of["person", who] for who in _ids(cast))
        raise TakenBackError


def _ids(cast: Cast) -> list[int | None]:
    return [who.id for who in cast.everybody.values()]


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_measure_can_be_counted_and_opened(cast: Cast, name: str) -> None:
    goal_id = goals.add(cast.olga, NewGoal(name, 5, *MARCH))

    assert goals.get(cast.olga, goal_id).value == 0
    assert goals.entries(cast.olga, goal_id).items == ()


@pytest.mark.parametrize(
    ("value", "day", "word"),
    [
        (100, date(2026, 3, 2), "reached"),
        (99, date(2026, 4, 1), "missed"),
        (0, date(2026, 2, 28), "planned"),
        (52, date(2026, 3, 16), "on_track"),
        (60, date(2026, 3, 16), "ahead"),
        (40, date(2026, 3, 16), "behind"),
    ],
)
def test_pace_compares_with_the_working_days_that_are_over(value: int, day: date, word: str) -> None:
    assert pace(value, 100, *MARCH, day).word == word


def test_weekends_do_not_count() -> None:
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    assert share_gone(*MARCH, friday + timedelta(days=1)) == share_gone(*MARCH, friday + timedelta(days=2))
    assert share_gone(*MARCH, monday) > share_gone(*MARCH, friday)


def test_periods_follow_each_other() -> None:
    quarter = period_of(date(2026, 11, 9), "quarter")
    assert quarter == (date(2026, 10, 1), date(2026, 12, 31))
    assert following(*quarter) == (date(2027, 1, 1), date(2027, 3, 31))
    assert kind_of(*quarter) == "quarter"
    assert following(date(2026, 3, 2), date(2026, 3, 8)) == (date(2026, 3, 9), date(2026, 3, 15))
