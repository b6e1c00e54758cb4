"""Members: enrol a contact, find one at the till, show what it has."""

from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.values import emails, phones
from crm_core.kernel.values.problem import Problem
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import cards
from crm_core.loyalty.ledger_rules import spendable
from crm_core.loyalty.types import MemberCard, MemberHint, OpenLot
from crm_core.people import context
from crm_core.people import points as people_points
from db.models import Contact, Membership
from db.queries import loyalty as sql

MOST_FOUND = 20
LONGEST_ID = 12
LONGEST_CARD = 60
WAYS = ("order", "request", "merge", "import")


@use_case(Permission.LOYALTY_REDEEM)
def enrol(work: Work, contact_id: int, *, card_number: str = "", by: str = "request") -> MemberCard:
    """Let a contact take part; whoever does so already stays the member it is.

    Without a card number the contact's own is taken, else a new one (EAN-13) is drawn.

    Raises:
        NotFound: there is no such contact, or it is not this person's to see.
        Invalid: the card number is mistyped. Conflict: somebody else has this card.
    """
    return card(work, joined(work, contact_id, card_number=card_number, by=by))


def joined(work: Work, contact_id: int, *, card_number: str = "", by: str = "request") -> Membership:
    """The membership of a contact, made when there is none; see ``enrol``."""
    contact = work.get(Contact, contact_id)
    found: Membership | None = work.scalar(sql.of_contact(contact_id))
    if found is not None:
        return holder(work, found)
    member = work.add(
        Membership(
            contact_id=contact_id, card_number=_card_for(work, contact, card_number), state="active",
            joined_at=work.now, joined_by=by, balance=0, debt=0, earned=0, redeemed=0, expired=0,
            entry_count=0, digest="", qualifying=0, is_sample=contact.is_sample,
        )
    )  # fmt: skip
    work.flush()
    work.record("member.joined", member, card_number=member.card_number, by=by)
    return member


@use_case(Permission.LOYALTY_READ, read=True)
def find(work: Work, text: str) -> list[MemberHint]:
    """Members by card number, e-mail address, phone number, or the number of the contact.

    Raises:
        Invalid: the card number is mistyped: its check digit does not fit.
    """
    return _found(work, text.strip())[0]


def resolve(work: Work, text: str, *, enrols: bool = False) -> Membership:
    """The one member that a card number, e-mail address, phone number or contact number means.

    Args:
        enrols: let a contact that is meant, and takes no part yet, take part from now on.

    Raises:
        NotFound: nobody. Conflict: several people; their names are said. Invalid: as ``find``.
    """
    found, _holder = _found(work, text.strip())  # a member that is held on to is not read again
    if not found:
        return _enrolled(work, text.strip(), enrols=enrols)
    if len(found) > 1:
        names = ", ".join(f"{one.name} (card {one.card_number})" for one in found[:5])
        raise Conflict(f"“{text.strip()}” means several members: {names}. Use the card number.")
    return holder(work, work.get(Membership, found[0].membership_id))


@use_case(Permission.LOYALTY_READ, read=True)
def of_contact(work: Work, contact_id: int) -> MemberCard | None:
    """What a contact has in the programme; None when it takes no part.

    Raises:
        NotFound: there is no such contact, or it is not this person's to see.
    """
    work.get(Contact, contact_id)
    found: Membership | None = work.scalar(sql.of_contact(contact_id))
    return None if found is None else card(work, holder(work, found))


def holder(work: Work, member: Membership) -> Membership:
    """Who holds the points of a member now: itself, or the one that it was merged into."""
    while member.merged_into_id is not None:
        member = work.get(Membership, member.merged_into_id)
    return member


