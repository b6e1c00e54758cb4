"""Posts on social media: their words with short links that anybody may follow, and how often people did.

Such a link names no person. What is kept of a visit is one more of its day, apart for people and for programs
that look at links before people do.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Final

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.work import Work, begin, use_case
from crm_core.marketing import machines, personal
from crm_core.marketing.campaign_views import variants_of
from crm_core.marketing.machines import Seen
from crm_core.marketing.rendering import Places, render
from crm_core.settings import Settings
from db.models import Campaign, LinkDay
from db.queries import posts as sql
from db.upsert import insert_or_add

PATH: Final = "/t/s"
_TOKEN: Final = re.compile(r"([0-9a-f]{1,15})-([0-9a-f]{12})")
_BROKEN: Final = "This link is not complete, or it is no longer good. Open it from the post again."


@dataclass(frozen=True)
class PostLink:
    """A link of a post: where it leads, the short address in its place, and who followed it how often."""

    url: str
    short: str
    people: int
    machines: int


@dataclass(frozen=True)
class Post:
    """What is posted, with short links in it; ``variant`` names it among others."""

    variant: str
    text: str


@dataclass(frozen=True)
class Posts:
    """The posts of a campaign, and all their links."""

    posts: tuple[Post, ...]
    links: tuple[PostLink, ...]

    @property
    def visits(self) -> int:
        """How often people followed any of the links."""
        return sum(one.people for one in self.links)


@use_case(Permission.CAMPAIGNS_READ, read=True)
def prepared(work: Work, campaign_id: int) -> Posts:
    """The posts of a campaign that has begun, ready to be copied.

    Raises:
        NotFound: there is none. Conflict: it is not about posts, or has not begun.
    """
    row = work.get(Campaign, campaign_id)
    if row.channel != "social" or row.state == "draft":
        raise Conflict(f"“{row.name}” has no posts yet. They are made when a campaign of posts is sent.")
    public_url = Settings.from_environment().public_url
    links = tuple(
        PostLink(
            one.url, f"{public_url}{PATH}/{_token(one.id, row.salt)}", int(one.people), int(one.machines)
        )
        for one in work.tuples(sql.visits(campaign_id))
    )
    places = Places("", clicks={one.url: one.short for one in links} if public_url else {})
    said = (
        Post(one.name, render(one.message, personal.ours(), places).text) for one in variants_of(work, row)
    )
    return Posts(tuple(said), links)


def target(token: str) -> str:
    """Where a short link leads. Nothing is noted.

    Raises:
        NotFound: it is none of ours.
    """
    with begin(SYSTEM, write=False) as work:
        return _opened(work, token)[1]


def followed(token: str, seen: Seen) -> None:
    """Count a visit on its day, by a person or by a program.

    Raises:
        NotFound: the link is none of ours.
    """
    is_machine = bool(machines.sign_of("click", seen))
    with begin(SYSTEM) as work:
        link_id, _ = _opened(work, token)
        row = {
            "link_id": link_id, "visited_on": work.now.astimezone(UTC).date(), "people": int(not is_machine),
            "machines": int(is_machine),
        }  # fmt: skip
        work.run(insert_or_add(LinkDay, [row], ("link_id", "visited_on"), ("people", "machines")))


def _opened(work: Work, token: str) -> tuple[int, str]:
    found = _TOKEN.fullmatch(token)
    key = int(found[1], 16) if found is not None else 0
    row = next(iter(work.tuples(sql.link(key))), None) if key else None
    salt = row.salt if row is not None else "nothing"
    if not hmac.compare_digest(_token(key, salt), token.encode("ascii", "replace").decode()) or row is None:
        raise NotFound(_BROKEN)
    return key, str(row.url)


def _token(link_id: int, salt: str) -> str:
    return f"{link_id:x}-{hmac.new(salt.encode(), f'post:{link_id}'.encode(), sha256).hexdigest()[:12]}"
