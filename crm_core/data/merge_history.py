"""What was merged, by whom and when: the list from which merges are parted again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from db.queries import merging as sql


@dataclass(frozen=True)
class MergeEntry:
    """One merge in the list; ``by`` is empty for the command line, ``batch_id`` names merges done at once."""

    id: int
    keep_id: int
    drop_id: int
    keep_name: str
    drop_name: str
    by: str
    merged_at: datetime
    undone_at: datetime | None
    batch_id: int | None


@use_case(Permission.DUPLICATES_MERGE, read=True)
def search(work: Work, record: str, paging: Paging) -> Page[MergeEntry]:
    """Merges that one may see, the newest first, also those that were parted again."""
    return work.page(sql.recent(record), paging, _entry)


def _entry(
    *, before: Mapping[str, Any], after: Mapping[str, Any], by: str | None, **columns: Any
) -> MergeEntry:
    names = {"keep_name": after["keep"]["name"], "drop_name": before["drop"]["name"]}
    return MergeEntry(**names, by=by or "", **columns)
