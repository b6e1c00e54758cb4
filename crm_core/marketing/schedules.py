"""When a campaign begins, changed after it was planned."""

from datetime import datetime

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Work, use_case
from db.models import Campaign


@use_case(Permission.CAMPAIGNS_SEND)
def reschedule(work: Work, campaign_id: int, at: datetime) -> None:
    """Let a campaign begin at another time; one that missed its time waits for the new one.

    Raises:
        NotFound: there is none. Invalid: the time is over.
        Conflict: it began already, or it was never planned.
    """
    row = work.get(Campaign, campaign_id)
    if row.state not in ("scheduled", "paused") or row.started_at is not None:
        raise Conflict(f"“{row.name}” is {row.state}; only a campaign that waits for its time gets another.")
    if at <= work.now:
        raise Invalid("This time is over. Choose a later one.", fields={"at": "Later than now."})
    row.state, row.scheduled_at, row.sender_id = "scheduled", at, work.actor.id
    row.plan = {name: value for name, value in row.plan.items() if name != "is_overdue"}
    work.record("campaign.scheduled", row, title=row.name, at=at.isoformat())
