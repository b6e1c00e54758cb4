"""At the till: enrol somebody in two fields, earn by what was bought, redeem, and take back a slip."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import segno

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import cards, earning, members, points
from crm_core.loyalty.points import Why
from crm_core.loyalty.types import MemberCard
from crm_core.people import contacts
from db.models import Membership, PointEntry
from db.queries import loyalty as sql

CAUSE: Final = "till:"
UNDO_WITHIN: Final = timedelta(minutes=15)
LONGEST_SCAN: Final = 200
SHORTEST_REACH: Final = 6


@use_case(Permission.LOYALTY_REDEEM)
def welcome(work: Work, name: str, reach: str) -> MemberCard:
    """Enrol somebody by name and e-mail address or phone number.

    Whoever is known by this address is enrolled as the contact that is there, under the stored name.

    Raises:
        Invalid: with a hint for each wrong field. Conflict: several people have this address.
        NotAllowed: the role adds no contacts.
    """
    work.actor.require(Permission.CONTACTS_EDIT)
    said, reached = " ".join(clean(name).split()), clean(reach)
    wrong = {} if said else {"full_name": "Write the name."}
    kind = "email" if "@" in reached else "phone"
    if len(reached) < SHORTEST_REACH:  # else the number of another contact could be meant
        wrong["email"] = "Write an e-mail address or a whole phone number."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    known = {one.contact_id: one.name for one in members.find(work, reached)}
    if not known and kind == "email":
        known = dict(map(tuple, work.tuples(sql.contacts_meant(reached, None))))
    if len(known) > 1:
        names = ", ".join(known.values())
        raise Conflict(
            f"“{reached}” means several people: {names}. Enrol the right one on the page of the contact."
        )
    if known:
        return members.enrol(work, next(iter(known)))
    return members.enrol(work, contacts.create(work, {"full_name": said, kind: reached}))


@use_case(Permission.LOYALTY_REDEEM)
def earn(work: Work, member: str, amount: int, token: str) -> tuple[MemberCard, tuple[int, ...]]:
    """Give what the rules promise for an amount that was paid (minor units, company's currency).

    ``token`` names this act: repeated, it posts nothing. Returns the member and the entries to take back.

    Raises:
        NotFound, Conflict, Invalid: as ``earning.award_amount``.
    """
    return earning.award_amount(work, member, amount, Why(f"{CAUSE}{token}", "Bought at the till"))


@use_case(Permission.LOYALTY_REDEEM)
def redeem(work: Work, member: str, amount: int, token: str) -> tuple[MemberCard, tuple[int, ...]]:
    """Spend points, as ``earn`` gives them.

    Raises:
        NotEnoughPoints: with what can be spent now. NotFound, Conflict, Invalid: as ``points.redeem``.
    """
    done = points.redeem(work, member, amount, Why(f"{CAUSE}{token}", "Spent at the till"))
    return done.member, (done.entry.id,)


@use_case(Permission.LOYALTY_REDEEM)
def undo(work: Work, entry_ids: Sequence[int]) -> MemberCard:
    """Take back what this person posted at the till a moment ago; older things are a manager's.

    Raises:
        Conflict: somebody else posted it, elsewhere, or too long ago. NotFound: no such entry within reach.
        Invalid: nothing is named.
    """
    card: MemberCard | None = None
    for entry_id in entry_ids:
        entry = work.get(PointEntry, entry_id)
        is_mine = entry.actor_id == work.actor.id and entry.cause.startswith(points.GIVEN + CAUSE)
        if not is_mine or work.now > entry.recorded_at + UNDO_WITHIN:
            minutes = int(UNDO_WITHIN.total_seconds() // 60)
            raise Conflict(
                f"Only what you posted here within {minutes} minutes can be taken back. Ask a manager for it."
            )
        card = points.reverse(work, entry_id, reason="Taken back at the till").member
    if card is None:
        raise Invalid("Nothing was said to be taken back.")
    return card


@use_case(Permission.LOYALTY_READ, read=True)
def qr(work: Work, membership_id: int) -> bytes:
    """The number of a member's card as a QR code: an SVG picture for screens and printed cards.

    Raises:
        NotFound: no such member within reach.
    """
    member = work.get(Membership, membership_id)
    out = io.BytesIO()
    segno.make(member.card_number, error="m", micro=False).save(
        out, kind="svg", border=2, dark="#000", light="#fff", xmldecl=False, svgns=True, omitsize=True
    )
    return out.getvalue()


def scanned(text: str) -> str:
    """What a scanner typed, as members are looked up: a QR code may hold an address with the card in it."""
    said = text.strip()[:LONGEST_SCAN]
    last = said.rstrip("/").rpartition("/")[2].rpartition("=")[2]
    return last if "/" in said and cards.plain(last).isdecimal() else said
