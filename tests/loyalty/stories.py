"""Acts that stories of a loyalty ledger are made of; each looks at once whether points came from nothing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex

import pytest
from sqlalchemy import func, select

from crm_core.commerce import orders
from crm_core.commerce.types import NewReturn
from crm_core.data import merging
from crm_core.kernel.access import OPERATOR, SYSTEM, Actor
from crm_core.kernel.errors import Conflict, CrmError
from crm_core.kernel.work import Clock, begin
from crm_core.loyalty import expiry, members, points
from crm_core.loyalty.points import NotEnoughPoints, Why
from crm_core.loyalty.types import MemberCard
from db.models import Membership
from tests.conftest import at
from tests.loyalty.test_earning import bought
from tests.people import MONDAY


@dataclass
class Story:
    """One sequence of acts, and what it left behind."""

    actor: Actor
    cards: list[MemberCard]
    now: datetime = MONDAY
    orders: list[int] = field(default_factory=list)
    posted: list[tuple[str, str, int, str, int]] = field(default_factory=list)
    merges: list[int] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    used: list[int] = field(default_factory=list)

    def number(self) -> str:
        """A cause that was not there before."""
        return f"cause {token_hex(8)}"

    def alive(self, place: int) -> MemberCard | None:
        """The member, unless its contact was merged into another."""
        try:
            return members.of_contact(self.actor, self.cards[place].contact_id)
        except CrmError:
            return None


def earn(story: Story, place: int, amount: int) -> None:
    """Points for something."""
    card, cause = story.cards[place], story.number()
    done = points.earn(story.actor, card.card_number, amount, Why(cause))
    story.posted.append(("earn", card.card_number, amount, cause, done.entry.id))


def redeem(story: Story, place: int, amount: int) -> None:
    """Points are spent, or refused where there are fewer."""
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
    """An order is paid, and brings a point a euro."""
    if card := story.alive(place):
        story.orders.append(bought(story.actor, card.contact_id, amount))


def refund(story: Story, place: int, euros: int) -> None:
    """Money of an order goes back, often a part of it."""
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
    """An entry is taken back; twice is once."""
    if not story.posted:
        return
    kind, _card, amount, _cause, entry_id = story.posted[place % len(story.posted)]
    before = whole_balance()
    try:
        done = points.reverse(story.actor, entry_id)
    except Conflict:
        return
    gained = whole_balance() - before
    taken = {"redeem": amount, "adjust": max(-amount, 0)}.get(kind, 0)
    assert gained <= (taken if done.is_new else 0)
    assert points.reverse(story.actor, entry_id).is_new is False


def adjust(story: Story, place: int, amount: int) -> None:
    """A balance is corrected by hand, up or down."""
    card, cause = story.cards[place], story.number()
    try:
        done = points.adjust(story.actor, card.card_number, amount, Why(cause, "counted"))
    except NotEnoughPoints:
        return
    story.posted.append(("adjust", card.card_number, amount, cause, done.entry.id))


def again(story: Story, place: int, _: int) -> None:
    """What was posted before is sent once more."""
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
    """The clock jumps, also back."""
    story.now += timedelta(days=days)
    Clock.now = at(story.now)


def night(_story: Story, _first: int, _second: int) -> None:
    """What expired is posted."""
    while expiry.expire_some(SYSTEM, 3):
        pass


def merge(story: Story, keep: int, drop: int) -> None:
    """Two customers turn out to be one."""
    one, other = story.alive(keep), story.alive(drop)
    if keep == drop or one is None or other is None or one.membership_id == other.membership_id:
        return
    night(story, 0, 0)
    before = whole_balance()
    kept, dropped = (story.cards[place].contact_id for place in (keep, drop))
    story.merges.append(merging.merge(story.actor, "contacts", kept, dropped))
    assert whole_balance() == before


def unmerge(story: Story, _first: int, _second: int) -> None:
    """The last merge was wrong."""
    if story.merges:
        night(story, 0, 0)
        before = whole_balance()
        merging.unmerge(story.actor, story.merges.pop())
        assert whole_balance() == before


def whole_balance() -> int:
    """What all members have together, in the books."""
    with begin(OPERATOR, write=False) as work:
        return int(work.scalar(select(func.coalesce(func.sum(Membership.balance), 0))))
