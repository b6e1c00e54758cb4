"""Whatever happens in whatever order: balance = entries = lots, nothing is overspent or made of nothing.

A second, naive ledger runs beside the real one. ``RAPPORT_LEDGER_RUNS`` asks for more sequences.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, func, select

from crm_core.commerce import orders
from crm_core.commerce.types import NewReturn
from crm_core.data import merging
from crm_core.kernel.access import OPERATOR, SYSTEM, Actor
from crm_core.kernel.errors import Conflict, CrmError
from crm_core.kernel.work import Clock, begin
from crm_core.loyalty import expiry, members, points, programme
from crm_core.loyalty.points import NotEnoughPoints, Why
from crm_core.loyalty.types import MemberCard, Programme
from db.models import Membership
from db.session import Database
from tests.conftest import at
from tests.loyalty.members import complaints, member
from tests.loyalty.test_earning import bought, live
from tests.people import MONDAY, hire

RUNS = int(os.environ.get("RAPPORT_LEDGER_RUNS", "12"))
LONGEST = 14
DEBT = 40

who = some.integers(0, 2)
some_points = some.integers(1, 120)
acts = some.lists(
    some.one_of(
        some.tuples(some.just("earn"), who, some_points),
        some.tuples(some.just("redeem"), who, some_points),
        some.tuples(some.just("buy"), who, some_points),
        some.tuples(some.just("refund"), some.integers(0, 5), some.integers(1, 100)),
        some.tuples(some.just("reverse"), some.integers(0, 9), some.just(0)),
        some.tuples(some.just("adjust"), who, some.integers(-60, 60).filter(bool)),
        some.tuples(some.just("again"), some.integers(0, 9), some.just(0)),
        some.tuples(some.just("wait"), some.integers(-2, 40), some.just(0)),
        some.tuples(some.just("night"), some.just(0), some.just(0)),
        some.tuples(some.just("merge"), who, who),
        some.tuples(some.just("unmerge"), some.just(0), some.just(0)),
    ),
    min_size=4,
    max_size=LONGEST,
)


@dataclass
class Story:
    """One sequence of acts, and what it left behind."""

    actor: Actor
    cards: list[MemberCard]
    now: datetime = MONDAY
    orders: list[int] = field(default_factory=list)
    posted: list[tuple[str, str, int, str, int]] = field(default_factory=list)
    merges: list[int] = field(default_factory=list)

    def number(self) -> str:
        return f"cause {token_hex(8)}"

    def alive(self, place: int) -> MemberCard | None:
        """The member, unless its contact was merged into another."""
        try:
            return members.of_contact(self.actor, self.cards[place].contact_id)
        except CrmError:
            return None


def earn(story: Story, place: int, amount: int) -> None:
    card, cause = story.cards[place], story.number()
    done = points.earn(story.actor, card.card_number, amount, Why(cause))
    story.posted.append(("earn", card.card_number, amount, cause, done.entry.id))


def redeem(story: Story, place: int, amount: int) -> None:
    card, cause = story.cards[place], story.number()
    before = points.balance(story.actor, card.card_number)
    if before.usable < amount:
        with pytest.raises(NotEnoughPoints):
            points.redeem(story.actor, card.card_number, amount, Why(cause))
        return
    done = points.redeem(story.actor, card.card_number, amount, Why(cause))
    assert done.member.usable == before.usable - amount
    story.posted.append(("redeem", card.card_number, amount, cause, done.entry.id))


def buy(story: Story, place: int, amount: int) -> None:
    if card := story.alive(place):
        story.orders.append(bought(story.actor, card.contact_id, amount))


def refund(story: Story, place: int, euros: int) -> None:
    if not story.orders:
        return
    order_id = story.orders[place % len(story.orders)]
    order = orders.get(story.actor, order_id)
    amount = min(euros * 100, order.total - order.refunded)
    if amount and order.status in ("paid", "returned"):
        total = whole_balance()
        orders.take_back(story.actor, order_id, [NewReturn(amount=amount)], version=None)
        assert whole_balance() <= total, "a refund created points"


def reverse(story: Story, place: int, _: int) -> None:
    if not story.posted:
        return
    kind, _card, amount, _cause, entry_id = story.posted[place % len(story.posted)]
    before = whole_balance()
    try:
        done = points.reverse(story.actor, entry_id)
    except Conflict:
        return
    gained = whole_balance() - before
    assert gained <= (amount if kind == "redeem" and done.is_new else 0)
    assert points.reverse(story.actor, entry_id).is_new is False


def adjust(story: Story, place: int, amount: int) -> None:
    card, cause = story.cards[place], story.number()
    try:
        done = points.adjust(story.actor, card.card_number, amount, Why(cause, "counted"))
    except NotEnoughPoints:
        return
    story.posted.append(("adjust", card.card_number, amount, cause, done.entry.id))


def again(story: Story, place: int, _: int) -> None:
    if not story.posted:
        return
    kind, card, amount, cause, entry_id = story.posted[place % len(story.posted)]
    act = {"earn": points.earn, "redeem": points.redeem, "adjust": points.adjust}[kind]
    before = whole_balance()
    try:
        done = act(story.actor, card, amount, Why(cause, "counted"))
    except Conflict:  # parted since: another member has the card's points now
        assert whole_balance() == before
        return
    assert (done.is_new, done.entry.id, whole_balance()) == (False, entry_id, before)


def wait(story: Story, days: int, _: int) -> None:
    story.now += timedelta(days=days)
    Clock.now = at(story.now)


def night(_story: Story, _first: int, _second: int) -> None:
    while expiry.expire_some(SYSTEM, 3):
        pass


def merge(story: Story, keep: int, drop: int) -> None:
    one, other = story.alive(keep), story.alive(drop)
    if keep == drop or one is None or other is None or one.membership_id == other.membership_id:
        return
    night(story, 0, 0)
    before = whole_balance()
    kept, dropped = (story.cards[place].contact_id for place in (keep, drop))
    story.merges.append(merging.merge(story.actor, "contacts", kept, dropped))
    assert whole_balance() == before


def unmerge(story: Story, _first: int, _second: int) -> None:
    if story.merges:
        night(story, 0, 0)
        before = whole_balance()
        merging.unmerge(story.actor, story.merges.pop())
        assert whole_balance() == before


ACTS = {
    "earn": earn, "redeem": redeem, "buy": buy, "refund": refund, "reverse": reverse, "adjust": adjust,
    "again": again, "wait": wait, "night": night, "merge": merge, "unmerge": unmerge,
}  # fmt: skip


def whole_balance() -> int:
    """What all members have together, in the books."""
    with begin(OPERATOR, write=False) as work:
        return int(work.scalar(select(func.coalesce(func.sum(Membership.balance), 0))))


@pytest.fixture
def story_actor(database: Database, monkeypatch: pytest.MonkeyPatch) -> Actor:
    assert database.url
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    olga = hire().olga
    live(olga)
    return olga


@pytest.mark.timeout(180 + 4 * RUNS)
@settings(
    max_examples=RUNS,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story_of=acts, most_debt=some.sampled_from((0, DEBT)))
def test_the_ledger_is_sound_after_any_story(
    database: Database, story_actor: Actor, story_of: list[tuple[str, int, int]], most_debt: int
) -> None:
    with cast(Connection, database.writer).begin_nested() as so_far:
        tell(story_actor, story_of, most_debt)
        so_far.rollback()


def tell(story_actor: Actor, story_of: list[tuple[str, int, int]], most_debt: int) -> None:
    """Play the acts, then look at everything."""
    Clock.now = at(MONDAY)
    settled = Programme(most_debt=most_debt, pending_days=3, expires_after_days=60)
    programme.change(story_actor, settled)
    story = Story(story_actor, [member(story_actor, name) for name in ("Zoe", "Tom", "Sam")])

    for name, first, second in story_of:
        ACTS[name](story, first, second)

    assert complaints() == []
    with begin(OPERATOR, write=False) as work:
        for card in story.cards:
            row = work.get(Membership, card.membership_id)
            assert row.balance >= -most_debt * (1 + len(story_of)) if most_debt else row.balance >= 0
