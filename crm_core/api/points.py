"""Members and their points for programs: at the till, in a shop."""

from typing import Final

from crm_core.api.answers import Answer, listed
from crm_core.api.calls import Call
from crm_core.kernel.errors import NotFound
from crm_core.loyalty import members, points, statements
from crm_core.loyalty.points import Why
from crm_core.loyalty.types import Entry, MemberCard, MemberHint, Posted

SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "MemberHint": (MemberHint, ()),
    "Member": (MemberCard, ()),
    "PointEntry": (Entry, ()),
    "Posted": (Posted, ()),
}
EXAMPLES: Final = {
    "NewMember": {"contact_id": 1},
    "EarnedPoints": {"member": "1", "points": 100, "cause": "receipt 4711", "reason": "Bought a pump"},
    "SpentPoints": {"member": "1", "points": 10, "cause": "receipt 4712"},
    "PointChange": {"member": "1", "points": -5, "cause": "check 12", "reason": "Counted twice"},
    "PointGift": {"member": "1", "points": 20, "cause": "case 7", "reason": "Delivered late"},
    "Reversal": {"reason": "Wrong member"},
}


def search(call: Call) -> Answer:
    """Find members: `q` is a card number, an e-mail address, a phone number, or the number of the contact."""
    return Answer(body={"items": members.find(call.actor, call.query.get("q", ""))})


def enrol(call: Call) -> Answer:
    """Let a contact take part; who does so already stays the member it is."""
    number = call.values.get("card_number", "")
    card = members.enrol(call.actor, call.values["contact_id"] or 0, card_number=number)
    return Answer(body=card).created(f"/api/v1/members/{card.contact_id}")


def get(call: Call) -> Answer:
    """Read what a member has, by the number of the contact."""
    return Answer(body=_member(call))


def entries(call: Call) -> Answer:
    """List what happened to a member's points, the latest first, by the number of the contact."""
    return listed(call, statements.entries(call.actor, _member(call).membership_id, call.paging()))


def earn(call: Call) -> Answer:
    """Give points, once for each cause; a contact that takes no part yet is enrolled."""
    return _posted(points.earn(call.actor, *_asked(call)))


def redeem(call: Call) -> Answer:
    """Spend points, once for each cause; those that expire first before others."""
    return _posted(points.redeem(call.actor, *_asked(call)))


def adjust(call: Call) -> Answer:
    """Correct a balance, up or down, with a reason; once for each cause."""
    return _posted(points.adjust(call.actor, *_asked(call)))


def gift(call: Call) -> Answer:
    """Give points as a gesture, with a reason; once for each cause."""
    return _posted(points.gift(call.actor, *_asked(call)))


def reverse(call: Call) -> Answer:
    """Take one entry back by another; taking it back again changes nothing."""
    return Answer(body=points.reverse(call.actor, call.id, reason=call.values.get("reason", "")))


def _member(call: Call) -> MemberCard:
    found = members.of_contact(call.actor, call.id)
    if found is None:
        raise NotFound("This contact takes no part in the programme yet. Enrol it first.")
    return found


def _posted(done: Posted) -> Answer:
    place = f"/api/v1/members/{done.member.contact_id}/entries"
    return Answer(body=done).created(place, is_repeated=not done.is_new)


def _asked(call: Call) -> tuple[str, int, Why]:
    said = call.values
    return said["member"], said["points"], Why(said["cause"], said.get("reason", ""))
