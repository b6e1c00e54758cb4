"""Campaigns: their lists, their audiences person by person, and the rows of those who get them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    String,
    Update,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from db.draws import Draw
from db.models import Campaign, CampaignVariant, Contact, Recipient, Segment, SegmentStay, User
from db.queries import Rows
from db.queries.channel_addresses import SHARED, address, address_key
from db.queries.consent_gate import Gate, reason
from db.scope import Scope

WHOLE = 10_000
"""Shares are counted in basis points."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Arms:
    """Who gets what: the share that is held back, and the weights of the variants by their ids.

    Of the others the share ``tested`` gets one of them; what is left waits as ``rest_id``.
    """

    salt: str
    holdout: int
    held_id: int
    weights: tuple[tuple[int, int], ...]
    rest_id: int = 0
    tested: int = WHOLE


def named(name_key: str) -> Rows:
    """The campaign of this name."""
    return select(Campaign.id).where(Campaign.name_key == name_key)


def listed(text: str, states: Sequence[str]) -> Rows:
    """Campaigns with their key figures, the latest first."""
    columns = (
        Campaign.id, Campaign.name, Campaign.channel, Campaign.state, Campaign.holdout,
        Campaign.scheduled_at, Campaign.started_at, Campaign.finished_at, Campaign.created_at,
        User.name.label("creator"), Segment.name.label("segment"),
    )  # fmt: skip
    found = (
        select(*columns)
        .outerjoin(User, User.id == Campaign.creator_id)
        .outerjoin(Segment, Segment.id == Campaign.segment_id)
        .order_by(Campaign.created_at.desc(), Campaign.id.desc())
    )
    if text:
        found = found.where(Campaign.name_key.contains(text, autoescape=True))
    return found.where(Campaign.state.in_(states)) if states else found


def figures(campaign_ids: Sequence[int]) -> Rows:
    """How many recipients of these campaigns are in each state, and how many unsubscribed."""
    return (
        select(
            Recipient.campaign_id, Recipient.state, func.count().label("people"),
            func.count(Recipient.unsubscribed_at).label("unsubscribed"),
        )
        .where(Recipient.campaign_id.in_(campaign_ids))
        .group_by(Recipient.campaign_id, Recipient.state)
    )  # fmt: skip


def variants(campaign_id: int) -> Rows:
    """The variants of a campaign in the order of their making."""
    return (
        select(CampaignVariant).where(CampaignVariant.campaign_id == campaign_id).order_by(CampaignVariant.id)
    )


def counted(found: ColumnElement[bool], gate: Gate, arms: Arms) -> Rows:
    """How many people of an audience have each reason and each variant."""
    judged = _judged(found, gate, arms)
    return select(judged.c.reason, judged.c.variant_id, func.count()).group_by(
        judged.c.reason, judged.c.variant_id
    )


def sample(found: ColumnElement[bool], gate: Gate, limit: int) -> Rows:
    """Some people who would get it: id, name and address."""
    may = and_(found, reason(gate) == "")
    return (
        select(Contact.id, Contact.name, address(gate.channel).label("address"))
        .where(may)
        .order_by(Contact.id)
        .limit(limit)
    )


def fill(found: ColumnElement[bool], gate: Gate, arms: Arms, due_at: datetime, scope: Scope) -> Insert:
    """Write a row for everybody of an audience: to send, held back, or excluded with the reason."""
    judged = _judged(and_(found, seen(scope)), gate, arms)
    state = case(
        (judged.c.reason != "", "excluded"), (judged.c.variant_id == arms.held_id, "held"), else_="pending"
    )
    is_due = and_(state == "pending", judged.c.variant_id != arms.rest_id)
    rows = select(
        literal(gate.campaign_id), judged.c.variant_id, judged.c.id, literal(0), state, judged.c.reason,
        func.substr(judged.c.address, 1, 254),
        case((is_due, literal(due_at, Recipient.next_try_at.type))),
    )  # fmt: skip
    columns = (
        "campaign_id", "variant_id", "contact_id", "wave", "state", "reason", "address", "next_try_at",
    )  # fmt: skip
    return insert(Recipient).from_select(columns, rows)


def reasons_now(contact_ids: Sequence[int], gate: Gate) -> Rows:
    """(contact, why it may not get it any more; empty while it may). ``gate`` has no cap."""
    # Asked for every few messages: to build it takes longer than to ask it.
    lasting = replace(gate, campaign_id=0, cap=0, since=_NEVER)
    return _reasons_of_some(lasting).params(contact_ids=list(contact_ids))


def settle_rest(campaign_id: int, why: str) -> Update:
    """Whoever still waits gets nothing."""
    waiting = (Recipient.campaign_id == campaign_id, Recipient.state == "pending")
    return update(Recipient).where(*waiting).values(state="excluded", reason=why, worker="", next_try_at=None)


