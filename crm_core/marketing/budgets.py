"""What a campaign costs on its way: a word in time, and no message beyond its budget without a question."""

from typing import Final

from crm_core.kernel.work import Work
from crm_core.team import notices
from db.models import Campaign
from db.queries import sending_limits as sql

WARNED_AT: Final = 80
"""Percent of the budget."""
_WHOLE: Final = 100


def most_for(work: Work, row: Campaign, limit: int) -> int:
    """How many of ``limit`` messages the budget allows; the campaign pauses where it allows none.

    Whoever sent it is told once when most of the budget is gone, and once when all of it is.
    """
    if not row.budget or not row.cost_each or row.plan.get("may_exceed"):
        return limit
    if work.scalar(sql.is_due(row.id, work.now)) is None:
        return 0
    spent = row.cost + row.cost_each * int(work.scalar(sql.paid(row.id)) or 0)
    if spent * _WHOLE >= row.budget * WARNED_AT:
        _tell(work, row, f"“{row.name}” has spent {spent * _WHOLE // row.budget} % of its budget.", WARNED_AT)
    left = (row.budget - spent) // row.cost_each
    if left <= 0:
        row.state, row.plan = "paused", {**row.plan, "is_over_budget": True}
        work.record("campaign.paused", row, title=row.name)
        _tell(work, row, f"“{row.name}” has spent its budget and waits for your word.", _WHOLE)
    return max(0, min(limit, left))


def _tell(work: Work, row: Campaign, text: str, percent: int) -> None:
    if row.sender_id is not None:
        cause = f"budget:{row.id}:{percent}"
        notices.tell(
            work, notices.NewNotice(row.sender_id, "campaign.budget", text, "campaigns", row.id, cause)
        )
