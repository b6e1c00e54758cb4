"""Addresses in messages that belong to one recipient: nobody can guess, forge or bend them.

An address names a recipient, and for a click one of the links that were stored when the campaign was sent,
and a seal that needs the salt of the campaign. Where a click leads stands in the database alone.
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from crm_core.kernel.errors import NotFound
from crm_core.kernel.work import Work
from crm_core.marketing.rendering import Message, Places, links_in
from db.models import Campaign, Recipient, TrackedLink
from db.queries import tracking as sql
from db.upsert import insert_or_keep

UNSUBSCRIBE: Final = "unsubscribe"
OPEN: Final = "open"
CLICK: Final = "click"
VIEW: Final = "view"
PREFERENCES: Final = "preferences"
RETURN: Final = "return"
PATHS: Final[Mapping[str, str]] = {
    UNSUBSCRIBE: "/unsubscribe", OPEN: "/t/o", CLICK: "/t/c", VIEW: "/t/v", PREFERENCES: "/t/p",
}  # fmt: skip
TRAP: Final = 0
"""The number of the link that nobody sees: only programs follow it."""
_LARGEST: Final = 2**63 - 1
_RETURNED: Final = re.compile(r"[0-9a-f]{1,16}-[0-9a-f]{32}")
_DIGITS: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Sealed:
    """What a good address names. ``link_id`` is 0 for the hidden link and where there is none."""

    row: Recipient
    campaign: Campaign
    link_id: int = 0


@dataclass(frozen=True)
class Tracked:
    """What is counted of a campaign: its links by their addresses, as they were stored."""

    links: Mapping[str, int] = field(default_factory=dict)


def store(work: Work, campaign_id: int, messages: Iterable[Message]) -> None:
    """Keep the addresses whose clicks will be counted; those that are known stay as they are."""
    found = dict.fromkeys(url for one in messages for url in links_in(one))
    rows = [{"campaign_id": campaign_id, "url": url, "url_digest": _digest(url)} for url in found]
    if rows:
        work.run(insert_or_keep(TrackedLink, rows, ("campaign_id", "url_digest")))


def tracked(work: Work, campaign_id: int) -> Tracked:
    """What is counted of a campaign."""
    return Tracked({row.url: row.id for row in work.tuples(sql.links(campaign_id))})


def places(recipient_id: int, salt: str, public_url: str, counted: Tracked | None = None) -> Places:
    """The addresses of one recipient's message; without ``counted`` nothing in it is counted."""
    mine = {kind: f"{public_url}{path}/{token_of(kind, recipient_id, salt)}" for kind, path in PATHS.items()}
    plain = Places(mine[UNSUBSCRIBE], mine[PREFERENCES], mine[VIEW])
    if counted is None:
        return plain

    def click(link_id: int) -> str:
        return f"{public_url}{PATHS[CLICK]}/{token_of(CLICK, recipient_id, salt, link_id)}"

    clicks = {url: click(link_id) for url, link_id in counted.links.items()}
    return Places(
        plain.unsubscribe_url, plain.preferences_url, plain.view_url, pixel_url=f"{mine[OPEN]}.gif",
        trap_url=click(TRAP), clicks=clicks,
    )  # fmt: skip


def token_of(kind: str, recipient_id: int, salt: str, link_id: int | None = None) -> str:
    """What stands at the end of an address; forging it needs the salt of the campaign."""
    seal = _seal(kind, recipient_id, salt, link_id)
    return f"{recipient_id:x}-{seal}" if link_id is None else f"{recipient_id:x}-{link_id:x}-{seal}"


def opened(work: Work, kind: str, token: str) -> Sealed:
    """What an address of this kind names.

    Raises:
        NotFound: it is none of ours, or somebody changed it.
    """
    parts = token.split("-")
    has_link = kind == CLICK
    numbers = [_number(part) for part in parts[:-1]]
    seal = parts[-1].encode("ascii", "replace").decode()
    is_whole = len(parts) == 2 + has_link and None not in numbers
    key = (numbers[0] or 0) if is_whole else 0
    link_id = (numbers[1] or 0) if is_whole and has_link else None
    row = work.scalar(sql.recipient(key)) if 0 < key <= _LARGEST else None
    campaign = work.get(Campaign, row.campaign_id) if row is not None else None
    # Compared even where nothing was found: how long an answer takes says nothing about numbers.
    expected = _seal(kind, key, campaign.salt if campaign is not None else "nothing", link_id)
    if not hmac.compare_digest(expected, seal) or row is None or campaign is None:
        raise NotFound("This link is not complete, or it is no longer good. Open it from the message again.")
    return Sealed(row, campaign, link_id or 0)


def return_path(base: str, recipient_id: int, salt: str) -> str:
    """Where reports about one message come back to: ``bounces+token@example.com``; empty without a base."""
    local, at, domain = base.strip().rpartition("@")
    return f"{local}+{token_of(RETURN, recipient_id, salt)}{at}{domain}" if local else ""


def returned(work: Work, addresses: Iterable[str]) -> Recipient | None:
    """The recipient whose message was to come back to one of these addresses."""
    for address in addresses:
        token = address.rpartition("@")[0].rpartition("+")[2].lower()
        if _RETURNED.fullmatch(token):
            try:
                return opened(work, RETURN, token).row
            except NotFound:
                continue
    return None


def target(work: Work, sealed: Sealed) -> str:
    """Where a click leads: an address that was stored with this very campaign; empty for the hidden link.

    Raises:
        NotFound: there is no such link.
    """
    if sealed.link_id == TRAP:
        return ""
    found = work.scalar(sql.target(sealed.campaign.id, sealed.link_id))
    if found is None:
        raise NotFound("This link is not complete, or it is no longer good. Open it from the message again.")
    return str(found)


def _number(text: str) -> int | None:
    return int(text, 16) if 0 < len(text) <= 16 and set(text) <= _DIGITS else None


def _seal(kind: str, recipient_id: int, salt: str, link_id: int | None) -> str:
    named = f"{kind}:{recipient_id}" if link_id is None else f"{kind}:{recipient_id}:{link_id}"
    return hmac.new(salt.encode(), named.encode(), sha256).hexdigest()[:32]


def _digest(url: str) -> str:
    return sha256(url.encode()).hexdigest()
