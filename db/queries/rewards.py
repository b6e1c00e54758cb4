"""Rewards, who took them, and what was given as a surprise."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from db.models import Contact, Membership, Product, Redemption, Reward, Tier, User
from db.queries import Rows
from db.queries.lists import listed

HELD = ("waiting", "given")
_REWARD = tuple(
    getattr(Reward, name)
    for name in (
        "id", "version", "name", "description", "points", "value", "currency", "stock", "limit_per_member",
        "starts_on", "ends_on", "tier_id", "product_id", "is_active",
    )
)  # fmt: skip
_REDEMPTION = tuple(
    getattr(Redemption, name)
    for name in (
        "id", "membership_id", "reward_id", "state", "points", "value", "currency", "is_surprise", "reason",
        "cause", "asked_at", "settled_at",
    )
)  # fmt: skip


def catalogue(*, with_archived: bool = False) -> Rows:
    """Rewards with the names of tier and product, the cheapest first."""
    given = (
        select(func.count(Redemption.id))
        .where(Redemption.reward_id == Reward.id, Redemption.state == "given")
        .correlate(Reward)
        .scalar_subquery()
    )
    statement = (
        select(
            *_REWARD, func.coalesce(Tier.name, "").label("tier"), Tier.rank.label("tier_rank"),
            func.coalesce(Product.name, "").label("product"), given.label("given"),
        )
        .outerjoin(Tier, Tier.id == Reward.tier_id)
        .outerjoin(Product, Product.id == Reward.product_id)
        .order_by(Reward.points, Reward.name_key)
        .execution_options(with_deleted=True)
    )  # fmt: skip
    return statement if with_archived else statement.where(Reward.is_active)


def one(reward_id: int) -> Rows:
    """One reward as in the catalogue."""
    return catalogue(with_archived=True).where(Reward.id == reward_id)


def named(name_key: str) -> Rows:
    """The reward of this name."""
    return select(Reward).where(Reward.name_key == name_key)


def locked(reward_id: int) -> Rows:
    """The reward, which nobody else gives away until the transaction ends."""
    statement = select(Reward).where(Reward.id == reward_id).with_for_update(key_share=True)
    return statement.execution_options(populate_existing=True)


def lock_giver(user_id: int) -> Rows:
    """Somebody who gives, so that what was given this month stays what it is until the transaction ends."""
    return select(User.id).where(User.id == user_id).with_for_update(key_share=True)


def taken_by(membership_id: int, reward_ids: Collection[int]) -> Rows:
    """How often a member, or one that was merged into it, had each of these rewards: (reward, count)."""
    mine = select(Membership.id).where(
        or_(Membership.id == membership_id, Membership.merged_into_id == membership_id)
    )
    statement = select(Redemption.reward_id, func.count(Redemption.id)).where(
        Redemption.membership_id.in_(mine), listed(Redemption.reward_id, reward_ids),
        Redemption.state.in_(HELD), Redemption.is_surprise.is_(False),
    )  # fmt: skip
    return statement.group_by(Redemption.reward_id)


def of_cause(cause: str) -> Rows:
    """What this cause brought."""
    return select(Redemption).where(Redemption.cause == cause)


def locked_redemption(redemption_id: int) -> Rows:
    """One redemption, which nobody else settles until the transaction ends."""
    statement = select(Redemption).where(Redemption.id == redemption_id).with_for_update(key_share=True)
    return statement.execution_options(populate_existing=True)


def given_since(user_id: int, since: datetime) -> Rows:
    """What surprises of this giver are worth since a moment, those that wait included."""
    worth = cast(func.coalesce(func.sum(Redemption.value), 0), BigInteger)
    return select(worth).where(
        Redemption.actor_id == user_id, Redemption.is_surprise, Redemption.asked_at >= since,
        Redemption.state.in_(HELD),
    )  # fmt: skip


def redemptions(condition: ColumnElement[bool]) -> Rows:
    """Redemptions with the names of member, reward and people, the latest first."""
    giver, reviewer = aliased(User), aliased(User)
    return (
        select(
            *_REDEMPTION, Membership.contact_id, Contact.name.label("member"), Reward.name.label("reward"),
            Redemption.actor_id.label("giver_id"), func.coalesce(giver.name, "").label("giver"),
            func.coalesce(reviewer.name, "").label("reviewer"),
        )
        .join(Membership, Membership.id == Redemption.membership_id)
        .join(Contact, Contact.id == Membership.contact_id)
        .join(Reward, Reward.id == Redemption.reward_id)
        .outerjoin(giver, giver.id == Redemption.actor_id)
        .outerjoin(reviewer, reviewer.id == Redemption.reviewer_id)
        .where(condition)
        .order_by(Redemption.asked_at.desc(), Redemption.id.desc())
        .execution_options(with_deleted=True)
    )  # fmt: skip


def is_one(redemption_id: int) -> ColumnElement[bool]:
    """The condition that it is this redemption."""
    return Redemption.id == redemption_id


def chosen(membership_id: int | None, state: str, *, surprises_only: bool = False) -> ColumnElement[bool]:
    """The condition that redemptions are of a member, in a state, and surprises; each where it is said."""
    wanted: list[Any] = [Redemption.id > 0]
    if membership_id is not None:
        wanted.append(Redemption.membership_id == membership_id)
    if state:
        wanted.append(Redemption.state == state)
    if surprises_only:
        wanted.append(Redemption.is_surprise)
    return and_(*wanted)