def card(work: Work, member: Membership) -> MemberCard:
    """A membership as it leaves this area, as of now."""
    work.flush()
    [(name, tier)] = work.tuples(sql.card_facts(member.id))
    lots = work.rows(sql.open_lots(member.id), OpenLot)
    pending = sum(lot.remaining for lot in lots if lot.available_at > work.now)
    ending = [lot.expires_at for lot in lots if lot.expires_at and lot.expires_at > work.now]
    expires_at = min(ending, default=None)
    expiring = sum(lot.remaining for lot in lots if expires_at and lot.expires_at == expires_at)
    return MemberCard(
        membership_id=member.id, contact_id=member.contact_id, name=name, card_number=member.card_number,
        state=member.state, joined_at=member.joined_at, balance=member.balance,
        usable=sum(lot.remaining for lot in spendable(lots, work.now)), pending=pending, debt=member.debt,
        earned=member.earned, redeemed=member.redeemed, expired=member.expired, tier_id=member.tier_id,
        tier=tier, tier_until=member.tier_until, qualifying=member.qualifying, expires_at=expires_at,
        expiring=expiring,
    )  # fmt: skip


def _card_for(work: Work, contact: Contact, wanted: str) -> str:
    number = cards.plain(wanted)
    if number:
        if cards.is_mistyped(number):
            raise Invalid(
                "Please correct the marked fields.",
                fields={"card_number": "The last digit does not fit: a digit is mistyped."},
            )
        if len(number) > LONGEST_CARD:
            hint = f"Use at most {LONGEST_CARD} characters."
            raise Invalid("Please correct the marked fields.", fields={"card_number": hint})
        if work.scalar(sql.by_card(number)) is not None:
            raise Conflict(f"The card {number} belongs to another member. Give out another card.")
        return number
    own = cards.plain(contact.card_number)
    if own and not cards.is_mistyped(own) and work.scalar(sql.by_card(own)) is None:
        return own
    number = cards.draw()
    while work.scalar(sql.by_card(number)) is not None:
        number = cards.draw()
    return number


def _found(work: Work, said: str) -> tuple[list[MemberHint], Membership | None]:
    """Members as ``find`` says; with the one that holds the points of a card, where it was a card."""
    number = cards.plain(said)
    if not number:
        return [], None
    if owner := work.scalar(sql.by_card(number)):
        member = holder(work, owner)
        return _hints(work, sql.is_member(member.id)), member
    if cards.is_mistyped(number):
        raise Invalid(f"The card number {number} is mistyped: its last digit does not fit. Read it again.")
    if "@" in said:
        return _by_email(work, said), None
    contact_id = _number(said)
    found = _hints(work, sql.is_contact(contact_id)) if contact_id is not None else []
    return found or _by_phone(work, said), None


def _hints(work: Work, condition: Any) -> list[MemberHint]:
    return work.rows(sql.hints(condition).limit(MOST_FOUND), MemberHint)


def _enrolled(work: Work, said: str, *, enrols: bool) -> Membership:
    """The member that a contact becomes who is no member yet."""
    known: dict[int, str] = {row.id: row.name for row in work.tuples(sql.contacts_meant(said, _number(said)))}
    if not known:
        raise NotFound(f"Nobody has the card, e-mail, phone or contact number “{said}”.")
    if len(known) > 1:
        raise Conflict(
            f"“{said}” means several people: {', '.join(known.values())}. Use the contact's number."
        )
    [(contact_id, name)] = known.items()
    if not enrols:
        raise NotFound(f"{name} takes no part in the programme yet. Enrol the contact first.")
    return joined(work, contact_id)


def _number(said: str) -> int | None:
    is_number = said.isascii() and said.isdecimal() and len(said) <= LONGEST_ID
    return int(said) if is_number else None


def _by_email(work: Work, text: str) -> list[MemberHint]:
    address = emails.parse(text)
    written = text if isinstance(address, Problem) else address
    return _hints(work, sql.has_email(written)) or _hints(
        work, sql.has_point("email", people_points.key("email", written))
    )


def _by_phone(work: Work, text: str) -> list[MemberHint]:
    number = phones.parse(text, context.usual().region)
    if isinstance(number, Problem):
        return []
    return _hints(work, sql.has_phone(number)) or _hints(
        work, sql.has_point("phone", people_points.key("phone", number))
    )
