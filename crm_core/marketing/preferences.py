"""What a reader wants to get: chosen behind an address of one's own, kept as consents with proof."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import NotFound
from crm_core.kernel.work import Work, begin
from crm_core.marketing import links, unsubscribing
from crm_core.marketing.links import Sealed
from crm_core.people import consents
from crm_core.people.consents import MARKETING, Proof
from crm_core.people.rules import CHANNELS
from db.queries import preferences as sql
from db.queries import sending as sending_sql

USUAL: Final = ("email", MARKETING)
_PURPOSES: Final[Mapping[str, str]] = {MARKETING: "News and offers"}
_BY: Final[Mapping[str, str]] = {
    "email": "by e-mail", "phone": "by phone", "sms": "by SMS", "post": "by post",
    "social": "on social media",
}  # fmt: skip
LONGEST_PROOF: Final = 200


@dataclass(frozen=True)
class Choice:
    """Something that a reader may want or not, as it holds now."""

    channel: str
    purpose: str
    is_wanted: bool

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.channel}:{self.purpose}"

    @property
    def label(self) -> str:
        """How people name it."""
        return (
            f"{_PURPOSES.get(self.purpose, self.purpose[:1].upper() + self.purpose[1:])} {_BY[self.channel]}"
        )


@dataclass(frozen=True)
class Preferences:
    """All choices of the reader of a message, whose address is mostly hidden."""

    shown_address: str
    choices: tuple[Choice, ...]


def look(token: str) -> Preferences:
    """What the reader behind an address may choose; nothing is changed.

    Raises:
        NotFound: the address is none of ours, or the reader is not kept any more.
    """
    with begin(SYSTEM, write=False) as work:
        return _now(work, links.opened(work, links.PREFERENCES, token))


def choose(token: str, wanted: Collection[str]) -> Preferences:
    """Keep what the reader chose: whatever was offered and is not in ``wanted`` is refused from now on.

    Only what differs from what was said before is added; names that were not offered are left out.

    Raises:
        NotFound: as in ``look``.
    """
    with begin(SYSTEM) as work:
        sealed = links.opened(work, links.PREFERENCES, token)
        contact_id = sealed.row.contact_id or 0
        for one in _now(work, sealed).choices:
            is_wanted = one.key in wanted
            word = "chose" if is_wanted else "refused"
            source = f"Page of preferences, {word} “{one.label}”, from “{sealed.campaign.name}”"
            proof = Proof(source[:LONGEST_PROOF], channel=one.channel, purpose=one.purpose)
            if is_wanted and not one.is_wanted:
                consents.opt_in(work, contact_id, proof)
            elif not is_wanted:
                consents.opt_out(work, contact_id, proof)  # said before, it changes nothing
                if (one.channel, one.purpose) == (sealed.campaign.channel, sealed.campaign.purpose):
                    unsubscribing.note(work, sealed)
        work.flush()
        return _now(work, sealed)


def _now(work: Work, sealed: Sealed) -> Preferences:
    contact_id = sealed.row.contact_id
    if contact_id is None or work.scalar(sending_sql.present(contact_id)) is None:
        raise NotFound("Nothing is kept about you any more, so there is nothing to choose.")
    offered = {USUAL: False, (sealed.campaign.channel, sealed.campaign.purpose): False}
    offered |= dict.fromkeys((tuple(row) for row in work.tuples(sql.offered())), False)
    for channel, purpose, is_granted in work.tuples(sql.said(contact_id)):  # the latest word is the last
        offered[channel, purpose] = bool(is_granted)
    known = [Choice(*key, is_wanted) for key, is_wanted in offered.items() if key[0] in CHANNELS]
    return Preferences(unsubscribing.masked(sealed.row.address), tuple(known))