def wake(campaign_id: int, now: datetime) -> Update:
    """Whoever waits, and whoever a worker held that is gone, may be sent to from now on; not who waits for
    the winner of a test."""
    is_free = or_(Recipient.worker == "", Recipient.next_try_at <= now)
    waiting = (Recipient.campaign_id == campaign_id, Recipient.state == "pending", is_free)
    return update(Recipient).where(*waiting, Recipient.next_try_at.is_not(None)).values(next_try_at=now)


def recipients(campaign_id: int, states: Sequence[str], reason_is: str = "") -> Rows:
    """People of a campaign in these states, with the reason and the answer of the server."""
    found = (
        select(
            Recipient.id, Recipient.contact_id, Contact.name, Recipient.address, Recipient.state,
            Recipient.reason, CampaignVariant.name.label("variant"), Recipient.sent_at,
            Recipient.unsubscribed_at,
        )
        .join(Contact, Contact.id == Recipient.contact_id)
        .join(CampaignVariant, CampaignVariant.id == Recipient.variant_id)
        .where(Recipient.campaign_id == campaign_id)
        .order_by(Recipient.id)
    )  # fmt: skip
    if states:
        found = found.where(Recipient.state.in_(states))
    return found.where(Recipient.reason == reason_is) if reason_is else found


def in_segment(segment_id: int) -> ColumnElement[bool]:
    """Is a contact on a static list?"""
    stays = select(SegmentStay.contact_id).where(
        SegmentStay.segment_id == segment_id, SegmentStay.left_at.is_(None)
    )
    return Contact.id.in_(stays)


def seen(scope: Scope) -> ColumnElement[bool]:
    """Contacts that exist for this scope; an insert is not guarded by the session as a select is."""
    present = Contact.deleted_at.is_(None)
    if scope.owner_ids is None:
        return present
    theirs = Contact.owner_id.in_(scope.owner_ids)
    return and_(present, or_(theirs, Contact.owner_id.is_(None)) if scope.unowned else theirs)


@lru_cache(maxsize=32)
def _reasons_of_some(gate: Gate) -> Rows:
    wanted = Contact.id.in_(bindparam("contact_ids", expanding=True))
    return select(Contact.id, reason(gate)).where(wanted).execution_options(with_deleted=True)


def _judged(found: ColumnElement[bool], gate: Gate, arms: Arms) -> Any:
    """Everybody once: id, address, why not, and the variant. Of one mailbox the first person counts."""
    is_shared = gate.channel in SHARED
    where_to = address_key(gate.channel) if is_shared else address(gate.channel)
    people = (
        select(Contact.id, where_to.label("address"), reason(gate).label("reason")).where(found).subquery()
    )
    reader = people.c.address if is_shared else people.c.id
    rank = func.row_number().over(partition_by=(reader, people.c.reason), order_by=people.c.id)
    ranked = select(people.c.id, people.c.address, people.c.reason, rank.label("rank")).subquery()
    is_second = and_(ranked.c.reason == "", ranked.c.rank > 1)
    why = case((is_second, "duplicate_address"), else_=ranked.c.reason)
    return select(
        ranked.c.id, ranked.c.address, why.label("reason"), _variant(ranked.c.id, arms).label("variant_id")
    ).subquery()


def _variant(contact_id: Any, arms: Arms) -> ColumnElement[int]:
    number = cast(contact_id, String)
    held = Draw(literal(f"{arms.salt}:holdout:") + number) % WHOLE < arms.holdout
    total = sum(weight for _, weight in arms.weights)
    lot = Draw(literal(f"{arms.salt}:variant:") + number) % total
    ways, reached = [], 0
    for key, weight in arms.weights[:-1]:
        reached += weight
        ways.append((lot < reached, literal(key)))
    if arms.tested < WHOLE:
        untested = Draw(literal(f"{arms.salt}:test:") + number) % WHOLE >= arms.tested
        ways.insert(0, (untested, literal(arms.rest_id)))
    return case((held, literal(arms.held_id)), *ways, else_=literal(arms.weights[-1][0]))


def scheduled(now: datetime) -> Rows:
    """Campaigns whose time has come."""
    return (
        select(Campaign.id)
        .where(Campaign.state == "scheduled", Campaign.scheduled_at <= now)
        .order_by(Campaign.id)
    )


def sending() -> Rows:
    """(campaign, its channel) of those that are under way."""
    return select(Campaign.id, Campaign.channel).where(Campaign.state == "sending").order_by(Campaign.id)


def is_unfinished(campaign_id: int) -> Rows:
    """Somebody who waits, or whose mail is on its way."""
    open_ones = or_(Recipient.state == "pending", Recipient.state == "sending")
    return select(Recipient.id).where(Recipient.campaign_id == campaign_id, open_ones).limit(1)
