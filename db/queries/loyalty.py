"""The ledger of points: members, entries, lots, and what they add up to."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Update,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    update,
)

from db.hints import rare
from db.models import Contact, ContactPoint, ExpiryTotal, Membership, PointEntry, PointLot, PointUse, Tier
from db.queries import Rows
from db.queries.lists import listed

# Written out: with a parameter the engines would not see that an index over open lots is enough.
OPEN = PointLot.remaining > literal_column("0")
MOVING = ("earn", "redeem")
"""The postings by which a member shows that it takes part."""

ENTRY = tuple(
    getattr(PointEntry, name)
    for name in (
        "id", "number", "kind", "points", "asked", "balance", "cause", "reason", "source", "source_id",
        "rule_id", "reverses_id", "actor_name", "happened_at",
    )
)  # fmt: skip
_HINT = (
    Membership.id.label("membership_id"), Membership.contact_id, Contact.name, Membership.card_number,
    Contact.email, Contact.phone, Contact.company,
)  # fmt: skip
_LOT = (
    PointLot.id, func.coalesce(PointLot.root_id, PointLot.id).label("root_id"), PointLot.remaining,
    PointLot.available_at, PointLot.expires_at,
)  # fmt: skip


def locked(membership_ids: Collection[int]) -> Rows:
    """These members; nobody else posts to them until the transaction ends."""
    statement = select(Membership).where(listed(Membership.id, membership_ids)).order_by(Membership.id)
    return statement.with_for_update(of=Membership, key_share=True).execution_options(populate_existing=True)


def of_contact(contact_id: int) -> Rows:
    """The membership of a contact."""
    return select(Membership).where(Membership.contact_id == contact_id)


def by_card(card_number: str) -> Rows:
    """The membership with this card."""
    return select(Membership).where(Membership.card_number == card_number)


def card_facts(membership_id: int) -> Rows:
    """Name and tier of a member, also when the contact was merged away."""
    statement = select(Contact.name, func.coalesce(Tier.name, "")).select_from(Membership)
    return (
        statement.join(Contact, Contact.id == Membership.contact_id)
        .outerjoin(Tier, Tier.id == Membership.tier_id)
        .where(Membership.id == membership_id)
        .execution_options(with_deleted=True)
    )


def hints(condition: ColumnElement[bool]) -> Rows:
    """Members as they are found, by a condition on contact or membership."""
    statement = select(*_HINT).join(Contact, Contact.id == Membership.contact_id)
    return statement.where(condition).order_by(Contact.name_key, Membership.id)


def is_member(membership_id: int) -> ColumnElement[bool]:
    """The condition that it is this member."""
    return Membership.id == membership_id


def is_contact(contact_id: int) -> ColumnElement[bool]:
    """The condition that it is the membership of this contact."""
    return Membership.contact_id == contact_id


def has_email(address: str) -> ColumnElement[bool]:
    """The condition that this is the main address of a member."""
    return rare(Contact.email == address)


def has_phone(number: str) -> ColumnElement[bool]:
    """The condition that this is a main or mobile number of a member."""
    mains = select(Contact.id).where(rare(Contact.phone == number))
    mobiles = select(Contact.id).where(rare(Contact.mobile == number))
    return Contact.id.in_(mains.union(mobiles))


def has_point(kind: str, value_key: str) -> ColumnElement[bool]:
    """The condition that this is a further address or number of a member."""
    holders = select(ContactPoint.contact_id).where(
        ContactPoint.kind == kind, rare(ContactPoint.value_key == value_key)
    )
    return Contact.id.in_(holders)


def contacts_meant(text: str, contact_id: int | None) -> Rows:
    """Contacts of this number, with this e-mail address, or with this card: (id, name)."""
    ways = [Contact.id == contact_id] if contact_id is not None else []
    if "@" in text:
        ways.append(Contact.email == text.lower())
    if not ways:
        ways.append(Contact.card_number == text)
    return select(Contact.id, Contact.name).where(or_(*ways)).order_by(Contact.id).limit(5)


def of_cause(cause: str) -> Rows:
    """The entry that this cause brought."""
    return select(PointEntry).where(PointEntry.cause == cause)


def shown(condition: ColumnElement[bool]) -> Rows:
    """Entries as they leave the ledger, the latest first."""
    return select(*ENTRY).where(condition).order_by(PointEntry.number.desc())


def of_member(
    membership_id: int, since: datetime | None = None, until: datetime | None = None
) -> ColumnElement[bool]:
    """The condition that entries belong to a member, and happened in a period."""
    found = [PointEntry.membership_id == membership_id]
    if since is not None:
        found.append(PointEntry.happened_at >= since)
    if until is not None:
        found.append(PointEntry.happened_at < until)
    return and_(*found)


def balance_at(membership_id: int, moment: datetime) -> Rows:
    """What the entries before a moment add up to."""
    mine = of_member(membership_id, until=moment)
    return select(cast(func.coalesce(func.sum(PointEntry.points), 0), BigInteger)).where(mine)


def open_lots(membership_id: int) -> Rows:
    """Lots of a member that still hold points."""
    return select(*_LOT).where(PointLot.membership_id == membership_id, OPEN)


def full_lots(lot_ids: Collection[int]) -> Rows:
    """These lots with all their columns, for carrying them over."""
    return select(PointLot).where(listed(PointLot.id, lot_ids)).order_by(PointLot.id)


def lots_of_entry(entry_id: int) -> Rows:
    """The roots of the lots that an entry filled."""
    return select(func.coalesce(PointLot.root_id, PointLot.id)).where(PointLot.entry_id == entry_id)


def uses_of(entry_id: int) -> Rows:
    """What an entry took from which lots: (lot, points)."""
    return select(PointUse.lot_id, PointUse.points).where(PointUse.entry_id == entry_id)


def clawed_back(entry_id: int) -> Rows:
    """How many points of an entry were asked back so far (nought or below)."""
    asked = func.coalesce(func.sum(PointEntry.asked), 0)
    return select(cast(asked, BigInteger)).where(PointEntry.reverses_id == entry_id)


def expired_of(root_ids: Collection[int]) -> Rows:
    """How many points of lots with these roots expired unused."""
    points = cast(func.coalesce(func.sum(PointUse.points), 0), BigInteger)
    return (
        select(points)
        .join(PointLot, PointLot.id == PointUse.lot_id)
        .join(PointEntry, PointEntry.id == PointUse.entry_id)
        .where(
            or_(listed(PointLot.id, root_ids), listed(PointLot.root_id, root_ids)),
            PointEntry.kind == "expire",
        )
    )


def lower(lot_id: int, points: int) -> Update:
    """Take points out of a lot, provided they are there; below nought gives back."""
    enough = PointLot.remaining >= points if points > 0 else PointLot.remaining - points <= PointLot.points
    return update(PointLot).where(PointLot.id == lot_id, enough).values(remaining=PointLot.remaining - points)


def by_month() -> Rows:
    """What open lots hold, from the kept totals: (month, points)."""
    points = cast(func.sum(ExpiryTotal.points), BigInteger)
    statement = select(ExpiryTotal.month_on, points).group_by(ExpiryTotal.month_on)
    return statement.having(func.sum(ExpiryTotal.points) != 0).order_by(ExpiryTotal.month_on)
