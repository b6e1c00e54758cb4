"""Leaving: addresses in every message that nobody can guess or forge, and what happens behind them.

Looking at such an address changes nothing, since mail scanners open every link; only the answer to it does
(RFC 8058).
"""

from dataclasses import dataclass
from typing import Final

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Work, begin
from crm_core.marketing import links
from crm_core.people import consents
from crm_core.people.consents import Proof
from db.models import Campaign, CampaignEvent, Contact, Recipient, Suppression
from db.queries import consents as consent_sql
from db.queries import sending as sql
from db.upsert import insert_or_keep

PATH: Final = links.PATHS[links.UNSUBSCRIBE]
HEADER: Final = "List-Unsubscribe=One-Click"


@dataclass(frozen=True)
class Leaving:
    """Whose address an unsubscribe link belongs to, mostly hidden, and whether it is done already.

    ``choices`` is the path of the page where one can choose instead.
    """

    shown_address: str
    is_done: bool
    choices: str = ""


def token_of(recipient_id: int, salt: str) -> str:
    """What stands in the link of one recipient; forging it needs the salt of the campaign."""
    return links.token_of(links.UNSUBSCRIBE, recipient_id, salt)


def look(token: str) -> Leaving:
    """What the page behind a link shows; nothing is changed.

    Raises:
        NotFound: the token is none of ours.
    """
    with begin(SYSTEM, write=False) as work:
        sealed = links.opened(work, links.UNSUBSCRIBE, token)
        return _leaving(sealed, is_done=_is_gone(work, sealed))


def leave(token: str) -> Leaving:
    """Take the consent back, with proof, and block the address; doing it again changes nothing.

    Raises:
        NotFound: the token is none of ours.
    """
    with begin(SYSTEM) as work:
        sealed = links.opened(work, links.UNSUBSCRIBE, token)
        note(work, sealed)
        _withdraw(work, sealed.row, sealed.campaign)
        return _leaving(sealed, is_done=True)


def note(work: Work, sealed: links.Sealed) -> None:
    """Keep that the reader of a message left because of it; the second time changes nothing."""
    row = sealed.row
    if row.unsubscribed_at is None:
        row.unsubscribed_at = work.now
        work.add(
            CampaignEvent(
                recipient_id=row.id, kind="unsubscribe", cause=f"unsubscribe:{row.id}",
                happened_at=work.now, contact_id=row.contact_id, facts={},
            )
        )  # fmt: skip


def _is_gone(work: Work, sealed: links.Sealed) -> bool:
    """Did the reader leave, and not come back since?"""
    row, campaign = sealed.row, sealed.campaign
    if row.unsubscribed_at is None or row.contact_id is None:
        return row.unsubscribed_at is not None
    newest = work.scalar(consent_sql.newest(row.contact_id, campaign.channel, campaign.purpose))
    return newest is None or not newest.is_granted


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


def _leaving(sealed: links.Sealed, *, is_done: bool) -> Leaving:
    token = links.token_of(links.PREFERENCES, sealed.row.id, sealed.campaign.salt)
    return Leaving(masked(sealed.row.address), is_done, f"{links.PATHS[links.PREFERENCES]}/{token}")


def masked(address: str) -> str:
    """An address that its owner recognises and nobody else learns."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"
