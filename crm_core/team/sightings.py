"""When somebody was last here: written at most once a minute, and never in the way of a page."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.work import Work, use_case
from db.queries import sign_ins as sql
from db.queries import users

EVERY = timedelta(minutes=1)
_log = logging.getLogger(__name__)


class _Writing:
    background: ThreadPoolExecutor | None = None
    noted: dict[int, datetime] = {}  # noqa: RUF012 - shared on purpose


def in_background() -> None:
    """From now on write in a thread of its own: a page must not wait while an import holds the database."""
    _Writing.background = ThreadPoolExecutor(1, thread_name_prefix="sightings")


def stop() -> None:
    """Write what is left, then write in the foreground again."""
    background, _Writing.background = _Writing.background, None
    if background is not None:
        background.shutdown(cancel_futures=True)


def note(sign_in_id: int, user_id: int, last_seen_at: datetime, now: datetime) -> None:
    """This sign-in was used just now."""
    if now - last_seen_at < EVERY:
        return
    if _Writing.background is None:
        write(SYSTEM, sign_in_id, user_id)
    elif now - _Writing.noted.get(sign_in_id, last_seen_at) >= EVERY:
        _Writing.noted[sign_in_id] = now
        _Writing.background.submit(_logged, lambda: write(SYSTEM, sign_in_id, user_id))


@use_case(Permission.SYSTEM_OPERATE)
def write(work: Work, sign_in_id: int, user_id: int) -> None:
    """Write it down."""
    work.run(sql.seen(sign_in_id, work.now))
    work.run(users.seen(user_id, work.now))


def _logged(act: Callable[[], None]) -> None:
    try:
        act()
    except Exception:
        _log.exception("A sighting was not written.")
