"""Programs that open and click before people do, and how they give themselves away.

Mail gateways follow every link to look for harm, and mailboxes load pictures in advance. Counting them as
people would make every campaign a success. One sign is enough to distrust a single act; a sign that only a
gateway gives (the hidden link, many links at once) makes everything around it distrusted too. What a person
does later counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

OPENED_TOO_SOON: Final = timedelta(seconds=5)
"""After the server took a message; nobody reads it that quickly."""
CLICKED_TOO_SOON: Final = timedelta(seconds=1)
AROUND: Final = timedelta(minutes=2)
"""How long a gateway takes to look through a message: what happens that close to a sure sign is its work."""
TWO_AT_ONCE: Final = timedelta(seconds=1)
THREE_AT_ONCE: Final = timedelta(seconds=10)

_PROGRAMS: Final = re.compile(
    r"bot\b|crawl|spider|scan|preview|prefetch|headless|phantomjs|barracuda|mimecast|proofpoint|symantec|"
    r"messagelabs|forcepoint|trendmicro|sophos|fireeye|ironport|safelinks|microsoft office protocol|"
    r"python|curl|wget|okhttp|java/|libwww|go-http-client|apache-httpclient|axios|node-fetch|postman|ruby|"
    r"facebookexternalhit|whatsapp|slack|discord|telegram|skypeuripreview|bingpreview",
    re.IGNORECASE,
)
_LOADED_IN_ADVANCE: Final = re.compile(r"Mozilla/5\.0")
"""Apple's mail protection loads every picture, read or not, and says no more of itself than this."""


@dataclass(frozen=True)
class Seen:
    """What a request says of whoever sent it. Nothing of it is kept but the sign that follows from it."""

    agent: str = ""
    is_look_only: bool = False
    is_in_advance: bool = False


@dataclass(frozen=True)
class Act:
    """An ``open``, ``click`` or ``visit`` of a recipient. ``sign`` is what gave a program away at once."""

    kind: str
    happened_at: datetime
    link_id: int | None = None
    sign: str = ""


def sign_of(kind: str, seen: Seen, *, is_trap: bool = False) -> str:
    """What gives a program away in one request: ``trap``, ``head``, ``advance`` or ``agent``; else empty."""
    if is_trap:
        return "trap"
    if seen.is_look_only:
        return "head"
    if seen.is_in_advance or (kind == "open" and _LOADED_IN_ADVANCE.fullmatch(seen.agent.strip())):
        return "advance"
    return "agent" if not seen.agent.strip() or _PROGRAMS.search(seen.agent) else ""


def judged(acts: Sequence[Act], sent_at: datetime | None, link_count: int) -> list[bool]:
    """Which of the acts of one recipient were a program's, in their order.

    Args:
        sent_at: when the server took the message; None when nobody knows.
        link_count: how many links the message has; who follows all of at least three at once reads nothing.
    """
    sure = [one.happened_at for one in acts if one.sign == "trap"]
    sure += _bursts([one for one in acts if one.kind == "click"], link_count)
    return [
        bool(one.sign)
        or _is_too_soon(one, sent_at)
        or any(abs(one.happened_at - moment) <= AROUND for moment in sure)
        for one in acts
    ]


def _bursts(clicks: Sequence[Act], link_count: int) -> list[datetime]:
    """Moments of clicks that followed others more quickly than anybody reads."""
    found = []
    ordered = sorted(clicks, key=lambda one: one.happened_at)
    for place, first in enumerate(ordered):
        near = [one for one in ordered[place:] if one.happened_at - first.happened_at <= AROUND]
        for span, links in ((TWO_AT_ONCE, 2), (THREE_AT_ONCE, 3), (AROUND, max(3, link_count))):
            close = [one for one in near if one.happened_at - first.happened_at <= span]
            if len({one.link_id for one in close}) >= links:
                found += [one.happened_at for one in close]
    return found


def _is_too_soon(one: Act, sent_at: datetime | None) -> bool:
    waits = {"open": OPENED_TOO_SOON, "click": CLICKED_TOO_SOON}
    return sent_at is not None and one.kind in waits and one.happened_at < sent_at + waits[one.kind]
