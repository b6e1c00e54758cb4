"""Leaving: addresses in every message that nobody can guess or forge, and what happens behind them.

Looking at such an address changes nothing, since mail scanners open every link; only the answer to it does
(RFC 8058).
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import NotFound
from crm_core.kernel.work import Work, begin
from crm_core.people import consents
from crm_core.people.consents import Proof
from db.models import Campaign, CampaignEvent, Contact, Recipient, Suppression
from db.queries import sending as sql
from db.upsert import insert_or_keep

PATH: Final = "/unsubscribe"
HEADER: Final = "List-Unsubscribe=One-Click"
_LARGEST: Final = 2**63 - 1


@dataclass(frozen=True)
class Leaving:
    """Whose address an unsubscribe link belongs to, mostly hidden, and whether it is done already."""

    shown_address: str
    is_done: bool


def token_of(recipient_id: int, salt: str) -> str:
    """What stands in the link of one recipient; forging it needs the salt of the campaign."""
    return f"{recipient_id:x}-{_seal(recipient_id, salt)}"


def look(token: str) -> Leaving:
    """What the page behind a link shows; nothing is changed.

    Raises:
        NotFound: the token is none of ours.
    """
    with begin(SYSTEM, write=False) as work:
        row, _ = _recipient(work, token)
        return Leaving(_masked(row.address), row.unsubscribed_at is not None)


def leave(token: str) -> Leaving:
    """Take the consent back, with proof, and block the address; doing it again changes nothing.

    Raises:
        NotFound: the token is none of ours.
    """
    with begin(SYSTEM) as work:
        row, campaign = _recipient(work, token)
        if row.unsubscribed_at is None:
            row.unsubscribed_at = work.now
            work.add(
                CampaignEvent(
                    recipient_id=row.id, kind="unsubscribe", cause=f"unsubscribe:{row.id}",
                    happened_at=work.now, contact_id=row.contact_id, facts={},
                )
            )  # fmt: skip
        _withdraw(work, row, campaign)
        return Leaving(_masked(row.address), is_done=True)


def _withdraw(work: Work, row: Recipient, campaign: Campaign) -> None:
    blocked = {
        "channel": campaign.channel, "address_key": row.address.lower(), "reason": "unsubscribed",
        "note": f"Link in “{campaign.name}”"[:300], "happened_at": work.now,
    }  # fmt: skip
    work.run(insert_or_keep(Suppression, [blocked], ("channel", "address_key")))
    if row.contact_id is None or work.scalar(sql.present(row.contact_id)) is None:
        return
    contact = work.get(Contact, row.contact_id)
    source = f"Unsubscribe link in “{campaign.name}”"[:200]
    consents.opt_out(work, contact.id, Proof(source, channel=campaign.channel, purpose=campaign.purpose))


def _recipient(work: Work, token: str) -> tuple[Recipient, Campaign]:
    number, _, seal = token.partition("-")
    is_number = number.isascii() and len(number) <= 16 and all(one in "0123456789abcdef" for one in number)
    key = int(number, 16) if number and is_number else 0
    row = work.scalar(sql.recipient(key)) if 0 < key <= _LARGEST else None
    campaign = work.get(Campaign, row.campaign_id) if row is not None else None
    salt = campaign.salt if campaign is not None else "nothing"
    if not hmac.compare_digest(_seal(key, salt), seal.encode("ascii", "replace").decode()) or row is None:
        raise NotFound("This link is not complete, or it is no longer good. Open it from the message again.")
    assert campaign is not None  # noqa: S101 - for the type checker
    return row, campaign


def _seal(recipient_id: int, salt: str) -> str:
    return hmac.new(salt.encode(), f"unsubscribe:{recipient_id}".encode(), sha256).hexdigest()[:32]


def _masked(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"
