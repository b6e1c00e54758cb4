"""How much may leave: messages of the last minute, by campaign and by the domain of their readers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from db.addresses import MailDomain
from db.models import Contact, Recipient
from db.queries import Rows

MINUTE = timedelta(minutes=1)


def lately(campaign_id: int, now: datetime, held_until: datetime) -> Rows:
    """How many messages of a campaign left within the last minute, or are held by a worker."""
    mine = Recipient.campaign_id == campaign_id
    counted = select(func.count()).where(mine)
    left = counted.where(Recipient.sent_at > now - MINUTE)
    leaving = counted.where(Recipient.state == "sending")
    held = counted.where(
        Recipient.state == "pending", Recipient.worker != "", Recipient.next_try_at > now,
        Recipient.next_try_at <= held_until,
    )  # fmt: skip
    return select(left.scalar_subquery() + leaving.scalar_subquery() + held.scalar_subquery())


def lately_by_domain(domains: Sequence[str], now: datetime, held_until: datetime) -> Rows:
    """How many messages of all campaigns went to these domains within the last minute, or are held."""
    domain = MailDomain(Recipient.address)
    columns = (domain.label("domain"), func.count().label("messages"))
    left = select(*columns).where(Recipient.sent_at > now - MINUTE, domain.in_(domains)).group_by(domain)
    held = (
        select(*columns)
        .where(
            Recipient.state == "pending", Recipient.worker != "", Recipient.next_try_at > now,
            Recipient.next_try_at <= held_until, domain.in_(domains),
        )
        .group_by(domain)
    )  # fmt: skip
    return left.union_all(held)  # type: ignore[return-value]


def waiting_by_domain(campaign_id: int, domains: Sequence[str], now: datetime) -> Rows:
    """How many of a campaign wait for a later minute, by domain."""
    domain = MailDomain(Recipient.address)
    chosen = (
        Recipient.campaign_id == campaign_id, Recipient.state == "pending", Recipient.worker == "",
        Recipient.next_try_at > now, domain.in_(domains),
    )  # fmt: skip
    return select(domain, func.count()).where(*chosen).group_by(domain)


def zones(contact_ids: Sequence[int]) -> Rows:
    """The time zones of contacts, as far as they are known."""
    return select(Contact.id, Contact.time_zone).where(Contact.id.in_(contact_ids), Contact.time_zone != "")


def last_signs(campaign_id: int, since: datetime) -> Rows:
    """A message of a campaign that left since then."""
    return (
        select(Recipient.id)
        .where(Recipient.campaign_id == campaign_id, Recipient.sent_at >= since)
        .limit(1)
    )  # fmt: skip


def forgotten(campaign_id: int, since: datetime) -> Rows:
    """A message that was due before that, and still waits."""
    return (
        select(Recipient.id)
        .where(
            Recipient.campaign_id == campaign_id, Recipient.state == "pending", Recipient.next_try_at < since
        )
        .limit(1)
    )


def paid(campaign_id: int) -> Rows:
    """How many messages of a campaign cost something: those that left or may have, and those in hand."""
    left = Recipient.state.in_(("sent", "unclear", "sending"))
    in_hand = and_(Recipient.state == "pending", Recipient.worker != "")
    return select(func.count()).where(Recipient.campaign_id == campaign_id, or_(left, in_hand))


def is_due(campaign_id: int, now: datetime) -> Rows:
    """A message that may leave now."""
    waiting = (Recipient.campaign_id == campaign_id, Recipient.state == "pending")
    return select(Recipient.id).where(*waiting, Recipient.next_try_at <= now).limit(1)
