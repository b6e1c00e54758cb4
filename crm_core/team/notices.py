"""What a user should see: reminders and alerts, each told once, until it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from db.models import Notice
from db.queries import notices as sql
from db.upsert import insert_or_keep

LONGEST_TEXT = 500


@dataclass(frozen=True)
class NewNotice:
    """Something to tell a user. ``cause`` is what brought it about: the same cause tells once.

    ``place`` and ``place_id`` are the page that it leads to: ``customer`` and the number of the contact,
    ``deal`` and that of the deal, ``tasks`` and that of the task; empty leads nowhere.
    """

    user_id: int
    kind: str
    text: str
    place: str
    place_id: int | None
    cause: str


@dataclass(frozen=True)
class NoticeRow:
    """A notice as its reader sees it."""

    id: int
    kind: str
    text: str
    place: str
    place_id: int | None
    created_at: datetime
    read_at: datetime | None


def tell(work: Work, new: NewNotice) -> bool:
    """Let a user know; returns whether this is news, which it is once for each cause."""
    row = {
        "user_id": new.user_id,
        "kind": new.kind,
        "text": new.text[:LONGEST_TEXT],
        "place": new.place,
        "place_id": new.place_id,
        "cause": new.cause,
        "created_at": work.now,
    }
    is_news = work.scalar(sql.of_cause(new.cause)) is None
    work.run(insert_or_keep(Notice, [row], ["cause"]))  # somebody may tell it at this very moment
    return is_news


@use_case(Permission.PROFILE_USE, read=True)
def mine(work: Work, paging: Paging = Paging(size=20)) -> Page[NoticeRow]:  # noqa: B008 - frozen
    """The notices of the one who asks: unread ones first, then the latest first."""
    if work.actor.id is None:
        return Page((), paging, 0)
    return work.page(sql.of_user(work.actor.id), paging, NoticeRow)


@use_case(Permission.PROFILE_USE, read=True)
def unread(work: Work) -> int:
    """How many notices the one who asks has not read; 100 stands for more than 99."""
    return 0 if work.actor.id is None else int(work.scalar(sql.unread_of(work.actor.id, 100)) or 0)


@use_case(Permission.PROFILE_USE)
def mark_read(work: Work, notice_ids: Sequence[int] | None = None) -> int:
    """Note that these of one's own notices were read, or all of them; returns how many were new."""
    return 0 if work.actor.id is None else work.run(sql.read(work.actor.id, notice_ids, work.now))
