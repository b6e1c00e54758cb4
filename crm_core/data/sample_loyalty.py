"""Members of the sample company with tiers and points, a reward, a coupon that is used, and referrals."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from crm_core.activity.task_days import today
from crm_core.data.sample_making import at, free
from crm_core.kernel.work import Work
from crm_core.loyalty import (
    advocates,
    cards,
    coupon_setup,
    coupons,
    earn_rules,
    earning,
    members,
    referrals,
    reward_catalogue,
    rewards,
    tiers,
)
from crm_core.loyalty.coupon_types import Basket, BasketLine, NewCoupon
from crm_core.loyalty.referral_types import AMBASSADOR, NewReferrer
from crm_core.loyalty.reward_types import NewReward
from crm_core.loyalty.tiers import NewTier
from crm_core.loyalty.types import EarnRuleFields
from crm_core.team.company import company
from db.models import Activity, Coupon, EarnRule, Membership, Reward, Tier
from db.queries import sample as sql
from db.seed import programme

AN_HOUR = timedelta(hours=1)
Bought = dict[int, list[Any]]
"""Orders that were paid, the earliest first, by contact."""


@dataclass(frozen=True, order=True)
class _Event:
    """Something that a member did; ``act`` does it in a transaction of that moment."""

    moment: datetime
    place: int
    act: Callable[[Work], Any] = field(compare=False)


def add(work: Work, people: Sequence[dict[str, Any]]) -> None:
    """Store what the made-up people (each with its ``id``) collected with their orders, which are there."""
    bought: Bought = defaultdict(list)
    for order in work.tuples(sql.paid_orders()):
        bought[order.contact_id].append(order)
    most = min(programme.MOST_MEMBERS, len(people) // programme.PEOPLE_A_MEMBER + 1)
    chosen = sorted(bought, key=lambda key: (-len(bought[key]), key))[:most]
    _set_up(work)
    events = [event for key in chosen for event in _purchases(key, bought[key])]
    events += _recommending(work, chosen, bought, people)
    for event in sorted(events):  # in the order of time, because entries of points follow one another
        event.act(at(work, event.moment))
    _count_tiers(work)
    _reward(work)
    _coupon(work, bought)


def _set_up(work: Work) -> None:
    """Tiers and a rule, unless the company has its own: then the made-up members follow those."""
    began = at(work, work.now - timedelta(days=800))
    if not tiers.search(work):
        for name, threshold, bonus, benefits in programme.TIERS:
            key = tiers.add(began, NewTier(name, threshold, bonus, benefits))
            work.get(Tier, key).is_sample = True
    if not earn_rules.search(work):
        new = EarnRuleFields(
            programme.EARN_RULE, "amount", points=1, per_amount=100, currency=company().currency
        )
        key = earn_rules.create(began, new)
        row = work.get(EarnRule, key)
        earn_rules.set_state(began, key, "live", version=None)
        row.is_sample = True


def _purchases(contact_id: int, orders: Sequence[Any]) -> Iterator[_Event]:
    """Joined before one of the orders, and got points from then on."""
    orders = orders[-programme.MOST_ORDERS :]
    yield _Event(orders[0].paid_at - AN_HOUR, 0, partial(_join, contact_id=contact_id))
    for order in orders:
        paid = Activity(id=order.id, name="order.paid", subject_id=order.id, happened_at=order.paid_at)
        yield _Event(order.paid_at, order.id, partial(earning.award_order, paid=paid))
    reached = Activity(name="points.earned", contact_id=contact_id)
    yield _Event(orders[-1].paid_at + AN_HOUR, 1, partial(tiers.follow, happened=reached))


def _join(work: Work, contact_id: int) -> Membership:
    digits = f"{cards.PREFIX}{contact_id:010}"
    return members.joined(work, contact_id, card_number=f"{digits}{cards.check_digit(digits)}")


def _recommending(
    work: Work, chosen: Sequence[int], bought: Bought, people: Sequence[dict[str, Any]]
) -> Iterator[_Event]:
    """The best customer brought friends, who bought since; one more has bought nothing yet."""
    firm = {person["id"]: person["account_id"] for person in people}
    once = [key for key in sorted(bought) if len(bought[key]) == 1 and key not in chosen]
    friends = [key for key in once if firm[key] != firm[chosen[0]]][: programme.FRIENDS]
    if not friends:
        return
    code = f"{programme.REFERRAL_CODE}-{chosen[0]}"
    began = min(bought[key][0].ordered_at for key in friends) - timedelta(days=30)
    yield _Event(began, 0, partial(_enrol, contact_id=chosen[0], code=code))
    for key in friends:
        [order] = bought[key]
        paid = Activity(id=order.id, name="order.paid", subject_id=order.id, happened_at=order.paid_at)
        brings = partial(referrals.bring, code=code, contact_id=key, channel="link")
        yield _Event(order.ordered_at - timedelta(days=3), 0, brings)
        yield from _purchases(key, [order])
        yield _Event(order.paid_at + AN_HOUR, 0, partial(referrals.reward, happened=paid))
    waiting = [
        one["id"] for one in people if one["lead_status"] == "new" and firm[one["id"]] != firm[chosen[0]]
    ]
    if waiting:
        brings = partial(referrals.bring, code=code, contact_id=waiting[-1], channel="page")
        yield _Event(work.now - timedelta(days=1), 0, brings)


def _enrol(work: Work, contact_id: int, code: str) -> None:
    _join(work, contact_id)
    said = NewReferrer(AMBASSADOR, "Recommends us to others of the trade.", "Points for every friend.")
    advocates.enrol(work, contact_id, replace(said, code=code))


def _count_tiers(work: Work) -> None:
    after: int | None = 0
    while after is not None:
        after = tiers.count_some(at(work, work.now), today(), after)


def _reward(work: Work) -> None:
    """A reward that some had lately."""
    name, points, description, stock = programme.REWARD
    new = NewReward(free(work, Reward, name), points, 3_100, description, stock=stock)
    key = reward_catalogue.add(at(work, work.now - timedelta(days=300)), new)
    work.flush()
    work.get(Reward, key).is_sample = True
    rich: list[Membership] = work.scalars(sql.richest_members(2 * points, 6))
    for place, member in enumerate(rich):
        moment = max(member.last_at or work.now, work.now - timedelta(days=9 * place + 1))
        rewards.redeem(at(work, moment), str(member.contact_id), key, f"sample reward {member.id}")


def _coupon(work: Work, bought: Bought) -> None:
    """One word for everybody; those whose order was cheaper by so much had shown it."""
    name, word, description, percent = programme.COUPON
    taken = work.scalar(sql.coupon_word(word)) is not None
    began = today() - timedelta(days=400)
    new = NewCoupon(
        free(work, Coupon, name), "percent", "shared", description, code=f"{word}SAMPLE" if taken else word,
        percent=percent, starts_on=began,
    )  # fmt: skip
    key = coupon_setup.create(at(work, work.now - timedelta(days=400)), new)
    coupon_setup.set_state(at(work, work.now - timedelta(days=400)), key, "active")
    work.get(Coupon, key).is_sample = True
    since = work.now - timedelta(days=380)
    cheaper = [
        order for orders in bought.values() for order in orders
        if order.ordered_at > since and order.discount == (order.total + order.discount) * percent // 100 > 0
    ]  # fmt: skip
    latest = sorted(cheaper, key=lambda order: (order.ordered_at, order.id))[-programme.COUPON_USES :]
    for order in latest:
        basket = Basket(order.currency, (BasketLine(order.total + order.discount),))
        coupons.redeem(
            at(work, order.ordered_at), new.code, basket, f"sample order {order.id}",
            contact_id=order.contact_id, order_id=order.id,
        )  # fmt: skip
