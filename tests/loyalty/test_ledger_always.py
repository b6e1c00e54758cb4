"""Whatever happens in whatever order: balance = entries = lots, nothing is overspent or made of nothing.

``RAPPORT_LEDGER_RUNS`` asks for more sequences.
"""

import os
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, select

from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.work import Clock, begin
from crm_core.loyalty import programme
from crm_core.loyalty.types import Programme
from db.models import Membership
from db.session import Database
from tests.conftest import at
from tests.loyalty import stories as acts
from tests.loyalty.members import complaints, member
from tests.loyalty.stories import Story
from tests.loyalty.stories_of_gifts import GIFTS, Shop, complaints_of, opened
from tests.loyalty.test_earning import live
from tests.people import MONDAY

RUNS = int(os.environ.get("RAPPORT_LEDGER_RUNS", "8"))
LONGEST = 14
DEBT = 40

who = some.integers(0, 2)
some_points = some.integers(1, 120)
nothing = some.just(0)
chosen = some.integers(0, 9)
ACTS = {
    "earn": (acts.earn, who, some_points),
    "redeem": (acts.redeem, who, some_points),
    "buy": (acts.buy, who, some_points),
    "refund": (acts.refund, some.integers(0, 5), some.integers(1, 100)),
    "reverse": (acts.reverse, chosen, nothing),
    "adjust": (acts.adjust, who, some.integers(-60, 60).filter(bool)),
    "again": (acts.again, chosen, nothing),
    "wait": (acts.wait, some.integers(-2, 40), nothing),
    "night": (acts.night, nothing, nothing),
    "merge": (acts.merge, who, who),
    "unmerge": (acts.unmerge, nothing, nothing),
    "take reward": (GIFTS["take reward"], who, nothing),
    "return reward": (GIFTS["return reward"], chosen, nothing),
    "use coupon": (GIFTS["use coupon"], who, nothing),
    "return coupon": (GIFTS["return coupon"], chosen, nothing),
    "recommend": (GIFTS["recommend"], who, some_points),
}
sequences = some.lists(
    some.one_of(*(some.tuples(some.just(name), *how[1:]) for name, how in ACTS.items())),
    min_size=4,
    max_size=LONGEST,
)


@pytest.fixture
def shop(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A company where everything can be earned and had, and a clock that goes back to its place."""
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    live(olga)
    return opened(olga)


@pytest.mark.timeout(180 + 4 * RUNS)
@settings(
    max_examples=RUNS,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story_of=sequences, most_debt=some.sampled_from((0, DEBT)))
def test_the_ledger_is_sound_after_any_story(
    database: Database, olga: Actor, shop: Shop, story_of: list[tuple[str, int, int]], most_debt: int
) -> None:
    with cast(Connection, database.writer).begin_nested() as so_far:
        story = tell(olga, story_of, most_debt)
        assert complaints_of(story, shop) == []
        so_far.rollback()


def tell(olga: Actor, story_of: list[tuple[str, int, int]], most_debt: int) -> Story:
    """Play the acts, then look at everything."""
    Clock.now = at(MONDAY)
    programme.change(olga, Programme(most_debt=most_debt, pending_days=3, expires_after_days=60))
    story = Story(olga, [member(olga, name) for name in ("Zoe", "Tom", "Sam")])

    for name, first, second in story_of:
        ACTS[name][0](story, first, second)

    assert complaints() == []
    lowest = -most_debt * (1 + len(story_of))
    with begin(OPERATOR, write=False) as work:
        assert all(row.balance >= lowest for row in work.scalars(select(Membership)))
    return story
