"""The points of members: entries that are only ever appended to, the lots they fill, rules and tiers."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, ContactChild, Json, MemberChild, Sampled, Versioned, facts, table_args, words

OPEN = text("remaining > 0")
MERGED = text("merged_into_id IS NOT NULL")


class Tier(Sampled, Versioned, Base):
    """A level of the programme, from ``threshold`` on: points, or revenue in minor units.

    ``rank`` grows with the level. ``bonus_percent`` is added to points that are earned by buying.
    """

    __tablename__ = "tiers"
    __table_args__ = table_args(Index(None, "name_key", unique=True), Index(None, "rank", unique=True))
    noun: ClassVar[str] = "tier"
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(80))
    rank: Mapped[int] = mapped_column(SmallInteger)
    threshold: Mapped[int] = mapped_column(BigInteger)
    bonus_percent: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    benefits: Mapped[str] = words()
    created_at: Mapped[datetime]


class Membership(ContactChild, Sampled, Base):
    """A contact that takes part in the programme, with its card and what its entries add up to.

    ``balance`` is the sum of the entries: what the open lots hold, less ``debt``. ``earned``, ``redeemed``
    and ``expired`` are sums over its life. ``active_at`` is when it last earned or spent points.
    ``entry_count`` and ``digest`` are number and hash of the last entry. ``merged_into_id`` is the membership
    of the contact that this one was merged into. ``qualifying`` is what counted for the tier on
    ``counted_on``, which may fall after ``tier_until``.
    """

    __tablename__ = "memberships"
    __table_args__ = table_args(
        Index("uq_memberships_contact_id", "contact_id", unique=True),
        Index(None, "card_number", unique=True),
        Index(None, "tier_id", "qualifying"),
        Index("ix_memberships_merged_into_id", "merged_into_id"),
        Index(None, "counted_on"),
        Index(None, "joined_at"),
        CheckConstraint("debt >= 0", name="debt"),
        CheckConstraint("balance >= -debt", name="balance"),
    )
    noun: ClassVar[str] = "membership"
    card_number: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10), default="active", server_default="active")
    joined_at: Mapped[datetime]
    joined_by: Mapped[str] = words(20)
    merged_into_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("memberships.id", ondelete="SET NULL")
    )
    balance: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    debt: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    earned: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    redeemed: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    expired: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    entry_count: Mapped[int] = mapped_column(default=0, server_default="0")
    digest: Mapped[str] = words(64)
    last_at: Mapped[datetime | None]
    active_at: Mapped[datetime | None]
    tier_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("tiers.id", ondelete="SET NULL"))
    tier_since: Mapped[date | None]
    tier_until: Mapped[date | None]
    qualifying: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    counted_on: Mapped[date | None]


class EarnRule(Sampled, Versioned, Base):
    """What brings points. ``event`` says by what, ``state`` is ``draft``, ``live`` or ``archived``.

    By ``amount``: ``points`` for each full ``per_amount`` (minor units of ``currency``); by ``product`` or
    ``category``: ``points`` a piece; by ``multiplier``: what buying brings, times ``percent`` of a hundred;
    else ``points`` each time. ``weekdays`` (0 is Monday) empty means all. ``cap_points`` is the most that a
    member gets within ``cap_period``; nought means no limit.
    """

    __tablename__ = "earn_rules"
    __table_args__ = table_args(Index(None, "state", "event"), Index(None, "product_id"))
    noun: ClassVar[str] = "earn rule"
    name: Mapped[str] = mapped_column(String(120))
    event: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default="draft", server_default="draft")
    points: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    per_amount: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    currency: Mapped[str] = words(3)
    percent: Mapped[int] = mapped_column(default=100, server_default="100")
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    category: Mapped[str] = words(120)
    minimum: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    weekdays: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    has_tier_bonus: Mapped[bool] = mapped_column(default=True)
    cap_points: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    cap_period: Mapped[str] = words(10)
    expires_after_days: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class PointEntry(MemberChild, Base):
    """One posting of points. Only ever appended to; nothing in it is changed afterwards.

    ``number`` counts from 1 within the membership. ``kind`` is ``earn``, ``redeem``, ``expire``, ``adjust``,
    ``reverse``, ``gift`` or ``transfer``. ``asked`` is what was due where less could be taken. ``cause`` is
    what brought it: one cause posts once. ``balance`` is the one after it. ``digest`` is the SHA-256 of the
    entry before and of this one, so that a changed row is found.
    """

    __tablename__ = "point_entries"
    __table_args__ = table_args(
        Index(None, "membership_id", "number", unique=True),
        Index(None, "cause", unique=True),
        Index(None, "source", "source_id"),
        Index(None, "reverses_id"),
        Index(None, "rule_id", "membership_id", "happened_at"),
        Index(None, "actor_id"),
        Index(None, "happened_at", "kind", "membership_id"),
    )
    noun: ClassVar[str] = "entry"
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    points: Mapped[int] = mapped_column(BigInteger)
    asked: Mapped[int] = mapped_column(BigInteger)
    balance: Mapped[int] = mapped_column(BigInteger)
    cause: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = words(300)
    source: Mapped[str] = words(40)
    source_id: Mapped[int | None] = mapped_column(BigInteger)
    reverses_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("point_entries.id", ondelete="SET NULL")
    )
    rule_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("earn_rules.id", ondelete="SET NULL"))
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = words(200)
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))


class PointLot(MemberChild, Base):
    """Points that came in together and expire together; ``remaining`` is what no use has taken yet.

    They can be spent from ``available_at`` on and until ``expires_at`` (None: for ever). ``root_id`` is the
    lot that these points were first earned in, when a merge carried them over.
    """

    __tablename__ = "point_lots"
    __table_args__ = table_args(
        Index(
            "ix_point_lots_open",
            "membership_id",
            "expires_at",
            "id",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_point_lots_expiring", "expires_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "membership_id"),
        Index(None, "entry_id"),
        Index(None, "root_id"),
        CheckConstraint("remaining >= 0 AND remaining <= points", name="remaining"),
    )
    noun: ClassVar[str] = "lot"
    entry_id: Mapped[int] = mapped_column(BigId, ForeignKey("point_entries.id", ondelete="CASCADE"))
    root_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("point_lots.id", ondelete="SET NULL"))
    points: Mapped[int] = mapped_column(BigInteger)
    remaining: Mapped[int] = mapped_column(BigInteger)
    earned_at: Mapped[datetime]
    available_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class PointUse(MemberChild, Base):
    """What an entry took out of a lot, or (below nought) gave back to it. Only ever appended to."""

    __tablename__ = "point_uses"
    __table_args__ = table_args(Index(None, "membership_id"), Index(None, "entry_id"), Index(None, "lot_id"))
    noun: ClassVar[str] = "use"
    entry_id: Mapped[int] = mapped_column(BigId, ForeignKey("point_entries.id", ondelete="CASCADE"))
    lot_id: Mapped[int] = mapped_column(BigId, ForeignKey("point_lots.id", ondelete="CASCADE"))
    points: Mapped[int] = mapped_column(BigInteger)


class TierChange(MemberChild, Base):
    """A member came to another tier, or to none. Only ever appended to."""

    __tablename__ = "tier_changes"
    __table_args__ = table_args(
        Index(None, "membership_id", "changed_at"), Index(None, "from_id"), Index(None, "to_id"),
        Index(None, "changed_at"),
    )  # fmt: skip
    noun: ClassVar[str] = "change of tier"
    from_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("tiers.id", ondelete="SET NULL"))
    to_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("tiers.id", ondelete="SET NULL"))
    qualifying: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = words(40)
    changed_at: Mapped[datetime]


class ExpiryTotal(Base):
    """What open lots hold in all, by the month in which they expire: kept with every posting.

    ``month_on`` is the first day of the month in UTC, or 9999-12-01 for lots that never expire. ``shard``
    spreads the writing over several rows. ``doctor`` adds the lots up and compares.
    """

    __tablename__ = "expiry_totals"
    __table_args__ = table_args(Index(None, "month_on", "shard", unique=True))
    noun: ClassVar[str] = "expiry"
    month_on: Mapped[date]
    shard: Mapped[int] = mapped_column(SmallInteger)
    points: Mapped[int] = mapped_column(BigInteger)


class PointDay(Base):
    """What the entries of a day gave, spent or let expire, and how many there were: kept with every posting.

    ``day_on`` is a day in UTC. ``way`` is ``given``, ``spent`` or ``expired``; ``points`` are above nought,
    less what was taken back. ``shard`` as in ``ExpiryTotal``; ``doctor`` adds the entries up and compares.
    """

    __tablename__ = "point_days"
    __table_args__ = table_args(Index(None, "day_on", "way", "shard", unique=True))
    noun: ClassVar[str] = "day of points"
    day_on: Mapped[date]
    way: Mapped[str] = mapped_column(String(10))
    shard: Mapped[int] = mapped_column(SmallInteger)
    points: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int] = mapped_column(BigInteger)


class Reward(Sampled, Versioned, Base):
    """What members can have for points. ``value`` is what it costs the company, in minor units.

    ``stock`` and ``limit_per_member`` None mean without limit.
    """

    __tablename__ = "rewards"
    __table_args__ = table_args(
        Index(None, "name_key", unique=True), Index(None, "tier_id"), Index(None, "product_id")
    )
    noun: ClassVar[str] = "reward"
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = words()
    points: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    currency: Mapped[str] = words(3)
    stock: Mapped[int | None]
    limit_per_member: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    tier_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("tiers.id", ondelete="SET NULL"))
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Redemption(MemberChild, Base):
    """A reward that a member took, or was surprised with. ``state``: waiting, given, cancelled or refused.

    ``entry_id`` is the posting that paid for it; a surprise has none. ``reviewer_id`` is the second pair of
    eyes. ``cause`` makes one request give one reward.
    """

    __tablename__ = "redemptions"
    __table_args__ = table_args(
        Index(None, "membership_id", "asked_at"), Index(None, "reward_id", "state"), Index(None, "entry_id"),
        Index(None, "cause", unique=True), Index(None, "actor_id"), Index(None, "reviewer_id"),
        Index(None, "state", "asked_at"),
    )  # fmt: skip
    noun: ClassVar[str] = "redemption"
    reward_id: Mapped[int] = mapped_column(BigId, ForeignKey("rewards.id", ondelete="CASCADE"))
    entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("point_entries.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(10))
    points: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = words(3)
    is_surprise: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = words(300)
    cause: Mapped[str] = mapped_column(String(200))
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    reviewer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = facts()
