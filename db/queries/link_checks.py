"""What links answered: which are to be asked now, and what is known of some."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, and_, or_, select, update

from db.models import LinkCheck
from db.queries import Rows


def of(digests: Collection[str]) -> Rows:
    """What is known of these addresses: address, state, answer."""
    columns = (LinkCheck.url, LinkCheck.state, LinkCheck.answer)
    return select(*columns).where(LinkCheck.url_digest.in_(digests)).order_by(LinkCheck.id)


def due(now: datetime, limit: int) -> Rows:
    """Addresses to ask now, for one worker at a time: number, address, attempts."""
    chosen = select(LinkCheck.id, LinkCheck.url, LinkCheck.attempts).where(LinkCheck.next_try_at <= now)
    return chosen.order_by(LinkCheck.next_try_at).limit(limit).with_for_update(skip_locked=True)


def hold(ids: Sequence[int], until: datetime) -> Update:
    """Leave these to whoever asks them now; after a while somebody else may."""
    return update(LinkCheck).where(LinkCheck.id.in_(ids)).values(next_try_at=until)


def settle(link_id: int, values: Mapping[str, Any]) -> Update:
    """Keep what was answered."""
    return update(LinkCheck).where(LinkCheck.id == link_id).values(**values)


def ask_again(digests: Collection[str], now: datetime, old: datetime, older: datetime) -> Update:
    """Ask those again that did not work before ``old``, and the others where that was before ``older``."""
    is_stale = or_(LinkCheck.asked_at < older, and_(LinkCheck.state != "good", LinkCheck.asked_at < old))
    chosen = (LinkCheck.url_digest.in_(digests), is_stale)
    return update(LinkCheck).where(*chosen).values(next_try_at=now, attempts=0)
