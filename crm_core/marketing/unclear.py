"""Messages that may or may not have arrived: a person says whether they go again."""

from collections.abc import Sequence
from typing import Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict
from crm_core.kernel.work import Work, use_case
from db.models import Campaign
from db.queries import unclear as sql

LEFT: Final = "Left as it is: it may have arrived."


@use_case(Permission.CAMPAIGNS_READ, read=True)
def count(work: Work, campaign_id: int) -> int:
    """How many messages of a campaign wait for somebody to say what becomes of them.

    Raises:
        NotFound: no such campaign.
    """
    work.get(Campaign, campaign_id)
    return int(work.scalar(sql.count(campaign_id, LEFT)) or 0)


@use_case(Permission.CAMPAIGNS_SEND)
def send_again(work: Work, campaign_id: int, recipient_ids: Sequence[int] = ()) -> int:
    """Send unclear messages once more under their old Message-ID; whoever got the first may get it twice.

    Args:
        recipient_ids: those meant; all of the campaign where none is named.

    Returns how many. Whether these people still may be written to is asked again.

    Raises:
        NotFound: no such campaign. Conflict: it is not under way or done, or nothing of it is unclear.
    """
    row = work.get(Campaign, campaign_id)
    if row.state not in ("sending", "paused", "done"):
        raise Conflict(f"“{row.name}” is {row.state}; nothing of it is sent any more.")
    people = work.run(sql.send_again(campaign_id, recipient_ids, LEFT, work.now))
    if not people:
        raise Conflict("No message of this campaign is unclear any more. Look at the list again.")
    if row.state == "done":
        row.state, row.finished_at = "sending", None
    work.record("campaign.unclear_sent_again", row, title=row.name, count=people, people=[*recipient_ids])
    return people


@use_case(Permission.CAMPAIGNS_SEND)
def leave(work: Work, campaign_id: int, recipient_ids: Sequence[int] = ()) -> int:
    """Leave unclear messages as they are, so that nobody asks about them any more; returns how many.

    Args:
        recipient_ids: those meant; all of the campaign where none is named.

    Raises:
        NotFound: no such campaign. Conflict: nothing of it is unclear.
    """
    row = work.get(Campaign, campaign_id)
    people = work.run(sql.leave(campaign_id, recipient_ids, LEFT))
    if not people:
        raise Conflict("No message of this campaign is unclear any more. Look at the list again.")
    work.record("campaign.unclear_left", row, title=row.name, count=people, people=[*recipient_ids])
    return people
